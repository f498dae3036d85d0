"""A quiz begun at the desk goes on at the same question on the phone."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import servers
from tests.journeys.learner import answer_question, answers_of, rows_of, sign_in, start_the_quiz, visit
from tests.journeys.servers import employee
from tools.stack import Stack

demo = servers.demo
pytestmark = [pytest.mark.browser, pytest.mark.server]


def test_a_quiz_goes_on_where_it_stopped(demo: Stack, browser: Browser) -> None:
    desk, at_desk = visit(browser, demo)
    sign_in(at_desk, employee(1), to="/courses/always-on/quiz/")
    start_the_quiz(at_desk)
    right = answers_of(demo)
    answer_question(at_desk, right)
    at_desk.get_by_role("link", name="Continue to question 2").click()
    answer_question(at_desk, right, correctly=False)

    phone, on_phone = visit(browser, demo, viewport={"width": 360, "height": 740})
    sign_in(on_phone, employee(1), to="/courses/always-on/quiz/")
    on_phone.get_by_role("button", name="Resume at question 3").click()
    expect(on_phone.get_by_text("Question 3 of 8")).to_be_visible()
    answer_question(on_phone, right)

    # Back at the desk the same question is answered already; a second answer is not taken.
    at_desk.get_by_role("link", name="Continue to question 3").click()
    expect(at_desk.locator("#feedback")).to_be_visible()
    assert rows_of(demo, "SELECT count(*) FROM quizzes_attempt WHERE finished_at IS NULL AND seed IS NOT NULL "
                          "AND employee_id = (SELECT id FROM people_employee WHERE email = '" + employee(1) + "')") == [(1,)]  # fmt: skip
    desk.close()
    phone.close()
