"""After a quiz: the score, what to read again, and what is right only after passing."""

import uuid

from django.utils import timezone

from courses.models import CourseRecord
from quizzes.models import Attempt
from tests.courses.course import RIGHT_WHY, WRONG_WHY
from tests.courses.learning import complete
from tests.courses.quiz_pages.acts import (
    answer,
    page,
    result_of,
    soup,
    start,
    take,
    text_of,
)


def test_not_passed_yet_shows_what_to_read_and_not_what_is_right(reader, course):
    attempt = take(reader, True, False, False)

    response = reader.get(result_of(attempt))

    words = text_of(response)
    assert "Not passed yet" in words
    assert "1 of 3" in words
    assert "That is 33 %. The pass mark is 80 %." in words
    assert "Try again" in words
    assert "Read again: Hours" in words
    assert "What is right is shown once you have passed." in words
    assert WRONG_WHY in words
    missed = [attempt.drawn.get(position=position).version.payload for position in (2, 3)]
    for payload in missed:
        right = next(option for option in payload["options"] if option["correct"])
        assert right["html"] not in words  # its own words, which differ from question to question
        assert right["key"] not in response.content.decode()
    assert words.count(RIGHT_WHY) == 1  # of the one question that was answered right


def test_passing_shows_what_is_right_and_leads_back(reader, course):
    attempt = take(reader, True, True, True)

    words = text_of(reader.get(result_of(attempt)))

    assert attempt.passed
    assert "Passed" in words
    assert "3 of 3" in words
    assert "HR sees: passed" in words
    assert "Try again" not in words


def test_after_passing_the_right_options_show_in_earlier_attempts_too(reader, course):
    failed = take(reader, False, False, False)
    assert RIGHT_WHY not in reader.get(result_of(failed)).content.decode()

    take(reader, True, True, True)

    assert RIGHT_WHY in reader.get(result_of(failed)).content.decode()
    # The question pages keep to what was chosen, whatever was passed since.
    assert RIGHT_WHY not in reader.get(page(failed, 1)).content.decode()


def test_an_attempt_that_failed_says_that_another_one_passed_since(reader, course):
    failed = take(reader, False, False, False)
    passed = take(reader, True, True, True)

    page = soup(reader.get(result_of(failed)))

    assert page.h1.get_text() == "This attempt did not pass"
    assert page.title.get_text(" ").split()[:5] == "This attempt did not pass,".split()
    words = text_of(reader.get(result_of(failed)))
    assert "You have passed in another attempt." in words
    assert "Try again" not in words and "Read again" not in words
    assert [link.get_text().strip() for link in page.select("main a.btn")] == ["Go on with the lessons"]
    assert page.select("main button.btn:not(.btn--quiet)") == []
    assert soup(reader.get(result_of(passed))).h1.get_text() == "Passed"


def test_after_the_course_the_next_one_is_offered(reader, course, employee, make_course):
    make_course(code="T3", slug="figures")
    complete(employee, course)

    page = soup(reader.get(result_of(Attempt.objects.get())))

    (button,) = page.select("main a.btn")
    assert (button["href"], button.get_text().strip()) == ("/courses/figures/", "Next course: Always on T3")
    assert "Back to your courses" in page.get_text()


def test_passing_another_quiz_or_somebody_else_passing_shows_nothing(reader, course, make_course, technician):
    attempt = take(reader, False, False, False)
    Attempt.objects.create(
        employee=technician, bank=attempt.bank, quiz_key=attempt.quiz_key, number=1, seed=1, pass_percent=80,
        question_count=1, started_at=timezone.now(), finished_at=timezone.now(), correct_count=1, score_percent=100, passed=True,
    )  # fmt: skip
    Attempt.objects.create(
        employee=attempt.employee, bank=attempt.bank, quiz_key=uuid.uuid4(), number=1, seed=1, pass_percent=80,
        question_count=1, started_at=timezone.now(), finished_at=timezone.now(), correct_count=1, score_percent=100, passed=True,
    )  # fmt: skip

    assert RIGHT_WHY not in reader.get(result_of(attempt)).content.decode()


def test_what_you_were_sure_of_stands_first(reader, course):
    attempt = start(reader)
    answer(reader, attempt, 1, correct=False, confidence="1")
    answer(reader, attempt, 2, correct=False, confidence="3")
    answer(reader, attempt, 3, correct=True, confidence="3")

    html = soup(reader.get(result_of(attempt)))

    sure = html.select_one("section[aria-labelledby=sure]")
    assert [line.get_text()[:10] for line in sure.select("h3")] == ["Question 2"]
    everything_after = html.select_one("section[aria-labelledby=every]")
    assert (sure.sourceline, sure.sourcepos) < (everything_after.sourceline, everything_after.sourcepos)


def test_passing_with_all_lessons_done_completes_the_course(reader, course, employee):
    take(reader, True, True, True)
    assert "2 lessons are left before the course is complete" in text_of(
        reader.get(result_of(Attempt.objects.get()))
    )
    for check in course.checks:
        version = check.versions.get()
        reader.post(
            "/courses/always-on/hours/",
            {"key": str(uuid.uuid4()), "check": str(check.translation_key), "version": version.pk,
             "answer": version.payload["options"][0]["key"]},
        )  # fmt: skip
    reader.post("/courses/always-on/reading/", {"read": "1"})

    words = text_of(reader.get(result_of(Attempt.objects.get())))

    assert CourseRecord.objects.get().status == "completed"
    assert "Passed, and the course is complete" in words
    assert "Back to your courses" in words


def test_the_result_of_an_open_attempt_leads_to_its_next_question(reader, course):
    attempt = start(reader)
    answer(reader, attempt, 1)

    assert reader.get(result_of(attempt))["Location"] == page(attempt, 2)


def test_the_last_question_leads_to_the_result(reader, course):
    attempt = take(reader, True, False, True)

    link = soup(reader.get(page(attempt, 3))).select_one(".check__do a")

    assert (link["href"], link.get_text().strip()) == (result_of(attempt), "See your result")


def test_a_question_that_was_left_out_is_asked_before_the_result(reader, course):
    attempt = start(reader)
    answer(reader, attempt, 2)

    response = answer(reader, attempt, 3)

    assert soup(reader.get(response["Location"])).select_one(".check__do a")["href"] == page(attempt, 1)
