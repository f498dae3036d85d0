"""The curriculum as it lies in its files, each read once for all tests."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from exchange.content_files import MARK, Course, Lesson, read_course, read_words
from glossary.rules.matching import Vocabulary
from glossary.wordfile import SensePart, WordPart

CONTENT = Path(__file__).resolve().parents[2] / "content"
CODES = sorted(path.parent.name for path in CONTENT.glob("*/course.yaml"))
LESSONS = sorted((path.parent.name, path.name) for path in CONTENT.glob("*/[0-9]*.md"))
LESSON_IDS = [f"{code}-{Path(name).stem}" for code, name in LESSONS]
SLUGS = sorted(path.stem for path in (CONTENT / "terms").glob("*.yaml"))


@cache
def course(code: str) -> Course:
    return read_course(CONTENT / code)


@cache
def lesson(code: str, name: str) -> Lesson:
    return next(one for one in course(code).lessons if one.name == name)


@cache
def words() -> dict[str, WordPart]:
    return {word.slug: word for word in read_words(CONTENT / "terms")[0]}


@cache
def word_errors() -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    for error in read_words(CONTENT / "terms")[1]:
        errors.setdefault(Path(error.source).stem, []).append(str(error))
    return errors


def senses() -> Iterator[tuple[WordPart, SensePart]]:
    for word in words().values():
        for sense in word.senses:
            yield word, sense


@cache
def vocabulary() -> Vocabulary[str]:
    """All words by lemma, slug, abbreviation and expansion, as glossary.linking finds them."""
    return vocabulary_of(frozenset(words()))


def vocabulary_of(slugs: frozenset[str]) -> Vocabulary[str]:
    made: Vocabulary[str] = Vocabulary("en")
    for slug in sorted(slugs):
        word = words()[slug]
        made.add(slug, [slug, word.texts["lemma"]])
        for sense in word.senses:
            if sense.texts["abbreviation"]:
                made.add(slug, [sense.texts["abbreviation"], sense.texts["expansion"]])
    return made


def resolve(reference: str) -> str:
    """`word#sense` for a reference as people write it: inflected, and without the sense where there is one.

    Raises LookupError with a sentence.
    """
    name, _hash, slug = reference.strip().partition("#")
    word = words().get(name) or words().get(vocabulary().lookup(name) or "")
    if word is None:
        raise LookupError(f"there is no word “{name}”")
    known = [sense.slug for sense in word.senses]
    if not slug and len(known) == 1:
        slug = known[0]
    if slug not in known:
        several = ", ".join(f"{word.slug}#{one}" for one in known)
        raise LookupError(f"“{reference}” names no sense; there are {several}")
    return f"{word.slug}#{slug}"


def linked(lesson: Lesson) -> list[str]:
    """The senses that a lesson links, in order, each once; what does not resolve is left out."""
    senses: dict[str, None] = {}
    for _index, name, slug in lesson.marks():
        try:
            senses[resolve(f"{name}#{slug}" if slug else name)] = None
        except LookupError:
            continue
    return list(senses)


def without_marks(text: str) -> str:
    """The text with the words of its term links taken out: what is left is linked nowhere."""
    return MARK.sub(" ", text)


def listed(findings: list[Any]) -> str:
    """Findings as a message of an assertion, one in a line."""
    return "".join(f"\n  {finding}" for finding in findings)
