"""What an author can ask: own courses with the state of each lesson, what is missing, what readers report."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Q, QuerySet
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.permissions import page_permission_policy
from wagtail.query import PageQuerySet

from authoring.models import CourseCopy
from authoring.readiness import Source, needed_in
from authoring.rules.lacks import Finding
from courses.models import CoursePage, LessonPage, ProblemReport
from courses.queries.codes import in_code_order
from jobs.models import Stage
from people import roles
from people.models import Employee

DRAFT, IN_REVIEW, SENT_BACK, CHANGED, LIVE = "draft", "in_review", "sent_back", "changed", "live"


@dataclass
class LessonRow:
    page: LessonPage
    state: str
    needed: list[Finding] = field(default_factory=list)  # for going live
    reports: int = 0


@dataclass
class CourseRow:
    page: CoursePage
    state: str
    lessons: list[LessonRow] = field(default_factory=list)

    @property
    def needed_count(self) -> int:
        return sum(len(lesson.needed) for lesson in self.lessons)

    def count(self, *states: str) -> int:
        return sum(lesson.state in states for lesson in self.lessons)

    @property
    def drafts(self) -> int:
        return self.count(DRAFT, SENT_BACK, CHANGED)

    @property
    def in_review(self) -> int:
        return self.count(IN_REVIEW)

    @property
    def live(self) -> int:
        return self.count(LIVE, CHANGED)


def may_start_courses(person: Any) -> bool:
    """Whether somebody may make courses, by hand, as a copy or from files."""
    return bool(person.is_superuser or {roles.AUTHOR, roles.ADMINISTRATOR} & person.roles)


def courses_of(person: Any) -> QuerySet[CoursePage]:
    """The courses somebody may change, by code. One query beside the person's rights."""
    mine = page_permission_policy.instances_user_has_permission_for(person, "change")
    return CoursePage.objects.filter(pk__in=mine.values("pk")).order_by(*in_code_order(), "path")


def copies_underway(person: Any) -> list[CourseCopy]:
    """Copies that this person asked for and that are not whole. One query."""
    mine = CourseCopy.objects.filter(author=person).exclude(stage=Stage.IMPORTED)
    return list(mine.select_related("copy").order_by("made_at"))


def linkable(pages: PageQuerySet, person: Any) -> PageQuerySet:
    """Those of the pages that somebody may link to: what is public as it stands, and what they may open anyway."""
    mine = page_permission_policy.explorable_instances(person).values("pk")
    allowed = Page.objects.filter(Q(live=True, draft_title=F("title")) | Q(pk__in=mine))
    return pages.filter(pk__in=allowed.values("pk"))  # the search of the chooser filters by ids only


@dataclass(frozen=True)
class Review:
    """What somebody asked to have reviewed: a page or a question, with the course it belongs to."""

    subject: Any
    course: str
    asked_by: str
    since: datetime


def reviews_for(person: Employee) -> list[Review]:
    """What this person can review and publish, the longest wait first.

    At most 4 queries beside the person's rights, and 5 for each text that waits.
    """
    states = TaskState.objects.reviewable_by(person).filter(status=TaskState.STATUS_IN_PROGRESS)
    states = states.select_related("workflow_state__requested_by").order_by("started_at", "pk")
    found = []
    for state in states:
        subject = state.workflow_state.content_object
        if subject is None or not _can_approve(state, subject, person):
            continue  # gone, or a reviewer of the other side does it
        subject = subject.get_latest_revision_as_object() if isinstance(subject, Page) else subject
        course = str(subject.get_parent()) if isinstance(subject, LessonPage) else ""
        found.append(Review(subject, course, str(state.workflow_state.requested_by or ""), state.started_at))
    return found


def _can_approve(state: TaskState, subject: Any, person: Employee) -> bool:
    return "approve" in {name for name, _label, _modal in state.task.specific.get_actions(subject, person)}


def desk(person: Employee) -> list[CourseRow]:
    """The courses somebody writes, each with its lessons, their states and what the unfinished ones lack.

    At most 15 queries, however many courses and lessons there are; a live lesson without changes is
    not read through. A copy stands there once it is whole, also for who may change every course.
    """
    halves = CourseCopy.objects.filter(stage=Stage.IMPORTING).values("copy")
    courses = list(courses_of(person).exclude(pk__in=halves).select_related("latest_revision"))
    lessons = _lessons_below(courses)
    states = _review_states([*courses, *lessons])
    rows = {course.path: CourseRow(course, _state(course, states)) for course in courses}
    for lesson in lessons:
        rows[lesson.path[: -LessonPage.steplen]].lessons.append(LessonRow(lesson, _state(lesson, states)))
    unfinished = [one for row in rows.values() for one in row.lessons if one.state != LIVE]
    found = needed_in([Source.stored(one.page) for one in unfinished])
    for one, needed in zip(unfinished, found, strict=True):
        one.needed = needed
    by_lesson = {lesson.page.pk: lesson for row in rows.values() for lesson in row.lessons}
    for lesson_id in open_reports(person, lessons).values_list("lesson_id", flat=True):
        by_lesson[lesson_id].reports += 1
    return list(rows.values())


def open_reports(person: Employee, lessons: Sequence[LessonPage] | None = None) -> QuerySet[ProblemReport]:
    """What readers reported about lessons of somebody's courses and nobody answered, the oldest first."""
    if lessons is None:
        lessons = _lessons_below(list(courses_of(person)))
    return ProblemReport.objects.filter(
        lesson__in=[lesson.pk for lesson in lessons], answered_at__isnull=True
    )


def reports_about(person: Employee) -> QuerySet[ProblemReport]:
    """All reports about lessons of somebody's courses."""
    lessons = _lessons_below(list(courses_of(person)))
    return ProblemReport.objects.filter(lesson__in=[lesson.pk for lesson in lessons]).select_related(
        "lesson", "reporter", "answered_by"
    )


def _lessons_below(courses: Sequence[CoursePage]) -> list[LessonPage]:
    """One query."""
    if not courses:
        return []
    paths = {course.path for course in courses}
    below = reduce(or_, (Q(path__startswith=path) for path in paths))
    lessons = LessonPage.objects.filter(below).select_related("latest_revision").order_by("path")
    return [lesson for lesson in lessons if lesson.path[: -LessonPage.steplen] in paths]


def _review_states(pages: Sequence[Any]) -> dict[str, str]:
    """The state of a running review by page. One query."""
    running = [WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES]
    rows = WorkflowState.objects.filter(
        base_content_type__app_label="wagtailcore",
        base_content_type__model="page",
        object_id__in=[str(page.pk) for page in pages],
        status__in=running,
    )
    return dict(rows.values_list("object_id", "status"))


def _state(page: Any, reviews: dict[str, str]) -> str:
    review = reviews.get(str(page.pk))
    if review == WorkflowState.STATUS_IN_PROGRESS:
        return IN_REVIEW
    if review == WorkflowState.STATUS_NEEDS_CHANGES:
        return SENT_BACK
    if not page.live:
        return DRAFT
    return CHANGED if page.has_unpublished_changes else LIVE
