"""Of whom a course is asked: everyone, a side, a department."""

from datetime import date

import pytest

from courses.queries import asked_of
from people.models import Membership
from tests.courses.standings.asking import TODAY, TOMORROW, YESTERDAY, ask, where

pytestmark = pytest.mark.django_db


def asked(company, *people, on=TODAY):
    """Codes of what each is asked."""
    codes = {str(one.page.translation_key): one.page.code for one in (company.course, company.other)}
    return [sorted(codes[key] for key in asked_of(person, on)) for person in people]


def test_a_side_is_asked_and_who_is_of_both_is_asked_as_each(company):
    ask(company.course, "side", side="business")
    ask(company.other, "side", side="technology")

    assert asked(company, company.ada, company.ben, company.cleo) == [["T2"], ["B1"], ["B1", "T2"]]


def test_everyone_is_asked_also_who_is_in_no_department(company):
    ask(company.course)

    assert asked(company, company.ada, company.ben, company.cleo) == [["T2"], ["T2"], ["T2"]]


def test_a_department_is_asked_with_those_below_and_nobody_above_or_beside(company):
    ask(company.course, "department", department=company.commercial)
    ask(company.other, "department", department=company.sales)
    Membership.objects.create(employee=company.cleo, department=company.commercial, from_on=TODAY)

    assert asked(company, company.ada, company.ben, company.cleo) == [["B1", "T2"], [], ["T2"]]


@pytest.mark.parametrize(
    ("from_on", "until_on", "is_asked"),
    [(TODAY, None, True), (TOMORROW, None, False), (YESTERDAY, TODAY, True), (YESTERDAY, YESTERDAY, False)],
)
def test_who_belongs_to_the_department_today_is_asked(company, from_on, until_on, is_asked):
    ask(company.course, "department", department=company.commercial)
    Membership.objects.create(
        employee=company.cleo, department=company.commercial, from_on=from_on, until_on=until_on
    )

    assert asked(company, company.cleo) == [["T2"] if is_asked else []]
    assert bool(where(company.cleo, company.course).requirement) is is_asked


@pytest.mark.parametrize(
    ("closed_on", "is_asked"), [(None, True), (TOMORROW, True), (TODAY, False), (YESTERDAY, False)]
)
def test_a_closed_audience_asks_nobody_from_its_day_on(company, closed_on, is_asked):
    ask(company.course, closed_on=closed_on)

    assert asked(company, company.ada) == [["T2"] if is_asked else []]


def test_of_what_several_audiences_ask_the_strictest_is_shown(company):
    ask(company.course, requirement="recommended", due_on=YESTERDAY)
    ask(company.course, "side", side="business", due_on=date(2026, 12, 24))
    ask(company.course, "department", department=company.sales, due_on=date(2026, 12, 1))

    standings = [where(person, company.course) for person in (company.ada, company.cleo, company.ben)]

    assert [(standing.requirement, standing.due_on) for standing in standings] == [
        ("required", date(2026, 12, 1)),
        ("required", date(2026, 12, 24)),
        ("recommended", YESTERDAY),
    ]
    assert where(company.ada, company.other).requirement == ""
