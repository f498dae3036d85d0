"""What can be asked of the glossary. Everything comes from the rows that publishing wrote.

`locale_id` is the language of the words; None means the one that the reader uses. What is read from
the rows is shared between requests as long as the rows are the same: nobody changes what is in it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import get_language

from glossary.linking import pop_name
from glossary.models import PublishedWord, Synonym
from glossary.rules.matching import Hit, Place, Searchable, find, normalise, suggestions
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
    stored: str = field(repr=False)  # the same as long as nothing changed


# By hand, and with the language joined: composing queries took longer than answering them.
_OF_LANGUAGE = "FROM glossary_publishedword w JOIN wagtailcore_locale l ON l.id = w.locale_id WHERE (l.id = %s OR l.language_code = %s)"
_CARDS = f"SELECT w.card {_OF_LANGUAGE} ORDER BY w.sort_key, w.id"
_WORD = f"SELECT w.data, w.guide {_OF_LANGUAGE} AND w.slug = %s"


def _ask(sql: str, locale_id: int | None, *values: str) -> list[tuple[str, ...]]:
    language = "" if locale_id is not None else get_language() or settings.LANGUAGE_CODE
    with connection.cursor() as cursor:
        cursor.execute(sql, [locale_id or 0, language, *values])
        rows: list[tuple[str, ...]] = cursor.fetchall()
    return rows


def card_texts(locale_id: int | None = None) -> tuple[str, ...]:
    """The cards of all words of a language as stored, in the order of the alphabet. One query."""
    return tuple(text for (text,) in _ask(_CARDS, locale_id))


@lru_cache(maxsize=8)
def _cards(texts: tuple[str, ...]) -> list[dict[str, Any]]:
    return [json.loads(text) for text in texts]


def a_to_z(locale_id: int | None = None, *, false_friends_only: bool = False) -> Index:
    """All words by letter; only letters that have words. One query."""
    return _index(card_texts(locale_id), false_friends_only)


@lru_cache(maxsize=16)
def _index(texts: tuple[str, ...], false_friends_only: bool) -> Index:
    everything = _cards(texts)
    friends = [card for card in everything if card["is_false_friend"]]
    shown = friends if false_friends_only else everything
    by_letter: dict[str, list[dict[str, Any]]] = {}
    for card in shown:
        by_letter.setdefault(_letter(card["lemma"]), []).append(card)
    letters = [
        Letter(letter, words, f"letter-{number}")
        for number, (letter, words) in enumerate(sorted(by_letter.items()), start=1)
    ]
    return Index(
        letters=letters,
        words=len(shown),
        all_words=len(everything),
        false_friends=len(friends),
        stored="".join(texts),
    )


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


def search_words(q: str, locale_id: int | None = None) -> Results:
    """Words by their spelling, other names, inflections, beginnings and meanings, the best first. One query.

    Nothing found: up to three words that may have been meant, each as {label, url, typed}.
    """
    texts = card_texts(locale_id)
    everything = _cards(texts)
    found = []
    for card, searchable in zip(everything, _searchables(texts), strict=True):
        hit = find(q, searchable)
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


@lru_cache(maxsize=8)
def _searchables(texts: tuple[str, ...]) -> list[Searchable]:
    return [
        Searchable(card["lemma"], _names(card), tuple(card["texts"]), card["language"])
        for card in _cards(texts)
    ]


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
    stored: str = field(default="", repr=False)  # the same as long as nothing changed
    names: tuple[str, ...] = ()  # of people, in the order of the page


def word_page(slug: str, locale_id: int | None = None) -> WordPage | None:
    """A word with everything people may read about it; None if there is no such word. Two queries.

    The second asks for the names of stewards and of those who signed; it is left out where there are none.
    """
    rows = _ask(_WORD, locale_id, slug)
    if not rows:
        return None
    data, guide = (json.loads(text) for text in rows[0])
    people = {
        entry["person"] for sense in data["senses"] for entry in (*sense["stewards"], *sense["signatures"])
    }
    names = dict(Employee.objects.filter(pk__in=people).values_list("pk", "display_name")) if people else {}
    senses = [_with_names(sense, names) for sense in data["senses"]]
    page = {
        "word": data,
        "senses": senses,
        "previous": guide.get("previous"),
        "next": guide.get("next"),
        "stored": "".join(rows[0]),
        "names": tuple(name for _person, name in sorted(names.items())),
    }
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


def word_of_the_week(today: date, locale_id: int | None = None) -> dict[str, Any] | None:
    """The card of a live false friend, another one every Monday; None if there is none. One query.

    All of them come up before one comes again.
    """
    friends = [card for card in _cards(card_texts(locale_id)) if card["is_false_friend"]]
    if not friends:
        return None
    # Day 1 of the calendar was a Monday (date.min.weekday() == 0), so weeks counted from it begin on Mondays.
    return friends[(today.toordinal() - 1) // 7 % len(friends)]
