"""An answer is saved once, whoever sends it how often, with and without JavaScript."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import CourseRecord
from quizzes.models import Answer, Attempt
from tests.courses.course import RIGHT_WHY, publish
from tests.courses.quiz_pages.acts import (
    FRAGMENT,
    URL,
    answer,
    everything,
    fields_of,
    option,
    page,
    result_of,
    soup,
    start,
    take,
    take_all,
    text_of,
)


@pytest.mark.sql
def test_the_same_form_again_moves_nothing(reader, course):
    attempt = start(reader)
    url = page(attempt, 1)
    fields = {**fields_of(reader.get(url)), "answer": option(attempt, 1, correct=False)}
    first = reader.post(url, fields)
    before = everything()

    again = reader.post(url, fields)

    assert again["Location"] == first["Location"]
    assert again["X-Saved"] == first["X-Saved"] == fields["key"]
    assert everything() == before


@pytest.mark.parametrize("changed", [{"answer": True}, {"confidence": "3"}, {"answer": "unsure"}])
def test_the_same_form_with_another_choice_is_not_called_saved(reader, course, changed):
    attempt = start(reader)
    url = page(attempt, 1)
    fields = {**fields_of(reader.get(url)), "answer": option(attempt, 1, correct=False)}
    reader.post(url, fields)
    before = everything()
    other = fields | changed | ({"answer": option(attempt, 1)} if changed.get("answer") is True else {})

    sent = reader.post(url, other, headers=FRAGMENT)
    plain = reader.post(url, other, follow=True)

    assert (sent.status_code, sent["X-Final"]) == (409, "1")
    assert "X-Saved" not in sent and "X-Saved" not in plain
    for response in (sent, plain):
        assert "The first answer counts" in response.content.decode()
        assert soup(response).select_one("#feedback h2").get_text() == "Not quite"
    assert everything() == before


@pytest.mark.sql
def test_another_device_is_told_that_the_first_answer_counts(reader, course, employee):
    attempt = start(reader)
    phone = Client()
    phone.force_login(employee)
    on_the_phone = fields_of(phone.get(page(attempt, 1)))
    answer(reader, attempt, 1, correct=False)
    before = everything()

    response = phone.post(page(attempt, 1), {**on_the_phone, "answer": option(attempt, 1)}, follow=True)

    assert "The first answer counts" in text_of(response)
    assert "Not quite" in text_of(response)
    assert everything() == before


def test_an_answer_to_a_finished_attempt_is_told_the_same_and_stores_nothing(reader, course):
    attempt = start(reader)
    stale = fields_of(reader.get(page(attempt, 3)))
    for position in (1, 2, 3):
        answer(reader, attempt, position, correct=False)
    before = everything()

    response = reader.post(page(attempt, 3), {**stale, "answer": option(attempt, 3)})

    assert "X-Saved" not in response
    assert everything() == before


@pytest.mark.sql
def test_a_version_published_meanwhile_changes_nothing_for_this_attempt(reader, course):
    attempt = start(reader)
    drawn = attempt.drawn.get(position=1)
    keys = {option["correct"]: option["key"] for option in drawn.version.payload["options"]}
    question = drawn.version.question
    options = list(question.options.all())
    for place, changed in enumerate(options):
        changed.is_correct = place == 1
        changed.text = f"Changed {place}"
    question.options, question.stem = options, "Changed?"
    publish(question)

    html = reader.get(page(attempt, 1)).content.decode()
    assert drawn.version.payload["stem"] in html
    assert "Changed" not in html
    answer(reader, attempt, 1, answer=keys[True])
    assert Answer.objects.get().is_correct


def test_fields_that_are_not_asked_for_change_nothing(reader, course, technician):
    attempt = start(reader)
    forged = {
        "is_correct": "true", "right": "1", "score": "100", "score_percent": "100", "passed": "true", "pass_percent": "1",
        "employee": technician.pk, "employee_id": technician.pk, "attempt_id": "1", "version": "1", "finished_at": "2026-01-01",
        "question_count": "1", "answered_at": "2020-01-01", "completed_at": "2020-01-01", "is_staff": "on", "check": "x",
        "place": "1", "status": "completed", "seed": "1", "number": "9",
    }  # fmt: skip

    reader.post(URL, forged)
    for position in (1, 2, 3):
        answer(reader, attempt, position, correct=False, **forged)

    stored = Attempt.objects.get()
    assert (stored.score_percent, stored.passed, stored.pass_percent, stored.question_count) == (
        0,
        False,
        80,
        3,
    )
    assert stored.employee == attempt.employee
    assert not Answer.objects.filter(is_correct=True).exists()
    assert not Answer.objects.filter(employee=technician).exists()
    assert all(timezone.now() - row.answered_at < timedelta(minutes=5) for row in Answer.objects.all())
    assert CourseRecord.objects.get().status == "in_progress"


def test_a_fragment_acknowledges_what_was_stored(reader, course):
    attempt = start(reader)
    url = page(attempt, 1)
    fields = {**fields_of(reader.get(url)), "answer": option(attempt, 1)}

    response = reader.post(url, fields, headers=FRAGMENT)

    assert response.status_code == 200
    assert response["X-Saved"] == fields["key"]
    html = soup(response)
    assert html.select_one("html, header, main, check-form") is None
    assert html.select_one("form #feedback h2").get_text() == "Correct"
    assert str(Answer.objects.get().key) == fields["key"]
    again = reader.post(url, fields, headers=FRAGMENT)
    assert (again.status_code, again["X-Saved"]) == (200, fields["key"])


@pytest.mark.parametrize("chosen", [{}, {"answer": str(uuid.uuid4())}])
def test_a_fragment_that_stores_nothing_acknowledges_nothing(reader, course, chosen):
    attempt = start(reader)
    url = page(attempt, 1)

    response = reader.post(url, {**fields_of(reader.get(url)), **chosen}, headers=FRAGMENT)

    assert response.status_code == 422
    assert "X-Saved" not in response
    assert response["X-Final"] == "1"  # tells the sender that waiting and sending again is of no use
    assert soup(response).select_one("form .field__error")


def test_a_fragment_tells_the_other_device_and_acknowledges_nothing(reader, course):
    attempt = start(reader)
    fields = fields_of(reader.get(page(attempt, 1)))
    answer(reader, attempt, 1, correct=False)

    response = reader.post(page(attempt, 1), {**fields, "answer": option(attempt, 1)}, headers=FRAGMENT)

    assert (response.status_code, response["X-Final"]) == (409, "1")
    assert "X-Saved" not in response
    assert "The first answer counts" in response.content.decode()
    assert RIGHT_WHY not in response.content.decode()


@pytest.mark.sql
def test_query_counts_do_not_depend_on_people_or_attempts(
    reader, course, employee, technician, manager, django_assert_num_queries
):
    attempt = start(reader)
    answer(reader, attempt, 1)

    def look(number):
        # Session, person, course, then:
        with django_assert_num_queries(3 + 1):  # attempts
            reader.get(URL)
        with django_assert_num_queries(3 + 1):  # drawn questions with answers
            reader.get(page(attempt, 1))
        with django_assert_num_queries(3 + 1):
            reader.get(page(attempt, 2))
        with django_assert_num_queries(3 + 3):  # attempt, its questions, record
            reader.get(result_of(finished))

    answer(reader, attempt, 2)
    answer(reader, attempt, 3)
    finished = attempt
    attempt = start(reader)
    answer(reader, attempt, 1)
    look(1)
    for person in (technician, manager):
        other = Client()
        other.force_login(person)
        take_all(other, person)
    for position in (2, 3):
        answer(reader, attempt, position)
    take(reader, True, False, True)
    attempt = start(reader)
    answer(reader, attempt, 1)
    look(3)


@pytest.mark.sql
def test_saving_an_answer_takes_few_queries(reader, course, django_assert_num_queries):
    attempt = start(reader)
    sent = [
        {**fields_of(reader.get(page(attempt, position))), "answer": option(attempt, position)}
        for position in (1, 2, 3)
    ]

    for position in (1, 2):
        # Session, person, course, attempt; BEGIN, record, then in a savepoint: attempt, question, INSERT in a
        # savepoint, results; attempt, COMMIT. Ten statements that read or write.
        with django_assert_num_queries(16):
            reader.post(page(attempt, position), sent[position - 1])
