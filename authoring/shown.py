"""What an author's desk and the page of a copy show."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from authoring.models import CourseCopy
from authoring.queries import IN_REVIEW, SENT_BACK, CourseRow, LessonRow
from authoring.readiness import sentence
from authoring.reviews import Review, reviews_for
from authoring.shown_review import ShownRemark, remark
from courses.models import CoursePage, LessonPage
from gates.typography import within_quotes
from jobs.models import Stage
from people.models import Employee

EDIT = "wagtailadmin_pages:edit"
WAITING, MINE, ALL = "waiting", "mine", "all"


@dataclass(frozen=True)
class ShownLesson:
    """`up` and `down` are the positions that the lesson can move to, 0 where it cannot. `note` says why nobody
    reads an approved lesson.
    """

    row: LessonRow
    edit_url: str
    review_url: str
    status: str
    note: str
    missing: Sequence[str]
    remark: ShownRemark | None
    up: int
    down: int


@dataclass(frozen=True)
class ShownCourse:
    """`quiz` says what its quiz lacks. `to_submit` is the label of the button that submits what is ready."""

    row: CourseRow
    edit_url: str
    review_url: str
    lessons: Sequence[ShownLesson]
    missing: Sequence[str]
    remark: ShownRemark | None
    progress: str
    quiz: str
    to_submit: str
    to_approve: str


@dataclass(frozen=True)
class Filter:
    """One of the ways to look at the desk."""

    name: str
    label: str
    is_chosen: bool


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


def course(row: CourseRow, waiting: Sequence[Review] = ()) -> ShownCourse:
    """`waiting` is what waits for whoever looks, of whichever course."""
    count = len(row.lessons)
    lessons = [
        ShownLesson(
            lesson,
            edit_url=reverse(EDIT, args=[lesson.page.pk]),
            review_url=reverse("write:review", args=[lesson.page.pk]) if lesson.state == IN_REVIEW else "",
            status=_status(lesson),
            note=_("Readers get it when the course is live.") if lesson.page.live and row.hidden else "",
            missing=[sentence(finding) for finding in lesson.needed],
            remark=remark(lesson.remark) if lesson.remark else None,
            up=position - 1,
            down=position + 1 if position < count else 0,
        )
        for position, lesson in enumerate(row.lessons, start=1)
    ]
    here = [review for review in waiting if review.course_path == row.page.path]
    return ShownCourse(
        row,
        edit_url=reverse(EDIT, args=[row.page.pk]),
        review_url=reverse("write:review", args=[row.page.pk]) if row.state == IN_REVIEW else "",
        lessons=lessons,
        missing=[sentence(finding) for finding in row.needed],
        remark=remark(row.remark) if row.remark else None,
        progress=ngettext("%(ready)s of one lesson ready", "%(ready)s of %(count)s lessons ready", count)
        % {"ready": row.ready, "count": count}
        if count
        else "",
        quiz=_quiz(row),
        to_submit=_to_submit(row),
        to_approve=_("Approve several at once") if len(here) > 1 else "",
    )


def _status(lesson: LessonRow) -> str:
    """Of the tag `status`: a lesson that readers have stays live, whatever became of its newer draft."""
    if lesson.page.live and lesson.state in {IN_REVIEW, SENT_BACK}:
        return f"live_{lesson.state}"
    return lesson.state


def _quiz(row: CourseRow) -> str:
    if not row.asked or row.drawable >= row.asked:
        return ""
    if not row.drawable:
        return _("The quiz has no questions yet. Until its bank has %(asked)s, nobody can take it.") % {
            "asked": row.asked
        }
    return ngettext(
        "The quiz asks %(asked)s questions and its bank has one. Nobody can take it yet.",
        "The quiz asks %(asked)s questions and its bank has %(count)s. Nobody can take it yet.",
        row.drawable,
    ) % {"asked": row.asked, "count": row.drawable}


def _to_submit(row: CourseRow) -> str:
    """Empty where nothing can be submitted, or only one lesson of a live course, whose editor has the button."""
    ready = sum(lesson.is_open and lesson.is_ready for lesson in row.lessons)
    if row.is_open and not row.needed and not row.page.live:
        return (
            ngettext("Submit the course with one lesson", "Submit the course with %(count)s lessons", ready)
            % {"count": ready}
            if ready
            else _("Submit the course")
        )
    words = ngettext("Submit one finished lesson", "Submit %(count)s finished lessons", ready)
    return words % {"count": ready} if ready else ""


def review(review: Review) -> ShownReview:
    """A lesson is about its objective, a course about its summary; a question says itself what it is about."""
    is_page = isinstance(review.subject, CoursePage | LessonPage)
    url = reverse(
        "write:review" if is_page else "wagtailsnippets_quizzes_question:edit", args=[review.subject.pk]
    )
    objective = getattr(review.subject, "objective", "")
    return ShownReview(review, capfirst(objective) or getattr(review.subject, "summary", ""), url)


def waiting_for(person: Employee) -> list[ShownReview]:
    """What waits for a reviewer, for home and *Write*. As many queries as `reviews_for`: none for others."""
    return [review(one) for one in reviews_for(person)]


def filters(rows: Sequence[CourseRow], waiting: Sequence[Review], asked: str) -> list[Filter]:
    """The ways to look at the desk, where there is more than one; `asked` is what an address names."""
    sizes = {
        WAITING: sum(_waits(row, waiting) for row in rows),
        MINE: sum(row.is_mine for row in rows),
        ALL: len(rows),
    }
    names = [name for name, size in sizes.items() if name == ALL or 0 < size < len(rows)]
    if len(names) < 2:
        return []
    chosen = asked if asked in names else MINE if MINE in names else names[0]
    labels = {
        WAITING: _("Waiting for me (%(count)s)"),
        MINE: _("Mine (%(count)s)"),
        ALL: _("All courses (%(count)s)"),
    }
    return [Filter(name, labels[name] % {"count": sizes[name]}, name == chosen) for name in names]


def chosen(
    rows: Sequence[CourseRow], waiting: Sequence[Review], filters: Sequence[Filter]
) -> list[CourseRow]:
    name = next((one.name for one in filters if one.is_chosen), ALL)
    if name == WAITING:
        return [row for row in rows if _waits(row, waiting)]
    return [row for row in rows if name == ALL or row.is_mine]


def _waits(row: CourseRow, waiting: Sequence[Review]) -> bool:
    return any(review.course_path == row.page.path for review in waiting)


def copy_on_desk(copy: CourseCopy) -> ShownCopy:
    title = {"title": within_quotes(copy.copy.title)}
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


def copied_with_a_link(copy: CourseCopy) -> str:
    """For a message: the copy stands at the end of the desk, or behind a filter."""
    address = reverse(EDIT, args=[copy.copy.pk])
    return format_html('{} <a href="{}">{}</a>', is_copied(copy), address, _("Open the copy"))


def is_copied(copy: CourseCopy) -> str:
    return _(
        "“%(title)s” is a draft with lessons and questions of its own. Nobody’s results were copied."
    ) % {"title": within_quotes(copy.copy.title)}
