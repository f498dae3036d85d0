"""What the tables, the list and the drawing of a report say. Without a database."""

from datetime import date
from typing import Any

import pytest

from reports.queries import CourseExplanation
from reports.rules.figures import Parts
from reports.views.chart import EDGE, WIDTH, Month, chart
from reports.views.page import cells
from reports.views.person import course_of_person, days, why

DAY = date(2026, 10, 20)


def explained(**fields: Any) -> CourseExplanation:
    """Begun and not completed, by own choice."""
    values: dict[str, Any] = {
        "code": "T1", "title": "Course", "requirement": "", "due_on": None, "state": "in_progress", "is_lapsed": False,
        "status": "in_progress", "started_on": date(2026, 3, 2), "completed_on": None, "days_over": 0,
        "reasons": ("1 of 2 lessons done.", "The quiz is open."),
    }  # fmt: skip
    return CourseExplanation(**values | fields)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ["Own choice", "Begun on 2 Mar 2026"]),
        ({"started_on": None}, ["Own choice"]),
        ({"completed_on": DAY}, ["Own choice", "Begun on 2 Mar 2026", "Completed on 20 Oct 2026"]),
        ({"requirement": "required", "started_on": None}, ["Required"]),
        (
            {"requirement": "required", "due_on": DAY, "started_on": None},
            ["Required", "Due on 20 Oct 2026"],
        ),
        ({"requirement": "recommended", "due_on": DAY}, ["Recommended", "Due on 20 Oct 2026", "Begun on 2 Mar 2026"]),
        (
            {"requirement": "recommended", "due_on": DAY, "is_lapsed": True, "started_on": None},
            ["Was recommended by 20 Oct 2026"],
        ),
    ],
)  # fmt: skip
def test_a_course_of_a_person_says_what_is_asked_and_its_days(
    fields: dict[str, Any], words: list[str]
) -> None:
    assert days(explained(**fields)) == words


@pytest.mark.parametrize(
    ("days_over", "words"),
    [
        (0, "1 of 2 lessons done. The quiz is open."),
        (1, "1 of 2 lessons done. The quiz is open. It was due 1 day ago."),
        (12, "1 of 2 lessons done. The quiz is open. It was due 12 days ago."),
    ],
)
def test_it_says_why_and_for_how_long_it_is_overdue(days_over: int, words: str) -> None:
    assert why(explained(days_over=days_over)) == words


def test_overdue_is_told_beside_the_status() -> None:
    late = course_of_person(explained(state="overdue"))

    assert (late.name, late.state, late.status) == ("T1 Course", "overdue", "Overdue, in progress")
    assert course_of_person(explained()).status == "In progress"


def test_the_table_of_courses_has_a_column_for_the_period_only_with_a_period() -> None:
    parts = Parts(completed=4, in_progress=3, not_started=2, overdue=1)
    without = [(cell.label, cell.value) for cell in cells(parts, None)]

    assert without == [
        ("People", 10), ("Completed", 4), ("In progress", 3), ("Not started", 2), ("Overdue", 1),
    ]  # fmt: skip
    within = [(cell.label, cell.value) for cell in cells(parts, 0)]
    assert within == [*without, ("Completed in the period", 0)]


def months(*counts: int) -> list[Month]:
    return [Month(f"Month {number}", f"M{number}", count) for number, count in enumerate(counts, start=1)]


def test_the_highest_column_of_the_drawing_fills_it_and_every_completion_can_be_seen() -> None:
    drawn = chart(months(0, 1, 1000))

    assert [column.height for column in drawn.columns] == [0, 2, 130]
    assert all(column.y + column.height == drawn.floor for column in drawn.columns)


@pytest.mark.parametrize("count", [0, 1, 3, 12])
def test_the_columns_stand_side_by_side_between_the_edges(count: int) -> None:
    drawn = chart(months(*[1] * count))
    edges = [
        EDGE, *(edge for column in drawn.columns for edge in (column.x, column.x + column.width)), WIDTH - EDGE,
    ]  # fmt: skip

    assert edges == sorted(edges)
    assert (drawn.floor_from, drawn.floor_to) == (edges[0], edges[-1])
