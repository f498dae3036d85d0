"""What an answered question tells about its options, in a lesson and in a quiz."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rules.showing import (
    AnsweredOptions,
    Explained,
    check_reveals,
    explained,
    mark,
    quiz_reveals,
    right,
)

KEYS = tuple("abcdef")
some_keys = st.frozensets(st.sampled_from(KEYS))
answered = st.builds(AnsweredOptions, st.permutations(KEYS).map(tuple), some_keys, some_keys)
FOUR = AnsweredOptions(tuple("dcba"), correct=frozenset("ab"), chosen=frozenset("ac"))


def told(options: AnsweredOptions, *, reveals: bool, is_correct: bool) -> object:
    """Everything that a page may say about the options."""
    marks = [mark(options, key, reveals=reveals) for key in options.keys]
    return explained(options, reveals=reveals, is_correct=is_correct), right(options, reveals=reveals), marks


def test_a_check_explains_what_was_chosen_and_what_was_missed_in_the_order_of_the_page() -> None:
    assert explained(FOUR, reveals=True, is_correct=False) == Explained(chosen=("c", "a"), missed=("b",))
    assert [mark(FOUR, key, reveals=True) for key in FOUR.keys] == [
        "",
        "chosen_wrong",
        "right",
        "chosen_right",
    ]


def test_a_quiz_explains_only_the_chosen_options_that_are_not_right() -> None:
    assert explained(FOUR, reveals=False, is_correct=False) == Explained(chosen=("c",))
    assert [mark(FOUR, key, reveals=False) for key in FOUR.keys] == ["", "chosen", "", "chosen"]


def test_a_quiz_explains_a_right_answer() -> None:
    all_right = replace(FOUR, chosen=FOUR.correct)

    assert explained(all_right, reveals=False, is_correct=True) == Explained(chosen=("b", "a"))


def test_the_right_options_are_told_in_their_order() -> None:
    assert (right(FOUR, reveals=True), right(FOUR, reveals=False)) == (("b", "a"), ())


def test_a_check_tells_everything_once_it_is_answered_and_nothing_before() -> None:
    assert (check_reveals(is_answered=True), check_reveals(is_answered=False)) == (True, False)


@pytest.mark.parametrize(
    ("passed", "has_passed", "reveals"),
    [(False, False, False), (True, False, True), (False, True, True), (True, True, True)],
)
def test_a_result_tells_which_are_right_to_whoever_passed_in_this_attempt_or_another(
    passed: bool, has_passed: bool, reveals: bool
) -> None:
    assert quiz_reveals(passed=passed, has_passed=has_passed) is reveals


def test_options_are_read_from_a_published_question() -> None:
    rows = [{"key": key, "correct": key in "ab", "html": key} for key in "dcba"]

    assert AnsweredOptions.of(rows, ["a", "c"]) == FOUR


@given(answered)
def test_before_passing_no_right_option_is_told_after_an_answer_that_was_not_quite_right(
    options: AnsweredOptions,
) -> None:
    shown = explained(options, reveals=False, is_correct=False)

    assert not set(shown.chosen) & options.correct
    assert set(shown.chosen) <= options.chosen
    assert (shown.missed, right(options, reveals=False)) == ((), ())


@given(answered, some_keys, st.booleans())
def test_before_passing_nothing_depends_on_what_was_not_chosen(
    options: AnsweredOptions, others: frozenset[str], is_correct: bool
) -> None:
    """With the same verdict, the page is the same whichever of the other options are right."""
    elsewhere = replace(options, correct=(options.correct & options.chosen) | (others - options.chosen))

    assert told(options, reveals=False, is_correct=is_correct) == told(
        elsewhere, reveals=False, is_correct=is_correct
    )


@given(answered, st.booleans())
def test_where_everything_may_be_told_each_chosen_and_each_right_option_is_explained_once(
    options: AnsweredOptions, is_correct: bool
) -> None:
    shown = explained(options, reveals=True, is_correct=is_correct)

    assert sorted(shown.chosen + shown.missed) == sorted(options.chosen | options.correct)
