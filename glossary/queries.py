"""What can be asked of the glossary. Everything comes from the rows that publishing wrote.

`locale_id` is the language of the words; None means the one that the reader uses.
"""

import json
import string
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import get_language

from glossary.linking import pop_name
from glossary.models import PublishedWord, Synonym
from glossary.published import Guide, GuideWord, SenseData, WordCard, WordData
from glossary.rules.matching import Hit, Rank, Searchable, find, normalise, suggestions
from people.models import Employee

KEPT_WORDS = 200  # decoded, about 20 KB each in memory

# By hand, and with the language joined: composing queries took longer than answering them.
_OF_LANGUAGE = "FROM glossary_publishedword w JOIN wagtailcore_locale l ON l.id = w.locale_id WHERE (l.id = %s OR l.language_code = %s)"
_WORD = f"SELECT w.data, w.guide {_OF_LANGUAGE} AND w.slug = %s"
_VERSIONS = f"SELECT w.id, w.rendered_at {_OF_LANGUAGE} ORDER BY w.sort_key, w.id"
# From the few pairs to their words: no index knows which words are false friends, and reading every row for
# it takes 11 ms of 5,000 words instead of 0.4.
_FRIENDS = """(SELECT p.id FROM glossary_falsefriend f JOIN glossary_sense s ON s.id = f.first_id
JOIN glossary_publishedword p ON p.word_id = s.word_id WHERE p.is_false_friend)"""
# How a word begins, as far as its letter depends on it: "a" of "availability", all of "“as is”" or "état". The
# index over sort keys holds all that it takes to count these.
_PLAIN = ", ".join(f"'{letter}'" for letter in string.ascii_lowercase + string.digits)
_START = f"CASE WHEN substr(w.sort_key, 1, 1) IN ({_PLAIN}) THEN substr(w.sort_key, 1, 1) ELSE w.sort_key END"
_COUNTS = f"""SELECT {_START} AS start, COUNT(*), SUM(CASE WHEN w.id IN {_FRIENDS} THEN 1 ELSE 0 END)
{_OF_LANGUAGE} GROUP BY start"""
# What was there when the week began, and the very first: so the word stays while others come in.
_SINCE_MONDAY = """(SELECT p.id FROM glossary_falsefriend f JOIN glossary_sense s ON s.id = f.first_id
JOIN glossary_publishedword p ON p.word_id = s.word_id
JOIN glossary_senseversion v ON v.sense_id = s.id AND v.number = 1
WHERE p.is_false_friend AND (v.from_at < %s OR v.id = (SELECT MIN(v.id) FROM glossary_senseversion v
JOIN glossary_falsefriend f ON f.first_id = v.sense_id)))"""
# The words are counted by their ids alone: numbering whole cards took twice as long.
_OF_THE_WEEK = f"""SELECT card FROM glossary_publishedword WHERE id = (SELECT id FROM (
  SELECT w.id, ROW_NUMBER() OVER (ORDER BY w.sort_key, w.id) - 1 AS number, COUNT(*) OVER () AS friends
  {_OF_LANGUAGE} AND w.id IN {_SINCE_MONDAY}
) f WHERE number = %s %% friends)"""  # noqa: S608 - our own text


def _ask(sql: str, locale_id: int | None, *values: Any) -> list[tuple[Any, ...]]:
    language = "" if locale_id is not None else get_language() or settings.LANGUAGE_CODE
    with connection.cursor() as cursor:
        cursor.execute(sql, [locale_id or 0, language, *values])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


@dataclass(frozen=True)
class Letter:
    """A letter of the index with the number of its words; `letter` is "#" for words that begin with none."""

    letter: str
    count: int
    anchor: str
    starts: tuple[str, ...]  # how the sort keys of its words begin


@dataclass(frozen=True)
class Index:
    """The glossary from A to Z. `words` counts what is listed, `all_words` and `false_friends` what there is."""

    letters: list[Letter]
    words: int
    all_words: int
    false_friends: int


