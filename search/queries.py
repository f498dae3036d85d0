"""What a question finds, the best first.

How well a hit fits is its level, and within a level the weight of its words (`search.rules.indexing`):

0, 1  the question is the title, or another name
2, 3  the same but for inflection, spelling and filler words
4, 5  a word of the title, or of another name, begins so
6     all words of the question stand in it
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.utils.translation import get_language

from search.rules import near
from search.rules.asked import SHORTEST_BEGINNING, Asked, read, widened
from search.rules.indexing import HEAD
from search.rules.sentences import Piece, best_passage, sentence

MOST: Final = 10  # hits of a kind that are shown


class Level(IntEnum):
    """How a hit fits, the best first. Differences say nothing; only the order counts."""

    TITLE = 0
    NAME = 1
    TITLE_INFLECTED = 2
    NAME_INFLECTED = 3
    BEGINNING = 4
    BEGINNING_OF_NAME = 5
    WORDS = 6


class Nearness(IntEnum):
    """How far a search had to go from what was typed."""

    AS_TYPED = 0
    BEGINNINGS = 1  # the words begin so
    CORRECTED = 2  # typing mistakes
    SOME_WORDS = 3  # not all words stand in any hit


@dataclass(frozen=True)
class Hit:
    kind: str
    object_id: int
    level: Level
    target_id: int
    course: int = 0  # the page of its course; 0 for a word


@dataclass(frozen=True)
class Results:
    """`asked` is what was looked for in the end, `counts` how much there is of each kind."""

    asked: Asked
    hits: tuple[Hit, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    nearness: Nearness = Nearness.AS_TYPED
    corrected: str = ""  # the question as it may have been meant

    def of(self, kind: str) -> list[Hit]:
        return [hit for hit in self.hits if hit.kind == kind]


def language_of_reader() -> str:
    return get_language() or settings.LANGUAGE_CODE


def find(
    text: str,
    *,
    kinds: Sequence[str],
    courses: Collection[int] = (),
    most: int = MOST,
    page: int = 1,
    language: str | None = None,
) -> Results:
    """Hits among courses, lessons and words; of courses and lessons only those of `courses` (page ids).

    At most so many of each kind, from its page of this number on: the last where it has fewer.
    1 SQL query. Nothing found: the same with words that begin so (2 more), then with words that are spelled
    nearly so, then with some of the words (1 more each).
    """
    asked = read(text, language or language_of_reader())
    if not asked.terms:
        return Results(asked)
    scope = kinds, courses, most, page
    rows = _hits(asked, *scope)
    if rows:
        return _results(asked, rows)
    words = _similar(asked)
    beginnings = {
        term.word: [word for word in words if word.startswith(term.word)]
        for term in asked.terms
        if len(term.word) >= SHORTEST_BEGINNING
    }
    wider = widened(asked, beginnings)
    if wider != asked and (rows := _hits(wider, *scope)):
        return _results(wider, rows, Nearness.BEGINNINGS)
    unknown = _unknown(asked)
    corrections = {term.word: near.nearest(term.word, words) for term in asked.terms if term.key in unknown}
    if any(corrections.values()):
        wider = widened(wider, corrections)
        if rows := _hits(wider, *scope):
            return _results(wider, rows, Nearness.CORRECTED, _corrected(asked, corrections))
    if len(wider.terms) > 1 and (rows := _hits(wider, *scope, some=True)):
        return _results(wider, rows, Nearness.SOME_WORDS)
    return Results(asked)


def _results(
    asked: Asked, rows: list[tuple[Any, ...]], nearness: Nearness = Nearness.AS_TYPED, corrected: str = ""
) -> Results:
    hits = tuple(
        Hit(kind, pk, Level(level), target, course) for kind, pk, level, target, course, _count in rows
    )
    return Results(asked, hits, {row[0]: row[5] for row in rows}, nearness, corrected)


def _corrected(asked: Asked, corrections: Mapping[str, Sequence[str]]) -> str:
    words = (next(iter(corrections.get(word, ())), word) for word in asked.plain.split())
    return " ".join(words)


def _marks(values: Collection[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def _ask(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _hits(
    asked: Asked, kinds: Sequence[str], courses: Collection[int], most: int, page: int, *, some: bool = False
) -> list[tuple[Any, ...]]:
    """Kind, id, level, target, course and count of the kind. By hand: one statement on indexes, alike on both databases."""
    values: list[Any] = []
    weights = []
    for number, term in enumerate(asked.terms):
        weights.append(f"MAX(CASE WHEN p.key IN ({_marks(term.keys)}) THEN p.weight ELSE 0 END) AS w{number}")
        values += term.keys
    columns = [f"w{number}" for number in range(len(asked.terms))]
    present = " + ".join(f"CASE WHEN {column} > 0 THEN 1 ELSE 0 END" for column in columns)
    least = len(columns) // 2 + len(columns) % 2 if some else len(columns)
    score = f"({present}) * 1000 + {' + '.join(columns)}" if some else " + ".join(columns)
    of_words = f"""
      SELECT target_id, {Level.WORDS} AS level, {score} AS score FROM (
        SELECT p.target_id, {", ".join(weights)} FROM search_posting p
        WHERE p.key IN ({_marks(asked.keys)}) GROUP BY p.target_id
      ) w WHERE {present} >= {least}"""  # noqa: S608 - our own text; what was typed is a parameter
    values += asked.keys
    of_names = ""
    if not some:
        of_names = f"""
      UNION ALL SELECT n.target_id, n.rank + CASE WHEN n.root = '' THEN {Level.BEGINNING}
        WHEN n.start = %s THEN {Level.TITLE}
        WHEN n.root IN ({_marks(asked.roots)}) THEN {Level.TITLE_INFLECTED} ELSE {Level.BEGINNING} END, 0
      FROM search_name n WHERE n.root IN ({_marks(asked.roots)})
        OR (n.head = %s AND substr(n.start, 1, %s) = %s AND (n.root <> '' OR %s > 1))"""  # noqa: S608 - the same
        length = len(asked.plain)
        values += [asked.plain, *asked.roots, *asked.roots, asked.plain[:HEAD], length, asked.plain, length]
    sql = f"""
    SELECT kind, object_id, level, id, course, of_kind FROM (
      SELECT t.kind, t.object_id, b.level, t.id, t.course, COUNT(*) OVER (PARTITION BY t.kind) AS of_kind,
        ROW_NUMBER() OVER (PARTITION BY t.kind ORDER BY b.level, b.score DESC, t."order", t.id) AS number
      FROM (
        SELECT target_id, MIN(level) AS level, MAX(score) AS score FROM ({of_words} {of_names}) f GROUP BY target_id
      ) b JOIN search_target t ON t.id = b.target_id
      WHERE t.language = %s AND t.kind IN ({_marks(kinds)}) AND t.course IN ({_marks([0, *courses])})
    ) r WHERE (number - 1) / {most:d} = CASE WHEN of_kind > {(page - 1) * most:d} THEN {page - 1:d}
      ELSE (of_kind - 1) / {most:d} END ORDER BY kind, number"""  # noqa: S608 - our own text; what was typed is a parameter
    return _ask(sql, [*values, asked.language, *kinds, 0, *courses])


def _similar(asked: Asked) -> set[str]:
    """Known words that begin like a word of the question or share a piece with it. 1 SQL query."""
    pieces: list[str] = []
    for term in asked.terms:
        if near.is_kept(term.word):
            pieces.append(near.beginning(term.word, asked.language))
            pieces += near.asked_pieces(term.word, asked.language)
    if not pieces:
        return set()
    rows = _ask(f"SELECT DISTINCT word FROM search_spelling WHERE piece IN ({_marks(pieces)})", pieces)  # noqa: S608
    return {word for (word,) in rows}


def _unknown(asked: Asked) -> set[str]:
    """The keys of words that stand nowhere. 1 SQL query."""
    own = [term.key for term in asked.terms]
    rows = _ask(f"SELECT DISTINCT key FROM search_posting WHERE key IN ({_marks(own)})", own)  # noqa: S608
    return set(own) - {key for (key,) in rows}


@dataclass(frozen=True)
class Shown:
    """The passage of a hit that answers best. `anchor`: its address in the page, empty for the top."""

    anchor: str
    heading: str
    sentence: tuple[Piece, ...]


def passages(results: Results, hits: Sequence[Hit]) -> dict[int, Shown]:
    """The sentence to show of each hit, by its target; none where only the title was found. 2 SQL queries."""
    asked = results.asked
    if not hits or not asked.keys:
        return {}
    targets = [hit.target_id for hit in hits]
    places: dict[int, dict[str, Collection[int]]] = {}
    sql = (
        f"SELECT target_id, key, passages FROM search_posting "  # noqa: S608 - our own text
        f"WHERE key IN ({_marks(asked.keys)}) AND target_id IN ({_marks(targets)})"
    )
    for target, key, numbers in _ask(sql, [*asked.keys, *targets]):
        places.setdefault(target, {})[key] = [int(number) for number in numbers.split(",") if number]
    chosen = [
        (target, number)
        for target in targets
        if (number := best_passage(places.get(target, {}), asked)) is not None
    ]
    if not chosen:
        return {}
    pairs = " OR ".join(["(target_id = %s AND number = %s)"] * len(chosen))
    sql = f"SELECT target_id, anchor, heading, text FROM search_passage WHERE {pairs}"  # noqa: S608
    rows = _ask(sql, [value for pair in chosen for value in pair])
    return {target: Shown(anchor, heading, sentence(text, asked)) for target, anchor, heading, text in rows}
