"""What is wider than its column: tables and drawings scroll, by keys as well, and a picture opens alone."""

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.template.loader import render_to_string
from django.utils.translation import override

from courses.rendering import lesson_markdown
from tests.house.source import name_of, templates

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 200" role="img"><title>Hours</title>'
    "<desc>Two bars.</desc><text>Hours</text></svg>"
)
PICTURE = {"url": "/media/images/floor.width-1280.png", "width": 1280, "height": 640}


def block(name: str, **value: Any) -> Tag:
    with override("en"):
        return BeautifulSoup(render_to_string(name, {"value": value} | value), "html.parser")


def scrolls_by_keys(html: Tag, name: str) -> None:
    box = html.select_one(".scroll")
    assert box is not None
    assert (box["tabindex"], box["role"], box["aria-label"]) == ("0", "region", name)


@pytest.mark.django_db
def test_a_table_is_a_region_with_the_name_of_its_caption() -> None:
    html = block("courses/blocks/table.html", caption='Hours & "nines"', head=["a"], rows=[["b"]], numbers=[])

    scrolls_by_keys(html, 'Hours & "nines"')
    assert html.select_one(".scroll > table") is not None


@pytest.mark.django_db
def test_so_is_a_table_in_markdown_with_the_name_of_its_first_row() -> None:
    html = BeautifulSoup(
        lesson_markdown("| Nines | Hours |\n|---|---|\n| 99.9 % | 8.8 |", locale_id=None), "html.parser"
    )

    scrolls_by_keys(html, "Table: Nines Hours")
    assert html.select_one(".scroll > table") is not None


@pytest.mark.parametrize(("caption", "name"), [("Hours of a year", "Hours of a year"), ("", "Drawing")])
def test_a_drawing_is_a_region_with_the_name_of_its_caption(caption: str, name: str) -> None:
    html = block("courses/blocks/figure.html", drawing=DRAWING, caption=caption)

    scrolls_by_keys(html, name)
    assert html.select_one(".scroll > svg") is not None


def test_everything_that_scrolls_takes_the_focus_and_has_a_name() -> None:
    boxes = [
        (name_of(path), tag)
        for path in templates()
        for tag in re.findall(r'<\w+\s[^>]*class="[^"]*\bscroll\b[^>]*>', path.read_text())
    ]

    assert len(boxes) >= 3
    for name, tag in boxes:
        assert 'tabindex="0"' in tag and 'role="region"' in tag and "aria-label=" in tag, (name, tag)


def test_a_picture_opens_alone_and_says_that_it_does() -> None:
    html = block(
        "components/figure.html", image=PICTURE, alt="A shop floor", caption="Our shop", credit="© us"
    )

    link = html.select_one("a")
    assert link is not None
    assert link["href"] == PICTURE["url"] == html.select_one("a img")["src"]  # type: ignore[index]  # there is one
    assert html.select_one("a img")["alt"] == "A shop floor"  # type: ignore[index]  # as above
    assert " ".join(link.get_text().split()) == "(the picture alone, to enlarge it)"


def test_a_picture_that_only_decorates_leads_nowhere() -> None:
    html = block("components/figure.html", image=PICTURE, alt="", caption="", credit="")

    assert html.select_one("a") is None
    assert html.select_one("img")["alt"] == ""  # type: ignore[index]  # there is one
