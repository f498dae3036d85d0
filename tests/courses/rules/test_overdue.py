"""What is asked of somebody, and when it is overdue or lapsed."""

from datetime import date
from itertools import product

import pytest

from courses.rules.completion import COMPLETED, IN_PROGRESS, NOT_STARTED
from courses.rules.overdue import is_lapsed, is_overdue, strictest

EVERY_ASK = list(
    product(
        (NOT_STARTED, IN_PROGRESS, COMPLETED),
        ("required", "recommended", ""),
        (date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3), None),
    )
)


def those(rule):
    return [ask for ask in EVERY_ASK if rule(*ask, date(2026, 3, 2))]


def test_overdue_is_what_is_required_from_the_day_after_its_day_until_it_is_completed():
    assert those(is_overdue) == [
        ("not_started", "required", date(2026, 3, 1)),
        ("in_progress", "required", date(2026, 3, 1)),
    ]


def test_a_recommendation_lapses_and_is_never_overdue():
    assert those(is_lapsed) == [
        ("not_started", "recommended", date(2026, 3, 1)),
        ("in_progress", "recommended", date(2026, 3, 1)),
    ]


EARLY, LATE = date(2026, 4, 1), date(2026, 6, 1)


@pytest.mark.parametrize(
    ("asks", "expected"),
    [
        ([("required", LATE), ("recommended", EARLY)], ("required", LATE)),
        ([("required", None), ("recommended", EARLY)], ("required", None)),
        ([("required", LATE), ("required", EARLY)], ("required", EARLY)),
        ([("required", None), ("required", LATE)], ("required", LATE)),
        ([("recommended", LATE), ("recommended", EARLY)], ("recommended", EARLY)),
        ([("recommended", None)], ("recommended", None)),
    ],
)
def test_required_wins_and_the_earliest_day_counts(asks, expected):
    for order in (asks, asks[::-1]):
        assert strictest(("t1", *ask) for ask in order) == {"t1": expected}


def test_what_is_asked_of_one_course_says_nothing_about_another():
    asked = strictest([("t1", "required", LATE), ("b1", "recommended", EARLY), ("t1", "recommended", None)])

    assert asked == {"t1": ("required", LATE), "b1": ("recommended", EARLY)}
    assert strictest([]) == {}
