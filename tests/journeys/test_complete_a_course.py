"""An employee goes from sign-in through all of T2 to "completed": with a mouse, on a phone, without JavaScript."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import servers
from tests.journeys.learner import answers_of, read_all_lessons, rows_of, sign_in, take_quiz, visit
from tests.journeys.servers import Serve

serve = servers.serve
pytestmark = [pytest.mark.browser, pytest.mark.server]

WAYS = [
    pytest.param({}, id="desktop"),
    pytest.param(
        {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}, id="phone"
    ),
    pytest.param({"java_script_enabled": False}, id="without JavaScript"),
]


@pytest.mark.parametrize("way", WAYS)
def test_a_technician_completes_the_course(serve: Serve, browser: Browser, way: dict) -> None:
    stack = serve(demo=True, with_worker=False)
    context, page = visit(browser, stack, **way)

    sign_in(page, "technician@example.com")
    page.goto("/courses/")
    page.get_by_role("link", name="Always on: reliability").click()
    page.get_by_role("button", name="Start the course").click()
    read_all_lessons(page)
    page.get_by_role("link", name="Go to the quiz").click()
    take_quiz(page, answers_of(stack), wrong=3)  # 5 of 8 is not enough
    expect(page.get_by_role("heading", level=1)).to_contain_text("Not passed yet")
    page.get_by_role("button", name="Try again").click()
    page.goto("/courses/always-on/quiz/")
    take_quiz(page, answers_of(stack))

    expect(page.get_by_role("heading", level=1)).to_contain_text("Passed")
    page.goto("/me/")
    expect(page.get_by_text("Best quiz result 100 %")).to_be_visible()
    page.goto("/courses/always-on/")
    expect(page.get_by_text(re.compile(r"Completed on \d+ \w+ \d{4}"))).to_be_visible()
    status = rows_of(
        stack,
        "SELECT r.status FROM courses_courserecord r JOIN people_employee e ON e.id = r.employee_id "
        "WHERE e.email = 'technician@example.com'",
    )
    assert status == [("completed",)]
    assert stack.ask("answers")["differences"] == []
    context.close()
