"""Lines that are reported: addresses and numbers that clash, managers who are nowhere or go round."""

import pytest

from tests.people.importing.rules.planning.company import (
    ADMIN,
    BEN,
    differences,
    here,
    line,
    notes,
    planned,
    reasons,
)

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
