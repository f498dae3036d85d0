"""The same in a real browser: what a parser in Python overlooks, Chromium would run."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from gates.html import sanitise
from gates.markdown import render_inline, render_markdown
from tests.gates.xss_corpus import CORPUS
from tests.soak import ROUNDS

pytestmark = [pytest.mark.browser, pytest.mark.soak]
# Every fourth in the suite, where all of them go through the parsers of Python; all of them under `make soak`.
TEXTS = CORPUS[::4] if ROUNDS == 1 else CORPUS

# Inserted twice: what innerHTML gives back is parsed anew, and that is when mutation XSS happens.
PROBE = """
async (texts) => {
  const found = new Set();
  let current = -1;
  const note = () => { found.add(current); return true; };
  for (const name of ["alert", "msgbox", "confirm", "prompt"]) window[name] = note;
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  for (current = 0; current < texts.length; current++) {
    const first = document.createElement("div");
    document.body.append(first);
    first.innerHTML = texts[current];
    const second = document.createElement("div");
    document.body.append(second);
    second.innerHTML = first.innerHTML;
    for (const element of [...first.querySelectorAll("*"), ...second.querySelectorAll("*")]) {
      for (const attribute of element.attributes) {
        if (/^on|^style$|^srcdoc$/i.test(attribute.name)) found.add(current);
      }
      if (/^(script|style|iframe|object|embed|base|meta|link|svg|form|input|button|textarea|select)$/i.test(element.localName))
        found.add(current);
      for (const name of ["href", "src", "action", "data"]) {
        const value = element.getAttribute(name);
        if (value === null) continue;
        const protocol = new URL(value, "https://here.example/").protocol;
        if (!["http:", "https:", "mailto:", "tel:"].includes(protocol)) found.add(current);
      }
    }
    await wait(texts.length > 400 ? 0 : 5);
    first.remove();
    second.remove();
  }
  await wait(300);
  return [...found].filter((index) => index >= 0 && index < texts.length);
}
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page()
        page.route(
            "**/*", lambda route: route.fulfill(body="<!doctype html><body>", content_type="text/html")
        )
        page.on("dialog", lambda dialog: dialog.dismiss())
        page.goto("https://here.example/")
        yield page
        browser.close()


def running(page: Page, texts: list[str]) -> list[str]:
    """The source texts of those that did or may do something."""
    # JSON, because a lone surrogate cannot be sent as it is.
    readable = json.loads(json.dumps(texts).replace("\\ud", "\\uf"))
    return [texts[index] for index in page.evaluate(PROBE, readable)]


def test_the_probe_fires_on_the_corpus_as_it_comes(page):
    quiet_places = [
        text for text in TEXTS if "http-equiv" not in text.lower() and "<base" not in text.lower()
    ]

    assert len(running(page, quiet_places)) >= 500 * len(TEXTS) // len(CORPUS)


def test_nothing_runs_after_sanitising(page):
    assert running(page, [sanitise(text) for text in TEXTS]) == []


def test_nothing_runs_from_markdown(page):
    assert running(page, [render_markdown(text) for text in TEXTS]) == []
    assert running(page, [render_inline(text) for text in TEXTS]) == []
