"""What publishing stores of a course and its lessons, in `Published.card` and `.data`: see `courses.publishing`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from courses.rules.completion import Rule
from gates.stored import Stored
from quizzes.rules.showing import AnsweredOptions


@dataclass(frozen=True)
class LessonCard(Stored):
    """What lists show of a lesson."""

    title: str
    objective: str
    url: str
    minutes: int


@dataclass(frozen=True)
class ListedLesson(Stored):
    """A lesson on the card of its course."""

    key: str
    title: str
    objective: str
    minutes: int
    url: str


@dataclass(frozen=True)
class CourseCard(Stored):
    """What a list of courses shows, without what only the course's own page needs."""

    key: str
    code: str
    title: str
    short_title: str
    slug: str
    url: str
    summary: str
    direction: str
    level: str
    minutes: int
    rule: Rule
    lessons: tuple[ListedLesson, ...]
    frameworks: tuple[str, ...]
    quiz_url: str  # empty: there is no quiz


@dataclass(frozen=True)
class Outcome(Stored):
    """What somebody can do after the course; questions name it by its key."""

    key: str
    text: str


@dataclass(frozen=True)
class CourseLesson(Stored):
    """A lesson on the page of its course, with the keys of its checks."""

    key: str
    slug: str
    title: str
    objective: str
    minutes: int
    url: str
    checks: tuple[str, ...]
    required: bool


@dataclass(frozen=True)
class CourseQuiz(Stored):
    """The quiz of a course. `available`: its bank has enough questions."""

    bank_id: int
    questions: int
    pass_percent: int
    required: bool
    minutes: int
    available: bool
    url: str


@dataclass(frozen=True)
class Stewards(Stored):
    """Who answers for a course on each side, by name; empty where nobody does."""

    business: str
    technology: str


@dataclass(frozen=True)
class MappedFramework(Stored):
    """A framework of competences with those that the course teaches."""

    name: str
    attribution: str
    competences: tuple[str, ...]


@dataclass(frozen=True)
class CourseWord(Stored):
    """A word of the glossary that the course uses."""

    lemma: str
    url: str


@dataclass(frozen=True)
class LiveSession(Stored):
    """The live session of a course. `plan` is safe HTML; it and its `url` are empty where there is none."""

    kind: str
    title: str
    minutes: int
    url: str
    plan: str


@dataclass(frozen=True)
class PublishedCourse(Stored):
    """All that the pages of a course show."""

    key: str
    page_id: int
    code: str
    title: str
    short_title: str
    slug: str
    url: str
    summary: str
    direction: str
    level: str
    outcomes: tuple[Outcome, ...]
    minutes: int
    lessons: tuple[CourseLesson, ...]
    quiz: CourseQuiz | None
    asks_confidence: bool
    stewards: Stewards
    reviewed_on: str  # a day as in ISO 8601, or empty
    frameworks: tuple[MappedFramework, ...]
    terms: tuple[CourseWord, ...]
    session: LiveSession | None
    criterion_id: int
    rule: Rule


@dataclass(frozen=True)
class Neighbour(Stored):
    """The lesson before or after a lesson."""

    title: str
    url: str


@dataclass(frozen=True)
class Section(Stored):
    """A line of a lesson's table of contents."""

    anchor: str
    title: str


@dataclass(frozen=True)
class ExplainedWord(Stored):
    """A word of the glossary that a lesson marks, as the margin and the printed lesson explain it.

    `about` is what the word is short for, or what tells its senses apart; it may be empty.
    """

    word: str
    about: str
    gloss: str


@dataclass(frozen=True)
class Part(Stored):
    """A piece of a lesson: safe HTML, or the keys of a set of checks."""

    html: str | None = None
    checks: tuple[str, ...] | None = None


@dataclass(frozen=True)
class CheckOption(Stored):
    """An option of a check. `html` and `why` are safe HTML."""

    key: str
    html: str
    correct: bool
    why: str


@dataclass(frozen=True)
class Check:
    """A question as its lesson keeps it: the version to answer (0: a draft) and its position in the lesson.

    `payload` is kept as the version has it (see `quizzes.rendering.payload_of`); `html` is the check before
    it is answered, the same for everybody.
    """

    payload: Mapping[str, Any]
    key: str
    version_id: int
    kind: str
    number: int
    html: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Check":
        payload = dict(data)
        own = {name: payload.pop(name) for name in ("key", "version_id", "kind", "number", "html")}
        return cls(payload, **own)

    def to_json(self) -> dict[str, Any]:
        return {
            **self.payload,
            "key": self.key,
            "version_id": self.version_id,
            "kind": self.kind,
            "number": self.number,
            "html": self.html,
        }

    @property
    def stem(self) -> str:
        """Safe HTML."""
        stem: str = self.payload["stem"]
        return stem

    @cached_property
    def options(self) -> tuple[CheckOption, ...]:
        return tuple(map(CheckOption.from_json, self.payload["options"]))

    @property
    def lesson_slug(self) -> str:
        """The lesson that explains it; it says so where a `section` is named."""
        slug: str = self.payload["lesson_slug"]
        return slug

    @property
    def section(self) -> str:
        """The heading under which a lesson explains it, or nothing."""
        section: str = self.payload.get("section", "")
        return section

    def answered(self, chosen: Collection[str]) -> AnsweredOptions:
        """Its options with those that somebody chose."""
        return AnsweredOptions(
            keys=tuple(option.key for option in self.options),
            correct=frozenset(option.key for option in self.options if option.correct),
            chosen=frozenset(chosen),
        )


@dataclass(frozen=True)
class PublishedLesson(Stored):
    """All that the page of a lesson shows, whoever reads it. `questions` are its checks by their keys."""

    key: str
    page_id: int
    course_page_id: int
    course_key: str
    criterion_id: int
    rule: Rule
    code: str
    course_title: str
    course_url: str
    direction: str
    asks_confidence: bool
    title: str
    objective: str
    minutes: int
    number: int
    total: int
    url: str
    previous: Neighbour | None
    next: Neighbour | None
    quiz_url: str  # empty: there is no quiz, or not yet
    contents: tuple[Section, ...]
    parts: tuple[Part, ...]
    pops: str
    questions: Mapping[str, Check]
    words: tuple[ExplainedWord, ...] = ()
    check_url: str = ""  # of a draft: an address of its own for answers, which judges and stores nothing
