"""What can be asked of the glossary. Everything comes from the rows that publishing wrote."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from glossary.linking import pop_name
from glossary.matching import Hit, Place, Searchable, find, normalise, suggestions
from glossary.models import PublishedWord, Synonym
from people.models import Employee


@dataclass(frozen=True)
class Letter:
    """A letter of the index with its words; `letter` is "#" for words that begin with none."""

    letter: str
    words: list[dict[str, Any]]
    anchor: str


@dataclass(frozen=True)
class Index:
    """The glossary from A to Z. `words` counts what is listed, `all_words` and `false_friends` what there is."""

    letters: list[Letter]
    words: int
    all_words: int
    false_friends: int


def cards(locale_id: int) -> list[dict[str, Any]]:
    """The cards of all words of a language, in the order of the alphabet. One query."""
    return list(PublishedWord.objects.filter(locale_id=locale_id).order_by("sort_key", "pk").values_list("card", flat=True))


def a_to_z(locale_id: int, *, false_friends_only: bool = False) -> Index:
    """All words by letter; only letters that have words. One query."""
    everything = cards(locale_id)
    friends = [card for card in everything if card["is_false_friend"]]
    shown = friends if false_friends_only else everything
    by_letter: dict[str, list[dict[str, Any]]] = {}
    for card in shown:
        by_letter.setdefault(_letter(card["lemma"]), []).append(card)
    letters = [
        Letter(letter, words, f"letter-{number}") for number, (letter, words) in enumerate(sorted(by_letter.items()), start=1)
    ]
    return Index(letters=letters, words=len(shown), all_words=len(everything), false_friends=len(friends))


def _letter(lemma: str) -> str:
    first = normalise(lemma)[:1].upper()
    return first if first.isalpha() else "#"


@dataclass(frozen=True)
class Found:
    """A word that a search found, with how: `name` is another name it goes by, `better_not` one to avoid."""

    card: dict[str, Any]
    place: Place
    name: str = ""
    better_not: bool = False


@dataclass(frozen=True)
class Results:
    """`exact` is the word that was typed, or one that goes by what was typed; `words` holds it too."""

    words: list[Found]
    suggestions: list[dict[str, str]] = field(default_factory=list)

    @property
    def exact(self) -> Found | None:
        return self.words[0] if self.words and self.words[0].place <= Place.OTHER_NAME_INFLECTED else None


def search_words(q: str, locale_id: int) -> Results:
    """Words by their spelling, other names, inflections, beginnings and meanings, the best first. One query.

    Nothing found: up to three words that may have been meant, each as {label, url, typed}.
    """
    everything = cards(locale_id)
    found = []
    for card in everything:
        hit = find(q, _searchable(card))
        if hit is not None:
            found.append(Found(card, hit.place, hit.name, _better_not(card, hit)))
    found.sort(key=lambda entry: entry.place)
    if found:
        return Results(found)
    by_name = {name: card for card in everything for name in (*_names(card), card["lemma"])}
    return Results(
        [],
        [
            {"typed": name, "label": by_name[name]["lemma"], "url": by_name[name]["url"]}
            for name in suggestions(q, by_name)
        ],
    )


def _names(card: dict[str, Any]) -> tuple[str, ...]:
    return tuple(name["text"] for name in card["names"])


def _searchable(card: dict[str, Any]) -> Searchable:
    return Searchable(card["lemma"], _names(card), tuple(card["texts"]), card["language"])


def _better_not(card: dict[str, Any], hit: Hit) -> bool:
    avoid = Synonym.Acceptability.AVOID
    return any(name["text"] == hit.name and name["kind"] == avoid for name in card["names"])


@dataclass(frozen=True)
class WordPage:
    """All that a word's page shows; `word` and its senses as `glossary.publishing` writes them."""

    word: dict[str, Any]
    senses: list[dict[str, Any]]
    previous: dict[str, str] | None
    next: dict[str, str] | None
    says_business: str = ""  # a false friend's gloss on each side of the spine
    says_technology: str = ""


def word_page(slug: str, locale_id: int) -> WordPage | None:
    """A word with everything people may read about it; None if there is no such word. Two queries.

    The second asks for the names of stewards and of those who signed; it is left out where there are none.
    """
    row = (
        PublishedWord.objects.filter(slug=slug, locale_id=locale_id).values_list("data", "guide").first()
    )
    if row is None:
        return None
    data, guide = row
    people = {entry["person"] for sense in data["senses"] for entry in (*sense["stewards"], *sense["signatures"])}
    names = dict(Employee.objects.filter(pk__in=people).values_list("pk", "display_name")) if people else {}
    senses = [_with_names(sense, names) for sense in data["senses"]]
    page = {"word": data, "senses": senses, "previous": guide.get("previous"), "next": guide.get("next")}
    if data["is_false_friend"]:
        glosses = {sense["home_side"]: sense["gloss"] for sense in reversed(senses)}
        if {"business", "technology"} <= glosses.keys():
            page |= {"says_business": glosses["business"], "says_technology": glosses["technology"]}
    return WordPage(**page)


def _with_names(sense: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    signed = [
        {**entry, "name": names.get(entry["person"], ""), "at": datetime.fromisoformat(entry["at"])}
        for entry in sense["signatures"]
    ]
    return {
        **sense,
        "signatures": signed,
        "agreed_at": max((entry["at"] for entry in signed), default=None),
        "stewards": [{**entry, "name": names.get(entry["person"], "")} for entry in sense["stewards"]],
    }


@dataclass(frozen=True)
class Pop:
    """What a pop-over shows of one sense; `name` ties it to its link."""

    reference: str
    name: str
    word: str
    qualifier: str
    gloss: str
    business: str
    technology: str
    careful: str  # how a false friend differs from its other meaning
    url: str


def pops(references: Sequence[str], locale_id: int) -> list[Pop]:
    """The pop-overs of references (`word` or `word#sense`), in their order, unknown ones left out. One query."""
    slugs = {reference.partition("#")[0] for reference in references}
    rows = PublishedWord.objects.filter(locale_id=locale_id, slug__in=slugs).values_list("slug", "data")
    words = dict(rows)
    found = []
    for reference in dict.fromkeys(references):
        slug, _hash, wanted = reference.partition("#")
        word = words.get(slug)
        senses = [sense for sense in word["senses"] if wanted in ("", sense["slug"])] if word else []
        if word and len(senses) == 1:
            found.append(_pop(reference, word, senses[0]))
    return found


def _pop(reference: str, word: dict[str, Any], sense: dict[str, Any]) -> Pop:
    return Pop(
        reference=reference,
        name=pop_name(word["slug"], sense["slug"]),
        word=word["lemma"],
        qualifier=sense["qualifier"],
        gloss=sense["gloss"],
        business=sense["business"],
        technology=sense["technology"],
        careful=" ".join(sense["contrasts"]),
        url=f"{word['url']}#{sense['slug']}",
    )


def word_of_the_week(today: date, locale_id: int) -> dict[str, Any] | None:
    """The card of a live false friend, another one every Monday; None if there is none. One query.

    All of them come up before one comes again.
    """
    friends = list(
        PublishedWord.objects.filter(locale_id=locale_id, is_false_friend=True)
        .order_by("sort_key", "pk")
        .values_list("card", flat=True)
    )
    if not friends:
        return None
    # Day 1 of the calendar was a Monday (date.min.weekday() == 0), so weeks counted from it begin on Mondays.
    return friends[(today.toordinal() - 1) // 7 % len(friends)]
