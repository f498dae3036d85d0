"""The curriculum is written in plain British English, each word spelled right, each sentence its own."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from spellchecker import SpellChecker

from exchange.content_files import plain, texts_of
from glossary.rules.matching import normalise
from tests.content.given import CODES, CONTENT, SLUGS, course, listed, words

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
REVIEWED = Path(__file__).with_name("words.txt")
"""Right words that no dictionary here knows, one in a line, read by people. Names of sources among them."""

# The dictionary is American: a British spelling is right where its American twin is.
BRITISH = [
    (r"is(e[ds]?|ers?|ing|ations?|ational|able)$", r"iz\1"),
    (r"ys(e[ds]?|ing)$", r"yz\1"),
    (r"our(s|ed|ing|ite|ites|able|hood|ful)?$", r"or\1"),
    (r"our(al|ing)", r"or\1"),
    (r"(t|b)re(s|d)?$", r"\1er\2"),
    (r"metre", "meter"),
    (r"ogue(s?)$", r"og\1"),
    (r"(f)ence(s?)$", r"\1ense\2"),
    (r"ll(ed|ing|er|ers)$", r"l\1"),
    (r"programme(s?)$", r"program\1"),
]

AMERICAN = re.compile(
    r"\b(?:colors?|colored|behaviors?|favor\w*|honor\w*|labor|harbors?|neighbor\w*|humor|rumors?"
    r"|center(?:s|ed)?|theaters?|fibers?|liters?|(?:kilo|centi|milli)meters?|catalogs?|dialogs?|analyz\w+|paralyz\w+"
    r"|traveled|traveling|travelers?|canceled|canceling|modeled|modeling|labeled|labeling|fulfill|fulfills|enroll"
    r"|enrollments?|skillful|defenses?|offenses?|gray|gotten|jewelry|aluminum|plows?|math|vacations?|elevators?"
    r"|trucks?|sidewalks?|apartments?|cell phones?|toward|someplace|anyplace|check ?books?|tires?|judgments?"
    r"|percent|burglariz\w+)\b",
    re.I,
)
IZE = re.compile(
    r"\b(?!(?:cap|over|under|re|down|right)?siz|seiz|priz|apprais)\w+iz(?:e[ds]?|ing|ers?|ations?)\b", re.I
)

FILLER = re.compile(
    r"in today[’']s (?!money)\w+|fast-paced|at the end of the day|it is (?:important|worth|crucial) (?:to note|noting)"
    r"|needless to say|game.chang\w+|leverag\w+|synerg\w+|seamless\w*|cutting.edge|best.in.class|state.of.the.art"
    r"|world.class|delv(?:e|es|ing)\b|as we all know|simply put|unlock(?:s|ing)? (?:the|new|your)|empower\w*"
    r"|holistic\w*|paradigm|low.hanging|move the needle|deep dive|touch base|circle back|going forward|crucial\w*"
    r"|more than ever|rest assured|plays a (?:key|vital|crucial) role|in conclusion|when it comes to|win.win"
    r"|think outside|at scale\b|journey of|ever.(?:changing|evolving)|digital (?:age|era|world)|ecosystem"
    r"|of course, everyone|everybody knows|as mentioned (?:above|before)|last but not least|without further ado"
    r"|key takeaways?|in a nutshell|let[’']s dive|dive into|tapestry|a testament to",
    re.I,
)
"""Phrases that could stand in any course, or say nothing."""


def texts_of_course(code: str) -> Iterator[str]:
    """Everything that is read in a course; not the titles of other people's works."""
    about = course(code).about
    yield from (str(about[name]) for name in ("title", "short_title", "summary"))
    yield str(about["session"]["title"])
    yield from (str(outcome["text"]) for outcome in about["outcomes"])
    for lesson in course(code).lessons:
        yield from (str(lesson.source.front_matter[name]) for name in ("title", "objective"))
        for piece in lesson.pieces:
            if piece.kind == "resources":
                yield from (str(item.get("note", "")) for item in piece.data)
                continue
            yield from texts_of(piece)
            if piece.kind == "figure":
                yield str(piece.data.get("alt", ""))
    for item in course(code).questions:
        yield from _texts_of_question(item)
    for path in course(code).folder.glob("images/*.svg"):
        yield re.sub(r"<[^>]*>", " ", path.read_text(encoding="utf-8"))
    for path in course(code).folder.glob("session-plan.md"):
        yield path.read_text(encoding="utf-8")


def _texts_of_question(item: Any) -> Iterator[str]:
    if isinstance(item, dict):
        for name, value in item.items():
            if name not in {"id", "lesson", "outcome", "senses", "purpose", "kind", "side", "probe"}:
                yield from _texts_of_question(value)
    elif isinstance(item, list):
        for value in item:
            yield from _texts_of_question(value)
    elif isinstance(item, str):
        yield item


