"""A check that is written where it stands: what kind it is, and that nothing unfinished is refused."""

from typing import Any

import pytest

from quizzes.actions import WrittenOption, write_check
from quizzes.models import Bank, Question

pytestmark = pytest.mark.django_db


def options(*right: bool) -> list[WrittenOption]:
    return [WrittenOption(f"Option {number}", is_right, "Because.") for number, is_right in enumerate(right)]


@pytest.mark.parametrize(
    ("right", "kind"),
    [
        ((), "single_choice"),
        ((False, False), "single_choice"),
        ((True, False), "single_choice"),
        ((True, False, True), "multiple_choice"),
    ],
)
def test_several_right_options_make_it_a_question_with_several_answers(
    bank: Bank, author: Any, right: tuple[bool, ...], kind: str
) -> None:
    check = write_check(bank=bank, stem="Which?", options=options(*right), author=author)

    assert check.get_latest_revision_as_object().kind == kind


def test_an_unfinished_check_is_kept_as_a_draft_with_what_it_has(bank: Bank, author: Any) -> None:
    check = write_check(bank=bank, stem="", options=options(), author=author)

    assert not check.live
    assert check.latest_revision.user == author


def test_a_draft_of_a_check_that_is_there_keeps_the_keys_of_its_options(bank: Bank, author: Any) -> None:
    first = write_check(bank=bank, stem="Which?", options=options(True, False), author=author)

    again = write_check(
        bank=bank, stem="Which one?", options=options(False, True), author=author, question=first
    )

    before, after = first.get_latest_revision_as_object(), again.get_latest_revision_as_object()
    assert Question.objects.count() == 1
    assert (after.stem, [option.is_correct for option in after.options.all()]) == (
        "Which one?",
        [False, True],
    )
    assert [option.key for option in after.options.all()] == [option.key for option in before.options.all()]
