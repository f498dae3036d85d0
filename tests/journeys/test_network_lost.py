"""The network goes in the middle of a quiz; no answer is lost, and the page says what is saved."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import servers
from tests.journeys.learner import rows_of, sign_in, visit
from tests.journeys.servers import Serve

serve = servers.serve
pytestmark = [pytest.mark.browser, pytest.mark.server]

ANSWERS = (
    "SELECT count(*) FROM quizzes_answer a JOIN people_employee e ON e.id = a.employee_id "
    "WHERE e.email = 'technician@example.com'"
)


def test_an_answer_given_without_network_is_stored_when_it_is_back(serve: Serve, browser: Browser) -> None:
    stack = serve(demo=True, with_worker=False)
    context, page = visit(browser, stack)
    sign_in(page, "technician@example.com", to="/courses/always-on/quiz/")
    page.get_by_role("button", name="Start the quiz").click()

    context.set_offline(True)
    page.locator("#question input[name=answer]").first.check()
    page.get_by_role("button", name="Check answer").click()
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    assert rows_of(stack, ANSWERS) == [(0,)]

    context.set_offline(False)
    expect(page.locator("#feedback")).to_be_visible(timeout=30_000)
    assert rows_of(stack, ANSWERS) == [(1,)]
    context.close()


def test_an_unsent_answer_survives_a_reload(serve: Serve, browser: Browser) -> None:
    stack = serve(demo=True, with_worker=False)
    context, page = visit(browser, stack)
    sign_in(page, "technician@example.com", to="/courses/always-on/quiz/")
    page.get_by_role("button", name="Start the quiz").click()
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
    assert rows_of(stack, ANSWERS) == [(1,)]
    context.close()


def test_an_answer_whose_acknowledgement_is_lost_is_stored_once(serve: Serve, browser: Browser) -> None:
    stack = serve(demo=True, with_worker=False)
    context, page = visit(browser, stack)
    sign_in(page, "technician@example.com", to="/courses/always-on/quiz/")
    page.get_by_role("button", name="Start the quiz").click()
    lost = []

    def lose_first(route, request):
        if request.method == "POST" and not lost:
            lost.append(route.fetch().status)  # the server stored it, the browser never hears of it
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/quiz/**", lose_first)
    page.locator("#question input[name=answer]").first.check()
    page.get_by_role("button", name="Check answer").click()

    expect(page.locator("#feedback")).to_be_visible(timeout=30_000)
    assert lost == [200]
    assert rows_of(stack, ANSWERS) == [(1,)]
    context.close()
