"""Who may change an account that has rights, and who may leave: the last administrator stays."""

from datetime import date

import pytest

from people.importing.rules.plans import Known
from people.importing.translation import reason_of
from tests.people.importing.rules.planning.company import (
    ADMIN,
    BEN,
    LAST_ADMINISTRATOR,
    TODAY,
    TOMORROW,
    YESTERDAY,
    administrator,
    differences,
    here,
    line,
    planned,
    reasons,
)

GUARDED = "This account has more rights than an employee’s, so only an administrator may change that."
NO_NUMBER = "This address belongs to somebody with more rights than an employee. Only an administrator may give that account a number."


def test_a_new_person_comes_into_a_company_with_an_administrator() -> None:
    plan = planned(line("N9"))

    assert [one.number for one in plan.new] == ["N9"]
    assert (plan.reported, plan.notes, plan.departments, plan.imported_count) == ([], [], [], 1)


def test_somebody_without_the_role_may_leave() -> None:
    plan = planned(line("B2", left_on=TODAY))

    assert differences(plan) == [("left_on", "", "2026-11-20")]


def test_the_last_administrator_may_not_leave_even_with_others_there() -> None:
    plan = planned(line("ADM", left_on=TODAY))

    assert reasons(plan) == {2: LAST_ADMINISTRATOR}
    assert plan.changed == []


def test_of_two_administrators_one_may_leave() -> None:
    plan = planned(line("ADM", left_on=TODAY), people=(ADMIN, BEN, administrator(3, "AD3")))

    assert differences(plan) == [("left_on", "", "2026-11-20")]


def test_two_administrators_may_not_leave_with_one_list() -> None:
    plan = planned(
        line("ADM", left_on=TODAY),
        line("AD3", place=3, left_on=TODAY),
        people=(ADMIN, BEN, administrator(3, "AD3")),
    )

    assert reasons(plan) == {3: LAST_ADMINISTRATOR}
    assert [change.pk for change in plan.changed] == [1]


@pytest.mark.parametrize(("left_on", "counts"), [(YESTERDAY, False), (TODAY, True), (TOMORROW, True)])
def test_an_administrator_counts_up_to_the_last_day(left_on: date, counts: bool) -> None:
    leaving = administrator(3, "AD3", left_on=left_on)

    plan = planned(line("ADM", left_on=TODAY), people=(ADMIN, leaving))

    assert reasons(plan) == ({} if counts else {2: LAST_ADMINISTRATOR})


def test_a_leave_date_that_stands_already_is_no_leaving() -> None:
    leaving = administrator(1, "ADM", left_on=TOMORROW)

    plan = planned(line("ADM", left_on=TOMORROW, name="Ada"), line("B2", place=3), people=(leaving, BEN))

    assert differences(plan) == [("name", "Name ADM", "Ada")]
    assert plan.unchanged == [(3, "B2")]


def test_a_list_without_leave_dates_lets_nobody_leave() -> None:
    leaving = administrator(1, "ADM", left_on=TOMORROW)

    plan = planned(line("ADM", name="Ada"), people=(leaving,), without=["left_on"])

    assert differences(plan) == [("name", "Name ADM", "Ada")]


@pytest.mark.parametrize("known", [ADMIN, here(1, "ADM", is_guarded=True)])
def test_address_and_side_of_somebody_with_rights_stay_and_the_rest_of_the_line_counts(known: Known) -> None:
    wanted = line("ADM", email="else@example.com", side="technology", name="Ada", manager="B2")

    plan = planned(wanted, line("B2", place=3), people=(known, BEN))

    assert {told.line: reason_of(told) for told in plan.withheld} == {
        2: f"Stays as it is: e-mail address, side. {GUARDED}"
    }
    assert plan.reported == []
    assert differences(plan) == [("name", "Name ADM", "Ada"), ("manager", "", "B2")]
    assert plan.changed[0].line.email == "adm@example.com"
    allowed = planned(wanted, people=(known, BEN), may_change_guarded=True)
    assert allowed.withheld == []
    assert [name for name, _before, _after in differences(allowed)] == ["name", "email", "side", "manager"]


@pytest.mark.parametrize(
    ("fields", "what"), [({"email": "else@example.com"}, "e-mail address"), ({"side": "both"}, "side")]
)
def test_a_line_of_which_nothing_else_counts_is_unchanged(fields: dict[str, str], what: str) -> None:
    plan = planned(line("ADM", **fields))

    assert plan.unchanged == [(2, "ADM")]
    assert reason_of(plan.withheld[0]) == f"Stays as it is: {what}. {GUARDED}"
    assert plan.fingerprint(reason_of) != planned(line("ADM")).fingerprint(reason_of)


def test_of_a_line_that_is_left_out_no_part_is_spoken_of() -> None:
    plan = planned(line("ADM", email="else@example.com", left_on=TODAY))

    assert (reasons(plan), plan.withheld) == ({2: LAST_ADMINISTRATOR}, [])


def test_nothing_is_withheld_from_a_line_that_says_what_is_so_already() -> None:
    assert planned(line("ADM"), line("B2", place=3, email="new@example.com")).withheld == []
    assert planned(line("ADM", side="")).withheld == []


def test_an_address_that_is_withheld_is_still_free_for_whoever_has_it() -> None:
    plan = planned(line("ADM", email="b2@example.com"), line("N9", place=3))

    assert plan.reported == []
    assert [one.number for one in plan.new] == ["N9"]


def test_somebody_with_rights_gets_a_number_from_an_administrator_only() -> None:
    people = (administrator(1, "", email="adm@example.com"), BEN)
    wanted = line("A77", email="adm@example.com")

    assert reasons(planned(wanted, people=people)) == {2: NO_NUMBER}
    assert planned(wanted, people=people, may_change_guarded=True).reported == []


def test_an_administrators_name_is_not_guarded() -> None:
    assert differences(planned(line("ADM", name="Ada"))) == [("name", "Name ADM", "Ada")]


def test_who_is_no_administrator_may_get_another_address_from_anybody() -> None:
    assert differences(planned(line("B2", email="new@example.com"))) == [
        ("email", "b2@example.com", "new@example.com")
    ]
