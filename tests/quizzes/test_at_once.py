"""Many at once: double clicks, two devices, fifty starts. Real threads, real commits."""

import uuid

import pytest
from django.db import connection

from quizzes.actions import AlreadyAnswered, answer_question, record_answer, record_publication, start_attempt
from quizzes.models import Answer, Attempt, Drawn, Option, Question
from tests.at_once import at_once
from tests.quizzes.answers import NOW, right, wrong
from tests.quizzes.bank import english

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sql]

COURSE = uuid.uuid5(uuid.NAMESPACE_DNS, "t2")


@pytest.fixture
def full_bank(bank, locale):
    """Real commits are no world: each test writes the two questions that it draws, without revisions."""
    for number in (1, 2):
        question = Question(bank=bank, locale=locale, code=f"t2-q{number}", stem="Which one?", live=True)
        question.options = [
            Option(sort_order=0, text="right", is_correct=True, explanation="Why it is right."),
            Option(sort_order=1, text="wrong", explanation="Why it is wrong."),
        ]
        question.save()
        record_publication(question_id=question.pk, now=NOW)
    return bank


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


def test_fifty_starts_at_once_make_one_attempt(employee, full_bank):
    def start():
        return start_attempt(
            employee=employee,
            quiz_key=COURSE,
            bank=full_bank,
            question_count=2,
            pass_percent=80,
            now=NOW,
            locale_id=english().pk,
        ).pk

    started = at_once(*[start] * 50)

    assert set(started) == {Attempt.objects.get().pk}
    assert Drawn.objects.count() == 2


def test_twenty_retries_at_once_store_one_answer(attempt):
    key = uuid.uuid4()
    chosen = right(attempt.drawn.get(position=1).version)

    def answer():
        own = Attempt.objects.get(pk=attempt.pk)
        return answer_question(
            attempt=own, position=1, key=key, chosen=chosen, unsure=False, confidence=None, now=NOW
        ).pk

    assert set(at_once(*[answer] * 20)) == {Answer.objects.get().pk}


def test_of_two_devices_one_stores_its_answer_and_the_other_is_told(attempt):
    version = attempt.drawn.get(position=1).version

    def answer(chosen):
        own = Attempt.objects.get(pk=attempt.pk)
        return answer_question(
            attempt=own, position=1, key=uuid.uuid4(), chosen=chosen, unsure=False, confidence=None, now=NOW
        )

    outcomes = at_once(lambda: answer(right(version)), lambda: answer(wrong(version)))

    stored = Answer.objects.get()
    told = [outcome for outcome in outcomes if isinstance(outcome, AlreadyAnswered)]
    assert [outcome for outcome in outcomes if isinstance(outcome, Answer)] == [stored]
    assert [outcome.answer for outcome in told] == [stored]


def test_the_last_two_answers_at_once_close_the_attempt_once(attempt):
    chosen = {drawn.position: right(drawn.version) for drawn in attempt.drawn.select_related("version")}

    def answer(position):
        own = Attempt.objects.get(pk=attempt.pk)
        answer_question(
            attempt=own, position=position, key=uuid.uuid4(), chosen=chosen[position], unsure=False, confidence=None,
            now=NOW,
        )  # fmt: skip
        return own.finished_at is not None

    assert sorted(at_once(lambda: answer(1), lambda: answer(2))) == [False, True]
    stored = Attempt.objects.get()
    assert (stored.score_percent, stored.passed) == (100, True)


def test_twenty_retries_of_a_check_at_once_store_one_answer(employee, publish_question):
    version = publish_question("t2-c1-1", purpose="check").versions.get()
    key = uuid.uuid4()

    def answer():
        return record_answer(
            employee_id=employee.pk, version=version, key=key, chosen=right(version), unsure=False, confidence=None,
            context_key=COURSE, now=NOW,
        )  # fmt: skip

    outcomes = at_once(*[answer] * 20)

    stored = Answer.objects.get()
    assert [answer for answer, _ in outcomes] == [stored] * 20
    assert sum(is_new for _, is_new in outcomes) == 1


def test_the_test_database_is_one_that_several_connections_share():
    """Otherwise the tests above would prove nothing."""
    if connection.vendor == "sqlite":
        assert "memory" not in str(connection.settings_dict["NAME"])
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
