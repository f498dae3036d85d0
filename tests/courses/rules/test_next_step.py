"""What somebody continues with, in plain Python."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from courses.rules.next_step import after, made_for, next_step, suggestion

TODAY = date(2026, 11, 2)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
FOR_BUSINESS, FOR_TECHNICIANS = "technology-for-business", "business-for-technicians"


@dataclass(frozen=True)
class Course:
    """Where somebody stands in a course."""

    code: str
    status: str = "not_started"
    requirement: str = ""
    due_on: date | None = None
    changed_at: datetime | None = None
    direction: str = FOR_BUSINESS


course: Any = Course


def step(*standings: Any) -> tuple[str, str]:
    state, found = next_step(standings)
    return state, found.code if found else ""


def test_what_was_touched_last_is_continued_whatever_is_due() -> None:
    at = [datetime(2026, 10, day, tzinfo=UTC) for day in (1, 2, 3)]

    found = step(
        course("T1", "not_started", "required", due_on=YESTERDAY),
        course("T2", "in_progress", "required", due_on=YESTERDAY, changed_at=at[0]),
        course("T3", "in_progress", changed_at=at[2]),
        course("T4", "in_progress", "required", due_on=TOMORROW, changed_at=at[1]),
        course("T5", "completed", changed_at=at[2]),
    )

    assert found == ("begun", "T3")


def test_with_nothing_begun_the_required_course_that_is_due_first_waits() -> None:
    found = step(
        course("T1", "not_started", "recommended", due_on=YESTERDAY),
        course("T2", "not_started", "required"),
        course("T3", "not_started", "required", due_on=TOMORROW),
        course("T4", "not_started", "required", due_on=TODAY),
        course("T5", "completed", "required", due_on=YESTERDAY),
        course("T6"),
    )

    assert found == ("waiting", "T4")


def test_who_completed_what_is_required_has_nothing_due() -> None:
    assert step(course("T1", "completed", "required"), course("T2", "not_started", "recommended")) == (
        "nothing_due",
        "",
    )


def test_who_did_nothing_and_must_do_nothing_is_new() -> None:
    assert step(course("T1", "not_started", "recommended"), course("T2")) == ("new", "")
    assert step() == ("new", "")


@pytest.mark.parametrize(
    ("side", "direction"),
    [("business", FOR_BUSINESS), ("technology", FOR_TECHNICIANS), ("both", ""), ("", "")],
)
def test_a_direction_is_made_for_one_side(side: str, direction: str) -> None:
    assert made_for(side) == direction


BUSINESS = {"direction": FOR_TECHNICIANS}
STANDINGS = [
    course("T1", "in_progress"), course("T2", "not_started", "recommended"), course("T3"), course("T5"),
    course("B1", "completed", **BUSINESS), course("B2", "not_started", "required", **BUSINESS),
    course("B3", "in_progress", **BUSINESS), course("B4", **BUSINESS), course("B5", **BUSINESS),
]  # fmt: skip


@pytest.mark.parametrize(
    ("side", "suggested"), [("business", "T3"), ("technology", "B4"), ("both", "T3"), ("", "T3")]
)
def test_a_fresh_course_made_for_ones_side_is_suggested(side: str, suggested: str) -> None:
    """A course that is asked for, begun or completed needs no suggestion."""
    found = suggestion(STANDINGS, side)

    assert found and found.code == suggested


def test_who_began_all_that_is_made_for_them_is_suggested_one_of_the_other_direction() -> None:
    without_t = [standing for standing in STANDINGS if standing.code not in {"T3", "T5"}]

    found = suggestion(without_t, "business")

    assert found and found.code == "B4"
    assert suggestion(STANDINGS[:2] + STANDINGS[4:7], "business") is None


def offered(*standings: Any, side: str = "technology") -> str:
    found = after(standings, side)
    return found.code if found else ""


def test_after_a_course_comes_what_is_asked_then_what_is_begun_then_a_suggestion() -> None:
    at = [datetime(2026, 10, day, tzinfo=UTC) for day in (1, 2)]
    done = course("B1", "completed", "required", **BUSINESS)
    begun = [course("T1", "in_progress", changed_at=at[0]), course("T2", "in_progress", changed_at=at[1])]
    fresh = [course("T3"), course("B2", **BUSINESS)]
    asked = [
        course("T4", "not_started", "recommended"),
        course("T5", "in_progress", "required", due_on=TODAY),
    ]

    assert offered(done, *begun, *fresh, *asked) == "T5"
    assert offered(done, *begun, *fresh, asked[0]) == "T4"
    assert offered(done, *begun, *fresh) == "T2"
    assert offered(done, *fresh) == "B2"
    assert offered(done, *fresh, side="business") == "T3"
    assert offered(done) == ""
