"""What the catalogue and the page of a course say about where somebody stands. Without a database."""

from typing import Any

import pytest

from courses.models import Audience, SessionKind
from courses.published import CourseQuiz
from courses.views.audiences import who
from courses.views.catalogue import asked_text, entry
from courses.views.course import (
    Asked,
    asked_of,
    course_standing,
    lessons_text,
    minutes_text,
    quiz_state,
    session_plan_text,
)
from courses.views.status_words import state_text
from people.models import Department
from tests.courses.standing_of import DAY, standing

REQUIRED, RECOMMENDED = {"requirement": "required"}, {"requirement": "recommended"}
QUIZ = CourseQuiz(
    bank_id=1, questions=8, pass_percent=80, required=True, minutes=10, available=True, url="/courses/x/quiz/"
)


@pytest.mark.parametrize(
    ("status", "is_overdue", "words"),
    [
        ("not_started", False, "Not started"),
        ("in_progress", False, "In progress"),
        ("completed", False, "Completed"),
        ("not_started", True, "Overdue, not started"),
        ("in_progress", True, "Overdue, in progress"),
    ],
)
def test_each_state_is_a_word(status: str, is_overdue: bool, words: str) -> None:
    assert state_text(status, is_overdue) == words


@pytest.mark.parametrize("status", ["not_started", "in_progress", "completed"])
def test_overdue_is_shown_in_place_of_the_status(status: str) -> None:
    assert standing(status=status).state == status
    assert standing(status=status, is_overdue=True).state == "overdue"


# The catalogue -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ""),
        (REQUIRED, "Required"),
        (REQUIRED | {"due_on": DAY}, "Required, due 1 Dec 2026"),
        (REQUIRED | {"due_on": DAY, "is_overdue": True}, "Required, due 1 Dec 2026"),
        (RECOMMENDED, "Recommended"),
        (RECOMMENDED | {"due_on": DAY}, "Recommended by 1 Dec 2026"),
        (RECOMMENDED | {"due_on": DAY, "is_lapsed": True}, "Was recommended by 1 Dec 2026"),
    ],
)
def test_an_entry_says_what_is_asked_and_until_when(fields: dict[str, Any], words: str) -> None:
    assert asked_text(standing(**fields)) == words
    assert entry(standing(**fields)).asked == words


@pytest.mark.parametrize(
    ("status", "missing"), [("not_started", ""), ("in_progress", "2 of 5 lessons done."), ("completed", "")]
)
def test_an_entry_says_what_is_missing_of_a_course_in_progress_only(status: str, missing: str) -> None:
    assert entry(standing(status=status)).missing == missing


# The page of a course ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ({}, None),
        (REQUIRED, Asked("Asked of you", None, "required for you")),
        (REQUIRED | {"due_on": DAY}, Asked("Due", DAY, "required for you")),
        (RECOMMENDED, Asked("Asked of you", None, "recommended for you")),
        (RECOMMENDED | {"due_on": DAY}, Asked("Due", DAY, "recommended for you")),
        (
            RECOMMENDED | {"due_on": DAY, "is_lapsed": True},
            Asked("Asked of you", None, "was recommended by 1 Dec 2026"),
        ),
    ],
)
def test_a_course_says_what_is_asked_and_until_when(fields: dict[str, Any], asked: Asked | None) -> None:
    assert asked_of(standing(**fields)) == asked


@pytest.mark.parametrize(
    ("status", "may_start", "next_label", "minutes"),
    [
        ("not_started", True, "", "40 minutes in all"),
        ("in_progress", False, "Continue lesson 3", "40 minutes in all, about 16 left"),
        ("completed", False, "", "40 minutes in all"),
    ],
)
def test_a_course_is_started_once_and_then_gone_on_with(
    status: str, may_start: bool, next_label: str, minutes: str
) -> None:
    shown = course_standing(40, None, standing(status=status))

    assert (shown.may_start, shown.next_label, shown.minutes_text) == (may_start, next_label, minutes)
    assert bool(shown.next_url) is bool(next_label)


def test_what_is_left_is_not_said_when_only_the_quiz_is_left() -> None:
    assert minutes_text(40, 0) == "40 minutes in all"


@pytest.mark.parametrize(
    ("count", "has_quiz", "words"),
    [
        (1, True, "One lesson, one quiz"),
        (5, True, "5 lessons, one quiz"),
        (1, False, "One lesson"),
        (0, False, "0 lessons"),
    ],
)
def test_a_course_says_what_it_consists_of(count: int, has_quiz: bool, words: str) -> None:
    assert lessons_text(count, has_quiz=has_quiz) == words


@pytest.mark.parametrize(
    ("best", "passed", "state"),
    [
        (None, False, "not_started"),
        (0, False, "in_progress"),
        (79, False, "in_progress"),
        (80, True, "completed"),
        (70, True, "completed"),  # passed when 70 % was enough
        (80, False, "in_progress"),  # and not passed when 80 % was not
    ],
)
def test_a_quiz_is_completed_by_the_pass_mark_of_its_own_time(
    best: int | None, passed: bool, state: str
) -> None:
    shown = course_standing(40, QUIZ, standing(best_score_percent=best, quiz_passed=passed))

    assert shown.quiz_state == state


def test_a_course_without_a_quiz_has_no_state_of_one() -> None:
    assert quiz_state(None, standing(best_score_percent=90, quiz_passed=True)) == "not_started"


@pytest.mark.parametrize("kind", [kind for kind in SessionKind if kind])
def test_every_kind_of_session_has_the_heading_of_its_plan(kind: SessionKind) -> None:
    assert session_plan_text(kind.value).lower() == f"session plan: {kind.label.lower()}"


# Audiences ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "words"),
    [
        (Audience(scope="everyone"), "Everyone"),
        (Audience(scope="side", side="technology"), "Technology side"),
        (Audience(scope="department", department=Department(name="Sales")), "Sales"),
    ],
)
def test_an_audience_says_whom_it_asks(audience: Audience, words: str) -> None:
    assert who(audience) == words
