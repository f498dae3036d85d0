"""The menus of the head: the way out, with and without JavaScript, and Escape."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import servers
from tests.journeys.learner import sign_in, visit
from tests.journeys.servers import employee
from tools.stack import Stack

demo = servers.demo
pytestmark = [pytest.mark.browser, pytest.mark.server]
PHONE = {"viewport": {"width": 360, "height": 740}}
MENUS = [pytest.param(".account", {}, id="desktop"), pytest.param(".nav--menu", PHONE, id="phone")]


@pytest.mark.parametrize(("menu", "view"), MENUS)
@pytest.mark.parametrize("script", [True, False])
def test_one_signs_out_from_the_menu(
    demo: Stack, browser: Browser, menu: str, view: dict, script: bool
) -> None:
    context, page = visit(browser, demo, java_script_enabled=script, **view)
    sign_in(page, employee(1))

    page.locator(f"{menu} > summary").click()
    page.locator(menu).get_by_role("button", name="Sign out").click()

    page.wait_for_url("**/accounts/login/**")
    page.goto("/me/")
    expect(page).to_have_url(f"{demo.address}/accounts/login/?next=/me/")
    context.close()


@pytest.mark.parametrize(("menu", "view"), MENUS)
def test_a_menu_closes_with_escape_and_when_one_goes_on_elsewhere(
    demo: Stack, browser: Browser, menu: str, view: dict
) -> None:
    context, page = visit(browser, demo, **view)
    sign_in(page, employee(3))
    summary, inside = (
        page.locator(f"{menu} > summary"),
        page.locator(menu).get_by_role("button", name="Sign out"),
    )
    summary.click()
    expect(inside).to_be_visible()
    page.keyboard.press("Tab")

    page.keyboard.press("Escape")

    expect(inside).to_be_hidden()
    expect(summary).to_be_focused()
    summary.click()
    expect(inside).to_be_visible()
    page.locator("main").click(position={"x": 3, "y": 300})
    expect(inside).to_be_hidden()
    context.close()
