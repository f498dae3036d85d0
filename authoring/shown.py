"""What an author's desk and the page of a copy show."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from authoring.models import CourseCopy
from authoring.queries import CourseRow, LessonRow, Review
from authoring.readiness import sentence
from jobs.models import Stage

EDIT = "wagtailadmin_pages:edit"


@dataclass(frozen=True)
class ShownLesson:
    row: LessonRow
    edit_url: str
    missing: Sequence[str]


@dataclass(frozen=True)
class ShownCourse:
    row: CourseRow
    edit_url: str
    lessons: Sequence[ShownLesson]


@dataclass(frozen=True)
class ShownReview:
    """A text that waits for a reviewer, with what it is about and where it is decided."""

    review: Review
    about: str
    url: str


@dataclass(frozen=True)
class ShownCopy:
    """A copy that is not whole, on the desk. `kind` is the end of a class, `link` the words of the link to its page."""

    key: UUID
    kind: str
    icon: str
    title: str
    then: str
    link: str


@dataclass(frozen=True)
class EndedCopy:
    """A copy that is whole, or failed and says why; `reassurance` is empty where nothing went wrong."""

    heading: str
    lead: str
    reassurance: str


def course(row: CourseRow) -> ShownCourse:
    lessons = [
        ShownLesson(
            lesson,
            edit_url=reverse(EDIT, args=[lesson.page.pk]),
            missing=[sentence(finding) for finding in lesson.needed],
        )
        for lesson in row.lessons
    ]
    return ShownCourse(row, reverse(EDIT, args=[row.page.pk]), lessons)


def review(review: Review, url: str) -> ShownReview:
    """A lesson is about its objective, a course about its summary; a question says itself what it is about."""
    objective = getattr(review.subject, "objective", "")
    return ShownReview(review, capfirst(objective) or getattr(review.subject, "summary", ""), url)


def copy_on_desk(copy: CourseCopy) -> ShownCopy:
    title = {"title": copy.copy.title}
    if copy.stage == Stage.FAILED:
        return ShownCopy(
            copy.key,
            "careful",
            "alert",
            _("“%(title)s” was not copied whole") % title,
            "",
            _("What happened"),
        )
    return ShownCopy(
        copy.key,
        "note",
        "note",
        _("“%(title)s” is being copied") % title,
        _("It stands among your courses when it is whole."),
        _("How far it is"),
    )


def ended_copy(copy: CourseCopy) -> EndedCopy:
    if copy.stage == Stage.FAILED:
        reassurance = _("The course that you copied is as it was.")
        return EndedCopy(_("The course was not copied whole"), copy.error, reassurance)
    return EndedCopy(_("The course is copied"), is_copied(copy), "")


def is_copied(copy: CourseCopy) -> str:
    return _(
        "“%(title)s” is a draft with lessons and questions of its own. Nobody’s results were copied."
    ) % {"title": copy.copy.title}
