"""The rules of the start card and of the result page: plain values, no database."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.utils.safestring import SafeString

from courses.question_form import Link
from courses.views.quiz_pages import ResultPage, reading, result_page, start_card
from quizzes.queries import AttemptResult, AttemptSummary, QuestionResult, Section, Why
from quizzes.rules.verdicts import Verdict

NOW = datetime(2026, 11, 5, 10, 0, tzinfo=UTC)
COURSE: Any = SimpleNamespace(
    url="/courses/a/",
    lessons=[
        SimpleNamespace(slug="hours", url="/courses/a/hours/", title="Hours", objective="count hours"),
        SimpleNamespace(slug="terms", url="/courses/a/terms/", title="Terms", objective="use terms"),
    ],
    outcomes=[
        SimpleNamespace(key="count", text="count hours"),
        SimpleNamespace(key="unasked", text="of which nothing is asked"),
        SimpleNamespace(key="say", text="say what is meant"),
    ],
)
HOURS, GONE = Section("hours", "From per cent", "from-per-cent"), Section("gone", "", "")
TERMS = Section("terms", "", "")


def test_a_section_is_linked_else_its_lesson_else_nothing() -> None:
    section, lesson = reading(COURSE, HOURS), reading(COURSE, TERMS)

    assert section is not None
    assert section.link == Link("/courses/a/hours/#from-per-cent", "Read “From per cent” in lesson 1")
    assert lesson is not None
    assert lesson.link == Link("/courses/a/terms/", "Read “Terms” in lesson 2")
    assert lesson.about == "It is explained in lesson 2, “Terms”: after it you can use terms."
    assert reading(COURSE, GONE) is None


# The start card


def attempt(number: int, score: int) -> AttemptSummary:
    return AttemptSummary(
        public_id=UUID(int=number),
        number=number,
        asked=5,
        answered=5,
        next_position=None,
        started_at=NOW,
        finished_at=NOW,
        correct_count=score // 20,
        score_percent=score,
        pass_percent=80,
        passed=score >= 80,
    )


OPEN = replace(
    attempt(9, 0),
    finished_at=None,
    score_percent=None,
    passed=None,
    next_position=3,
    asked=4,
    pass_percent=70,
)


@pytest.mark.parametrize(
    ("attempts", "lead", "button"),
    [
        ([], "Short questions about what you read", "Start the quiz"),
        ([attempt(1, 40)], "Not passed yet", "Start a new attempt"),
        ([attempt(2, 40), attempt(1, 80)], "You have passed", "Start a new attempt"),
        ([OPEN, attempt(1, 80)], "You stopped at question 3 of 4", "Resume at question 3"),
    ],
)
def test_the_card_invites_by_what_was_done_so_far(attempts: Any, lead: str, button: str) -> None:
    card = start_card(questions=5, pass_percent=80, attempts=attempts)

    assert card.lead.startswith(lead)
    assert card.button == button


def test_an_open_attempt_goes_on_as_it_was_drawn() -> None:
    begun = start_card(questions=5, pass_percent=80, attempts=[OPEN])
    new = start_card(questions=5, pass_percent=80, attempts=[attempt(1, 40)])

    assert (begun.questions, begun.pass_percent, begun.after, begun.best) == (4, 70, 0, None)
    assert (new.questions, new.pass_percent, new.after) == (5, 80, 1)


def test_the_best_attempt_counts_and_the_newest_is_told_to_the_next() -> None:
    attempts = [OPEN, attempt(3, 40), attempt(2, 100), attempt(1, 80)]

    card = start_card(questions=5, pass_percent=80, attempts=attempts)

    assert card.best == attempts[2]
    assert card.after == 3
    assert card.finished == tuple(attempts[1:])


# The result


def question(
    position: int, verdict: Verdict, outcome: str, section: Section, sure: int = 0
) -> QuestionResult:
    right = (Why(SafeString("A"), SafeString("Why A")),)
    return QuestionResult(
        position, SafeString("Stem"), "Stem", verdict, sure or None, (), (), right, outcome, section
    )


QUESTIONS = (
    question(1, Verdict.CORRECT, "count", TERMS, sure=3),
    question(2, Verdict.NOT_QUITE, "count", HOURS, sure=3),
    question(3, Verdict.NOT_SURE, "", HOURS),
    question(4, Verdict.NOT_QUITE, "an older one", GONE),
    question(5, Verdict.CORRECT, "say", TERMS),
)


NEXT = Link("/courses/figures/", "Next course: Figures")


def page(
    *,
    passed: bool,
    has_passed: bool = False,
    is_complete: bool = False,
    lessons_left: int = 0,
    following: Link | None = None,
) -> ResultPage:
    result = AttemptResult(
        UUID(int=1), 1, 2, 5, 40, 80, passed, NOW, passed or has_passed, 1, None, QUESTIONS
    )
    return result_page(
        COURSE, result, is_complete=is_complete, lessons_left=lessons_left, following=following
    )


@pytest.mark.parametrize(
    ("passed", "is_complete", "left", "heading", "again", "told"),
    [
        (False, False, 2, "Not passed yet", "Try again", 0),
        (False, True, 0, "Not passed yet", "Try again", 0),
        (True, False, 2, "Passed", "Take it again", 2),
        (True, False, 0, "Passed", "Take it again", 0),
        (True, True, 0, "Passed, and the course is complete", "Take it again", 0),
        # The rule of the course has a new lesson since.
        (True, True, 1, "Passed, and the course is complete", "Take it again", 0),
    ],
)
def test_what_an_attempt_comes_to(
    passed: bool, is_complete: bool, left: int, heading: str, again: str, told: int
) -> None:
    shown = page(passed=passed, is_complete=is_complete, lessons_left=left)

    assert (shown.heading, shown.again, shown.lessons_left, shown.since) == (heading, again, told, "")


@pytest.mark.parametrize(
    ("is_complete", "left", "since", "onward"),
    [
        (False, 2, "You have passed in another attempt.", "Go on with the lessons"),
        (
            True,
            0,
            "You have passed in another attempt, and the course is complete.",
            "Next course: Figures",
        ),
    ],
)
def test_an_attempt_that_failed_before_or_after_one_that_passed(
    is_complete: bool, left: int, since: str, onward: str
) -> None:
    shown = page(passed=False, has_passed=True, is_complete=is_complete, lessons_left=left, following=NEXT)

    assert (shown.heading, shown.since, shown.again) == ("This attempt did not pass", since, "Take it again")
    assert shown.lessons_left == left
    assert shown.onward and shown.onward.label == onward
    assert shown.read_again == ()


def test_what_comes_next_is_the_black_button() -> None:
    """First the lessons that are left, then another course, else home; who has not passed takes the quiz again."""
    asked = {
        "lessons": page(passed=True, lessons_left=2),
        "course": page(passed=True, is_complete=True, following=NEXT),
        "home": page(passed=True, is_complete=True),
        "again": page(passed=False, lessons_left=2),
    }

    assert {name: shown.onward and shown.onward.label for name, shown in asked.items()} == {
        "lessons": "Go on with the lessons",
        "course": "Next course: Figures",
        "home": "Back to your courses",
        "again": None,
    }
    assert [shown.leads_home for shown in asked.values()] == [True, True, False, False]


def test_lessons_are_read_again_once_each_by_who_has_not_passed() -> None:
    assert [lesson.lesson for lesson in page(passed=False).read_again] == ["Hours"]
    assert page(passed=True).read_again == ()


def test_what_is_right_is_told_where_it_was_not_chosen() -> None:
    shown = page(passed=True)

    assert [len(question.corrections) for question in shown.questions] == [0, 1, 1, 1, 0]
    assert shown.ticks == (True, False, False, False, True)
    assert [question.result.position for question in shown.sure] == [2]


def test_outcomes_stand_in_the_order_of_the_course_and_lead_to_what_was_missed() -> None:
    outcomes = [
        (
            outcome.text,
            outcome.right,
            outcome.asked,
            outcome.status,
            outcome.reading and outcome.reading.lesson,
        )
        for outcome in page(passed=True).outcomes
    ]

    assert outcomes == [
        ("count hours", 1, 2, "look_again", "Hours"),
        ("say what is meant", 1, 1, "solid", "Terms"),
        ("Other questions", 0, 2, "look_again", "Hours"),
    ]
