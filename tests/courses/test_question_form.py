"""How a question stands on its page, in a lesson and in a quiz: plain values, no database."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.utils.safestring import SafeString

from courses import feedback
from courses.checks import check_form
from courses.published import Check
from courses.question_form import FormOption, Link, QuestionForm, levels, with_unsure
from quizzes.queries import GivenAnswer, Why
from quizzes.rules.given import UNSURE
from quizzes.rules.showing import Mark
from quizzes.rules.verdicts import Verdict

LESSON: Any = SimpleNamespace(
    url="/courses/a/hours/", course_url="/courses/a/", check_url="", asks_confidence=True
)
FORM = QuestionForm(
    html_id="question",
    action="/",
    stem=SafeString("Why?"),
    options=(),
    is_multiple=False,
    is_answered=False,
    is_required=True,
)


def check(kind: str = "single_choice", correct: str = "a", **more: Any) -> Check:
    options = [
        {"key": key, "html": f"Option {key}", "correct": key in correct, "why": f"<p>Why {key}</p>"}
        for key in "abc"
    ]
    payload = {"stem": "Why?", "options": options, "lesson_slug": "hours", "section": "", **more}
    return Check(payload, key="k", version_id=7, kind=kind, number=2)


def latest(*chosen: str, correct: bool = False, unsure: bool = False) -> dict[str, Any]:
    return {"chosen": list(chosen), "correct": correct, "unsure": unsure, "confidence": None}


# The form


@pytest.mark.parametrize(
    ("changes", "input_type", "input_state", "has_hint"),
    [
        ({}, "radio", "required", False),
        ({"is_required": False}, "radio", "", False),
        ({"is_answered": True}, "radio", "disabled", False),
        ({"is_multiple": True}, "checkbox", "", True),
        ({"is_multiple": True, "error": "Choose an answer"}, "checkbox", "", False),
        ({"is_multiple": True, "is_answered": True}, "checkbox", "disabled", False),
    ],
)
def test_what_an_input_is(changes: Any, input_type: str, input_state: str, has_hint: bool) -> None:
    form = replace(FORM, **changes)

    assert (form.input_type, form.input_state, bool(form.hint)) == (input_type, input_state, has_hint)


@pytest.mark.parametrize(
    ("is_unsure", "is_answered", "mark"),
    [(False, False, Mark.NOTHING), (True, False, Mark.NOTHING), (True, True, Mark.CHOSEN)],
)
def test_not_sure_is_the_last_option(is_unsure: bool, is_answered: bool, mark: Mark) -> None:
    first = FormOption("a", "A", is_chosen=False)

    options = with_unsure([first], is_unsure=is_unsure, is_answered=is_answered)

    assert options == (first, FormOption(UNSURE, "I’m not sure", is_unsure, mark, is_unsure=True))


def test_there_are_three_levels_of_confidence() -> None:
    assert [(level.number, level.is_chosen) for level in levels(2)] == [(1, False), (2, True), (3, False)]
    assert not any(level.is_chosen for level in levels(None))


# A check


def test_a_check_asks() -> None:
    form = check_form(check(), LESSON, None, seen="s")

    assert form.hidden == (("check", "k"), ("version", 7), ("seen", "s"))
    assert form.action == "/courses/a/hours/#check-2"
    assert [option.mark for option in form.options] == [Mark.NOTHING] * 4
    assert len(form.levels) == 3
    assert form.feedback is None


def test_an_answered_check_tells_everything() -> None:
    form = check_form(check(), LESSON, latest("b"))

    assert [option.mark for option in form.options] == [
        Mark.RIGHT,
        Mark.CHOSEN_WRONG,
        Mark.NOTHING,
        Mark.NOTHING,
    ]
    assert form.levels == ()
    assert form.again_url == "/courses/a/hours/?again=k#check-2"
    assert form.feedback is not None
    assert [(one.lead, one.why) for one in form.feedback.explanations] == [
        ("<b>You chose:</b> Option b", "<p>Why b</p>"),
        ("<b>Correct:</b> Option a", "<p>Why a</p>"),
    ]


def test_a_preview_is_answered_in_its_own_place() -> None:
    preview = SimpleNamespace(**{**vars(LESSON), "check_url": "/write/preview/1/?mode=plain"})

    form = check_form(check(), preview, latest("a", correct=True))

    assert form.is_preview
    assert form.again_url == "/write/preview/1/?mode=plain&again=k#check-2"


def test_who_chose_the_right_option_alone_is_not_told_which_it_was() -> None:
    alone = feedback.of_check(check(), LESSON, latest("a", correct=True))
    both = feedback.of_check(check("multiple_choice", correct="ab"), LESSON, latest("a", "b", correct=True))

    assert [one.lead for one in alone.explanations] == [""]
    assert [one.lead for one in both.explanations] == [
        "<b>You chose:</b> Option a",
        "<b>You chose:</b> Option b",
    ]


@pytest.mark.parametrize(
    ("slug", "url"), [("hours", "#from-per-cent"), ("terms", "/courses/a/terms/#from-per-cent")]
)
def test_feedback_of_a_check_leads_to_the_section(slug: str, url: str) -> None:
    told = feedback.of_check(check(section="From per cent", lesson_slug=slug), LESSON, latest("b"))

    assert told.link == Link(url, "Read “From per cent” again")


# A question of a quiz


def given(verdict: Verdict, *whys: str) -> GivenAnswer:
    return GivenAnswer(
        UUID(int=1), verdict, None, tuple(Why(SafeString(why), SafeString(f"Why {why}")) for why in whys)
    )


@pytest.mark.parametrize(
    ("answer", "has_remark", "has_outlook"),
    [
        (given(Verdict.CORRECT, "a"), False, False),
        (given(Verdict.NOT_QUITE, "b"), False, True),
        (given(Verdict.NOT_QUITE), True, True),
        (given(Verdict.NOT_SURE), True, True),
    ],
)
def test_a_quiz_says_no_more_than_it_may(answer: GivenAnswer, has_remark: bool, has_outlook: bool) -> None:
    told = feedback.of_quiz(answer, None, "Lesson 2 explains it.")

    assert (bool(told.remark), bool(told.outlook)) == (has_remark, has_outlook)


def test_options_are_named_where_several_are_explained() -> None:
    one = feedback.of_quiz(given(Verdict.CORRECT, "a"), None, "")
    two = feedback.of_quiz(given(Verdict.CORRECT, "a", "<i>b</i>"), None, "")

    assert [explanation.lead for explanation in one.explanations] == [""]
    assert [explanation.lead for explanation in two.explanations] == [
        "<b>You chose: a</b>",
        "<b>You chose: <i>b</i></b>",
    ]
