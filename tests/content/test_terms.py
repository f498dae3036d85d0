"""Every word is linked where it first matters, says which of its senses is meant, and comes in order."""

import re
from functools import cache

import pytest

from bothways.operations.installation import FIRST_COURSES
from exchange.content_files import MARK, Lesson, texts_of
from glossary.rules.matching import normalise
from tests.content.given import (
    CODES,
    LESSON_IDS,
    LESSONS,
    course,
    lesson,
    linked,
    listed,
    resolve,
    words,
)

EVERYDAY = frozenset(
    "account agent budget change contract control customer delivery done incident lead log owner policy problem"
    " product recovery release risk service support ticket transaction user value".split()
)
"""Words of the glossary that are plain English as well: “a train ticket”, “the owners of a firm”. Only a
person can see whether the glossary's sense is meant. Every other word of the glossary has to be linked in the
lesson whose running text uses it, or in an earlier one of its course."""

each_course = pytest.mark.parametrize("code", CODES)
each_lesson = pytest.mark.parametrize(("code", "name"), LESSONS, ids=LESSON_IDS)


@each_lesson
def test_every_link_leads_to_one_sense(code: str, name: str) -> None:
    """`[[word]]` where the word has one sense, else `[[word#sense]]`; inflected forms find their word."""
    wrong = []
    for index, word, sense in lesson(code, name).marks():
        try:
            resolve(f"{word}#{sense}" if sense else word)
        except LookupError as problem:
            wrong.append(f"line {lesson(code, name).pieces[index].line}: {problem}")

    assert not wrong, listed(wrong)


@each_lesson
def test_no_word_of_the_glossary_is_used_before_it_is_linked(code: str, name: str) -> None:
    """In the running text, by its own name, a plural, or its abbreviation.

    Words that only the reader's side uses are free: nobody explains a server to a technician. A link may show
    another word than it leads to (“gross margin” as “margin”); that one is explained by it too.
    """
    known = {
        slug
        for earlier in course(code).lessons
        if earlier.name <= name
        for slug in (
            *(reference.partition("#")[0] for reference in linked(earlier)),
            *shown_by_links(earlier),
        )
    }
    reader = "business" if code.startswith("T") else "technology"
    text = normalise(lesson(code, name).running_text)

    unlinked = {
        f"{slug}: … {text[max(0, match.start() - 40) : match.end() + 30]} …"
        for match in names_pattern().finditer(text)
        if (slug := names()[match[0]]) not in known
        and slug not in EVERYDAY
        and any(sense.home_side != reader for sense in words()[slug].senses)
    }

    assert not unlinked, listed(sorted(unlinked))


@each_course
def test_the_words_that_a_course_lists_exist_and_stand_in_it_once(code: str) -> None:
    terms = [str(term) for term in course(code).about["terms"]]

    assert [resolve(term) for term in terms] == [resolve(term) for term in dict.fromkeys(terms)]


@each_course
def test_a_course_lists_every_sense_that_its_lessons_link(code: str) -> None:
    terms = {resolve(str(term)) for term in course(code).about["terms"]}
    used = {reference for one in course(code).lessons for reference in linked(one)}

    assert used - terms == set()


@each_course
def test_a_course_lists_its_words_in_the_order_of_the_lessons_that_link_them(code: str) -> None:
    met: dict[str, str] = {}
    for one in course(code).lessons:
        for reference in linked(one):
            met.setdefault(reference, one.name)

    names = [(met[term], term) for term in map(resolve, map(str, course(code).about["terms"])) if term in met]

    late = [
        term
        for place, (name, term) in enumerate(names)
        if any(name < before for before, _term in names[:place])
    ]
    assert not late, listed(late)


@each_course
def test_a_course_lists_no_sense_that_it_does_not_use(code: str) -> None:
    asked = {resolve(str(sense)) for item in course(code).questions for sense in item.get("senses", [])}
    used = {reference for one in course(code).lessons for reference in linked(one)} | asked

    assert {resolve(str(term)) for term in course(code).about["terms"]} - used == set()


@pytest.mark.parametrize("code", FIRST_COURSES)
def test_a_first_course_needs_no_words_but_its_own(code: str) -> None:
    """It is loaded with these words only, before the rest of the glossary."""
    terms = {resolve(str(term)).partition("#")[0] for term in course(code).about["terms"]}
    linked_words = {reference.partition("#")[0] for one in course(code).lessons for reference in linked(one)}
    assert linked_words - terms == set()

    tagged = {str(sense) for item in course(code).questions for sense in item.get("senses", [])}

    assert {sense for sense in tagged if resolve(sense).partition("#")[0] not in terms} == set()


def test_no_word_is_an_orphan() -> None:
    """Each is taught by a course, or leads to words that are."""
    orphans = [
        slug
        for slug, word in words().items()
        if slug not in taught()
        and not any(
            link.reference.partition("#")[0] in taught() for sense in word.senses for link in sense.links
        )
    ]

    assert not orphans, listed(orphans)


def shown_by_links(lesson: Lesson) -> set[str]:
    """The words that stand in the texts of a lesson's links."""
    texts = (text for piece in lesson.pieces for text in texts_of(piece))
    shown = (match[3] or "" for text in texts for match in MARK.finditer(text))
    return {names()[match[0]] for text in shown for match in names_pattern().finditer(normalise(text))}


@cache
def taught() -> frozenset[str]:
    return frozenset(str(term).partition("#")[0] for code in CODES for term in course(code).about["terms"])


@cache
def names() -> dict[str, str]:
    """Every way a word is written, normalised, with its plural → slug."""
    names: dict[str, str] = {}
    for slug, word in words().items():
        ways = [word.texts["lemma"], slug]
        ways += [
            sense.texts[name]
            for sense in word.senses
            for name in ("abbreviation", "expansion")
            if sense.texts[name]
        ]
        for way in map(normalise, ways):
            for form in (way, f"{way}s", f"{way}es", re.sub(r"y$", "ies", way)):
                names.setdefault(form, slug)
    return names


@cache
def names_pattern() -> re.Pattern[str]:
    longest_first = sorted(names(), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")
