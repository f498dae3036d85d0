"""When an answer is right and what a quiz scored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.models import Kind
from quizzes.rules.grading import ANSWERABLE, MULTIPLE, SINGLE, grade, passes, score_percent

KEYS = st.sets(st.sampled_from("abcdef"), min_size=1)


def test_the_kinds_that_can_be_graded_are_kinds_of_questions():
    assert set(Kind.values) > ANSWERABLE
    assert {"single_choice", "multiple_choice", "true_false"} == ANSWERABLE


@given(correct=KEYS, chosen=KEYS)
def test_a_multiple_choice_is_right_only_with_exactly_the_right_options(correct, chosen):
    assert grade("multiple_choice", correct, chosen, unsure=False) is (correct == chosen)


@pytest.mark.parametrize("kind", sorted(SINGLE))
@given(correct=st.sampled_from("ab"), chosen=st.sampled_from("ab"))
def test_a_single_choice_is_right_with_the_right_option(kind, correct, chosen):
    assert grade(kind, [correct], [chosen], unsure=False) is (correct == chosen)


@pytest.mark.parametrize("kind", sorted(SINGLE))
def test_not_sure_is_never_correct(kind):
    assert grade(kind, ["a"], [], unsure=True) is False


@given(correct=KEYS)
def test_not_sure_is_never_correct_where_several_can_be_chosen(correct):
    assert grade("multiple_choice", correct, [], unsure=True) is False


@pytest.mark.parametrize(
    ("kind", "correct", "chosen", "unsure"),
    [
        ("numeric", ["a"], ["a"], False),
        ("free_text", [], [], True),
        ("single_choice", [], ["a"], False),
        ("single_choice", ["a", "b"], ["a"], False),
        ("multiple_choice", [], ["a"], False),
        ("single_choice", ["a"], [], False),
        ("single_choice", ["a"], ["a"], True),
        ("single_choice", ["a"], ["a", "b"], False),
        ("true_false", ["a"], ["a", "b"], False),
    ],
)
def test_what_cannot_be_graded_is_refused(kind, correct, chosen, unsure):
    with pytest.raises(ValueError, match=r"\w"):
        grade(kind, correct, chosen, unsure)


@given(asked=st.integers(1, 200), data=st.data())
def test_a_score_is_rounded_down_and_100_means_every_answer(asked, data):
    correct = data.draw(st.integers(0, asked))

    score = score_percent(correct, asked)

    # In whole numbers: 29 / 100 * 100 is below 29.
    assert score * asked <= 100 * correct < (score + 1) * asked
    assert (score == 100) is (correct == asked)
    assert (score == 0) is (correct * 100 < asked)


@pytest.mark.parametrize(
    ("correct", "asked", "percent"), [(7, 8, 87), (2, 3, 66), (199, 200, 99), (0, 8, 0), (8, 8, 100)]
)
def test_scores_by_example(correct, asked, percent):
    assert score_percent(correct, asked) == percent


@pytest.mark.parametrize(("correct", "asked"), [(0, 0), (-1, 8), (9, 8), (1, 0)])
def test_an_impossible_result_is_refused(correct, asked):
    with pytest.raises(ValueError, match="is not a result"):
        score_percent(correct, asked)


@given(score=st.integers(0, 100), mark=st.integers(1, 100))
def test_the_pass_mark_itself_is_a_pass(score, mark):
    assert passes(mark, mark)
    assert passes(score, mark) is (score >= mark)


@given(asked=st.integers(1, 100))
def test_a_pass_mark_of_100_takes_every_answer(asked):
    assert passes(score_percent(asked, asked), 100)
    assert not passes(score_percent(asked - 1, asked), 100)


def test_kinds_are_either_for_one_option_or_for_several():
    assert not SINGLE & MULTIPLE
