"""The network goes in the middle of a quiz; no answer is lost, and the page says what is saved."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import servers
from tests.journeys.learner import rows_of, sign_in, start_the_quiz, visit
from tests.journeys.servers import employee
from tools.stack import Stack

demo = servers.demo
pytestmark = [pytest.mark.browser, pytest.mark.server]


def answers(demo: Stack, person: str) -> int:
    """How many answers of this person are stored."""
    ((count,),) = rows_of(
        demo,
        "SELECT count(*) FROM quizzes_answer a JOIN people_employee e ON e.id = a.employee_id "
        f"WHERE e.email = '{person}'",
    )
    return int(count)


def test_an_answer_given_without_network_is_stored_when_it_is_back(demo: Stack, browser: Browser) -> None:
    context, page = visit(browser, demo)
    sign_in(page, employee(1), to="/courses/always-on/quiz/")
    start_the_quiz(page)

    context.set_offline(True)
    page.locator("#question input[name=answer]").first.check()
    page.get_by_role("button", name="Check answer").click()
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    assert answers(demo, employee(1)) == 0

    context.set_offline(False)
    expect(page.locator("#feedback")).to_be_visible(timeout=30_000)
    assert answers(demo, employee(1)) == 1
    context.close()


def test_an_unsent_answer_survives_a_reload(demo: Stack, browser: Browser) -> None:
    context, page = visit(browser, demo)
    sign_in(page, employee(3), to="/courses/always-on/quiz/")
    start_the_quiz(page)
    question = page.url
    context.set_offline(True)
    page.locator("#question input[name=answer]").first.check()
    page.get_by_role("button", name="Check answer").click()
    expect(page.get_by_text("Not saved yet")).to_be_visible()

    context.set_offline(False)
    page.close()
    again = context.new_page()
    again.goto(question)

    expect(again.locator("#feedback")).to_be_visible(timeout=30_000)
    assert answers(demo, employee(3)) == 1
    context.close()


def test_an_answer_whose_acknowledgement_is_lost_is_stored_once(demo: Stack, browser: Browser) -> None:
    context, page = visit(browser, demo)
    lost = []

    def lose_first(route, request):
        if "x-fragment" in request.headers and not lost:
            lost.append(route.fetch().status)  # the server stored it, the browser never hears of it
            route.abort("connectionreset")
        else:
            route.continue_()

    # Before the first page: a page that is on its way when this is asked may send past it.
    page.route("**/quiz/*/*/", lose_first)
    sign_in(page, employee(5), to="/courses/always-on/quiz/")
    start_the_quiz(page)
    page.locator("#question input[name=answer]").first.check()
    page.get_by_role("button", name="Check answer").click()

    expect(page.locator("#feedback")).to_be_visible(timeout=30_000)
    assert lost == [200]
    assert answers(demo, employee(5)) == 1
    context.close()
