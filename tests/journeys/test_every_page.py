"""Every page a demo person can reach: no dead link, no axe violation in light or dark, nothing too wide."""

from itertools import cycle
from urllib.parse import urldefrag, urlsplit

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, expect

from people.accounts.demo import DEMO_PEOPLE
from tests.journeys import servers
from tests.journeys.learner import DEMO_PASSWORD, arrived, sign_in, visit
from tests.soak import ROUNDS
from tools.stack import Stack

demo = servers.demo_with_worker
pytestmark = [pytest.mark.browser, pytest.mark.server]

CAST = [
    "employee", "technician", "author", "reviewer", "steward-business", "steward-technology",
    "hr", "manager", "outsider", "admin",
]  # fmt: skip
PAGES = [
    "/", "/courses/", "/courses/?direction=business-for-technicians", "/courses/always-on/",
    "/courses/always-on/what-99-9-really-buys/", "/courses/always-on/sla-slo/", "/courses/always-on/session-plan/",
    "/courses/always-on/quiz/", "/glossary/", "/glossary/?q=latncy", "/glossary/availability/", "/glossary/sla/",
    "/search/?q=incident", "/search/?q=zzzz", "/me/", "/accounts/password/change/", "/health/", "/nothing/here/",
]  # fmt: skip
CSRF = "a" * 32


@pytest.mark.soak
@pytest.mark.parametrize("turn", range(min(ROUNDS, 2)))
def test_no_page_has_an_axe_violation(demo: Stack, browser: Browser, turn: int) -> None:
    """The themes take turns from page to page; with two rounds every page is looked at in both."""
    context, page = visit(browser, demo, viewport={"width": 1280, "height": 900})
    themes = cycle(("light", "dark") if turn == 0 else ("dark", "light"))
    found = []

    def look(name: str) -> None:
        theme = next(themes)
        page.emulate_media(color_scheme=theme)
        found.extend(violations(page, f"{name} {theme}"))

    page.goto("/accounts/login/")
    look("sign-in")
    sign_in(page, "employee@example.com")
    for path in PAGES:
        page.goto(path)
        look(path)
    page.goto("/courses/always-on/what-99-9-really-buys/")
    page.locator("a.term").first.click()
    look("pop-over")
    page.goto("/courses/always-on/quiz/")
    page.get_by_role("button", name="Start").or_(page.get_by_role("button", name="Resume")).first.click()
    arrived(page, "#question")
    look("question")
    page.locator("#question input[name=answer]").first.check()
    page.get_by_role("button", name="Check answer").click()
    expect(page.locator("#feedback")).to_be_visible()
    look("feedback")
    context.close()
    assert found == []


def violations(page, name: str) -> list[str]:
    results = Axe().run(page)
    return [
        f"{name}: {violation['id']} {[node['target'] for node in violation['nodes']][:3]}"
        for violation in results.response["violations"]
    ]


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_no_page_scrolls_sideways(demo: Stack, browser: Browser, width: int) -> None:
    context, page = visit(browser, demo, viewport={"width": width, "height": 740})
    sign_in(page, "employee@example.com")
    for path in PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()


@pytest.mark.parametrize("place", [0.2, 0.5, 0.8])
def test_the_mouse_opens_the_full_entry_of_a_word(demo: Stack, browser: Browser, place: float) -> None:
    """Wherever on the screen the word stands: nothing moves between the button's going down and up."""
    context, page = visit(browser, demo, viewport={"width": 1280, "height": 800})
    sign_in(page, "employee@example.com", to="/courses/always-on/sla-slo/")
    term = page.locator("a.term", has_text="SLA").first
    term.evaluate("(term, top) => scrollBy(0, term.getBoundingClientRect().top - top)", 800 * place)
    term.click()
    popover = page.locator(".pop:popover-open")
    entry = popover.get_by_role("link", name="Open the full entry")
    expect(entry).to_be_in_viewport(ratio=1)  # also where the text above it scrolls
    popover.evaluate("popover => { popover.scrollTop = popover.scrollHeight }")
    box = entry.bounding_box()
    assert box is not None

    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.up()

    page.wait_for_url("**/glossary/sla/**")
    context.close()


def test_on_a_phone_the_first_sentence_of_a_lesson_is_on_the_first_screen(
    demo: Stack, browser: Browser
) -> None:
    context, page = visit(browser, demo, viewport={"width": 360, "height": 740})
    sign_in(page, "employee@example.com")
    for path in (
        "what-99-9-really-buys",
        "incident-problem-change-request",
        "sla-slo",
        "rto-and-rpo",
        "change-windows",
    ):
        page.goto(f"/courses/always-on/{path}/")
        box = page.locator(".prose .hook").bounding_box()
        assert box is not None and box["y"] + 60 < 740, path
        assert page.locator("details.rail").get_attribute("open") is None
    context.close()


WORK = {
    "employee": "/courses/always-on/sla-slo/", "technician": "/", "author": "/write/", "reviewer": "/write/",
    "steward-business": "/write/words/", "steward-technology": "/write/words/", "hr": "/reports/completion/",
    "manager": "/team/", "admin": "/administration/", "outsider": "/me/",
}  # fmt: skip


def test_each_button_of_the_door_opens_what_it_says(demo: Stack) -> None:
    """As a browser without JavaScript sends it: the page, then a form of it."""
    opened = {}
    for person in DEMO_PEOPLE:
        with httpx.Client(
            base_url=demo.address, timeout=30, trust_env=False, follow_redirects=True
        ) as client:
            door = BeautifulSoup(client.get("/").text, "html.parser")
            card = next(one for one in door.select("article.person") if one.h3.text == str(person.role))
            fields = {field["name"]: field["value"] for field in card.select("form input")}
            answer = client.post(card.form["action"], data=fields)
        assert answer.status_code == 200
        opened[person.email.partition("@")[0]] = answer.url.path

    assert opened == WORK


@pytest.mark.parametrize("name", CAST)
def test_no_link_is_dead(demo: Stack, name: str) -> None:
    """Follows every link of the site that this person is shown, without Wagtail's own pages."""
    client = httpx.Client(base_url=demo.address, timeout=30, trust_env=False, follow_redirects=True)
    client.cookies.set("csrftoken", CSRF)
    fields = {"login": f"{name}@example.com", "password": DEMO_PASSWORD, "csrfmiddlewaretoken": CSRF}
    assert client.post("/accounts/login/", data=fields).status_code in {200, 403}
    start = "/me/" if name == "outsider" else "/"
    waiting, seen, dead = [start], set(), []
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        if answer.status_code != 200:
            dead.append((path, answer.status_code))
            continue
        if "text/html" not in answer.headers["content-type"] or path.startswith("/admin/"):
            continue
        page = BeautifulSoup(answer.text, "html.parser")
        for link in page.find_all("a", href=True):
            target = urlsplit(urldefrag(str(answer.url.join(link["href"])))[0])
            if f"{target.scheme}://{target.netloc}" == demo.address:
                waiting.append(target.path + (f"?{target.query}" if target.query else ""))
            anchor = urldefrag(link["href"])[1]
            if link["href"].startswith("#") and anchor and page.find(id=anchor) is None:
                dead.append((path, link["href"]))
    client.close()
    assert dead == []
    assert len(seen) > (1 if name == "outsider" else 20)
