"""What is printed: few sheets, nothing to press, the words as notes at the end. Counted in Chromium's own PDF."""

import re

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys import servers
from tests.journeys.learner import sign_in, visit
from tools.stack import Stack

demo = servers.demo
pytestmark = [pytest.mark.browser, pytest.mark.server]
SLA = "/courses/always-on/sla-slo/"


@pytest.fixture
def page(demo: Stack, browser: Browser) -> Page:
    _context, page = visit(browser, demo, viewport={"width": 1280, "height": 900})
    sign_in(page, servers.employee(30))
    return page


def sheets(page: Page) -> int:
    """Pages of A4."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))


@pytest.mark.parametrize(
    ("path", "most"),
    # Before, they had 11 and 6 sheets.
    [(SLA, 5), ("/glossary/availability/", 3)],
)
def test_a_page_has_half_the_sheets_of_before(page: Page, path: str, most: int) -> None:
    page.goto(path)

    assert 1 < sheets(page) <= most


def test_a_printed_lesson_has_words_at_its_end_and_nothing_to_press(page: Page) -> None:
    page.goto(SLA)
    page.emulate_media(media="print")

    assert page.locator(".endnotes dt").first.is_visible()
    assert "A contract clause" in page.locator(".endnotes").inner_text()
    for gone in ("input", "button", ".pop", ".margin-note", ".rail", ".guide", ".option--unsure"):
        assert page.locator(f"main {gone}:visible").count() == 0, gone
    assert page.locator(".option:visible").count() >= 6
    assert page.get_by_text("Your answers are yours").locator("visible=true").count() == 1
