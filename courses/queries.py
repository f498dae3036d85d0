"""What can be asked about courses. Each docstring states its number of SQL queries."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.http import Http404
from django.utils.translation import get_language, gettext
from wagtail.models import BaseViewRestriction, Page, PageViewRestriction

from courses import records
from courses.completion import COMPLETED, IN_PROGRESS, NOT_STARTED, Assessment, Facts, Rule, assess, is_overdue
from courses.models import Audience, CoursePage, CourseRecord, Evidence, LessonPage, Published
from people.models import Employee
from people.queries import department_paths, organisation
from quizzes.models import Answer, Attempt

_RESTRICTED = Exists(
    PageViewRestriction.objects.annotate(
        asked=ExpressionWrapper(OuterRef("page__path"), output_field=CharField())
    ).filter(asked__startswith=F("page__path"))
)


def published_row(course_slug: str, slug: str, person: Employee) -> Published:
    """The row of a live course or lesson in the active language. 1 SQL query.

    Raises:
        Http404: there is none, it is not live, or a view restriction keeps this person out.
    """
    row = (
        Published.objects.filter(
            course_slug=course_slug, slug=slug, page__live=True, locale__language_code=get_language() or settings.LANGUAGE_CODE
        )
        .annotate(is_restricted=_RESTRICTED)
        .first()
    )
    if row is None or (row.is_restricted and not _may_see(person, row)):
        raise Http404
    return row


def published_course(course_slug: str, person: Employee) -> Published:
    """The row of a live course. 1 SQL query. Raises Http404 as `published_row`."""
    return published_row(course_slug, "", person)


def _may_see(person: Employee, row: Published) -> bool:
    """Wagtail's view restrictions for somebody who is signed in. A shared password opens nothing here."""
    for restriction in row.page.get_view_restrictions():
        if restriction.restriction_type == BaseViewRestriction.PASSWORD:
            return False
        if restriction.restriction_type == BaseViewRestriction.GROUPS and not person.is_superuser:
            allowed = set(restriction.groups.values_list("name", flat=True))
            if not allowed & person.roles:
                return False
    return True


def published_courses(person: Employee) -> list[Published]:
    """Rows of all live courses that this person may see, without what only their own page needs. 1 SQL query."""
    rows = (
        Published.objects.filter(slug="", page__live=True, locale__language_code=get_language() or settings.LANGUAGE_CODE)
        .annotate(is_restricted=_RESTRICTED)
        .defer("data")
    )
    found = [row for row in rows if not row.is_restricted or _may_see(person, row)]
    return sorted(found, key=lambda row: _code_order(row.card["code"]))


def _code_order(code: str) -> tuple[str, int, str]:
    """T2 before T10."""
    digits = "".join(filter(str.isdigit, code))
    return code.rstrip("0123456789"), int(digits or 0), code


def has_records(pages: Iterable[Page]) -> bool:
    """Whether anybody did anything in these pages or below them. 2 SQL queries per page."""
    for page in pages:
        below = {"path__startswith": page.path}
        keys = CoursePage.objects.filter(**below).values("translation_key")
        if CourseRecord.objects.filter(course_key__in=keys).exists():
            return True
        lessons = LessonPage.objects.filter(**below).values("pk")
        if Evidence.objects.filter(lesson_id__in=lessons).exists():
            return True
    return False


def record_of(employee: Employee, course_key: Any) -> CourseRecord | None:
    """A person's record in a course, None before the beginning. 1 SQL query."""
    return CourseRecord.objects.filter(employee=employee, course_key=course_key).first()


def asked_of(employee: Employee, today: date) -> dict[str, tuple[str, date | None]]:
    """What audiences ask of a person: course key → (requirement, due date). 2 SQL queries.

    Required wins over recommended; of several due dates the earliest required one counts.
    """
    audiences = (
        Audience.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=today))
        .filter(
            Q(scope=Audience.Scope.EVERYONE)
            | Q(scope=Audience.Scope.SIDE, side__in=employee.sides)
            | Q(scope=Audience.Scope.DEPARTMENT, department__path__in=department_paths(employee, today))
        )
        .values_list("course_key", "requirement", "due_on")
    )
    asked: dict[str, tuple[str, date | None]] = {}
    # Recommended first, so that required overwrites it; within each the latest first.
    for course_key, requirement, due_on in sorted(
        audiences, key=lambda row: (row[1] == Audience.Requirement.REQUIRED, -(row[2] or date.max).toordinal())
    ):
        asked[str(course_key)] = (requirement, due_on)
    return asked


