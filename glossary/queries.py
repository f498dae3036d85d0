"""What can be asked of the glossary. Everything comes from the rows that publishing wrote.

`locale_id` is the language of the words; None means the one that the reader uses.
"""

import json
import string
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import get_language

from gates.paging import Part, part_of
from glossary.linking import pop_name
from glossary.models import PublishedWord, Synonym
from glossary.published import Guide, GuideWord, SenseData, WordCard, WordData
from people import queries as people_queries
from search.models import Kind
from search.queries import Hit, Level, Nearness, find
from search.rules.asked import Asked, name_meant
from search.rules.spelling import distance, mistakes_allowed, normalise

KEPT_WORDS = 200  # decoded, about 20 KB each in memory
WORDS_FOUND = 20  # on a page of a search
MOST_SUGGESTED = 3

# By hand, and with the language joined: composing queries took longer than answering them.
_OF_LANGUAGE = "FROM glossary_publishedword w JOIN wagtailcore_locale l ON l.id = w.locale_id WHERE (l.id = %s OR l.language_code = %s)"
_WORD = f"SELECT w.data, w.guide {_OF_LANGUAGE} AND w.slug = %s"
# From the few pairs to their words: no index knows which words are false friends, and reading every row for
# it takes 11 ms of 5,000 words instead of 0.4.
_FRIENDS = """(SELECT p.id FROM glossary_falsefriend f JOIN glossary_sense s ON s.id = f.first_id
JOIN glossary_publishedword p ON p.word_id = s.word_id WHERE p.is_false_friend)"""
# As few, from the signatures: words of which each meaning that is still used is agreed.
_AGREED = """(SELECT p.id FROM glossary_signature g JOIN glossary_senseversion v ON v.id = g.version_id
JOIN glossary_sense s ON s.id = v.sense_id JOIN glossary_publishedword p ON p.word_id = s.word_id
WHERE s.live AND s.status = 'agreed' AND NOT EXISTS (SELECT 1 FROM glossary_sense o
WHERE o.word_id = s.word_id AND o.live AND o.status NOT IN ('agreed', 'deprecated')))"""
# How a word begins, as far as its letter depends on it: "a" of "availability", all of "“as is”" or "état". The
# index over sort keys holds all that it takes to count these.
_PLAIN = ", ".join(f"'{letter}'" for letter in string.ascii_lowercase + string.digits)
_START = f"CASE WHEN substr(w.sort_key, 1, 1) IN ({_PLAIN}) THEN substr(w.sort_key, 1, 1) ELSE w.sort_key END"
_COUNTS = f"""SELECT {_START} AS start, COUNT(*), SUM(CASE WHEN w.id IN {_FRIENDS} THEN 1 ELSE 0 END),
SUM(CASE WHEN w.id IN {_AGREED} THEN 1 ELSE 0 END)
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


class Show(StrEnum):
    """Which words of the index are listed."""

    ALL = ""
    FALSE_FRIENDS = "false-friends"
    AGREED = "agreed"


_ONLY = {
    Show.ALL: "",
    Show.FALSE_FRIENDS: f" AND w.id IN {_FRIENDS}",
    Show.AGREED: f" AND w.id IN {_AGREED}",
}


@dataclass(frozen=True)
class Letter:
    """A letter of the index with the number of its words; `letter` is "#" for words that begin with none."""

    letter: str
    count: int
    anchor: str
    starts: tuple[str, ...]  # how the sort keys of its words begin


@dataclass(frozen=True)
class Index:
    """The glossary from A to Z. `words` counts what is listed, the others what there is."""

    letters: list[Letter]
    words: int
    all_words: int
    false_friends: int
    agreed: int


def a_to_z(locale_id: int | None = None, *, show: Show = Show.ALL) -> Index:
    """How many words each letter has; only letters that have words. 1 SQL query, which reads no word."""
    starts: dict[str, list[str]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    there = dict.fromkeys(Show, 0)
    for start, *numbers in sorted(_ask(_COUNTS, locale_id)):
        here = dict(zip(Show, numbers, strict=True))
        for which, number in here.items():
            there[which] += number
        if listed := here[show]:
            starts[_letter(start)].append(start)
            counts[_letter(start)] += listed
    letters = [
        Letter(letter, counts[letter], f"letter-{number}", tuple(starts[letter]))
        for number, letter in enumerate(sorted(starts), start=1)
    ]
    return Index(letters, sum(counts.values()), *there.values())


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
    edges: list[str] = field(
        default_factory=list
    )  # the first and the last card of each page, where there are several

    @property
    def digest(self) -> str:
        """The same as long as nothing that is listed changed."""
        texts = [text for of_letter in self.texts.values() for text in of_letter]
        return blake2b("".join([*texts, *self.edges]).encode()).hexdigest()

    def by_letter(self) -> list[tuple[Letter, list[WordCard]]]:
        return [
            (letter, [WordCard.from_json(json.loads(text)) for text in self.texts[letter.letter]])
            for letter in self.letters
        ]

    def guide_words(self) -> list[tuple[str, str]]:
        """The first and the last word of each page; none where one page has all."""
        lemmas = [WordCard.from_json(json.loads(text)).lemma for text in self.edges]
        return list(zip(lemmas[::2], lemmas[1::2], strict=True))


def words_of(
    letters: Sequence[Letter],
    locale_id: int | None = None,
    *,
    show: Show = Show.ALL,
    part: Part | None = None,
) -> Listed:
    """The words of some letters of the index, or one page of them.

    1 SQL query, which reads these words and the two at the ends of each page; none for no letters.
    """
    starts = [start for letter in letters for start in letter.starts]
    if not starts:
        return Listed(letters, {})
    # The words are numbered by their ids alone, as for the word of the week.
    numbered = (
        f"SELECT w.id, {_START} AS start, ROW_NUMBER() OVER (ORDER BY w.sort_key, w.id) - 1 AS number, "
        f"COUNT(*) OVER () AS words {_OF_LANGUAGE} AND {_START} IN ({', '.join(['%s'] * len(starts))}){_ONLY[show]}"
    )
    one = part if part is not None and part.last > 1 else None
    bounds = [one.start, one.start + one.size - 1, one.size, one.size] if one else []
    of_one = """WHERE n.number BETWEEN %s AND %s OR n.number %% %s = 0 OR (n.number + 1) %% %s = 0
      OR n.number + 1 = n.words"""
    sql = (
        f"SELECT n.start, n.number, n.words, w.card FROM ({numbered}) n "  # noqa: S608 - our own text
        f"JOIN glossary_publishedword w ON w.id = n.id {of_one if one else ''} ORDER BY n.number"
    )
    texts: dict[str, list[str]] = {letter.letter: [] for letter in letters}
    edges: list[str] = []
    for start, number, words, text in _ask(sql, locale_id, *starts, *bounds):
        if one is None or one.start <= number < one.start + one.size:
            texts[_letter(start)].append(text)
        if one:
            is_last = number + 1 == words or (number + 1) % one.size == 0
            # A page of a single word begins and ends with it.
            edges += [text] * ((number % one.size == 0) + is_last)
    return Listed(letters, texts, edges)


@dataclass(frozen=True)
class Found:
    """A word that a search found, with how: `name` is another name it goes by, `better_not` one to avoid."""

    card: WordCard
    level: Level
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
    """`words` are a page of all `count`, the best first."""

    words: list[Found]
    suggestions: list[Suggestion] = field(default_factory=list)
    count: int = 0
    asked: Asked = field(default_factory=lambda: Asked(""))
    part: Part = field(default_factory=lambda: part_of(0, WORDS_FOUND, 1))


def search_words(q: str, *, page: int = 1) -> Results:
    """Words by their spelling, other names, inflections, beginnings and meanings, the best first.

    Nothing found: up to three words that may have been meant. 2 SQL queries; at most 6 for what is not found.
    """
    results = find(q, kinds=[Kind.WORD], most=WORDS_FOUND, page=page)
    cards = cards_of(hit.object_id for hit in results.hits)
    # A word may have gone since: the index is written with it, but read before it.
    hits = [hit for hit in results.hits if hit.object_id in cards]
    if results.nearness in (Nearness.CORRECTED, Nearness.SOME_WORDS):
        return Results([], [_suggestion(q, cards[hit.object_id]) for hit in hits[:MOST_SUGGESTED]])
    words = [_found(cards[hit.object_id], hit, results.asked) for hit in hits]
    count = results.counts.get(Kind.WORD, 0)
    return Results(words, [], count, results.asked, part_of(count, WORDS_FOUND, page))


def cards_of(words: Iterable[int]) -> dict[int, WordCard]:
    """The cards of published words, by the ids of the words. 1 SQL query, none for none."""
    ids = list(words)
    if not ids:
        return {}
    marks = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT word_id, card FROM glossary_publishedword WHERE word_id IN ({marks})", ids)  # noqa: S608
        return {pk: WordCard.from_json(json.loads(card)) for pk, card in cursor.fetchall()}


def _found(card: WordCard, hit: Hit, asked: Asked) -> Found:
    name = ""
    if hit.level in (Level.NAME, Level.NAME_INFLECTED, Level.BEGINNING_OF_NAME):
        name = name_meant(asked, [name.text for name in card.names])
    return Found(card, hit.level, name, is_better_not(card, name))


def is_better_not(card: WordCard, name: str) -> bool:
    """Whether the glossary advises against this name of the word."""
    avoid = Synonym.Acceptability.AVOID
    return any(other.text == name and other.kind == avoid for other in card.names)


def _suggestion(q: str, card: WordCard) -> Suggestion:
    """The word, by the name of it that is nearest to what was typed; by itself if none is near."""
    typed = normalise(q)
    names = [card.lemma, *(name.text for name in card.names)]
    nearest = min(names, key=lambda name: distance(typed, normalise(name)))
    is_near = distance(typed, normalise(nearest)) <= mistakes_allowed(typed)
    return Suggestion(nearest if is_near else card.lemma, card.lemma, card.url)


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
    names = people_queries.names_of(people) if people else {}
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
    expansion: str  # what the word is short for
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
        expansion=sense.expansion,
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
