"""Whom an audience reaches."""

import pytest

from courses.models import Audience
from courses.rules.reach import BOTH_SIDES, DEPARTMENT, EVERYONE, SIDE, reaches
from people.models import Side


@pytest.mark.parametrize("side", ["business", "technology", "both"])
@pytest.mark.parametrize("path", ["", "0001"])
def test_everyone_is_everyone(side: str, path: str) -> None:
    assert reaches("everyone", "", "", person_side=side, person_department_path=path)


@pytest.mark.parametrize(
    ("person_side", "reached"), [("business", True), ("technology", False), ("both", True)]
)
def test_a_side_reaches_its_own_people_and_those_of_both(person_side: str, reached: bool) -> None:
    assert reaches("side", "business", "", person_side=person_side, person_department_path="0001") is reached


@pytest.mark.parametrize(
    ("path", "reached"),
    [("00010002", True), ("000100020001", True), ("0001", False), ("00010003", False), ("", False)],
)
def test_a_department_reaches_itself_and_all_below_it(path: str, reached: bool) -> None:
    found = reaches("department", "", "00010002", person_side="business", person_department_path=path)

    assert found is reached


def test_a_scope_that_no_audience_has_is_an_error_and_reaches_nobody() -> None:
    with pytest.raises(ValueError, match="team"):
        reaches("team", "", "", person_side="business", person_department_path="0001")


def test_the_names_are_those_of_the_models() -> None:
    assert (
        Audience.Scope.EVERYONE.value,
        Audience.Scope.SIDE.value,
        Audience.Scope.DEPARTMENT.value,
        Side.BOTH.value,
    ) == (EVERYONE, SIDE, DEPARTMENT, BOTH_SIDES)