@dataclass(frozen=True)
class Standing:
    """Where a person stands in one course, in figures and in words that only the person reads."""

    course_key: str
    code: str
    title: str
    short_title: str
    slug: str
    url: str
    direction: str
    summary: str
    minutes: int
    lesson_count: int
    status: str
    is_overdue: bool
    requirement: str
    due_on: date | None
    completed_on: date | None
    reason: str
    lessons_done: int
    lessons_needed: int
    best_score_percent: int | None
    next_url: str
    next_label: str
    next_title: str
    next_objective: str
    next_number: int
    minutes_left: int
    changed_at: datetime | None

    @property
    def is_required(self) -> bool:
        return self.requirement == Audience.Requirement.REQUIRED


def standings(employee: Employee, *, now: datetime) -> list[Standing]:
    """Where a person stands in every course they may see, in the order of the codes. 4 SQL queries."""
    found = organisation()
    today = found.today(now) if found else now.date()
    rows = published_courses(employee)
    of_person = {str(record.course_key): record for record in CourseRecord.objects.filter(employee=employee)}
    asked = asked_of(employee, today)
    return [_standing(row.card, of_person.get(str(row.course_key)), asked.get(str(row.course_key)), today) for row in rows]


def standing_in(course: Published, record: CourseRecord | None, employee: Employee, *, now: datetime) -> Standing:
    """Where a person stands in one course whose row and record are at hand. 2 SQL queries."""
    found = organisation()
    today = found.today(now) if found else now.date()
    return _standing(course.card, record, asked_of(employee, today).get(str(course.course_key)), today)


def assessment_of(rule: dict[str, Any], record: CourseRecord | None) -> Assessment:
    """By today's rule while in progress, by the rule of its time once completed. No SQL."""
    if record is None:
        return assess(Rule.from_json(rule), Facts())
    return records.standing(Rule.from_json(rule), record.progress)


def _standing(
    card: dict[str, Any], record: CourseRecord | None, asked: tuple[str, date | None] | None, today: date
) -> Standing:
    found = organisation()
    assessment = assessment_of(card["rule"], record)
    status, completed_at = assessment.status, assessment.completed_at
    if record is not None and record.status == COMPLETED:
        status, completed_at = COMPLETED, record.completed_at
    requirement, due_on = asked or ("", None)
    done = set(assessment.lessons_done)
    left = [(number, lesson) for number, lesson in enumerate(card["lessons"], start=1) if lesson["key"] not in done]
    if status == COMPLETED:
        url, label, title, objective, number = card["url"], gettext("Look again"), card["title"], card["summary"], 0
    elif left and status == IN_PROGRESS:
        number, lesson = left[0]
        url, title, objective = lesson["url"], lesson["title"], lesson["objective"]
        label = gettext("Continue lesson %(number)d") % {"number": number}
    elif not left and card["quiz_url"] and status == IN_PROGRESS:
        url, label, number = card["quiz_url"], gettext("Take the quiz"), 0
        title, objective = gettext("Quiz: %(course)s") % {"course": card["short_title"]}, card["summary"]
    else:
        url, label, title, objective, number = card["url"], gettext("See the course"), card["title"], card["summary"], 0
    reasons = [gettext(reason.private) % reason.values for reason in assessment.reasons]
    if status == COMPLETED and assessment.status != COMPLETED:
        reasons = [gettext("Completed by the rules of its time.")]
    return Standing(
        course_key=card["key"],
        code=card["code"],
        title=card["title"],
        short_title=card["short_title"],
        slug=card["slug"],
        url=card["url"],
        direction=card["direction"],
        summary=card["summary"],
        minutes=card["minutes"],
        lesson_count=len(card["lessons"]),
        status=status,
        is_overdue=requirement == Audience.Requirement.REQUIRED and is_overdue(status, due_on, today),
        requirement=requirement,
        due_on=due_on,
        completed_on=completed_at.astimezone(found.zone if found else None).date() if completed_at else None,
        reason=" ".join(reasons),
        lessons_done=assessment.lessons_needed_done,
        lessons_needed=assessment.lessons_needed,
        best_score_percent=assessment.best_score_percent,
        next_url=url,
        next_label=label,
        next_title=title,
        next_objective=objective,
        next_number=number,
        minutes_left=sum(lesson["minutes"] for _number, lesson in left) if status != NOT_STARTED else card["minutes"],
        changed_at=_last_change(record),
    )


