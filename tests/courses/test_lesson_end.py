"""The end of a lesson says what is done and offers what comes next; so does the answer that changes it."""

import uuid
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from courses.models import CoursePage, CourseRecord
from tests.courses.learning import answer_check, complete, read, take_quiz

HOURS, READING = "/courses/always-on/hours/", "/courses/always-on/reading/"
QUIZ, COURSE = "/courses/always-on/quiz/", "/courses/always-on/"
DONE = "You have completed this lesson."
COMPLETE = "You have completed this lesson, and the course is complete."


@pytest.fixture
def reader(client: Client, employee: Any) -> Client:
    client.force_login(employee)
    return client


def said(response: Any) -> str:
    status = BeautifulSoup(response.content, "html.parser").select_one("#done [role=status]")
    assert status is not None
    return " ".join(status.get_text(" ").split())


def ways(response: Any) -> list[tuple[str, str]]:
    """The black button, then the others: words and address."""
    links = BeautifulSoup(response.content, "html.parser").select(".lesson-end__do a")
    found = [(" ".join(link.get_text(" ").split()), str(link["href"])) for link in links]
    black = [number for number, link in enumerate(links) if "btn--quiet" not in link["class"]]
    assert black in ([0], [])
    return found


def send(reader: Client, course: Any, check: int, **headers: str) -> Any:
    """The answer to a check, as the page's form would send it."""
    version = course.checks[check].versions.get()
    fields = {
        "key": str(uuid.uuid4()), "check": str(course.checks[check].translation_key), "version": version.pk,
        "answer": version.payload["options"][0]["key"],
    }  # fmt: skip
    return reader.post(HOURS, fields, headers=headers, follow=not headers)


NEXT = ("Next: Reading", READING)


@pytest.mark.parametrize("headers", [{"X-Fragment": "1"}, {}])
def test_the_last_check_brings_the_end_of_the_lesson_along(
    reader: Client, course: Any, headers: dict[str, str]
) -> None:
    first = send(reader, course, 0, **headers)
    last = send(reader, course, 1, **headers)

    assert (said(first), said(last)) == ("", DONE)
    assert ways(first) == ways(last) == ways(reader.get(HOURS)) == [NEXT]
    assert said(reader.get(HOURS)) == DONE


@pytest.mark.parametrize("headers", [{"X-Fragment": "1"}, {}])
def test_the_check_that_completes_the_course_says_so_and_offers_the_next_course(
    reader: Client, course: Any, employee: Any, make_course: Any, headers: dict[str, str]
) -> None:
    make_course(code="T3", slug="figures")
    read(employee, course)
    take_quiz(employee, course)
    answer_check(employee, course, 0)

    response = send(reader, course, 1, **headers)

    assert CourseRecord.objects.get().status == "completed"
    assert said(response) == COMPLETE
    assert ways(response) == [("Next course: Always on T3", "/courses/figures/"), NEXT]
    assert ways(reader.get(HOURS)) == ways(response)


def test_reading_the_last_lesson_completes_the_course(reader: Client, course: Any, employee: Any) -> None:
    for check in (0, 1):
        answer_check(employee, course, check)
    take_quiz(employee, course)

    response = reader.post(READING, {"read": "1"}, follow=True)

    assert said(response) == COMPLETE
    assert ways(response) == [("Next course: Always on B8", "/courses/another/"), ("Previous: Hours", HOURS)]


def test_where_there_is_no_other_course_one_goes_back_to_this_one(
    reader: Client, course: Any, employee: Any
) -> None:
    CoursePage.objects.exclude(pk=course.page.pk).update(live=False)
    complete(employee, course)

    assert ways(reader.get(HOURS)) == [("Back to the course", COURSE), NEXT]


def test_the_last_lesson_leads_to_the_quiz_until_that_is_passed(
    reader: Client, course: Any, employee: Any
) -> None:
    before = ways(reader.get(READING))
    take_quiz(employee, course, right=0)
    failed = ways(reader.get(READING))
    take_quiz(employee, course)

    assert before[0] == failed[0] == ("Go to the quiz", QUIZ)
    assert ways(reader.get(READING))[0] == ("Go on with the lessons", COURSE)


def test_a_lesson_that_is_not_done_says_nothing(reader: Client, course: Any, employee: Any) -> None:
    assert said(reader.get(HOURS)) == said(reader.get(READING)) == ""
    complete(employee, course)
    assert said(reader.get(HOURS)) == said(reader.get(READING)) == COMPLETE


@pytest.mark.sql
def test_a_lesson_of_a_completed_course_takes_at_most_seven_queries(
    reader: Client, course: Any, employee: Any, make_course: Any, django_assert_max_num_queries: Any
) -> None:
    make_course(code="T3", slug="figures")
    complete(employee, course)
    reader.get(HOURS)

    with django_assert_max_num_queries(7):
        reader.get(HOURS)


def test_a_completed_course_offers_the_next_one(
    reader: Client, course: Any, employee: Any, make_course: Any
) -> None:
    make_course(code="T3", slug="figures")
    before = BeautifulSoup(reader.get(COURSE).content, "html.parser").select(".course-go a.btn")
    complete(employee, course)

    (button,) = BeautifulSoup(reader.get(COURSE).content, "html.parser").select(".course-go a.btn")

    assert before == []
    assert (button["href"], button.get_text().strip()) == ("/courses/figures/", "Next course: Always on T3")
