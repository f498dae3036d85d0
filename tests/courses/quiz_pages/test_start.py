"""Before a quiz: what to expect, resuming, and a quiz that is not ready."""

from datetime import timedelta

import pytest
from django.test import Client
from wagtail.models import Locale

from bothways import tasks
from courses import publishing
from courses.models import CourseRecord, Evidence, Published
from quizzes.models import Attempt, Question
from tests.courses.course import NOW, make_question, publish
from tests.courses.quiz_pages.acts import (
    URL,
    answer,
    everything,
    page,
    result_of,
    soup,
    start,
    take,
    text_of,
)


def test_the_start_card_says_what_to_expect_and_who_sees_what(reader, course):
    words = text_of(reader.get(URL))

    for sentence in ("Questions 3, about 2 minutes", "Pass mark 80", "No time limit", "As many as you like",
                     "Only whether you passed, and when. Never your answers", "Start the quiz"):  # fmt: skip
        assert sentence in words
    assert "Best so far" not in words
    assert everything() == [[]] * 5


def test_starting_is_a_post_that_leads_to_the_first_question_and_begins_the_course(reader, course, employee):
    response = reader.post(URL)

    attempt = Attempt.objects.get()
    assert response["Location"] == page(attempt, 1)
    assert (attempt.employee, attempt.question_count, attempt.pass_percent) == (employee, 3, 80)
    assert CourseRecord.objects.get().status == "in_progress"
    assert Evidence.objects.get().kind == "started"


def test_starting_again_resumes_at_the_first_question_without_an_answer(reader, course):
    attempt = start(reader)
    answer(reader, attempt, 1)

    words = text_of(reader.get(URL))
    response = reader.post(URL)

    assert "You stopped at question 2 of 3" in words
    assert "Resume at question 2" in words
    assert response["Location"] == page(attempt, 2)
    assert Attempt.objects.count() == 1


@pytest.mark.sql
def test_a_second_device_resumes_the_same_attempt(reader, course, employee):
    attempt = start(reader)
    answer(reader, attempt, 1)
    phone = Client()
    phone.force_login(employee)

    response = phone.post(URL, follow=True)

    assert response.redirect_chain == [(page(attempt, 2), 302)]
    assert "Question 2 of 3" in text_of(response)


@pytest.mark.sql
def test_the_best_result_and_earlier_attempts_stand_on_the_card(reader, course):
    first = take(reader, True, True, False)
    second = take(reader, True, False, False)

    words = text_of(reader.get(URL))

    assert "2 of 3, 66 % Not passed yet" in words
    assert "Start a new attempt" in words
    links = [link["href"] for link in soup(reader.get(URL)).select(".list-ruled a")]
    assert links == [result_of(second), result_of(first)]


def test_a_bank_that_is_too_small_gets_a_kind_sentence_and_starts_nothing(reader, course):
    for question in Question.objects.filter(purpose="quiz")[:4]:
        question.unpublish()

    response = reader.post(URL)

    assert response.status_code == 409
    assert "The quiz is not ready yet" in text_of(response)
    assert "Start the quiz" not in text_of(response)
    assert not Attempt.objects.exists()


def test_an_open_attempt_goes_on_when_the_bank_became_too_small(reader, course):
    attempt = start(reader)
    for question in Question.objects.filter(purpose="quiz"):
        question.unpublish()
    publish(course.page)

    assert "Resume at question 1" in text_of(reader.get(URL))
    assert reader.post(URL)["Location"] == page(attempt, 1)
    assert answer(reader, attempt, 1).status_code == 302


def test_a_course_without_a_quiz_has_no_quiz_page(reader, course):
    course.page.bank = None
    publish(course.page)

    assert reader.get(URL).status_code == 404
    assert reader.post(URL).status_code == 404


@pytest.mark.sql
def test_a_quiz_comes_and_goes_with_the_questions_of_its_bank(reader, course, django_assert_num_queries):
    def is_there():
        return "Quiz: 3 questions" in text_of(reader.get(course.row.data["url"]))

    assert is_there()
    for question in Question.objects.filter(purpose="quiz")[:4]:
        question.unpublish()
    assert publishing.refresh_quizzes(now=NOW) == 1
    assert not is_there()
    with django_assert_num_queries(2):
        assert publishing.refresh_quizzes(now=NOW) == 0

    make_question(course.bank, course.page.locale, "t2-new", purpose="quiz")
    tasks.refresh_quizzes(now=NOW + timedelta(minutes=1))
    assert is_there()


def test_questions_in_another_language_make_no_quiz_available(reader, course):
    """Three are asked in English: what stands beside them in German neither opens the quiz nor is drawn."""
    german = Locale.objects.get_or_create(language_code="de")[0]
    for question in Question.objects.filter(purpose="quiz")[2:]:
        question.unpublish()
    for number in range(4):
        make_question(course.bank, german, f"t2-de{number}", purpose="quiz")

    publish(course.page)

    assert not Published.objects.get(pk=course.row.pk).data["quiz"]["available"]
    assert reader.post(URL).status_code == 409
    assert publishing.refresh_quizzes(now=NOW) == 0