def _last_change(record: CourseRecord | None) -> datetime | None:
    """When the person last did something in the course: the newest instant of the progress."""
    if record is None:
        return None
    progress = record.progress
    instants = [progress["started"], *progress["reads"].values(), *progress["answered"].values()]
    instants += [result[0] for result in progress["results"]]
    return max(datetime.fromisoformat(instant) for instant in instants if instant)


def record_differences(chunk: int = 500) -> Iterator[str]:
    """Sentences about stored figures that differ from what the rows say; none is the promise.

    4 SQL queries per `chunk` records.
    """
    last = 0
    seen: set[tuple[int, str]] = set()
    while batch := list(CourseRecord.objects.filter(pk__gt=last).select_related("criterion").order_by("pk")[:chunk]):
        last = batch[-1].pk
        people = {record.employee_id for record in batch}
        evidence = _grouped(
            Evidence.objects.filter(employee__in=people).values_list("employee_id", "course_key", "kind", "lesson_key", "at")
        )
        answers = _grouped(
            Answer.objects.filter(employee__in=people, drawn__isnull=True).values_list(
                "employee_id", "context_key", "question_key", "version_id", "chosen", "is_unsure", "is_correct",
                "confidence", "answered_at",
            )
        )  # fmt: skip
        attempts = _grouped(
            Attempt.objects.filter(employee__in=people, finished_at__isnull=False)
            .order_by("finished_at", "pk")
            .values_list("employee_id", "quiz_key", "finished_at", "score_percent", "passed"),
            keep_order=True,
        )
        for record in batch:
            key = (record.employee_id, str(record.course_key))
            seen.add(key)
            yield from _differences(record, evidence.get(key, []), answers.get(key, []), attempts.get(key, []))
    for employee_id, course_key in Evidence.objects.values_list("employee_id", "course_key").distinct():
        if (employee_id, str(course_key)) not in seen:
            yield f"employee {employee_id} has evidence in {course_key} but no record"


def _grouped(rows: Any, *, keep_order: bool = False) -> dict[tuple[int, str], list[tuple[Any, ...]]]:
    if not keep_order:
        rows = rows.order_by("pk")
    keyed = sorted(((row[0], str(row[1]), position, row[2:]) for position, row in enumerate(rows)), key=itemgetter(0, 1, 2))
    return {key: [row[3] for row in group] for key, group in groupby(keyed, key=itemgetter(0, 1))}


_ANSWER = ("question_key", "version_id", "chosen", "is_unsure", "is_correct", "confidence", "answered_at")


def _differences(record: CourseRecord, evidence: Any, answers: Any, attempts: Any) -> Iterator[str]:
    progress = records.rebuild(
        started=next((at for kind, _lesson, at in evidence if kind == Evidence.Kind.STARTED), None),
        reads=[(str(lesson), at) for kind, lesson, at in evidence if kind == Evidence.Kind.READ],
        answers=[dict(zip(_ANSWER, row, strict=True)) for row in answers],
        results=attempts,
    )
    expected = records.columns(records.standing(Rule.from_json(record.criterion.rule), progress))
    name = f"record {record.pk} (employee {record.employee_id}, course {record.course_key})"
    if progress != record.progress:
        yield f"{name}: the stored progress differs from the rows"
    for column, value in expected.items():
        if getattr(record, column) != value:
            yield f"{name}: {column} is {getattr(record, column)!r}, the rows say {value!r}"
