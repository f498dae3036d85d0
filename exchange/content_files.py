"""A folder of courses and words, as it lies in files: what stands in it and how much. No database.

The same readers as the imports use, so nothing is counted that could not be loaded.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from gates.blocks import LessonSource, Piece, SourceError, load_yaml, parse_lesson
from glossary.rules.linting import count_words
from glossary.wordfile import SensePart, WordPart, read_word
from quizzes.rules.grading import ANSWERABLE

# [[word]], [[word#sense]], [[word#sense|words shown]]: the format of docs/content-format.md
MARK: Final = re.compile(r"\[\[([^\[\]\n|#]{1,120})(?:#([^\[\]\n|]{1,60}))?(?:\|([^\[\]\n]{1,200}))?\]\]")
_ADDRESS: Final = re.compile(r"\[([^\]]*)\]\([^)\s]*\)|https?://\S+")
_CODE: Final = re.compile(r"^(`{3,}|~{3,}).*?^\1[`~]*\s*?$|`[^`\n]+`", re.M | re.S)
_MARKUP: Final = re.compile(r"\*\*|__|(?<!\w)[*_](?=\w)|(?<=[\w.,:;!?%’”)])[*_](?!\w)|^#{1,6}\s+|^>\s?", re.M)
_TABLE_RULE: Final = re.compile(r"^[\s|:-]+$", re.M)
# What somebody who only looks at a lesson does not read.
_NOT_READ: Final = frozenset({"image", "kind", "decorative", "numbers", "url", "file", "captions", "alt"})


def plain(markdown: str) -> str:
    """The words of a Markdown text as they are read: marks, code, addresses and stars are gone."""
    text = _CODE.sub(" ", markdown)
    text = MARK.sub(lambda mark: mark[3] or mark[1].replace("-", " "), text)
    text = _ADDRESS.sub(lambda link: link[1] or "", text)
    return _TABLE_RULE.sub("", _MARKUP.sub("", text)).replace("|", " ")


@dataclass(frozen=True)
class Lesson:
    """One lesson file. Texts are plain, in the order of the file, a blank line between two parts."""

    name: str
    source: LessonSource

    @property
    def slug(self) -> str:
        return str(self.source.front_matter.get("slug", ""))

    @property
    def pieces(self) -> list[Piece]:
        return self.source.pieces

    @property
    def sections(self) -> list[str]:
        return [piece.title for piece in self.pieces if piece.kind == "section"]

    @property
    def checks(self) -> list[str]:
        return [str(code) for piece in self.of_kind("checks") for code in piece.data]

    def of_kind(self, *kinds: str) -> list[Piece]:
        return [piece for piece in self.pieces if piece.kind in kinds]

    @cached_property
    def running_text(self) -> str:
        """The explanation itself: no hook, no block, no heading."""
        return "\n\n".join(plain(piece.body) for piece in self.of_kind("section", "text"))

    @cached_property
    def read_text(self) -> str:
        """Everything that is read, blocks and headings included; not the checks and not what lies behind links."""
        return "\n\n".join(
            plain(text) for piece in self.pieces if piece.kind != "resources" for text in texts_of(piece)
        )

    def marks(self) -> Iterator[tuple[int, str, str]]:
        """Index of the piece, word and sense of each `[[…]]`, from the top; the sense may be empty."""
        for index, piece in enumerate(self.pieces):
            for text in texts_of(piece):
                for mark in MARK.finditer(_CODE.sub(" ", text)):
                    yield index, mark[1].strip(), (mark[2] or "").strip()


def texts_of(piece: Piece) -> Iterator[str]:
    """Every text of a piece that somebody reads, as written, heading first."""
    if piece.title:
        yield piece.title
    if piece.body:
        yield piece.body
    if piece.kind != "checks":
        yield from _texts(piece.data)


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for name, value in data.items():
            if name not in _NOT_READ:
                yield from _texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value)
    elif data is not None and not isinstance(data, bool):
        yield str(data)


@dataclass(frozen=True)
class Course:
    """One course folder. `errors` are of all its files."""

    folder: Path
    about: dict[str, Any]
    lessons: list[Lesson]
    questions: list[dict[str, Any]]
    errors: list[SourceError]

    @property
    def code(self) -> str:
        return str(self.about.get("code") or self.folder.name)

    def asked(self, purpose: str, *, answerable: bool = False) -> list[dict[str, Any]]:
        """The questions of one purpose; with `answerable` only those that a person can be asked now."""
        return [
            item
            for item in self.questions
            if item.get("purpose") == purpose and (not answerable or item.get("kind") in ANSWERABLE)
        ]

    @property
    def figures(self) -> list[str]:
        """The paths of the pictures that lessons show, as written there."""
        return [str(p.data.get("image")) for lesson in self.lessons for p in lesson.of_kind("figure")]


@dataclass(frozen=True)
class Curriculum:
    courses: list[Course]
    words: list[WordPart]
    errors: list[SourceError]


def read_curriculum(folder: Path) -> Curriculum:
    """All courses (folders with a `course.yaml`) and all words (`terms/*.yaml`) of a folder, by name."""
    courses = [read_course(path.parent) for path in sorted(folder.glob("*/course.yaml"))]
    words, errors = read_words(folder / "terms")
    return Curriculum(courses, words, [*errors, *(error for course in courses for error in course.errors)])


def read_words(folder: Path) -> tuple[list[WordPart], list[SourceError]]:
    """The words of a folder that have no mistake, and the mistakes of the others."""
    words, errors = [], []
    for path in sorted(folder.glob("*.yaml")):
        word, mistakes = read_word(path.read_text(encoding="utf-8-sig"), source=path.name)
        errors += mistakes
        if word is not None:
            words.append(word)
    return words, errors


def read_course(folder: Path) -> Course:
    """A course as it lies in its folder; what cannot be read is an error and is left out."""
    errors: list[SourceError] = []
    about = _yaml(folder / "course.yaml", dict, errors)
    questions = _yaml(folder / "questions.yaml", list, errors)
    lessons = []
    for path in sorted(folder.glob("[0-9]*.md")):
        source = parse_lesson(path.read_text(encoding="utf-8-sig"), source=f"{folder.name}/{path.name}")
        errors += source.errors
        lessons.append(Lesson(path.name, source))
    return Course(folder, about, lessons, [item for item in questions if isinstance(item, dict)], errors)


def _yaml(path: Path, expected: type[Any], errors: list[SourceError]) -> Any:
    name = f"{path.parent.name}/{path.name}"
    if not path.is_file():
        errors.append(SourceError(1, _("The file is missing."), name))
        return expected()
    try:
        data = load_yaml(path.read_text(encoding="utf-8-sig"), source=name)
    except SourceError as error:
        errors.append(error)
        return expected()
    if not isinstance(data, expected):
        errors.append(SourceError(1, _("The file holds something else than the format says."), name))
        return expected()
    return data


# --- How complete a word is


def missing_fields(sense: SensePart, *, several: bool) -> list[str]:
    """The fields of the content format that a sense leaves empty though every sense can fill them."""
    wanted = ("gloss", "wording_business", "wording_technology", "why_it_matters", "domain")
    empty = [name for name in wanted if not sense.texts[name]]
    if several and not sense.texts["qualifier"]:
        empty.append("qualifier")
    rows = {"in_a_meeting": sense.exchanges, "synonyms": sense.synonyms, "sources": sense.sources}
    empty += [name for name, value in rows.items() if not value]
    if not sense.links:  # a false friend is a relation too
        empty.append("related")
    return empty


def is_complete(word: WordPart) -> bool:
    """Whether every sense has every field, and a false friend says what goes wrong."""
    is_false_friend = any(link.kind == "false_friend" for sense in word.senses for link in sense.links)
    if is_false_friend and not word.texts["careful"]:
        return False
    return not any(missing_fields(sense, several=len(word.senses) > 1) for sense in word.senses)


# --- How much there is


@dataclass(frozen=True)
class CourseTotals:
    code: str
    lessons: int
    words: int  # of running text
    questions: dict[str, int]  # kind → how many in the bank of the quiz
    checks: int
    probes: int
    diagrams: int


@dataclass(frozen=True)
class Totals:
    """What stands in the files. `questions` are those of the quizzes; checks and probes are apart."""

    courses: int
    lessons: int
    words: int
    questions: int
    checks: int
    probes: int
    terms: int
    senses: int
    complete_terms: int
    false_friends: int
    diagrams: int
    by_kind: dict[str, int]
    by_course: Sequence[CourseTotals]


def totals(curriculum: Curriculum) -> Totals:
    rows = [_totals_of(course) for course in curriculum.courses]
    by_kind = sum((Counter(row.questions) for row in rows), Counter[str]())
    words = curriculum.words
    return Totals(
        courses=len(rows),
        lessons=sum(row.lessons for row in rows),
        words=sum(row.words for row in rows),
        questions=sum(by_kind.values()),
        checks=sum(row.checks for row in rows),
        probes=sum(row.probes for row in rows),
        terms=len(words),
        senses=sum(len(word.senses) for word in words),
        complete_terms=sum(is_complete(word) for word in words),
        false_friends=sum(bool(word.texts["careful"]) for word in words),
        diagrams=sum(row.diagrams for row in rows),
        by_kind=dict(sorted(by_kind.items())),
        by_course=rows,
    )


def _totals_of(course: Course) -> CourseTotals:
    return CourseTotals(
        code=course.code,
        lessons=len(course.lessons),
        words=sum(count_words(lesson.running_text) for lesson in course.lessons),
        questions=dict(sorted(Counter(str(item.get("kind")) for item in course.asked("quiz")).items())),
        checks=len(course.asked("check")),
        probes=len(course.asked("probe")),
        diagrams=len({figure for figure in course.figures if figure.endswith(".svg")}),
    )
