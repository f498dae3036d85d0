"""Answering: stored once, acknowledged with what is stored, never moved by a retry."""

import uuid
from datetime import timedelta

import pytest

from quizzes.actions import (
    AlreadyAnswered,
    AttemptClosed,
    BothChosenAndUnsure,
    NothingChosen,
    UnknownOption,
    answer_question,
    record_answer,
    start_attempt,
)
from quizzes.models import Answer, Attempt, Drawn
from tests.quizzes.answers import NOW, right, wrong
from tests.quizzes.bank import english

pytestmark = [pytest.mark.django_db, pytest.mark.sql]

COURSE = uuid.uuid5(uuid.NAMESPACE_DNS, "t2")
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def version(full_bank):
    """What the check of a lesson asks."""
    return full_bank.questions.get(code="t1-c1-1").versions.get()


@pytest.fixture
def attempt(employee, full_bank):
    return start_attempt(
        employee=employee,
        quiz_key=COURSE,
        bank=full_bank,
        question_count=2,
        pass_percent=80,
        now=NOW,
        locale_id=english().pk,
    )


def answer_check(employee, version, **facts):
    facts = {
        "key": uuid.uuid4(), "chosen": right(version), "unsure": False, "confidence": None, "context_key": COURSE,
        "now": NOW, **facts,
    }  # fmt: skip
    return record_answer(employee_id=employee.pk, version=version, **facts)


def answer(attempt, position=1, **facts):
    version = attempt.drawn.get(position=position).version
    facts = {
        "key": uuid.uuid4(),
        "chosen": right(version),
        "unsure": False,
        "confidence": None,
        "now": NOW,
        **facts,
    }
    return answer_question(attempt=attempt, position=position, **facts)


def everything():
    """All rows that an answer can move, to compare before and after."""
    return [list(model.objects.order_by("pk").values()) for model in (Answer, Attempt, Drawn)]


# --- Checks in lessons --------------------------------------------------------------------------------


def test_an_answer_is_stored_with_what_was_chosen_and_how_sure(employee, version):
    key = uuid.uuid4()

    stored, is_new = answer_check(employee, version, key=key, confidence=3)

    assert is_new
    row = Answer.objects.get()
    assert row == stored
    assert (row.key, row.employee, row.version, row.question_key) == (
        key,
        employee,
        version,
        version.question_key,
    )
    assert (row.chosen, row.is_correct, row.is_unsure, row.confidence) == (right(version), True, False, 3)
    assert (row.context_key, row.answered_at, row.drawn) == (COURSE, NOW, None)


def test_the_same_answer_with_the_same_key_moves_nothing_and_returns_the_first(employee, version):
    key = uuid.uuid4()
    first, _ = answer_check(employee, version, key=key, chosen=wrong(version), confidence=1)
    before = everything()

    again, is_new = answer_check(employee, version, key=key, chosen=wrong(version), confidence=1, now=LATER)

    assert (again, is_new) == (first, False)
    assert (again.chosen, again.confidence, again.answered_at, again.given_at) == (
        wrong(version),
        1,
        NOW,
        NOW,
    )
    assert everything() == before


@pytest.mark.parametrize(
    "changed",
    [
        {"chosen": right},
        {"chosen": lambda version: [], "unsure": True},
        {"chosen": lambda version: []},
        {"chosen": lambda version: [str(uuid.uuid4())]},
        {"confidence": 3},
        {"confidence": None},
    ],
)
def test_the_same_key_with_another_answer_is_told_what_is_stored(employee, version, changed):
    """A1: an acknowledgement names the content; nobody is told that a choice is saved which is not."""
    facts = {"key": uuid.uuid4(), "chosen": wrong, "confidence": 1}

    def send(**facts):
        return answer_check(employee, version, **facts | {"chosen": facts["chosen"](version)})

    stored, _ = send(**facts)
    before = everything()

    with pytest.raises(AlreadyAnswered) as caught:
        send(**facts | changed)

    assert caught.value.answer == stored
    assert everything() == before


def test_confidence_that_was_dropped_is_no_difference(employee, version):
    facts = {"key": uuid.uuid4(), "chosen": [], "unsure": True}
    first, _ = answer_check(employee, version, **facts, confidence=3)

    assert answer_check(employee, version, **facts, confidence=3) == (first, False)


def test_a_check_may_be_answered_again_with_a_new_key(employee, version):
    answer_check(employee, version, chosen=wrong(version))
    _, is_new = answer_check(employee, version, now=LATER)

    assert is_new
    assert [row.is_correct for row in Answer.objects.all()] == [False, True]


