"""Finishing is said where it happens: the last check brings the end of the lesson, and the focus stays at the answer."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import servers
from tests.journeys.learner import answer_checks, answers_of, sign_in, take_quiz, visit
from tests.journeys.servers import employee
from tests.journeys.test_kept_in_the_browser import in_the_lesson
from tools.stack import Stack

demo = servers.demo
pytestmark = [pytest.mark.browser, pytest.mark.server]


def test_a_lesson_says_at_once_that_it_is_done(demo: Stack, browser: Browser) -> None:
    context, page = visit(browser, demo)
    in_the_lesson(page, employee(1))
    end = page.locator("#done [role=status]")
    expect(end).to_have_text("")
    page.evaluate("window.here = document.querySelector('#done [role=status]')")

    checks = answer_checks(page)

    expect(end).to_have_text("You have completed this lesson.")
    assert page.evaluate("here === document.querySelector('#done [role=status]')"), "a live region must stay"
    expect(page.locator(f"#check-{checks} .feedback__word")).to_be_focused()
    expect(page.locator(".lesson-end__do a[rel=next]")).to_be_visible()
    context.close()


def test_the_lesson_that_completes_the_course_says_so_and_leads_on(demo: Stack, browser: Browser) -> None:
    """The quiz first, then the lessons; nothing is loaded again. There is no other course here to lead to."""
    context, page = visit(browser, demo)
    sign_in(page, employee(3), to="/courses/always-on/quiz/")
    take_quiz(page, answers_of(demo))
    page.get_by_role("link", name="Go on with the lessons").click()
    page.locator(".lessons a").first.click()
    while True:
        answer_checks(page)
        following = page.locator(".lesson-end__do a[rel=next]:not(.btn--quiet)")
        if not following.count():
            break
        following.click()

    expect(page.locator("#done [role=status]")).to_have_text(
        "You have completed this lesson, and the course is complete."
    )
    page.locator(".lesson-end__do a.btn:not(.btn--quiet)", has_text="Back to the course").click()
    expect(page.locator(".course-go")).to_contain_text("Completed")
    context.close()
