"""What can happen to audiences: the rules about who should take a course."""

from datetime import date, datetime

from django.db import transaction

from audit import log as audit_log
from courses.models import Audience, CoursePage
from courses.queries.audiences import same_audience
from people.models import Department, Employee
from people.queries import today


class AlreadyAsked(Exception):
    """The same people are asked to take the course already, as required or as recommended."""


def add_audience(
    *,
    course: CoursePage,
    scope: str,
    requirement: str,
    side: str = "",
    department: Department | None = None,
    due_on: date | None = None,
    made_by: Employee | None = None,
    now: datetime,
) -> Audience:
    """Say who should take a course. The database refuses a scope without its side or department."""
    return Audience.objects.create(
        course=course,
        course_key=course.translation_key,
        scope=scope,
        side=side,
        department=department,
        requirement=requirement,
        due_on=due_on,
        made_by=made_by,
        made_at=now,
    )


def close_audience(audience: Audience, *, on: date) -> None:
    """The audience no longer asks anybody to take the course. Records stay."""
    audience.closed_on = on
    audience.save(update_fields=["closed_on"])


@transaction.atomic
def set_audience(wanted: Audience, *, by: Employee, now: datetime) -> Audience:
    """HR asks an audience to take a course. Sending the form twice asks once.

    Raises: AlreadyAsked: the same people are asked the same thing already.
    """
    CoursePage.objects.select_for_update().get(pk=wanted.course_id)  # two clicks come one after the other
    if same_audience(wanted, on=today(now)) is not None:
        raise AlreadyAsked
    audience = add_audience(
        course=wanted.course,
        scope=wanted.scope,
        side=wanted.side,
        department=wanted.department,
        requirement=wanted.requirement,
        due_on=wanted.due_on,
        made_by=by,
        now=now,
    )
    _log_audience(audit_log.Verb.AUDIENCE_ADDED, audience, by=by, now=now)
    return audience


@transaction.atomic
def end_audience(audience: Audience, *, by: Employee, now: datetime) -> None:
    """HR asks an audience no more, from today. Doing it twice changes nothing."""
    row = Audience.objects.select_for_update().get(pk=audience.pk)
    if row.closed_on is not None and row.closed_on <= today(now):
        return
    close_audience(row, on=today(now))
    _log_audience(audit_log.Verb.AUDIENCE_CLOSED, row, by=by, now=now)


def _log_audience(verb: str, audience: Audience, *, by: Employee, now: datetime) -> None:
    facts = {
        "audience": audience.pk,
        "scope": audience.scope,
        "side": audience.side,
        "department": audience.department_id,
        "requirement": audience.requirement,
        "due_on": audience.due_on,
    }
    detail = {name: value for name, value in facts.items() if value not in (None, "")}
    audit_log.record(actor=by, verb=verb, about=f"course:{audience.course_key}", detail=detail, now=now)