def test_the_same_key_of_two_people_is_two_answers(employee, technician, version):
    key = uuid.uuid4()

    assert answer_check(employee, version, key=key)[1]
    assert answer_check(technician, version, key=key)[1]


def test_a_retry_after_the_question_was_published_anew_returns_the_first_answer(employee, version):
    key = uuid.uuid4()
    first, _ = answer_check(employee, version, key=key, chosen=wrong(version))
    question = version.question
    question.options = [option for option in question.options.all() if str(option.key) != wrong(version)[0]]
    question.save_revision().publish()
    newer = question.versions.get(number=2)

    assert answer_check(employee, version, key=key, chosen=wrong(version)) == (first, False)
    with pytest.raises(AlreadyAnswered):  # no form asks the newer one with this key
        answer_check(employee, newer, key=key, chosen=wrong(version))


def test_a_key_that_belongs_to_another_question_acknowledges_nothing(employee, version, publish_question):
    other = publish_question("t2-c1-2", purpose="check").versions.get()
    key = uuid.uuid4()
    stored, _ = answer_check(employee, version, key=key)

    with pytest.raises(AlreadyAnswered) as caught:
        answer_check(employee, other, key=key)

    assert caught.value.answer == stored
    assert Answer.objects.count() == 1


def test_not_sure_is_stored_as_chosen_nothing_and_is_not_correct(employee, version):
    stored, _ = answer_check(employee, version, chosen=[], unsure=True, confidence=3)

    assert (stored.chosen, stored.is_unsure, stored.is_correct, stored.confidence) == ([], True, False, None)


def test_several_options_are_stored_sorted_and_once(employee, publish_question):
    version = publish_question("t2-c1-2", purpose="check", kind="multiple_choice", correct=2).versions.get()
    keys = sorted(right(version))

    stored, _ = answer_check(employee, version, chosen=[keys[1], keys[0], keys[1]])

    assert (stored.chosen, stored.is_correct) == (keys, True)


def test_some_of_the_right_options_are_not_enough(employee, publish_question):
    version = publish_question("t2-c1-2", purpose="check", kind="multiple_choice", correct=2).versions.get()

    assert not answer_check(employee, version, chosen=right(version)[:1])[0].is_correct
    assert not answer_check(employee, version, chosen=[*right(version), *wrong(version)])[0].is_correct


@pytest.mark.parametrize(
    ("chosen", "unsure", "refusal"),
    [
        (lambda version: [], False, NothingChosen),
        (right, True, BothChosenAndUnsure),
        (lambda version: [str(uuid.uuid4())], False, UnknownOption),
        (lambda version: ["unsure"], False, UnknownOption),
        (lambda version: ["' OR 1=1 --"], False, UnknownOption),
        (lambda version: [*right(version), *wrong(version)], False, UnknownOption),
    ],
)
def test_what_is_no_answer_is_refused_and_not_stored(employee, version, chosen, unsure, refusal):
    with pytest.raises(refusal):
        answer_check(employee, version, chosen=chosen(version), unsure=unsure)

    assert not Answer.objects.exists()


def test_who_answered_another_question_before_is_still_told_what_is_wrong(employee, full_bank, version):
    """Only an answer by the same key stands in the way of a new one."""
    other = full_bank.questions.exclude(pk=version.question_id).first().versions.get()
    answer_check(employee, other)

    with pytest.raises(NothingChosen):
        answer_check(employee, version, chosen=[])


def test_a_level_of_confidence_that_does_not_exist_is_refused(employee, version):
    with pytest.raises(ValueError, match="confidence"):
        answer_check(employee, version, confidence=4)

    assert not Answer.objects.exists()


def test_a_kind_that_cannot_be_answered_is_refused(employee, publish_question):
    version = publish_question("t2-q90", kind="numeric", options=[]).versions.get()

    with pytest.raises(ValueError, match="cannot be graded"):
        answer_check(employee, version, chosen=[], unsure=True)


# --- Questions of an attempt --------------------------------------------------------------------------


def test_an_answer_in_an_attempt_names_its_drawn_question(attempt):
    stored = answer(attempt, 2, confidence=2)

    assert stored.drawn == attempt.drawn.get(position=2)
    assert (stored.employee_id, stored.context_key) == (attempt.employee_id, COURSE)
    attempt.refresh_from_db()
    assert attempt.finished_at is None


