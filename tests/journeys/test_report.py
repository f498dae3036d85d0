"""HR finds somebody overdue, reads why, and takes the same figures home; after a move the report is right."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import servers
from tests.journeys.learner import rows_of, sign_in, visit
from tools.stack import Stack

demo = servers.demo
pytestmark = [pytest.mark.browser, pytest.mark.server]


def exports_noted(demo: Stack) -> int:
    ((count,),) = rows_of(demo, "SELECT COUNT(*) FROM people_auditentry WHERE verb = 'report.exported'")
    return int(count)


@pytest.mark.parametrize("way", [{}, {"java_script_enabled": False}], ids=["desktop", "without JavaScript"])
def test_hr_explains_who_is_overdue_and_exports_the_same(demo: Stack, browser: Browser, way: dict) -> None:
    noted = exports_noted(demo)
    context, page = visit(browser, demo, **way)
    sign_in(page, "hr@example.com")

    page.wait_for_url("**/reports/completion/")  # the work of HR
    expect(page.get_by_role("heading", level=1)).to_contain_text("have completed their required courses")
    overdue = int(re.findall(r"(\d+) are overdue", page.get_by_role("heading", level=1).inner_text())[0])
    assert overdue > 0

    name = page.locator("#list tbody th a").first.inner_text()
    page.locator("#list tbody th a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator(".due").first).to_contain_text(re.compile("Overdue.*It was due", re.DOTALL))
    assert "%" not in page.locator("main").inner_text()

    page.go_back()
    page.get_by_role("checkbox", name="Overdue", exact=True).check()
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url(re.compile(r"[?&]\w+=overdue(&|#|$)"))
    shown = page.locator("#list tbody tr th").all_inner_texts()
    with page.expect_download() as started:
        page.get_by_role("link", name="CSV", exact=True).click()
    text = Path(started.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(text.splitlines()))
    exported = [row[0] for row in rows[1:]]
    assert exported == shown
    assert len(set(exported)) == overdue

    assert exports_noted(demo) == noted + 1
    context.close()


def test_a_manager_sees_the_own_team(demo: Stack, browser: Browser) -> None:
    context, page = visit(browser, demo, viewport={"width": 360, "height": 740})
    sign_in(page, "manager@example.com")

    page.wait_for_url("**/team/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("people")
    page.goto("/team/?rows=all")
    assert page.locator("#list tbody tr").count() == 7

    page.goto("/reports/completion/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is for HR.")
    context.close()
