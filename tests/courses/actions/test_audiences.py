"""HR sets whom a course is asked of, and ends it."""

from datetime import date, timedelta

import pytest

from audit.models import AuditEntry
from courses import actions
from courses.models import Audience
from tests.courses.course import NOW

pytestmark = pytest.mark.django_db


def wanted(company, **fields):
    course = fields.pop("course", company.course).page
    values = {"scope": "side" if fields.get("side") else "everyone", "requirement": "required"} | fields
    return Audience(course=course, course_key=course.translation_key, **values)


def set_audience(company, **fields):
    return actions.set_audience(wanted(company, **fields), by=company.hr, now=NOW)


def test_hr_gets_the_audience_that_was_set(company):
    audience = set_audience(company, side="technology", due_on=date(2026, 12, 1))

    assert audience == Audience.objects.get()
    assert (audience.course_id, audience.course_key) == (
        company.course.page.pk,
        company.course.page.translation_key,
    )
    assert (audience.scope, audience.side, audience.requirement) == ("side", "technology", "required")
    assert (audience.due_on, audience.made_by, audience.made_at) == (date(2026, 12, 1), company.hr, NOW)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor_id, entry.about) == (
        "audience.added", company.hr.pk, f"course:{company.course.page.translation_key}",
    )  # fmt: skip
    assert entry.detail == {
        "audience": audience.pk, "scope": "side", "side": "technology", "requirement": "required", "due_on": "2026-12-01",
    }  # fmt: skip


def test_the_same_people_are_asked_the_same_once_and_anything_else_beside_it(company):
    set_audience(company)
    with pytest.raises(actions.AlreadyAsked):
        set_audience(company, due_on=date(2026, 12, 1))

    set_audience(company, course=company.other)
    set_audience(company, requirement="recommended")
    set_audience(company, side="business")

    assert Audience.objects.count() == 4
    assert AuditEntry.objects.count() == 4


def test_one_audience_is_ended_and_the_others_still_ask(company):
    one, other = set_audience(company), set_audience(company, side="business")

    actions.end_audience(one, by=company.hr, now=NOW)
    actions.end_audience(one, by=company.hr, now=NOW + timedelta(days=3))

    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.closed_on, other.closed_on) == (date(2026, 11, 2), None)
    closed = AuditEntry.objects.filter(verb="audience.closed").get()
    assert (closed.detail["audience"], closed.about) == (
        one.pk,
        f"course:{company.course.page.translation_key}",
    )


def test_an_audience_that_would_end_later_can_be_ended_today(company):
    audience = set_audience(company)
    actions.close_audience(audience, on=date(2026, 12, 31))

    actions.end_audience(audience, by=company.hr, now=NOW)

    audience.refresh_from_db()
    assert audience.closed_on == date(2026, 11, 2)
