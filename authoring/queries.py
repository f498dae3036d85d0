"""What an author can ask: own courses with the state of each lesson, what is missing, what readers report."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Q, QuerySet
from wagtail.models import Page, WorkflowState
from wagtail.permissions import page_permission_policy
from wagtail.query import PageQuerySet

from authoring.models import CourseCopy, CourseTeam
from authoring.readiness import Source, needed_for_course, needed_in
from authoring.reviews import Remark, remarks_on
from authoring.rules.lacks import Finding
from courses.models import CoursePage, LessonPage, ProblemReport
from courses.queries.codes import in_code_order
from jobs.models import Stage
from people import roles
from people.models import Employee
from quizzes.queries import drawable_counts

DRAFT, IN_REVIEW, SENT_BACK, CHANGED, LIVE = "draft", "in_review", "sent_back", "changed", "live"


@dataclass
class LessonRow:
    page: LessonPage
    state: str
    needed: list[Finding] = field(default_factory=list)  # for going live
    reports: int = 0
    remark: Remark | None = None  # of who sent it back

    @property
    def is_ready(self) -> bool:
        return not self.needed

    @property
    def is_open(self) -> bool:
        """Whether its newest text was not submitted yet."""
        return self.state in {DRAFT, SENT_BACK, CHANGED}


@dataclass
class CourseRow:
    """`needed` are things of the course itself. The quiz asks `asked` questions and could draw `drawable`."""

    page: CoursePage
    state: str
    lessons: list[LessonRow] = field(default_factory=list)
    needed: list[Finding] = field(default_factory=list)
    remark: Remark | None = None
    is_mine: bool = False
    asked: int = 0
    drawable: int = 0

    @property
    def is_open(self) -> bool:
        return self.state in {DRAFT, SENT_BACK, CHANGED}

    @property
    def needed_count(self) -> int:
        return len(self.needed) + sum(len(lesson.needed) for lesson in self.lessons)

    def count(self, *states: str) -> int:
        return sum(lesson.state in states for lesson in self.lessons)

    @property
    def ready(self) -> int:
        return sum(lesson.is_ready for lesson in self.lessons)

    @property
    def drafts(self) -> int:
        return self.count(DRAFT, SENT_BACK, CHANGED)

    @property
    def in_review(self) -> int:
        return self.count(IN_REVIEW)

    @property
    def live(self) -> int:
        """Lessons that readers have, whatever became of a newer draft."""
        return sum(lesson.page.live for lesson in self.lessons)

    @property
    def hidden(self) -> int:
        """Lessons that are approved and that nobody can read, since the course is a draft."""
        return 0 if self.page.live else self.live


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


def desk(person: Employee) -> list[CourseRow]:
    """The courses somebody writes, each with its lessons, their states and what the unfinished ones lack.

    At most 18 queries, however many courses and lessons there are; a live lesson without changes is
    not read through. A copy stands there once it is whole, also for who may change every course.
    """
    halves = CourseCopy.objects.filter(stage=Stage.IMPORTING).values("copy")
    return _rows(person, list(courses_of(person).exclude(pk__in=halves).select_related("latest_revision")))


def desk_of(course: CoursePage, person: Employee) -> CourseRow:
    """One course of the desk. As many queries."""
    courses = list(CoursePage.objects.filter(pk=course.pk).select_related("latest_revision"))
    return _rows(person, courses)[0]


def _rows(person: Employee, courses: list[CoursePage]) -> list[CourseRow]:
    lessons = _lessons_below(courses)
    states = _review_states([*courses, *lessons])
    sent_back = [page for page in [*courses, *lessons] if _state(page, states) == SENT_BACK]
    remarks = remarks_on(sent_back) if sent_back else {}
    mine = set(CourseTeam.objects.filter(group__user=person).values_list("course_id", flat=True))
    drawable = drawable_counts([course.bank_id for course in courses if course.bank_id])
    rows = {
        course.path: CourseRow(
            course,
            _state(course, states),
            needed=[] if _state(course, states) == LIVE else needed_for_course(course),
            remark=remarks.get(course.pk),
            is_mine=course.pk in mine,
            asked=course.quiz_questions if course.bank_id else 0,
            drawable=drawable[course.bank_id or 0, course.locale_id],
        )
        for course in courses
    }
    for lesson in lessons:
        row = LessonRow(lesson, _state(lesson, states), remark=remarks.get(lesson.pk))
        rows[lesson.path[: -LessonPage.steplen]].lessons.append(row)
    unfinished = [lesson for row in rows.values() for lesson in row.lessons if lesson.state != LIVE]
    findings = needed_in([Source.stored(lesson.page) for lesson in unfinished])
    for lesson_row, needed in zip(unfinished, findings, strict=True):
        lesson_row.needed = needed
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
