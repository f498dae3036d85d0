"""By keyboard alone: sign in, start, answer, look up a word. Nothing here is clicked."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import servers
from tests.journeys.learner import DEMO_PASSWORD, visit
from tests.journeys.servers import employee
from tools.stack import Stack

demo = servers.demo
pytestmark = [pytest.mark.browser, pytest.mark.server]


def tab_to(page: Page, selector: str, *, most: int = 150) -> None:
    """Press Tab until the element that matches has the focus, and see that the focus is visible."""
    for _step in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            native = page.evaluate(
                "document.activeElement.matches('input[type=radio], input[type=checkbox]')"
            )
            assert native or ring != "none", f"{selector} has no visible focus"
            return
    raise AssertionError(f"{selector} cannot be reached with Tab")


def test_the_whole_way_by_keyboard(demo: Stack, browser: Browser) -> None:
    context, page = visit(browser, demo)
    page.goto("/")
    tab_to(page, "details#password > summary")
    page.keyboard.press("Enter")
    tab_to(page, "input[name=login]")
    page.keyboard.type(employee(1))
    tab_to(page, "input[name=password]")
    page.keyboard.type(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(demo.address + "/")

    # The first thing Tab reaches on every page leads past the head.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"

    page.goto("/courses/always-on/")
    tab_to(page, "main form[action$='/start/'] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/what-99-9-really-buys/")

    tab_to(page, "a.term")
    page.keyboard.press("Enter")
    expect(page.locator(".pop:popover-open")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".pop:popover-open")).to_have_count(0)
    assert page.evaluate("document.activeElement.matches('a.term')")
    page.keyboard.press("Enter")
    for _stop in ("Close", "Open the full entry"):
        page.keyboard.press("Tab")
        expect(page.locator(".pop:popover-open")).to_be_visible()
    page.keyboard.press("Tab")  # focus leaves it, and it covers nothing
    expect(page.locator(".pop:popover-open")).to_have_count(0)

    tab_to(page, "#check-1 input[name=answer]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#check-1 .sure")).to_be_visible()
    tab_to(page, "#check-1 button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("#check-1 .feedback")).to_be_visible()
    assert page.evaluate("document.activeElement.matches('#check-1 .feedback__word')")
    context.close()