def test_the_last_answer_closes_the_attempt_whatever_the_order(attempt):
    answer(attempt, 2)
    answer(attempt, 1, chosen=[], unsure=True, now=LATER)

    assert (attempt.finished_at, attempt.correct_count, attempt.score_percent, attempt.passed) == (
        LATER,
        1,
        50,
        False,
    )
    stored = Attempt.objects.get()
    assert (stored.finished_at, stored.score_percent, stored.passed) == (LATER, 50, False)


def test_a_retry_in_an_attempt_moves_nothing(attempt):
    key = uuid.uuid4()
    first = answer(attempt, 1, key=key)
    before = everything()

    assert answer(attempt, 1, key=key, now=LATER) == first

    assert everything() == before


def test_the_key_of_an_answer_in_an_attempt_stores_no_other_choice(attempt):
    key = uuid.uuid4()
    first = answer(attempt, 1, key=key)
    before = everything()

    with pytest.raises(AlreadyAnswered) as caught:
        answer(attempt, 1, key=key, chosen=wrong(attempt.drawn.get(position=1).version))

    assert caught.value.answer == first
    assert everything() == before


def test_nor_does_the_key_of_the_last_answer(attempt):
    key = uuid.uuid4()
    answer(attempt, 1)
    last = answer(attempt, 2, key=key)
    before = everything()

    with pytest.raises(AlreadyAnswered) as caught:
        answer(attempt, 2, key=key, chosen=wrong(attempt.drawn.get(position=2).version))

    assert caught.value.answer == last
    assert everything() == before


def test_a_retry_of_the_last_answer_does_not_close_the_attempt_twice(attempt):
    key = uuid.uuid4()
    answer(attempt, 1)
    last = answer(attempt, 2, key=key)
    before = everything()

    assert answer(Attempt.objects.get(), 2, key=key, now=LATER) == last

    assert everything() == before


def test_a_second_answer_with_another_key_is_told_what_is_stored(attempt):
    first = answer(attempt, 1)
    before = everything()
    version = attempt.drawn.get(position=1).version

    with pytest.raises(AlreadyAnswered) as caught:
        answer(attempt, 1, chosen=wrong(version))

    assert caught.value.answer == first
    assert everything() == before


def test_after_the_last_answer_a_second_one_is_told_the_same(attempt):
    answer(attempt, 1)
    last = answer(attempt, 2)

    with pytest.raises(AlreadyAnswered) as caught:
        answer(attempt, 2)

    assert caught.value.answer == last


def test_a_key_from_another_question_of_the_attempt_acknowledges_nothing(attempt):
    key = uuid.uuid4()
    answer(attempt, 1, key=key)

    with pytest.raises(AlreadyAnswered):
        answer(attempt, 2, key=key)

    assert Answer.objects.count() == 1


def test_an_attempt_that_was_closed_early_takes_no_more_answers(attempt):
    Attempt.objects.update(finished_at=NOW, correct_count=0, score_percent=0, passed=False)

    with pytest.raises(AttemptClosed):
        answer(attempt, 1)

    assert not Answer.objects.exists()


def test_a_position_that_was_not_drawn_is_refused(attempt):
    with pytest.raises(Drawn.DoesNotExist):
        answer_question(
            attempt=attempt, position=3, key=uuid.uuid4(), chosen=[], unsure=True, confidence=None, now=NOW
        )


def test_a_question_published_anew_is_graded_by_the_version_that_was_drawn(attempt):
    drawn = attempt.drawn.get(position=1)
    question = drawn.version.question
    options = list(question.options.all())
    for option in options:
        option.is_correct = not option.is_correct
    question.kind = "multiple_choice"
    question.options = options
    question.save_revision().publish()
    assert question.versions.count() == 2

    assert answer(attempt, 1, chosen=right(drawn.version)).is_correct


def test_a_question_taken_offline_is_still_answered_by_those_who_drew_it(attempt):
    attempt.drawn.get(position=1).version.question.unpublish()

    assert answer(attempt, 1).is_correct


def test_saving_an_answer_takes_few_queries(attempt, django_assert_num_queries):
    chosen = right(attempt.drawn.get(position=1).version)
    facts = {"chosen": chosen, "unsure": False, "confidence": None, "now": NOW}

    # SAVEPOINT of the test, attempt, drawn question, SAVEPOINT, INSERT, RELEASE, results, RELEASE.
    with django_assert_num_queries(8):
        answer_question(attempt=attempt, position=1, key=uuid.uuid4(), **facts)

    facts["chosen"] = right(attempt.drawn.get(position=2).version)
    with django_assert_num_queries(9):
        answer_question(attempt=attempt, position=2, key=uuid.uuid4(), **facts)
