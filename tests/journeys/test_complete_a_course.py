"""An employee goes from sign-in through all of T2 to "completed": with a mouse, on a phone, without JavaScript."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import servers
from tests.journeys.learner import answers_of, arrived, read_all_lessons, rows_of, sign_in, take_quiz, visit
from tests.journeys.servers import employee
from tools.stack import Stack

demo = servers.demo
pytestmark = [pytest.mark.browser, pytest.mark.server]

WAYS = [
    pytest.param(employee(1), {}, id="desktop"),
    pytest.param(
        employee(3),
        {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
        id="phone",
    ),
    pytest.param(employee(5), {"java_script_enabled": False}, id="without JavaScript"),
]


@pytest.mark.parametrize(("technician", "way"), WAYS)
def test_a_technician_completes_the_course(demo: Stack, browser: Browser, technician: str, way: dict) -> None:
    context, page = visit(browser, demo, **way)

    sign_in(page, technician)
    page.goto("/courses/")
    page.get_by_role("link", name="Always on: reliability").click()
    page.get_by_role("button", name="Start the course").click()
    read_all_lessons(page)
    page.get_by_role("link", name="Go to the quiz").click()
    take_quiz(page, answers_of(demo), wrong=3)  # 5 of 8 is not enough
    expect(page.get_by_role("heading", level=1)).to_contain_text("Not passed yet")
    page.get_by_role("button", name="Try again").click()
    arrived(page, "#question")
    page.goto("/courses/always-on/quiz/")
    take_quiz(page, answers_of(demo))

    expect(page.get_by_role("heading", level=1)).to_contain_text("Passed")
    page.goto("/me/")
    expect(page.get_by_text("Best quiz result 100 %")).to_be_visible()
    page.goto("/courses/always-on/")
    expect(page.get_by_text(re.compile(r"Completed on \d+ \w+ \d{4}"))).to_be_visible()
    status = rows_of(
        demo,
        "SELECT r.status FROM courses_courserecord r JOIN people_employee e ON e.id = r.employee_id "
        f"WHERE e.email = '{technician}'",
    )
    assert status == [("completed",)]
    context.close()


def test_afterwards_every_record_agrees_with_the_answers(demo: Stack) -> None:
    found = demo.ask("answers")

    assert len(found["rows"]) > 0
    assert found["differences"] == []
