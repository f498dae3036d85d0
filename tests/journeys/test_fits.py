"""Pages stay whole: long words, wide spacing, right to left, forced colours, a large screen, a small one."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.journeys import servers
from tests.journeys.learner import arrived, sign_in, visit
from tools.stack import Stack

demo = servers.demo
pytestmark = [pytest.mark.browser, pytest.mark.server]
SLA = "/courses/always-on/sla-slo/"
DRAWN = "/courses/always-on/what-99-9-really-buys/"
PAGES = [
    "/", "/courses/", "/courses/always-on/", SLA, DRAWN, f"{SLA}problem/", "/courses/always-on/session-plan/",
    "/courses/always-on/quiz/", "/glossary/", "/glossary/?q=latncy", "/glossary/availability/", "/search/?q=incident",
    "/me/", "/accounts/password/change/", "/nothing/here/",
]  # fmt: skip
LONG = ["Datenschutzgrundverordnung", "Rindfleischetikettierungsueberwachung"]
# Before every text of the page but code, drawings, and a word that is set to fit by its length.
PUT_IN = """(word) => {
  for (const element of document.body.querySelectorAll("*")) {
    if (element.closest("svg, pre, code, select, script, .vh, .headword")) continue;
    for (const node of element.childNodes)
      if (node.nodeType === Node.TEXT_NODE && node.data.trim().length > 1) node.data = `${word} ${node.data}`;
  }
  return document.documentElement.scrollWidth;
}"""
# WCAG 2.2, 1.4.12: what a reader may set.
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-block-end: 2em !important; }"""
# Pairs of texts that lie over each other, and boxes that cut their text off.
TROUBLE = """() => {
  const skipped = "svg, .vh, .skip, .scroll, thead, details:not([open]) > :not(summary)";
  const all = [...document.body.querySelectorAll("*")].filter((one) => one.checkVisibility() && !one.closest(skipped));
  const cut = all.filter((one) => !["INPUT", "SELECT", "TEXTAREA", "PROGRESS"].includes(one.tagName)
    && getComputedStyle(one).overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1);
  const texts = [];
  for (const one of all) for (const node of one.childNodes) {
    if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) if (box.width > 2) texts.push([box, one]);
  }
  const over = [];
  texts.forEach(([a, one], index) => {
    for (const [b, other] of texts.slice(index + 1)) {
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 3 && high > 8 && !one.contains(other) && !other.contains(one))
        over.push(`${one.textContent.trim().slice(0, 30)} | ${other.textContent.trim().slice(0, 30)}`);
    }
  });
  return [...cut.map((one) => `${one.tagName}.${one.className}`), ...over];
}"""
FONT_SIZES = """() => [...document.querySelectorAll(".diagram text")].map((text) => {
  const scale = text.ownerSVGElement.getBoundingClientRect().width / text.ownerSVGElement.viewBox.baseVal.width;
  return parseFloat(getComputedStyle(text).fontSize) * scale;
})"""


def opened(demo: Stack, browser: Browser, width: int, person: int, **options: Any) -> Page:
    _context, page = visit(browser, demo, viewport={"width": width, "height": 740}, **options)
    sign_in(page, servers.employee(person))
    return page


def test_words_of_any_length_fit_on_the_narrowest_phone(demo: Stack, browser: Browser) -> None:
    page = opened(demo, browser, 320, 31)
    wide = {}
    for path in PAGES:
        for word in LONG:
            page.goto(path)
            wide[path, len(word)] = page.evaluate(PUT_IN, word)
    page.goto("/courses/always-on/quiz/")
    page.get_by_role("button", name="Start").first.click()
    arrived(page, "#question")
    wide["question", len(LONG[1])] = page.evaluate(PUT_IN, LONG[1])

    assert {name: width for name, width in wide.items() if width > 320} == {}


def test_text_may_be_spaced_as_wide_as_the_standard_asks(demo: Stack, browser: Browser) -> None:
    page = opened(demo, browser, 320, 32, bypass_csp=True)
    trouble = {}
    for path in PAGES:
        page.goto(path)
        page.add_style_tag(content=SPACED)
        trouble[path] = page.evaluate(TROUBLE)
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            trouble[path].append("too wide")

    assert {path: faults for path, faults in trouble.items() if faults} == {}


