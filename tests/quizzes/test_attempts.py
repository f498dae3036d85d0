"""Starting a quiz: one open attempt, drawn for this person, with its criterion."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from quizzes.actions import BankTooSmall, answer_question, start_attempt
from quizzes.models import Answer, Attempt, Bank, Drawn, Question
from tests.quizzes.answers import NOW, right, wrong
from tests.quizzes.bank import english, german, write_question

pytestmark = [pytest.mark.django_db, pytest.mark.sql]

QUIZ = uuid.uuid5(uuid.NAMESPACE_DNS, "t2")


def start(employee, bank, **facts):
    facts = {
        "quiz_key": QUIZ,
        "question_count": 4,
        "pass_percent": 75,
        "now": NOW,
        "locale_id": english().pk,
        **facts,
    }
    return start_attempt(employee=employee, bank=bank, **facts)


def finish(attempt, choose=right):
    for drawn in attempt.drawn.select_related("version"):
        answer_question(
            attempt=attempt, position=drawn.position, key=uuid.uuid4(), chosen=choose(drawn.version), unsure=False,
            confidence=None, now=NOW,
        )  # fmt: skip
    return Attempt.objects.get(pk=attempt.pk)


def test_an_attempt_keeps_its_criterion_and_its_draw(employee, full_bank):
    attempt = start(employee, full_bank)

    attempt.refresh_from_db()
    assert (attempt.number, attempt.question_count, attempt.pass_percent) == (1, 4, 75)
    assert (attempt.started_at, attempt.finished_at) == (NOW, None)
    assert (attempt.correct_count, attempt.score_percent, attempt.passed) == (None, None, None)
    assert [drawn.position for drawn in attempt.drawn.all()] == [1, 2, 3, 4]
    for drawn in attempt.drawn.all():
        assert sorted(drawn.option_order) == sorted(
            option["key"] for option in drawn.version.payload["options"]
        )


def test_starting_again_returns_the_open_attempt(employee, full_bank):
    first = start(employee, full_bank)

    again = start(employee, full_bank, question_count=8, pass_percent=100)

    assert again == first
    assert Attempt.objects.count() == 1
    assert Drawn.objects.count() == 4
    assert (again.question_count, again.pass_percent) == (4, 75)


def test_two_people_and_two_quizzes_have_their_own_attempts(employee, technician, full_bank):
    attempts = {start(employee, full_bank).pk, start(technician, full_bank).pk}
    attempts.add(start(employee, full_bank, quiz_key=uuid.uuid4()).pk)

    assert len(attempts) == 3


def test_a_retake_draws_what_was_not_seen_before(employee, full_bank):
    seen = set()

    for number in (1, 2, 3):
        attempt = finish(start(employee, full_bank))
        asked = set(attempt.drawn.values_list("version__question__code", flat=True))
        assert attempt.number == number
        assert not seen & asked
        seen |= asked

    fourth = start(employee, full_bank)
    first_codes = set(Attempt.objects.get(number=1).drawn.values_list("version__question__code", flat=True))
    assert set(fourth.drawn.values_list("version__question__code", flat=True)) == first_codes


def test_only_live_quiz_questions_that_can_be_answered_are_drawn(employee, full_bank):
    Question.objects.get(code="t1-q00").unpublish()

    attempt = start(employee, full_bank, question_count=11)

    asked = set(attempt.drawn.values_list("version__question__code", flat=True))
    assert asked == {f"t1-q{number:02}" for number in range(1, 12)}


def test_the_draw_spreads_over_the_outcomes(employee, full_bank):
    attempt = start(employee, full_bank, question_count=6)

    outcomes = [drawn.version.payload["outcome"] for drawn in attempt.drawn.all()]
    assert sorted(outcomes) == ["outcome-0"] * 2 + ["outcome-1"] * 2 + ["outcome-2"] * 2


def test_the_same_seed_draws_the_same(employee, technician, full_bank):
    one, other = start(employee, full_bank, seed=7), start(technician, full_bank, seed=7)

    def content(attempt):
        return list(attempt.drawn.values_list("position", "version", "option_order"))

    assert content(one) == content(other)
    assert one.seed == 7
    assert (
        start(employee, full_bank, quiz_key=uuid.uuid4()).seed
        != start(technician, full_bank, quiz_key=uuid.uuid4()).seed
    )


def test_options_keep_their_order_where_the_author_wants_it(employee, bank, publish_question):
    kept = publish_question("t2-q01", shuffle=False, options=["low", "middle", "high", "highest", "top"])

    attempt = start(employee, bank, question_count=1, seed=3)

    assert attempt.drawn.get().option_order == [str(option.key) for option in kept.options.all()]


def test_a_bank_that_is_too_small_starts_nothing(employee, full_bank):
    with pytest.raises(BankTooSmall) as caught:
        start(employee, full_bank, question_count=13)

    assert (caught.value.needed, caught.value.available) == (13, 12)
    assert not Attempt.objects.exists()


def test_only_the_bank_of_the_quiz_is_drawn_from(employee, full_bank):
    empty = Bank.objects.create(name="Empty", slug="empty")

    with pytest.raises(BankTooSmall) as caught:
        start(employee, empty, question_count=1)

    assert caught.value.available == 0


def test_only_questions_in_the_language_of_the_course_are_drawn(employee, bank):
    for number in range(3):
        question = write_question(bank, f"t2-q0{number}")
        write_question(bank, f"t2-q0{number}", locale=german(), translation_key=question.translation_key)
    write_question(bank, "t2-q03", locale=german())

    in_english = start(employee, bank, question_count=3)
    in_german = start(employee, bank, quiz_key=uuid.uuid4(), locale_id=german().pk)

    assert languages_of(in_english) == ["en"] * 3
    assert languages_of(in_german) == ["de"] * 4


def test_two_languages_of_a_question_do_not_make_a_bank_larger(employee, bank):
    for number in range(3):
        question = write_question(bank, f"t2-q0{number}")
        write_question(bank, f"t2-q0{number}", locale=german(), translation_key=question.translation_key)
    write_question(bank, "t2-q03", locale=german())

    with pytest.raises(BankTooSmall) as caught:
        start(employee, bank, question_count=4)

    assert (caught.value.needed, caught.value.available) == (4, 3)


def languages_of(attempt):
    return list(attempt.drawn.values_list("version__question__locale__language_code", flat=True))


def test_a_new_version_is_drawn_by_the_next_attempt_only(employee, bank, publish_question):
    question = publish_question("t2-q01")
    attempt = start(employee, bank, question_count=1)

    question.stem = "Said better?"
    question.save_revision().publish()

    assert attempt.drawn.get().version.number == 1
    finish(attempt)
    assert start(employee, bank, question_count=1).drawn.get().version.number == 2


def test_a_question_that_became_a_check_is_not_drawn_in_its_old_version(employee, bank, publish_question):
    question = publish_question("t2-q01")
    question.purpose = "check"
    question.save_revision().publish()

    with pytest.raises(BankTooSmall):
        start(employee, bank, question_count=1)


def test_the_database_refuses_a_second_open_attempt(employee, full_bank):
    attempt = start(employee, full_bank)

    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(
            employee=employee, bank=full_bank, quiz_key=QUIZ, number=2, seed=1, pass_percent=80, question_count=1,
            started_at=NOW,
        )  # fmt: skip

    assert Attempt.objects.get() == attempt


@pytest.mark.parametrize(
    ("wrong_answers", "score", "passed"), [(0, 100, True), (1, 75, True), (2, 50, False), (4, 0, False)]
)
def test_the_last_answer_scores_the_attempt_by_its_own_pass_mark(
    employee, full_bank, wrong_answers, score, passed
):
    attempt = start(employee, full_bank)
    choices = iter([wrong] * wrong_answers + [right] * (4 - wrong_answers))

    def choose(version):
        return next(choices)(version)

    attempt = finish(attempt, choose)

    assert (attempt.correct_count, attempt.score_percent, attempt.passed) == (
        4 - wrong_answers,
        score,
        passed,
    )
    assert attempt.finished_at == NOW
    assert Answer.objects.filter(drawn__attempt=attempt, is_correct=True).count() == attempt.correct_count
