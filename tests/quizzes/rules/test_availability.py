"""When a quiz can be taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rules.availability import is_available, is_begun, is_ready
from quizzes.rules.drawing import Candidate, draw, drawable


@pytest.mark.parametrize(
    ("asked", "held", "expected"),
    [(3, 3, True), (3, 4, True), (3, 2, False), (1, 1, True), (0, 5, False), (0, 0, False), (-1, 5, False)],
)
def test_a_quiz_is_available_where_as_many_questions_can_be_drawn_as_it_asks(
    asked: int, held: int, expected: bool
) -> None:
    assert is_available(asked=asked, drawable=held) is expected


candidates = st.builds(
    Candidate,
    version_id=st.integers(1, 99),
    question_key=st.sampled_from("abcdef"),
    outcome=st.sampled_from(["", "one"]),
    purpose=st.sampled_from(["quiz", "quiz", "check"]),
    kind=st.sampled_from(["single_choice", "multiple_choice", "numeric"]),
    is_live=st.booleans(),
)


@given(st.lists(candidates, max_size=12), st.integers(-1, 8))
def test_what_is_called_available_can_be_drawn_and_nothing_else_can(
    pool: list[Candidate], asked: int
) -> None:
    if is_available(asked=asked, drawable=len(drawable(pool))):
        drawn = draw(seed=1, pool=pool, seen={}, count=asked)
        assert len({one.question_key for one in drawn}) == asked
    else:
        with pytest.raises(ValueError, match="can be drawn"):
            draw(seed=1, pool=pool, seen={}, count=asked)


def test_an_attempt_that_was_drawn_goes_on_whatever_became_of_the_bank() -> None:
    assert is_ready(has_open_attempt=True, is_available=False)
    assert is_ready(has_open_attempt=False, is_available=True)
    assert not is_ready(has_open_attempt=False, is_available=False)


@pytest.mark.parametrize(
    ("number", "is_finished", "after", "expected"),
    [
        (1, False, None, True),
        (1, False, 1, True),
        (2, True, 1, True),
        (1, True, 0, True),
        (1, True, 1, False),
        (1, True, 2, False),
        (1, True, None, False),
    ],
)
def test_a_click_that_arrives_twice_finds_the_attempt_that_the_first_one_began(
    number: int, is_finished: bool, after: int | None, expected: bool
) -> None:
    assert is_begun(number=number, is_finished=is_finished, after=after) is expected
