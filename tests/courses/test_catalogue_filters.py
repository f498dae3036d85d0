"""The catalogue offers only filters that divide the courses there are."""

from types import SimpleNamespace
from typing import Any

import pytest

from courses.forms import CatalogueForm


def course(minutes: int = 30, *, status: str = "not_started", is_required: bool = False) -> Any:
    return SimpleNamespace(minutes=minutes, status=status, is_required=is_required)


def offered(courses: list[Any], **chosen: str) -> dict[str, list[str]]:
    """Name of each filter → its values, without the one that filters nothing."""
    form = CatalogueForm(chosen)
    assert form.is_valid()
    return {
        field.name: [str(value) for value, _label in field.field.choices[1:]]
        for field in form.offered(courses)
    }


@pytest.mark.parametrize(
    ("courses", "filters"),
    [
        ([], {}),
        ([course(32), course(36)], {}),
        ([course(20), course(21)], {"minutes": ["20"]}),
        ([course(40), course(41)], {"minutes": ["40"]}),
        ([course(15), course(30), course(60)], {"minutes": ["20", "40"]}),
        ([course(is_required=True), course()], {"asked": ["required"]}),
        ([course(status="completed"), course(status="in_progress")], {"asked": ["open"]}),
        ([course(status="completed", is_required=True)], {}),
    ],
)
def test_a_choice_lets_some_courses_through_and_not_all(
    courses: list[Any], filters: dict[str, list[str]]
) -> None:
    assert offered(courses) == filters


def test_what_is_chosen_can_be_taken_back() -> None:
    assert offered([course(32), course(36)], minutes="20", asked="open") == {
        "minutes": ["20"],
        "asked": ["open"],
    }
