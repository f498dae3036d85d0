"""When somebody comes, moves and leaves."""

from datetime import date, timedelta

import pytest

from tests.people.importing.rules.planning.company import (
    ADMIN,
    FIRST_DAY,
    TODAY,
    TOMORROW,
    YESTERDAY,
    differences,
    here,
    line,
    notes,
    planned,
    reasons,
)


@pytest.mark.parametrize("number", ["N9", "B2"])
def test_somebody_may_leave_on_the_first_day_and_not_before(number: str) -> None:
    days = {"started_on": TOMORROW, "left_on": TOMORROW}

    assert planned(line(number, **days)).reported == []
    assert reasons(planned(line(number, **{**days, "left_on": TODAY}))) == {
        2: "The leave date is before the start date."
    }


def test_a_start_date_that_stands_already_holds_for_a_line_without_one() -> None:
    plan = planned(line("B2", started_on=None, left_on=FIRST_DAY - timedelta(days=1)))

    assert reasons(plan) == {2: "The leave date is before the start date."}


@pytest.mark.parametrize(("left_on", "is_new"), [(YESTERDAY, False), (TODAY, True), (None, True)])
def test_who_left_before_today_gets_no_account(left_on: date | None, is_new: bool) -> None:
    plan = planned(line("N9", left_on=left_on))

    assert [one.number for one in plan.new] == (["N9"] if is_new else [])
    assert plan.unchanged == ([] if is_new else [(2, "N9")])
    assert notes(plan) == ({} if is_new else {2: "Has left already, so no account was made."})


def test_a_corrected_past_leave_date_brings_the_department_too() -> None:
    left = here(2, "B2", left_on=date(2026, 6, 30))

    plan = planned(line("B2", left_on=date(2026, 5, 31), department=("Works", "HR")), people=(ADMIN, left))

    assert differences(plan) == [
        ("left_on", "2026-06-30", "2026-05-31"),
        ("department", "Works / IT", "Works / HR"),
    ]


def test_who_has_left_moves_no_more() -> None:
    left = here(2, "B2", left_on=YESTERDAY)

    plan = planned(line("B2", left_on=YESTERDAY, department=("Works", "HR")), people=(ADMIN, left))

    assert plan.unchanged == [(2, "B2")]


@pytest.mark.parametrize("left_on", [TODAY, TOMORROW])
def test_who_is_leaving_moves_up_to_the_last_day(left_on: date) -> None:
    leaving = here(2, "B2", left_on=left_on)

    plan = planned(line("B2", left_on=left_on, department=("Works", "HR")), people=(ADMIN, leaving))

    assert differences(plan) == [("department", "Works / IT", "Works / HR")]


@pytest.mark.parametrize(
    ("since", "belongs_from", "moves"),
    [
        (None, TODAY, True),
        (None, TOMORROW, False),
        (YESTERDAY, TODAY, False),
        (TODAY, TODAY, True),
        (None, None, True),
    ],
)
def test_nobody_moves_before_the_move_that_is_known(
    since: date | None, belongs_from: date | None, moves: bool
) -> None:
    ben = here(2, "B2", belongs_from=belongs_from)

    plan = planned(line("B2", department=("Works", "HR"), since=since), people=(ADMIN, ben))

    day = belongs_from.isoformat() if belongs_from else ""
    assert reasons(plan) == (
        {} if moves else {2: f"Moved to another department on {day}, which is later than this move."}
    )
