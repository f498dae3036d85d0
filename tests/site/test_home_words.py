"""What a row of home says, which direction is one's own, and the word of the week: in plain Python."""

from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.utils.translation import override

from courses.queries import Standing
from glossary.published import CardSense, WordCard

home: Any = import_module("bothways.views.home")  # the view in it has the name of its module
TODAY = date(2026, 11, 2)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def course(code: str, status: str = "not_started", requirement: str = "", **fields: Any) -> Standing:
    """Where somebody stands in a course that only has what the order of home looks at."""
    nothing: dict[str, Any] = dict.fromkeys(Standing.__dataclass_fields__, "")
    values = {"code": code, "status": status, "requirement": requirement, "due_on": None, "changed_at": None}
    flags = {"is_overdue": False, "is_lapsed": False, "completed_on": None}
    return Standing(**{**nothing, "direction": "technology-for-business", **flags, **values, **fields})


# What a row of the list says, in plain Python ------------------------------------------------------


REQUIRED = {"requirement": "required"}


@pytest.mark.parametrize(
    ("fields", "day", "state", "words"),
    [
        (
            {"status": "completed", "completed_on": YESTERDAY, "due_on": TOMORROW, **REQUIRED},
            "done 1 Nov 2026", "completed", "",
        ),
        ({"is_overdue": True, "due_on": YESTERDAY, **REQUIRED}, "due 1 Nov 2026", "overdue", ""),
        (
            {"is_overdue": True, "status": "in_progress", "due_on": YESTERDAY, **REQUIRED},
            "due 1 Nov 2026", "overdue", "",
        ),
        (
            {"is_lapsed": True, "status": "in_progress", "due_on": YESTERDAY},
            "", "in_progress", "Was recommended by 1 Nov 2026, 2 of 5 lessons",
        ),
        (
            {"is_lapsed": True, "due_on": YESTERDAY},
            "", "not_started", "Was recommended by 1 Nov 2026, not started",
        ),
        (
            {"status": "in_progress", "due_on": TOMORROW, **REQUIRED},
            "due 3 Nov 2026", "in_progress", "In progress, 2 of 5 lessons",
        ),
        (REQUIRED, "", "not_started", "Required, not started"),
        (
            {"requirement": "recommended", "due_on": TODAY},
            "by 2 Nov 2026", "not_started", "Recommended, not started",
        ),
    ],
)  # fmt: skip
def test_a_course_that_is_asked_tells_the_day_that_counts_and_how_far_one_is(
    fields: dict[str, Any], day: str, state: str, words: str
) -> None:
    (asked,) = home.asked_courses([course("T2", lessons_done=2, lessons_needed=5, **fields)], TODAY)

    assert (asked.day, asked.state, asked.words) == (day, state, words)


@pytest.mark.parametrize(
    ("days", "distance"),
    [
        (-5, "5 days over"), (-1, "1 day over"), (0, "today"), (1, "tomorrow"), (2, "in 2 days"), (8, "in 8 days"),
        (30, "in 30 days"), (31, ""),
    ],
)  # fmt: skip
def test_a_day_is_told_by_how_far_off_it_is(days: int, distance: str) -> None:
    due_on = TODAY + timedelta(days=days)
    open_course = course("T2", due_on=due_on, **REQUIRED)
    others = [
        replace(open_course, status="completed", completed_on=TODAY),
        replace(open_course, due_on=None),
        replace(open_course, is_lapsed=True, requirement="recommended"),
    ]

    assert [asked.distance for asked in home.asked_courses([open_course, *others], TODAY)] == [
        distance,
        "",
        "",
        "",
    ]


def test_a_day_is_written_in_the_language_of_whoever_reads_it() -> None:
    standing = course("T2", "completed", completed_on=YESTERDAY)

    assert home.asked_courses([standing], TODAY)[0].day == "done 1 Nov 2026"
    with override("de"):
        assert "1. November 2026" in home.asked_courses([standing], TODAY)[0].day


# Which direction is one's own ----------------------------------------------------------------------

FOR_BUSINESS, FOR_TECHNICIANS = "technology-for-business", "business-for-technicians"


@pytest.mark.parametrize(
    ("side", "buttons"),
    [
        ("business", [(FOR_BUSINESS, True), (FOR_TECHNICIANS, False)]),
        ("technology", [(FOR_TECHNICIANS, True), (FOR_BUSINESS, False)]),
        ("both", [(FOR_BUSINESS, True), (FOR_TECHNICIANS, True)]),
        ("", [(FOR_BUSINESS, True), (FOR_TECHNICIANS, True)]),
    ],
)
def test_the_primary_button_leads_where_courses_are_made_for_ones_side(
    side: str, buttons: list[tuple[str, bool]]
) -> None:
    assert [(button.direction, button.is_primary) for button in home.directions(side)] == buttons


@pytest.mark.parametrize(
    ("side", "code", "why"),
    [
        ("business", "T1", "Made for your side."),
        ("technology", "B1", "Made for your side."),
        ("both", "T1", "Of interest to both sides."),
    ],
)
def test_a_suggestion_says_why_it_stands_there(side: str, code: str, why: str) -> None:
    standings = [course("T1"), course("B1", direction=FOR_TECHNICIANS)]

    assert home.suggested(standings, side) == home.Suggested(standings[code == "B1"], why)
    assert home.suggested([course("T1", "completed")], side) is None


def test_with_ones_own_direction_done_the_other_one_is_suggested_and_named_so() -> None:
    suggested = home.suggested(
        [course("T1", "completed"), course("B1", direction=FOR_TECHNICIANS)], "business"
    )

    assert (suggested.course.code, suggested.why) == ("B1", "From the other direction.")


# The word of the week, in plain Python -----------------------------------------------------------


def word(*sides: str) -> WordCard:
    """A word with so many senses, each at home on one side."""
    senses = tuple(
        CardSense(slug=str(number), qualifier="", gloss=f"What {side} means", home_side=side, expansion="")
        for number, side in enumerate(sides)
    )
    return WordCard(
        key="", lemma="availability", slug="availability", url="/glossary/availability/", part_of_speech="",
        pronunciation="", spine="", careful="", is_false_friend=True, language="en", senses=senses, names=(), texts=(),
    )  # fmt: skip


def test_the_word_of_the_week_has_one_meaning_of_each_side_business_first() -> None:
    found = word("technology", "business", "technology", "business")

    voices = home.both_voices(found)

    assert voices == replace(found, senses=(found.senses[1], found.senses[0]))
    assert home.both_voices(word("technology")) is None
    assert home.both_voices(word("business")) is None
    assert home.both_voices(None) is None