def a_to_z(locale_id: int | None = None, *, false_friends_only: bool = False) -> Index:
    """How many words each letter has; only letters that have words. 1 SQL query, which reads no word."""
    starts: dict[str, list[str]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    all_words = false_friends = 0
    for start, words, friends in sorted(_ask(_COUNTS, locale_id)):
        all_words += words
        false_friends += friends
        if listed := friends if false_friends_only else words:
            starts[_letter(start)].append(start)
            counts[_letter(start)] += listed
    letters = [
        Letter(letter, counts[letter], f"letter-{number}", tuple(starts[letter]))
        for number, letter in enumerate(sorted(starts), start=1)
    ]
    return Index(letters, sum(counts.values()), all_words, false_friends)


def letter_of(lemma: str) -> str:
    """The letter of the index under which a word stands."""
    return _letter(lemma)


def _letter(start: str) -> str:
    first = normalise(start)[:1].upper()
    return first if first.isalpha() else "#"


@dataclass(frozen=True)
class Listed:
    """The words of some letters in the order of the alphabet, decoded only by whoever shows them."""

    letters: Sequence[Letter]
    texts: dict[str, list[str]]  # by letter, the cards as stored

    @property
    def digest(self) -> str:
        """The same as long as nothing that is listed changed."""
        return blake2b("".join("".join(texts) for texts in self.texts.values()).encode()).hexdigest()

    def by_letter(self) -> list[tuple[Letter, list[WordCard]]]:
        return [
            (letter, [WordCard.from_json(json.loads(text)) for text in self.texts[letter.letter]])
            for letter in self.letters
        ]


def words_of(
    letters: Sequence[Letter], locale_id: int | None = None, *, false_friends_only: bool = False
) -> Listed:
    """The words of some letters of the index. 1 SQL query, which reads these words and no others; none for none."""
    starts = [start for letter in letters for start in letter.starts]
    if not starts:
        return Listed(letters, {})
    friends = f" AND w.id IN {_FRIENDS}" if false_friends_only else ""
    of_letters = f"SELECT w.id {_OF_LANGUAGE} AND {_START} IN ({', '.join(['%s'] * len(starts))}){friends}"
    sql = (
        f"SELECT {_START}, w.card FROM glossary_publishedword w "  # noqa: S608 - our own text
        f"WHERE w.id IN ({of_letters}) ORDER BY w.sort_key, w.id"
    )
    texts: dict[str, list[str]] = {letter.letter: [] for letter in letters}
    for start, text in _ask(sql, locale_id, *starts):
        texts[_letter(start)].append(text)
    return Listed(letters, texts)


@dataclass(frozen=True)
class Found:
    """A word that a search found, with how: `name` is another name it goes by, `better_not` one to avoid."""

    card: WordCard
    rank: Rank
    name: str = ""
    better_not: bool = False


@dataclass(frozen=True)
class Suggestion:
    """A word that may have been meant. `typed` is the name of it that is near to what was typed."""

    typed: str
    label: str
    url: str

    @property
    def also_called(self) -> str:
        """That name where the word itself is another; else empty."""
        return self.typed if self.typed != self.label else ""


@dataclass(frozen=True)
class Results:
    """`exact` is the word that was typed, or one that goes by what was typed; `words` holds it too."""

    words: list[Found]
    suggestions: list[Suggestion] = field(default_factory=list)

    @property
    def exact(self) -> Found | None:
        return self.words[0] if self.words and self.words[0].rank <= Rank.OTHER_NAME_INFLECTED else None


@dataclass(frozen=True)
class _Known:
    """A word as a search compares it. Requests share it."""

    card: WordCard
    searchable: Searchable


_Version = tuple[int, Any]  # of a row: its id, and when it was rendered
_known: dict[tuple[int | None, str | None], dict[_Version, _Known]] = {}


def _words(locale_id: int | None) -> Collection[_Known]:
    """All words of a language in the order of the alphabet. 1 SQL query, 2 after a publication.

    A search compares every word (decision 10), and what it compares is kept: reading 5,000 words takes 95 ms,
    their stems half a second; asking for their versions takes 10 ms. One generation for each language.
    """
    asked = locale_id, None if locale_id is not None else get_language()
    before = _known.get(asked, {})
    versions = _ask(_VERSIONS, locale_id)
    missing = [str(int(pk)) for pk, at in versions if (pk, at) not in before]
    if not missing and len(versions) == len(before):
        return before.values()
    words = dict(before)
    if missing:
        # What was rendered again since is read with its newer text, and once more by the next search.
        sql = f"SELECT w.id, w.card {_OF_LANGUAGE} AND w.id IN ({', '.join(missing)})"
        cards = dict(_ask(sql, locale_id))
        words |= {(pk, at): _read(cards[pk]) for pk, at in versions if (pk, at) not in before and pk in cards}
    _known[asked] = {version: words[version] for version in versions if version in words}
    return _known[asked].values()


def _read(text: str) -> _Known:
    card = WordCard.from_json(json.loads(text))
    names = tuple(name.text for name in card.names)
    return _Known(card, Searchable(card.lemma, names, card.texts, card.language))


def forget_words() -> None:
    """For tests that roll back: words of a transaction that never happened must not be kept."""
    _known.clear()


def search_words(q: str, locale_id: int | None = None) -> Results:
    """Words by their spelling, other names, inflections, beginnings and meanings, the best first.

    Nothing found: up to three words that may have been meant. 1 SQL query,
    2 after a publication.
    """
    words = _words(locale_id)
    hits = find(q, (word.searchable for word in words))
    entries = [
        Found(word.card, hit.rank, hit.name, _better_not(word.card, hit))
        for word, hit in zip(words, hits, strict=True)
        if hit is not None
    ]
    entries.sort(key=lambda entry: entry.rank)
    if entries:
        return Results(entries)
    by_name = {name: word.card for word in words for name in (*word.searchable.names, word.card.lemma)}
    return Results(
        [],
        [Suggestion(name, by_name[name].lemma, by_name[name].url) for name in suggestions(q, by_name)],
    )


def _better_not(card: WordCard, hit: Hit) -> bool:
    avoid = Synonym.Acceptability.AVOID
    return any(name.text == hit.name and name.kind == avoid for name in card.names)


@dataclass(frozen=True)
class WordPage:
    """All that a word's page shows; `senses` are those of the word, with the names of people."""

    word: WordData
    senses: tuple[SenseData, ...]
    previous: GuideWord | None
    next: GuideWord | None
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
    (data, guide_text), *_others = rows
    word, guide = _decoded(data), Guide.from_json(json.loads(guide_text))
    people = {steward.person for sense in word.senses for steward in sense.stewards}
    people |= {signed.person for sense in word.senses for signed in sense.signatures}
    names = dict(Employee.objects.filter(pk__in=people).values_list("pk", "display_name")) if people else {}
    glosses = {sense.home_side: sense.gloss for sense in reversed(word.senses)}
    says_both = word.is_false_friend and {"business", "technology"} <= glosses.keys()
    return WordPage(
        word=word,
        senses=tuple(_with_names(sense, names) for sense in word.senses) if names else word.senses,
        previous=guide.previous,
        next=guide.next,
        says_business=glosses["business"] if says_both else "",
        says_technology=glosses["technology"] if says_both else "",
        stored=data + guide_text,
        names=tuple(name for _person, name in sorted(names.items())),
    )


@lru_cache(maxsize=KEPT_WORDS)
def _decoded(data: str) -> WordData:
    """Finding it by its text takes 1 µs, decoding it 50 (measured, a word of 4 KB)."""
    return WordData.from_json(json.loads(data))


def _with_names(sense: SenseData, names: dict[int, str]) -> SenseData:
    return replace(
        sense,
        signatures=tuple(replace(signed, name=names.get(signed.person, "")) for signed in sense.signatures),
        stewards=tuple(replace(steward, name=names.get(steward.person, "")) for steward in sense.stewards),
    )


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
    words = {slug: WordData.from_json(data) for slug, data in rows}
    pops = []
    for reference in dict.fromkeys(references):
        slug, _hash, wanted = reference.partition("#")
        word = words.get(slug)
        senses = [sense for sense in word.senses if wanted in ("", sense.slug)] if word else []
        if word and len(senses) == 1:
            pops.append(_pop(reference, word, senses[0]))
    return pops


def _pop(reference: str, word: WordData, sense: SenseData) -> Pop:
    return Pop(
        reference=reference,
        name=pop_name(word.slug, sense.slug),
        word=word.lemma,
        qualifier=sense.qualifier,
        gloss=sense.gloss,
        business=sense.business,
        technology=sense.technology,
        careful=" ".join(sense.contrasts),
        url=f"{word.url}#{sense.slug}",
    )


def word_of_the_week(today: date, locale_id: int | None = None) -> WordCard | None:
    """The card of a live false friend, another one every Monday; None if there is none. One query.

    All of them come up before one comes again. A word that is published within a week waits for the next.
    """
    # Day 1 of the calendar was a Monday (date.min.weekday() == 0), so weeks counted from it begin on Mondays.
    monday = today - timedelta(days=today.weekday())
    rows = _ask(_OF_THE_WEEK, locale_id, monday.isoformat(), (today.toordinal() - 1) // 7)
    return WordCard.from_json(json.loads(rows[0][0])) if rows else None
