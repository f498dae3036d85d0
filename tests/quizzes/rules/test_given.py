"""What was sent as an answer, and what cannot be taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rules.given import UNSURE, BothChosenAndUnsure, Given, NothingChosen, UnknownOption, accepted
from quizzes.rules.grading import ANSWERABLE, SINGLE, grade
from quizzes.rules.verdicts import Verdict, verdict_of


def test_what_a_form_sends_is_options_and_whether_somebody_is_not_sure() -> None:
    assert Given.read(["b", "a"]) == Given(("b", "a"), is_unsure=False)
    assert Given.read([UNSURE]) == Given((), is_unsure=True)
    assert Given.read(["a", UNSURE]) == Given(("a",), is_unsure=True)
    assert Given.read([]) == Given((), is_unsure=False)


@pytest.mark.parametrize(
    ("kind", "chosen", "unsure", "refusal"),
    [
        ("single_choice", [], False, NothingChosen),
        ("single_choice", ["a"], True, BothChosenAndUnsure),
        ("multiple_choice", ["z"], True, BothChosenAndUnsure),
        ("single_choice", ["a", "b"], False, UnknownOption),
        ("true_false", ["a", "b"], False, UnknownOption),
        ("multiple_choice", ["a", "z"], False, UnknownOption),
    ],
)
def test_an_answer_that_cannot_be_taken_says_why(
    kind: str, chosen: list[str], unsure: bool, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal) as caught:
        accepted(kind, "abc", chosen, unsure)

    assert caught.type is refusal


def test_keys_are_kept_sorted_and_once() -> None:
    assert accepted("multiple_choice", "abc", ["c", "a", "c"], False) == ["a", "c"]
    assert accepted("single_choice", "abc", ["b", "b"], False) == ["b"]
    assert accepted("single_choice", "abc", [], True) == []


@given(
    st.sampled_from(sorted(ANSWERABLE)), st.lists(st.sampled_from("abcz")), st.booleans(), st.sets(st.sampled_from("abc"), min_size=1)
)  # fmt: skip
def test_whatever_is_accepted_can_be_graded(
    kind: str, chosen: list[str], unsure: bool, correct: set[str]
) -> None:
    try:
        keys = accepted(kind, "abc", chosen, unsure)
    except (NothingChosen, UnknownOption):
        return
    right = sorted(correct)[:1] if kind in SINGLE else sorted(correct)

    assert grade(kind, right, keys, unsure) == (not unsure and set(keys) == set(right))


def test_each_answer_has_one_of_three_verdicts() -> None:
    assert verdict_of(is_correct=True, is_unsure=False) == Verdict.CORRECT == "correct"
    assert verdict_of(is_correct=False, is_unsure=False) == Verdict.NOT_QUITE == "not_quite"
    assert verdict_of(is_correct=False, is_unsure=True) == Verdict.NOT_SURE == "not_sure"
