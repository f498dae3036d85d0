"""How people and courses are counted: every figure by hand, without a database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rules.overdue import is_overdue, state_of
from reports.rules.figures import (
    COMPLETED_IN_FIRST,
    COURSES_OF_A_NUMBER,
    EVERY_BIT,
    WIDTH,
    Ask,
    Late,
    Parts,
    Profile,
    Stand,
    count,
    person_state,
    status_of,
)
from reports.rules.period import MOST_MONTHS

ON = date(2026, 11, 2)
YESTERDAY = date(2026, 11, 1)
UNTOUCHED, BEGUN, BEFORE, IN_FIRST_MONTH, IN_TWELFTH_MONTH = 0, 1, 2, 3, 14
SALES, SERVICE = 1, 2
IN_SALES, IN_SERVICE = Profile("business", SALES), Profile("business", SERVICE)


def stand(name, *bits, profile=IN_SALES, counted_in=None, number=None):
    """Where somebody stands: the bits of course 0, of course 1, …"""
    courses = sum(one << WIDTH * course for course, one in enumerate(bits))
    return Stand(number or ord(name[0]), name, profile, counted_in or profile.department, courses)


def due(*days):
    """What is asked of everybody: course 0 until the first day, course 1 until the second, …"""
    asked = {number: Ask("required", day) for number, day in enumerate(days)}
    return lambda profile: asked


def late(figures):
    return [(one.sort_key, one.number) for one in figures.longest_overdue]


# Shares ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "total", "percent"),
    [
        (Parts(), 0, 0),
        (Parts(not_started=4), 4, 0),
        (Parts(completed=1, in_progress=1, not_started=1), 3, 33),
        (Parts(completed=2, overdue=1), 3, 67),
        (Parts(completed=199, overdue=1), 200, 99),
        (Parts(completed=1, overdue=199), 200, 1),
        (Parts(completed=1, overdue=799), 800, 1),
        (Parts(completed=1, overdue=7), 8, 13),
        (Parts(completed=3), 3, 100),
        (Parts(completed=1, in_progress=2, not_started=3, overdue=4), 10, 10),
    ],
)
def test_the_share_is_of_everybody_and_only_all_of_them_are_a_hundred_per_cent(parts, total, percent):
    assert (parts.total, parts.percent) == (total, percent)


def test_parts_add_up_state_by_state():
    together = Parts(1, 2, 3, 4) + Parts(10, 20, 30, 40)
    together.add("overdue", 5)

    assert vars(together) == {"completed": 11, "in_progress": 22, "not_started": 33, "overdue": 49}


@pytest.mark.parametrize(
    ("states", "of_person"),
    [
        (["completed", "completed"], "completed"),
        (["completed", "overdue"], "overdue"),
        (["completed", "not_started"], "in_progress"),
        (["in_progress", "not_started"], "in_progress"),
        (["in_progress", "completed"], "in_progress"),
        (["not_started", "not_started"], "not_started"),
    ],
)
def test_several_courses_make_one_state_of_a_person(states, of_person):
    assert person_state(states) == of_person


def test_a_stand_says_untouched_begun_or_completed_at_any_time():
    assert [status_of(bits) for bits in (UNTOUCHED, BEGUN, BEFORE, IN_FIRST_MONTH, IN_TWELFTH_MONTH)] == [
        "not_started",
        "in_progress",
        "completed",
        "completed",
        "completed",
    ]


def test_overdue_stands_in_place_of_the_status_that_is_not_completed():
    assert state_of("in_progress", "required", YESTERDAY, ON) == "overdue"
    assert state_of("in_progress", "required", ON, ON) == "in_progress"
    assert state_of("completed", "required", YESTERDAY, ON) == "completed"
    assert state_of("in_progress", "recommended", YESTERDAY, ON) == "in_progress"


@pytest.mark.parametrize("bits", [UNTOUCHED, BEGUN, BEFORE, IN_FIRST_MONTH, IN_TWELFTH_MONTH])
@pytest.mark.parametrize("requirement", ["required", "recommended"])
@pytest.mark.parametrize("day", [YESTERDAY, ON, date(2026, 11, 3), None])
def test_everything_that_is_counted_agrees_with_the_rule(bits, requirement, day):
    overdue = is_overdue(status_of(bits), requirement, day, ON)

    figures = count([stand("Ada", bits)], lambda profile: {0: Ask(requirement, day)}, ON, months=12, most=5)

    assert late(figures) == ([("Ada", 0)] if overdue else [])
    for parts in (
        figures.people,
        figures.pairs,
        figures.departments[SALES],
        figures.pairs_of_departments[SALES],
    ):
        assert (parts.total, parts.overdue) == (1, int(overdue))


# Who is late -------------------------------------------------------------------------------------


def test_late_is_who_missed_the_day_and_nobody_else():
    people = [
        stand("Begun", BEGUN, BEGUN, BEGUN),
        stand("Untouched", UNTOUCHED, UNTOUCHED, UNTOUCHED),
        stand("Long since completed", BEFORE, UNTOUCHED, UNTOUCHED),
        stand("Completed at first", IN_FIRST_MONTH, UNTOUCHED, UNTOUCHED),
        stand("Completed at last", IN_TWELFTH_MONTH, UNTOUCHED, UNTOUCHED),
    ]

    # Course 0 was due yesterday, course 1 is due today, course 2 has no day.
    figures = count(people, due(YESTERDAY, ON, None), ON, months=12, most=10)

    assert late(figures) == [("Begun", 0), ("Untouched", 0)]
    assert figures.longest_overdue[0] == Late(YESTERDAY, "Begun", ord("B"), 0)
    assert figures.people == Parts(in_progress=3, overdue=2)
    assert figures.courses == {
        0: Parts(completed=3, overdue=2),
        1: Parts(in_progress=1, not_started=4),
        2: Parts(in_progress=1, not_started=4),
    }


def test_the_longest_overdue_come_first_then_by_name_and_each_course_counts():
    people = [
        stand("Zoe", UNTOUCHED, UNTOUCHED),
        stand("Ada", UNTOUCHED, BEFORE),
        stand("Mia", BEFORE, BEGUN),
    ]

    figures = count(people, due(YESTERDAY, date(2026, 10, 1)), ON, most=10)

    assert late(figures) == [("Mia", 1), ("Zoe", 1), ("Ada", 0), ("Zoe", 0)]


def test_no_more_are_named_than_the_page_shows():
    people = [stand(name, UNTOUCHED) for name in ("Zoe", "Ada", "Mia")]

    assert late(count(people, due(YESTERDAY), ON, most=2)) == [("Ada", 0), ("Mia", 0)]
    assert late(count(people, due(YESTERDAY), ON, most=0)) == []
    assert count(people, due(YESTERDAY), ON).people.overdue == 3


FIFTH, TENTH, FIFTEENTH, TWENTIETH = (date(2026, 10, day) for day in (5, 10, 15, 20))


def crowd(number, profile):
    """So many people who are late alike; more than fifty times what is named are cut down on the way."""
    return [stand(f"N{one:03}", UNTOUCHED, UNTOUCHED, profile=profile, number=one) for one in range(number)]


def of_each(profile):
    """Sales missed the tenth; Service missed the day and course that the test is about."""
    days = {SALES: (TENTH, None), SERVICE: (TWENTIETH, FIFTH)}[profile.department]
    return {number: Ask("required", day) for number, day in enumerate(days) if day}


def test_after_many_late_people_who_is_late_for_longer_is_still_named():
    people = [*crowd(51, IN_SALES), stand("Last", UNTOUCHED, UNTOUCHED, profile=IN_SERVICE, number=99)]

    figures = count(people, of_each, ON, most=1)

    assert figures.longest_overdue == [Late(FIFTH, "Last", 99, 1)]
    assert figures.people.overdue == 52


def test_after_many_late_people_the_same_day_is_decided_by_the_name():
    people = [*crowd(51, IN_SALES), stand("Ada", UNTOUCHED, number=99)]

    assert late(count(people, of_each, ON, most=1)) == [("Ada", 0)]


def test_after_many_late_people_the_last_one_to_be_named_decides_who_comes_near():
    """Two are named: who is late for as long as the second of them is still in."""
    days = {SALES: FIFTH, SERVICE: TWENTIETH}
    people = [
        stand("Early", UNTOUCHED, number=990),
        *crowd(100, IN_SERVICE),
        stand("Ada", UNTOUCHED, profile=IN_SERVICE, number=991),
    ]

    figures = count(people, lambda profile: {0: Ask("required", days[profile.department])}, ON, most=2)

    assert late(figures) == [("Early", 0), ("Ada", 0)]


def test_the_same_stand_is_late_or_not_by_what_is_asked():
    """Whoever has the same courses behind them in another department missed another day, or none."""
    asked = {SALES: {0: Ask("required", ON)}, SERVICE: {0: Ask("required", YESTERDAY)}}
    people = [
        stand("Ada", BEGUN),
        stand("Ben", BEGUN, profile=IN_SERVICE),
        stand("Cleo", BEFORE, profile=IN_SERVICE),
    ]

    figures = count(people, lambda profile: asked[profile.department], ON, months=1, most=5)

    assert late(figures) == [("Ben", 0)]


# Places, courses, months -------------------------------------------------------------------------


def test_people_are_counted_once_and_their_courses_each():
    asked = due(YESTERDAY, None)
    people = [
        stand("Ada", BEFORE, BEFORE),
        stand("Ben", BEFORE, UNTOUCHED),
        stand("Cleo", UNTOUCHED, BEFORE, profile=IN_SERVICE),
        stand("Dora", BEFORE, BEFORE, profile=IN_SERVICE, counted_in=SALES),
        stand("Emil", BEFORE, BEFORE),
    ]

    figures = count(people, asked, ON, months=1)

    assert figures.people == Parts(completed=3, in_progress=1, overdue=1)
    assert figures.departments == {SALES: Parts(completed=3, in_progress=1), SERVICE: Parts(overdue=1)}
    assert figures.courses == {0: Parts(completed=4, overdue=1), 1: Parts(completed=4, not_started=1)}
    assert figures.pairs_of_departments == {
        SALES: Parts(completed=7, not_started=1),
        SERVICE: Parts(completed=1, overdue=1),
    }
    assert figures.pairs == Parts(completed=8, not_started=1, overdue=1)


def test_who_is_asked_nothing_is_in_no_figure():
    people = [stand("Ada", UNTOUCHED), stand("Ben", BEFORE, profile=IN_SERVICE)]

    figures = count(
        people, lambda one: {0: Ask("required", YESTERDAY)} if one == IN_SALES else {}, ON, most=5
    )

    assert figures.people == Parts(overdue=1)
    assert set(figures.departments) == {SALES}
    assert late(figures) == [("Ada", 0)]


def test_a_year_has_twelve_months_and_what_came_before_is_in_none():
    people = [
        stand("Ada", IN_TWELFTH_MONTH, BEGUN),
        stand("Ben", IN_TWELFTH_MONTH, IN_FIRST_MONTH),
        stand("Cleo", BEFORE, BEFORE),
        stand("Dora", 7, UNTOUCHED),
    ]

    figures = count(people, due(None, None), ON, months=12)

    found = {
        (month, course): number
        for month, one in enumerate(figures.months, start=1)
        for course, number in one.items()
    }
    assert len(figures.months) == 12
    assert found == {(1, 1): 1, (5, 0): 1, (12, 0): 2}


# Bits --------------------------------------------------------------------------------------------


@given(
    st.lists(
        st.dictionaries(st.integers(0, 40), st.integers(0, COMPLETED_IN_FIRST + MOST_MONTHS - 1)), max_size=8
    )
)
def test_no_figure_of_a_course_depends_on_its_neighbours(standings):
    """Up to the last month of the longest period, whatever stands beside it in the same number."""
    asked = {number: Ask("required", None) for number in range(41)}
    people = [
        Stand(
            pk, str(pk), IN_SALES, SALES, sum(bits << WIDTH * number for number, bits in of_courses.items())
        )
        for pk, of_courses in enumerate(standings)
    ]

    figures = count(people, lambda _profile: asked, ON, months=MOST_MONTHS)

    for number in asked if people else ():
        bits = [of_courses.get(number, UNTOUCHED) for of_courses in standings]
        assert figures.courses[number] == Parts(
            completed=sum(one > BEGUN for one in bits), in_progress=bits.count(BEGUN), not_started=bits.count(UNTOUCHED)
        )  # fmt: skip
        assert [month[number] for month in figures.months] == [
            bits.count(COMPLETED_IN_FIRST + month) for month in range(MOST_MONTHS)
        ]


def test_more_months_than_can_be_told_apart_are_refused_before_anybody_is_counted():
    def people():
        raise AssertionError("nobody is read")
        yield

    with pytest.raises(ValueError, match="13 months"):
        count(people(), due(None), ON, months=MOST_MONTHS + 1)


def test_the_last_month_has_room_in_the_bits_of_a_course_and_the_courses_in_a_number():
    assert COMPLETED_IN_FIRST + MOST_MONTHS - 1 <= EVERY_BIT
    assert WIDTH * COURSES_OF_A_NUMBER <= 63
