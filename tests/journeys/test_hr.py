"""HR, who has read only the screen: imports 300 people with six faulty rows, and asks them to take a course."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys import servers
from tests.journeys.learner import rows_of, sign_in, visit
from tests.journeys.servers import Serve
from tests.people.importing.lists import SIX_FAULTY, people, three_hundred

serve = servers.serve
pytestmark = [pytest.mark.browser, pytest.mark.server]

WAYS = [
    pytest.param({}, id="desktop"),
    pytest.param({"viewport": {"width": 320, "height": 740}, "java_script_enabled": False}, id="phone without JavaScript"),
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_hr_imports_three_hundred_people_and_sets_an_audience(
    serve: Serve, browser: Browser, tmp_path: Path, way: dict
) -> None:
    people = tmp_path / "people.csv"
    people.write_text(three_hundred(SIX_FAULTY), encoding="utf-8-sig")
    stack = serve("demo", with_worker=False)
    context, page = visit(browser, stack, **way)
    sign_in(page, "hr@example.com", to="/reports/completion/")

    page.get_by_role("link", name="Import people").click()
    page.get_by_label("The list, as CSV").set_input_files(people)
    page.get_by_role("button", name="Look at what it would do").click()
    expect(page.get_by_role("heading", name="6 lines are not right as they stand")).to_be_visible()
    expect(page.get_by_text("There is no line manager with number K999.")).to_be_visible()
    expect(page.get_by_role("heading", name="11 new departments")).to_be_visible()
    assert imported(stack) == 0

    page.get_by_role("button", name="Import 300 people").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("300 people are imported")
    assert imported(stack) == 300
    assert rows_of(stack, "SELECT stage, LENGTH(content), LENGTH(steps) FROM people_peopleupload") == [
        ("imported", 0, 0)
    ]
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("300 people are imported")

    page.get_by_role("link", name="Audiences").click()
    page.get_by_role("link", name="Set an audience").click()
    page.get_by_label("Course").select_option(index=1)
    page.get_by_label("Who").select_option(label="Works")
    page.get_by_label("Due on").fill("2099-01-31")
    page.get_by_role("button", name="See whom it asks").click()
    expect(page.get_by_text("300 people, 0 already completed")).to_be_visible()
    page.get_by_role("button", name="Set this audience").click()
    row = page.locator("tr").filter(has_text="31 Jan 2099")
    expect(row).to_contain_text("Works")
    expect(row).to_contain_text("300")

    page.get_by_role("link", name="Audit log").click()
    expect(page.locator("td", has_text="People imported")).to_be_visible()
    expect(page.locator("td", has_text="Audience set")).to_be_visible()
    context.close()


def test_a_long_list_is_followed_to_its_end_without_a_click(
    serve: Serve, browser: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(people(600))
    stack = serve("demo", with_worker=True)

    def send(**way) -> tuple[BrowserContext, Page]:
        context, page = visit(browser, stack, **way)
        sign_in(page, "hr@example.com", to="/people/import/")
        page.get_by_label("The list, as CSV").set_input_files(file)
        page.get_by_role("button", name="Look at what it would do").click()
        return context, page

    context, page = send()
    page.get_by_role("button", name="Import 600 people").click(timeout=120_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("600 people are imported", timeout=120_000)
    assert imported(stack) == 600
    context.close()

    context, page = send(java_script_enabled=False)
    expect(page.get_by_text("so there is nothing to import")).to_be_visible(timeout=120_000)
    context.close()


def imported(stack) -> int:
    ((count,),) = rows_of(
        stack, "SELECT COUNT(*) FROM people_employee WHERE employee_number LIKE 'K%' AND email LIKE 'person%'"
    )
    return count