@pytest.mark.parametrize("width", [320, 360])
def test_text_in_a_drawing_is_large_enough_on_a_phone(demo: Stack, browser: Browser, width: int) -> None:
    page = opened(demo, browser, width, 33)
    page.goto(DRAWN)

    assert min(page.evaluate(FONT_SIZES)) >= 12


def test_notes_stand_in_the_margin_where_there_is_room(demo: Stack, browser: Browser) -> None:
    page = opened(demo, browser, 1280, 34)
    page.goto(SLA)
    note, text = page.locator(".margin-note").first, page.locator(".prose")

    assert note.bounding_box()["x"] >= text.bounding_box()["x"] + text.bounding_box()["width"]
    paragraph = page.locator(".margin-note + p").first
    assert abs(note.bounding_box()["y"] - paragraph.bounding_box()["y"]) < 20
    assert page.evaluate("document.documentElement.scrollWidth") == 1280

    page.set_viewport_size({"width": 1000, "height": 740})
    assert not note.is_visible()


def test_a_large_screen_has_the_lesson_in_its_middle(demo: Stack, browser: Browser) -> None:
    page = opened(demo, browser, 1920, 35)
    page.goto(SLA)
    text = page.locator(".prose").bounding_box()
    wide = page.locator("main.page").bounding_box()["width"]

    assert abs(text["x"] + text["width"] / 2 - page.evaluate("document.documentElement.clientWidth") / 2) < 2
    assert page.locator(".rail").bounding_box()["x"] < text["x"]
    assert wide > 1500


def test_from_right_to_left_drawings_stay_and_words_begin_at_the_right(demo: Stack, browser: Browser) -> None:
    page = opened(demo, browser, 360, 36)
    page.goto(DRAWN)
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.locator(".diagram svg").first.evaluate("(svg) => getComputedStyle(svg).direction") == "ltr"

    page.goto("/glossary/availability/")
    page.evaluate("document.documentElement.dir = 'rtl'")
    ends = page.locator(".headword span").last.evaluate("(span) => span.getBoundingClientRect().right")
    assert ends > 300


def stitches(page: Page) -> Image.Image:
    """The progress of lesson 1 of 5, as it is drawn."""
    page.goto(DRAWN)
    return Image.open(BytesIO(page.locator(".stitches").first.screenshot())).convert("L")


def shades(picture: Image.Image, left: float, right: float, rows: slice = slice(None)) -> set[int]:
    """Shades of grey between two parts of the width."""
    columns = range(round(picture.width * left), round(picture.width * right))
    return {picture.getpixel((x, y)) for x in columns for y in range(picture.height)[rows]}


def test_forced_colours_show_what_is_still_empty(demo: Stack, browser: Browser) -> None:
    page = opened(demo, browser, 1280, 37, forced_colors="active")

    assert len(shades(stitches(page), 0.84, 0.94)) > 1  # the last stitch is drawn: a line on the ground


def test_a_stitch_ends_before_the_next_one(demo: Stack, browser: Browser) -> None:
    page = opened(demo, browser, 1280, 37)
    picture = stitches(page)

    assert max(shades(picture, 0.01, 0.15, slice(2, 6))) < 80  # done
    assert min(shades(picture, 0.192, 0.39, slice(1, 2))) > 200  # an empty one is a line in the middle


def test_a_list_and_a_column_look_as_written(demo: Stack, browser: Browser) -> None:
    page = opened(demo, browser, 1280, 38)
    page.goto(SLA)
    page.locator(".prose").evaluate(
        """(prose) => prose.insertAdjacentHTML("beforeend", `<div class="callout" id="try"><ul><li>one</li></ul>
          <table><tbody><tr><td class="align-right">1</td></tr></tbody></table></div>`)"""
    )

    assert page.locator("#try ul").evaluate("(list) => getComputedStyle(list).listStyleType") == '"– "'
    assert page.locator("#try li").evaluate("(item) => item.offsetLeft > item.closest('div').offsetLeft + 20")
    assert page.locator("#try td").evaluate("(cell) => getComputedStyle(cell).textAlign") == "end"


def test_crumbs_do_not_touch_the_heading(demo: Stack, browser: Browser) -> None:
    page = opened(demo, browser, 320, 39)
    page.goto(f"{SLA}problem/")
    crumbs, heading = page.locator(".crumbs").bounding_box(), page.locator("h1").bounding_box()

    assert heading["y"] - (crumbs["y"] + crumbs["height"]) >= 8
