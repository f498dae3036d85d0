"""Moves and leavings that a list brings: from which day each counts."""

from datetime import UTC, date, datetime, timedelta

import pytest

from people.accounts.backends import may_sign_in
from people.importing.translation import reason_of
from people.models import Employee, Membership
from people.queries import department_of
from tests.people.importing.imported import ANNA, BEN, TODAY, load, person, reasons
from tests.people.importing.lists import HEAD, NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("left_on", "until_on"),
    [("2027-06-30", date(2027, 6, 30)), ("2026-11-20", date(2026, 11, 20)), ("", None)],
)
def test_who_comes_with_a_day_of_leaving_stays_in_the_department_until_then(left_on, until_on):
    load(ANNA + left_on)

    stay = Membership.objects.get(employee=person("A1"))
    assert (stay.from_on, stay.until_on) == (date(2024, 3, 1), until_on)


def test_a_move_is_dated_and_the_past_stays():
    load(ANNA, BEN)

    load("B2,Ben Birch,ben@example.com,Works / Sales,business,A1,2025-01-15,", now=NOW + timedelta(days=10))

    moved = TODAY + timedelta(days=10)
    assert department_of(person("B2"), moved - timedelta(days=1)).name == "Data"
    assert department_of(person("B2"), moved).name == "Sales"


def test_a_move_may_say_its_own_day():
    head = f"{HEAD},Department since"
    load(ANNA, BEN)

    load("B2,Ben Birch,ben@example.com,Works / Sales,business,A1,2025-01-15,,2026-06-01", head=head)
    again = load("B2,Ben Birch,ben@example.com,Works / Sales,business,A1,2025-01-15,,2026-06-01", head=head)
    too_early = load("B2,Ben Birch,ben@example.com,Works / IT,business,A1,2025-01-15,,2026-05-01", head=head)

    assert department_of(person("B2"), date(2026, 5, 31)).name == "Data"
    assert department_of(person("B2"), date(2026, 6, 1)).name == "Sales"
    assert len(again.unchanged) == 1
    assert "2026-06-01" in reasons(too_early)[2]


def test_who_has_left_cannot_sign_in_from_that_second(client):
    load(ANNA, BEN)
    ben = person("B2")
    client.force_login(ben)
    now = datetime.now(UTC)
    yesterday = (now - timedelta(days=2)).date()
    assert client.get("/me/").status_code == 200

    load(f"B2,Ben Birch,ben@example.com,Works / IT / Data,business,A1,2025-01-15,{yesterday}", now=now)

    assert not may_sign_in(person("B2"), now)
    assert client.get("/me/").status_code == 302
    assert Membership.objects.get(employee=ben).until_on == yesterday


def test_a_leave_date_that_was_corrected_or_taken_back():
    load(ANNA, BEN)
    line = "B2,Ben Birch,ben@example.com,Works / IT / Data,business,A1,2025-01-15,"

    load(line + "2026-12-31")
    assert Membership.objects.get(employee=person("B2")).until_on == date(2026, 12, 31)
    load(line + "2027-01-31")
    assert Membership.objects.get(employee=person("B2")).until_on == date(2027, 1, 31)
    plan = load(line + "2027-01-31")
    assert len(plan.unchanged) == 1
    load(line)

    assert person("B2").left_on is None
    assert Membership.objects.get(employee=person("B2")).until_on is None


@pytest.mark.sql
def test_who_comes_back_belongs_again_from_that_day():
    load(ANNA, BEN)
    line = "B2,Ben Birch,ben@example.com,{},business,A1,2025-01-15,{}"
    load(line.format("Works / IT / Data", "2026-10-31"))

    load(line.format("Works / Sales", ""))

    spans = list(
        Membership.objects.filter(employee=person("B2")).values_list(
            "department__name", "from_on", "until_on"
        )
    )
    assert spans == [("Data", date(2025, 1, 15), date(2026, 10, 31)), ("Sales", TODAY, None)]


def test_a_move_before_the_last_day():
    load(ANNA, "B2,Ben Birch,ben@example.com,Works / IT / Data,business,A1,2025-01-15,2026-12-31")

    load("B2,Ben Birch,ben@example.com,Works / Sales,business,A1,2025-01-15,2026-12-31")

    spans = list(Membership.objects.filter(employee=person("B2")).values_list("department__name", "until_on"))
    assert spans == [("Data", TODAY - timedelta(days=1)), ("Sales", date(2026, 12, 31))]


def test_who_left_before_anybody_imported_them_gets_no_account():
    plan = load("L1,Long Gone,gone@example.com,Works,business,,2020-01-01,2021-01-01")

    assert [reason_of(told) for told in plan.notes] == ["Has left already, so no account was made."]
    assert len(plan.unchanged) == 1
    assert not Employee.objects.filter(employee_number="L1").exists()
