"""What a line changes, which departments are made, and when two plans are the same."""

from typing import Any

import pytest

from people.importing.translation import reason_of
from tests.people.importing.rules.planning.company import (
    ADMIN,
    TODAY,
    TOMORROW,
    YESTERDAY,
    differences,
    here,
    line,
    planned,
)

# --- What differs -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "known", "what"),
    [
        ({"name": "Benno"}, {}, ("name", "Name B2", "Benno")),
        ({"side": "technology"}, {}, ("side", "business", "technology")),
        ({"manager": "ADM"}, {}, ("manager", "", "ADM")),
        ({"manager": ""}, {"manager": 1}, ("manager", "ADM", "")),
        ({"started_on": TODAY}, {}, ("started_on", "2024-03-01", "2026-11-20")),
        ({"started_on": TODAY}, {"started_on": None}, ("started_on", "", "2026-11-20")),
        ({}, {"left_on": TOMORROW}, ("left_on", "2026-11-21", "")),
        ({"department": ("Works",)}, {}, ("department", "Works / IT", "Works")),
        ({}, {"department": ()}, ("department", "", "Works / IT")),
    ],
)  # fmt: skip
def test_a_change_says_what_was_and_what_will_be(
    said: dict[str, Any], known: dict[str, Any], what: tuple[str, str, str]
) -> None:
    assert differences(planned(line("B2", **said), people=(ADMIN, here(2, "B2", **known)))) == [what]


@pytest.mark.parametrize(
    "said", [{}, {"side": ""}, {"started_on": None}, {"department": ()}, {"department": ("WORKS", "it")}]
)
def test_what_a_line_leaves_out_or_writes_in_other_letters_is_no_change(said: dict[str, Any]) -> None:
    assert planned(line("B2", **said)).unchanged == [(2, "B2")]


def test_a_list_without_managers_and_leave_dates_takes_none_away() -> None:
    ben = here(2, "B2", manager=1, left_on=TOMORROW)

    assert planned(line("B2"), people=(ADMIN, ben), without=["manager", "left_on"]).unchanged == [(2, "B2")]


def test_somebody_without_a_number_is_found_by_address_and_gets_one() -> None:
    nameless = here(2, "", email="b2@example.com", name="Name B2")

    assert differences(planned(line("B2"), people=(ADMIN, nameless))) == [("number", "", "B2")]


def test_a_manager_without_a_number_is_told_by_address() -> None:
    people = (ADMIN, here(2, "B2", manager=3), here(3, "", email="boss@example.com"))

    assert differences(planned(line("B2", manager="ADM"), people=people)) == [
        ("manager", "boss@example.com", "ADM")
    ]


# --- Departments and the fingerprint ------------------------------------------------------------------


def test_new_departments_are_made_once_from_the_top_as_first_written() -> None:
    plan = planned(
        line("N8", department=("Works", "Data", "Lab")),
        line("N9", place=3, department=("WORKS", "DATA", "Ops")),
    )

    assert plan.departments == [("Works", "Data"), ("Works", "Data", "Lab"), ("WORKS", "DATA", "Ops")]


def test_who_stays_unchanged_makes_no_department() -> None:
    left = here(2, "B2", left_on=YESTERDAY)

    assert planned(line("B2", left_on=YESTERDAY, department=("New",)), people=(ADMIN, left)).departments == []


def test_what_is_told_stands_in_the_order_of_the_lines() -> None:
    plan = planned(line("N9", place=5, manager="X1"), line("B2", place=4), line("N7", place=3, manager="X1"),
                   line("ADM", place=2))  # fmt: skip

    assert [told.line for told in plan.reported] == [3, 5]
    assert plan.unchanged == [(2, "ADM"), (4, "B2")]


def test_plans_that_do_the_same_have_one_fingerprint_and_others_have_another() -> None:
    plans = [
        planned(line("N9")),
        planned(line("N9", name="Nora")),
        planned(line("N9"), line("B2", place=3)),
        planned(line("N9"), line("B2", place=3, name="Benno")),
        planned(line("N9"), line("N8", place=3, manager="X1")),
        planned(line("N9", department=("Works", "New"))),
    ]

    assert planned(line("N9")).fingerprint(reason_of) == plans[0].fingerprint(reason_of)
    assert len({plan.fingerprint(reason_of) for plan in plans}) == len(plans)


def test_a_list_that_was_looked_at_before_an_upgrade_is_imported_after_it() -> None:
    """Its fingerprint is kept with it; this one was reckoned when a reason was still a text."""
    plan = planned(
        line("ADM", email="other@example.com"),
        line("N9", place=3, department=("Works", "Lab")),
        line("B2", place=4, name="Bé"),
        line("N5", place=5, manager="X'1"),
    )

    assert (plan.imported_count, len(plan.reported), len(plan.withheld)) == (2, 1, 1)
    assert plan.fingerprint(reason_of) == "2ef768827bf55ad182a4af288ea46be8fbd0b598ac9398c57ef05cb81ed63911"