def texts_of_word(slug: str) -> Iterator[str]:
    """Everything that is read about a word; not its other names and not its sources."""
    word = words()[slug]
    yield word.texts["careful"]
    for sense in word.senses:
        yield from (value for name, value in sense.texts.items() if name not in {"slug", "formula"})
        yield from (str(value) for exchange in sense.exchanges for value in exchange.values())
        yield from (link.contrast for link in sense.links)


@cache
def speller() -> SpellChecker:
    return SpellChecker(language="en")


@cache
def reviewed() -> frozenset[str]:
    lines = REVIEWED.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


@cache
def own_words() -> frozenset[str]:
    """The parts of every name in the glossary, synonyms included."""
    names: list[str] = []
    for word in words().values():
        names.append(word.texts["lemma"])
        for sense in word.senses:
            names += [sense.texts["abbreviation"], sense.texts["expansion"]]
            names += [str(row["label"]) for row in sense.synonyms]
    return frozenset(part for name in names for part in normalise(name).split())


@cache
def is_spelled_right(word: str) -> bool:
    whole = word.lower().replace("’", "'")
    plain_word = re.sub(r"'(?:s|re|ll|ve|d)?$", "", whole)
    known = speller().word_frequency
    if len(plain_word) < 3 or any(one in known or one in reviewed() for one in (whole, plain_word)):
        return True
    if {plain_word, plain_word.removesuffix("s"), plain_word.removesuffix("es")} & own_words():
        return True
    return any(
        re.search(pattern, plain_word) and re.sub(pattern, twin, plain_word) in known
        for pattern, twin in BRITISH
    )


def misspelled(texts: Iterator[str]) -> list[str]:
    return sorted(
        {word for text in texts for word in WORD.findall(plain(text)) if not is_spelled_right(word)}
    )


@pytest.mark.parametrize("code", CODES)
def test_every_word_of_a_course_is_spelled_right(code: str) -> None:
    assert misspelled(texts_of_course(code)) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_every_word_about_a_word_is_spelled_right_and_british(slug: str) -> None:
    texts = list(texts_of_word(slug))

    assert misspelled(iter(texts)) == []
    assert american(iter(texts)) == []


def american(texts: Iterator[str]) -> list[str]:
    return [
        " ".join(plain_text[max(0, match.start() - 25) : match.end() + 15].split())
        for plain_text in map(plain, texts)
        for pattern in (AMERICAN, IZE)
        for match in pattern.finditer(plain_text)
    ]


@pytest.mark.parametrize("code", CODES)
def test_a_course_is_written_in_british_english(code: str) -> None:
    assert not (words := american(texts_of_course(code))), listed(words)


@pytest.mark.parametrize("code", CODES)
def test_a_course_has_no_phrase_that_could_stand_in_any_course(code: str) -> None:
    assert not (empty := list(phrases(texts_of_course(code)))), listed(empty)


def test_no_definition_has_a_phrase_that_says_nothing() -> None:
    empty = [f"{slug}: {phrase}" for slug in SLUGS for phrase in phrases(texts_of_word(slug))]

    assert not empty, listed(empty)


def phrases(texts: Iterator[str]) -> Iterator[str]:
    for text in texts:
        for match in FILLER.finditer(text):
            yield " ".join(text[max(0, match.start() - 30) : match.end() + 20].split())


@pytest.mark.parametrize("code", CODES)
def test_lessons_never_repeat_a_sentence(code: str) -> None:
    seen: dict[str, str] = {}
    twice = []
    for lesson in course(code).lessons:
        for sentence in re.split(r"(?<=[.!?])\s+", lesson.running_text):
            plain_sentence = normalise(sentence)
            if len(plain_sentence.split()) >= 6:
                twice += [sentence] if seen.setdefault(plain_sentence, lesson.name) != lesson.name else []

    assert not twice, listed(twice)


def test_no_two_courses_share_a_sentence() -> None:
    seen: dict[str, str] = {}
    twice = []
    for code in CODES:
        for lesson in course(code).lessons:
            for sentence in re.split(r"(?<=[.!?])\s+", lesson.running_text):
                plain_sentence = normalise(sentence)
                if len(plain_sentence.split()) >= 8 and seen.setdefault(plain_sentence, code) != code:
                    twice.append(f"{seen[plain_sentence]} and {code}: {sentence}")

    assert not twice, listed(twice)


def test_no_file_names_a_registry_or_a_folder_of_this_machine() -> None:
    forbidden = re.compile(r"/work/|/tmp/|localhost|127\.0\.0\.1")

    named = [
        f"{path.relative_to(CONTENT)}: {hit[0]}"
        for path in CONTENT.rglob("*")
        if path.is_file()
        for hit in forbidden.finditer(path.read_text(encoding="utf-8"))
    ]

    assert named == []


def test_the_reviewed_words_are_in_order_and_needed() -> None:
    lines = [line for line in REVIEWED.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]

    assert lines == sorted(set(lines))
    assert [line for line in lines if line in speller().word_frequency] == []
