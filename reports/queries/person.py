"""One person's courses with the reasons, in words that name what is missing and never a score."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import get_language, gettext

from courses.models import CourseRecord, Published
from courses.published import CourseCard
from courses.queries import asked_of, assessment_of
from courses.rules.codes import code_order
from courses.rules.completion import COMPLETED, IN_PROGRESS, NOT_STARTED
from courses.rules.overdue import REQUIRED, is_lapsed
from people import queries as people
from people.models import Employee
from reports.rules.figures import OVERDUE, state_of


@dataclass(frozen=True)
class Explained:
    """Where somebody stands in a course, and why."""

    code: str
    title: str
    requirement: str
    due_on: date | None
    state: str
    is_lapsed: bool
    status: str
    started_on: date | None
    completed_on: date | None
    days_over: int
    reasons: tuple[str, ...]

    @property
    def is_required(self) -> bool:
        return self.requirement == REQUIRED


def explained(employee: Employee, *, today: date) -> list[Explained]:
    """Every course that is asked of somebody or that they began, by code. 3 SQL queries."""
    asked = asked_of(employee, today)
    records = {str(record.course_key): record for record in CourseRecord.objects.filter(employee=employee)}
    rows = Published.objects.filter(
        slug="", page__live=True, course_key__in=[*asked, *records],
        locale__language_code=get_language() or settings.LANGUAGE_CODE,
    )  # fmt: skip
    found = [
        _explained(row.course_card, records.get(str(row.course_key)), asked.get(str(row.course_key)), today)
        for row in rows
    ]
    return sorted(found, key=lambda one: code_order(one.code))


def _explained(
    card: CourseCard, record: CourseRecord | None, asked: tuple[str, date | None] | None, today: date
) -> Explained:
    requirement, due_on = asked or ("", None)
    assessment = assessment_of(card.rule, record)
    status = NOT_STARTED if record is None else COMPLETED if record.completed_at else IN_PROGRESS
    reasons = [gettext(reason.public) % reason.values for reason in assessment.reasons if reason.public]
    state = state_of(status, requirement, due_on, today)
    return Explained(
        code=card.code,
        title=card.title,
        requirement=requirement,
        due_on=due_on,
        state=state,
        is_lapsed=is_lapsed(status, requirement, due_on, today),
        status=status,
        started_on=people.today(record.started_at) if record else None,
        completed_on=people.today(record.completed_at) if record and record.completed_at else None,
        days_over=(today - due_on).days if due_on and state == OVERDUE else 0,
        reasons=tuple(reasons),
    )
