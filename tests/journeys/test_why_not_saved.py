"""Saved, offline, signed out, refused or broken: what the page says about an answer is true, and it is stored once."""

import json
import sqlite3

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import servers
from tests.journeys.learner import DEMO_PASSWORD, arrived, sign_in, start_the_quiz, unfold, visit
from tests.journeys.servers import employee
from tests.journeys.test_kept_in_the_browser import (
    CHECK,
    QUICK,
    Door,
    answers_with,
    choose,
    in_the_lesson,
    stored,
    waiting,
)
from tools.stack import Stack

demo = servers.demo
pytestmark = [pytest.mark.browser, pytest.mark.server]
KEPT = "Your answer is kept in this browser."


def note(page: Page, text: str) -> None:
    """The line below the form says this."""
    expect(page.locator("check-form > .saved").first).to_contain_text(text)


def test_saved(demo: Stack, browser: Browser) -> None:
    context, page = visit(browser, demo)
    in_the_lesson(page, employee(1))

    choose(page, 0)

    expect(page.locator(CHECK).get_by_text("Answer saved")).to_be_visible()
    expect(page.get_by_text("Not saved")).to_have_count(0)
    assert stored(demo, employee(1)) == 1
    context.close()


def test_offline(demo: Stack, browser: Browser) -> None:
    context, page = visit(browser, demo)
    in_the_lesson(page, employee(3))
    context.set_offline(True)

    choose(page, 0)

    note(
        page,
        f"Not saved yet: you are offline, or the site cannot be reached. {KEPT} We try again by ourselves.",
    )
    expect(page.locator(CHECK).get_by_role("button", name="Check answer")).to_be_enabled()
    context.set_offline(False)
    expect(page.locator(f"{CHECK} .feedback")).to_be_visible()
    assert stored(demo, employee(3)) == 1
    context.close()


def test_broken(demo: Stack, browser: Browser) -> None:
    context, page = visit(browser, demo)
    door = Door(page, answers_with(500))
    in_the_lesson(page, employee(5))

    choose(page, 0)

    note(
        page,
        f"Not saved yet: something is wrong with the site at the moment. {KEPT} We try again by ourselves.",
    )
    expect(page.locator(f"{CHECK} .feedback")).to_be_visible()
    assert len(door.sent) == 2
    assert stored(demo, employee(5)) == 1
    context.close()


def test_an_outage_is_told_in_the_servers_own_words(demo: Stack, browser: Browser) -> None:
    context, page = visit(browser, demo)
    said = "So much is going on that this was not saved."
    Door(page, lambda route: route.fulfill(status=503, body=said, content_type="text/plain; charset=utf-8"))
    in_the_lesson(page, employee(7))

    choose(page, 0)

    note(page, f"{said} {KEPT} We try again by ourselves.")
    expect(page.locator(f"{CHECK} .feedback")).to_be_visible()
    context.close()


def roles(demo: Stack, person: str, *, taken: bool) -> None:
    """Take the role Employee from somebody, or give it back."""
    here = f"(SELECT id FROM people_employee WHERE email = '{person}')"
    group = "(SELECT id FROM auth_group WHERE name = 'Employee')"
    sql = (
        f"DELETE FROM people_employee_groups WHERE employee_id = {here}"
        if taken
        else f"INSERT INTO people_employee_groups (employee_id, group_id) VALUES ({here}, {group})"
    )
    with sqlite3.connect(demo.data / "bothways.sqlite3", timeout=10) as database:
        database.execute(sql)


def test_refused(demo: Stack, browser: Browser) -> None:
    """Somebody who takes no courses any more reads the server's sentence; it is sent again when they ask for it."""
    person = employee(9)
    context, page = visit(browser, demo)
    page.add_init_script(QUICK)
    door = Door(page)
    in_the_lesson(page, person)
    roles(demo, person, taken=True)

    choose(page, 0)

    note(page, "This page is for people who take courses.")
    note(page, f"{KEPT} It is not sent again unless you ask for it.")
    page.wait_for_timeout(1500)  # a minute and more of pauses
    assert len(door.sent) == 1
    assert len(waiting(page)) == 1
    roles(demo, person, taken=False)
    page.locator(CHECK).get_by_role("button", name="Check answer").click()
    expect(page.locator(f"{CHECK} .feedback")).to_be_visible()
    assert (len(door.sent), stored(demo, person)) == (2, 1)
    context.close()


def sign_in_here(page: Page, email: str) -> None:
    """On the door to which a link led."""
    unfold(page)
    page.get_by_label("E-mail").first.fill(email)
    page.get_by_label("Password").first.fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_quiz_whose_sign_in_has_expired(demo: Stack, browser: Browser) -> None:
    """Answer, signed out, the link, sign in, back at the very question, which has its answer once."""
    context, page = visit(browser, demo)
    sign_in(page, employee(11), to="/courses/always-on/quiz/")
    start_the_quiz(page)
    question = page.url
    context.clear_cookies()

    choose(page, 1, "#question")

    note(page, f"You are signed out. {KEPT} Sign in, and it is sent; you come back to here.")
    assert stored(demo, employee(11)) == 0
    page.get_by_role("link", name="Sign in", exact=True).click()
    page.wait_for_url("**/accounts/login/**")
    sign_in_here(page, employee(11))
    expect(page.locator("#feedback")).to_be_visible()
    assert page.url == question
    expect(page.locator("#question input[name=answer]").nth(1)).to_be_checked()
    assert stored(demo, employee(11)) == 1
    assert waiting(page) == []
    context.close()


def test_the_door_leads_back_to_the_very_check(demo: Stack, browser: Browser) -> None:
    context, page = visit(browser, demo)
    lesson = in_the_lesson(page, employee(13))
    context.clear_cookies()
    choose(page, 0)

    page.get_by_role("link", name="Sign in", exact=True).last.click()
    page.wait_for_url("**/accounts/login/**")
    sign_in_here(page, employee(13))

    expect(page.locator(f"{CHECK} .feedback")).to_be_visible()
    assert page.url == f"{lesson}{CHECK}"
    context.close()


def test_what_is_chosen_and_not_sent_is_there_when_one_comes_back(demo: Stack, browser: Browser) -> None:
    context, page = visit(browser, demo)
    sign_in(page, employee(15), to="/courses/always-on/quiz/")
    start_the_quiz(page)
    question = page.url
    page.locator("#question input[name=answer]").nth(1).check()

    page.get_by_role("link", name="Stop here and return to").click()
    arrived(page, ".lessons")
    page.goto(question)
    arrived(page, "#question")

    expect(page.locator("#question input[name=answer]").nth(1)).to_be_checked()
    page.get_by_role("button", name="Check answer").click()
    expect(page.locator("#feedback")).to_be_visible()
    assert json.loads(page.evaluate("JSON.stringify(Object.keys(sessionStorage))")) == []
    assert stored(demo, employee(15)) == 1
    context.close()
