"""HR in the report: who has not completed, of one department, as a file; and a person found by a part of the name."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import servers
from tests.journeys.learner import rows_of, sign_in, visit
from tests.journeys.servers import Serve
from tests.journeys.test_hr import WAYS

serve = servers.serve
pytestmark = [pytest.mark.browser, pytest.mark.server]


@pytest.mark.parametrize("way", WAYS)
def test_hr_takes_away_who_has_not_completed_and_finds_a_person(
    serve: Serve, browser: Browser, way: dict
) -> None:
    stack = serve("demo", with_worker=False)
    context, page = visit(browser, stack, **way)
    sign_in(page, "hr@example.com", to="/reports/completion/")

    fold = page.locator("details.narrowing > summary")
    expect(fold).to_be_visible(visible="viewport" in way)
    if "viewport" in way:
        fold.click()
    page.get_by_label("Department", exact=True).select_option(label="Operations")
    page.get_by_label("Not completed").check()
    page.get_by_role("button", name="Apply").click()

    expect(page.get_by_text("narrowed to Department: Operations; Status: Not completed.")).to_be_visible()
    shown = page.locator("#list tbody tr")
    assert shown.count() > 3
    # Empty cells of a report are no boxes to write in: they have no line beside them and no height of their own.
    empty = page.locator("#list td:empty")
    lines = empty.evaluate_all("cells => cells.map(cell => getComputedStyle(cell).borderInlineStartWidth)")
    assert set(lines) == {"0px"}
    heights = empty.evaluate_all("cells => cells.map(cell => getComputedStyle(cell).display == 'none' ? 0 : cell.clientHeight - cell.parentElement.clientHeight)")  # fmt: skip
    assert max(heights) <= 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename.endswith("-operations-not-completed.csv")
    head, *rows = csv.reader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"), newline=""))
    assert head[:3] == ["Person", "Employee number", "E-mail"]
    assert len(rows) >= shown.count()
    assert {row[4].split(" / ")[0] for row in rows} == {"Operations"}
    assert "Completed" not in {row[10] for row in rows}

    page.get_by_role("link", name="Find a person").click()
    ((name, email),) = rows_of(
        stack, "SELECT display_name, email FROM people_employee WHERE display_name LIKE 'Jürgen W%'"
    )
    page.get_by_label("Name, employee number or e-mail").fill("jurgen w")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_text("1 person fits.")).to_be_visible()
    expect(page.get_by_text(email)).to_be_visible()
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    context.close()
