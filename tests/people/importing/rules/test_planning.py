"""What an import would do, asked of the rule itself, in a company that has administrators."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest

from people.importing.rules.columns import Columns, PersonLine
from people.importing.rules.planning import make_plan
from people.importing.rules.plans import Known, Plan
from people.importing.rules.sentences import Sentence
from people.importing.words import reason_of

TODAY = date(2026, 11, 20)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
FIRST_DAY = date(2024, 3, 1)
FIELDS = "number name email department side manager started_on left_on since".split()
LAST_ADMINISTRATOR = "This is the last administrator. Give somebody else the role, then import again."
GUARDED = "This account has more rights than an employee’s, so only an administrator may change that."
NO_NUMBER = "This address belongs to somebody with more rights than an employee. Only an administrator may give that account a number."


def line(number: str, place: int = 2, **fields: Any) -> PersonLine:
    """A line about somebody of IT, as it would be written for a person who is `here`."""
    given: dict[str, Any] = {
        "line": place, "number": number, "name": f"Name {number}", "email": f"{number.lower()}@example.com",
        "side": "business", "department": ("Works", "IT"), "manager": "", "started_on": FIRST_DAY, "left_on": None,
        "since": None,
    }  # fmt: skip
    return PersonLine(**{**given, **fields})


def here(pk: int, number: str, **fields: Any) -> Known:
    given: dict[str, Any] = {
        "pk": pk, "number": number, "name": f"Name {number}", "email": f"{number.lower()}@example.com",
        "side": "business", "manager": None, "started_on": FIRST_DAY, "left_on": None, "department": ("works", "it"),
        "belongs_from": FIRST_DAY, "is_guarded": False, "is_administrator": False,
    }  # fmt: skip
    return Known(**{**given, **fields})


def administrator(pk: int, number: str, **fields: Any) -> Known:
    return here(pk, number, is_guarded=True, is_administrator=True, **fields)


ADMIN = administrator(1, "ADM")
BEN = here(2, "B2")


def planned(
    *lines: PersonLine,
    people: Iterable[Known] = (ADMIN, BEN),
    without: Iterable[str] = (),
    may_change_guarded: bool = False,
    faulty: dict[int, str] | None = None,
) -> Plan:
    fields = [field for field in FIELDS if field not in set(without)]
    return make_plan(
        [(one, [Sentence(faulty[one.line])] if faulty and one.line in faulty else []) for one in lines],
        Columns({field: place for place, field in enumerate(fields)}, len(fields), ()),
        people=people,
        departments={("works",): "Works", ("works", "it"): "Works / IT", ("works", "hr"): "Works / HR"},
        may_change_guarded=may_change_guarded,
        today=TODAY,
    )


def reasons(plan: Plan) -> dict[int, str]:
    return {told.line: reason_of(told) for told in plan.reported}


def notes(plan: Plan) -> dict[int, str]:
    return {told.line: reason_of(told) for told in plan.notes}


def differences(plan: Plan) -> list[tuple[str, str, str]]:
    (change,) = plan.changed
    return list(change.what)


# --- The last administrator ---------------------------------------------------------------------------


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


# --- Days ---------------------------------------------------------------------------------------------


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


# --- Addresses and numbers ----------------------------------------------------------------------------


def test_nobody_takes_an_address_that_somebody_keeps() -> None:
    plan = planned(line("N9", email="b2@example.com"))

    assert reasons(plan) == {
        2: "The e-mail address belongs to number B2. Change it there first, then import again."
    }


def test_two_lines_about_one_number_or_address_are_both_reported() -> None:
    plan = planned(
        line("N9", place=2),
        line("N9", place=3, email="else@example.com"),
        line("N10", place=4, email="n9@example.com"),
        line("N11", place=5),
    )

    assert reasons(plan) == {
        2: "The number stands on line 3 too. The e-mail address stands on line 4 too.",
        3: "The number stands on line 2 too.",
        4: "The e-mail address stands on line 2 too.",
    }
    assert [one.number for one in plan.new] == ["N11"]


def test_two_lines_without_a_number_are_told_their_own_fault_only() -> None:
    plan = planned(
        line("", place=2, email=""), line("", place=3, email=""), faulty={2: "No number.", 3: "No number."}
    )

    assert reasons(plan) == {2: "No number.", 3: "No number."}


# --- Managers -----------------------------------------------------------------------------------------


def test_a_manager_who_is_nowhere_is_reported() -> None:
    assert reasons(planned(line("N9", manager="X1"))) == {2: "There is no line manager with number X1."}


def test_nobody_is_their_own_manager_new_or_known() -> None:
    assert reasons(planned(line("N9", manager="N9"), line("B2", place=3, manager="B2"))) == {
        2: "Nobody is their own line manager.",
        3: "Nobody is their own line manager.",
    }


def test_a_manager_whose_line_is_reported_comes_later_and_nothing_is_taken_away_meanwhile() -> None:
    ben = here(2, "B2", manager=1)

    plan = planned(
        line("B2", place=2, manager="N9", name="Benno"),
        line("N8", place=3, manager="N9"),
        line("N9", place=4),
        people=(ADMIN, ben),
        faulty={4: "Faulty."},
    )

    late = "Without the line manager N9, whose own line is reported. Correct it and import again."
    assert differences(plan) == [("name", "Name B2", "Benno")]
    assert [one.number for one in plan.new] == ["N8"]
    assert notes(plan) == {2: late, 3: late}


def test_managers_who_go_round_are_reported_from_where_each_stands() -> None:
    plan = planned(
        line("N1", manager="N2"), line("N2", place=3, manager="N1"), line("N3", place=4, manager="N1")
    )

    assert reasons(plan) == {
        2: "The line managers go round in a circle: N1 → N2 → N1.",
        3: "The line managers go round in a circle: N2 → N1 → N2.",
    }
    assert notes(plan) == {
        4: "Without the line manager N1, whose own line is reported. Correct it and import again."
    }


def test_a_circle_that_the_list_closes_with_people_who_are_here_is_reported() -> None:
    plan = planned(line("B2", manager="C3"), people=(ADMIN, BEN, here(3, "C3", manager=2)))

    assert reasons(plan) == {2: "The line managers go round in a circle: B2 → C3 → B2."}


def test_a_circle_that_stands_already_is_not_the_lists_fault() -> None:
    people = (ADMIN, here(2, "B2", manager=3), here(3, "C3", manager=2))

    assert planned(line("N9", manager="B2"), people=people).reported == []
    assert planned(line("B2", name="Benno"), people=people, without=["manager"]).imported_count == 0


@pytest.mark.parametrize(("count", "told"), [(8, "N1 → N2"), (9, "of 9 people")])
def test_a_long_circle_is_told_by_its_length(count: int, told: str) -> None:
    plan = planned(
        *[line(f"N{place}", place=place, manager=f"N{place % count + 1}") for place in range(1, count + 1)]
    )

    assert len(plan.reported) == count
    assert told in reasons(plan)[1]


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
