"""Diagrams are clean, say in words what they show, and keep their text inside."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from gates.svg import clean_drawing
from tests.content.given import CODES, CONTENT, course, listed

SVG = "{http://www.w3.org/2000/svg}"
WIDTH = 360
"""Fits a phone of 320 px after scaling by less than an eighth, with text of 15 px still readable."""

CHARACTER = {"d-small": 6.4, "d-text": 8.0, "d-strong": 8.0, "d-on": 8.0}
"""Units that a character takes at most, on average, in the fonts of the site."""

DRAWINGS = sorted(CONTENT.glob("*/images/*.svg"))

each_drawing = pytest.mark.parametrize(
    "path", DRAWINGS, ids=[f"{path.parts[-3]}-{path.stem}" for path in DRAWINGS]
)


@cache
def root(path: Path) -> Element:
    root: Element = fromstring(path.read_text(encoding="utf-8"))
    return root


@each_drawing
def test_it_is_clean_and_as_wide_as_a_phone(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert clean_drawing(text)
    assert re.match(rf"0 0 {WIDTH} \d+$", root(path).get("viewBox", ""))


@each_drawing
def test_its_description_tells_what_it_shows(path: Path) -> None:
    title = (root(path).findtext(f"{SVG}title") or "").strip()
    description = (root(path).findtext(f"{SVG}desc") or "").strip()

    assert 8 <= len(title) <= 120
    assert len(description) >= 60
    assert description != title


@each_drawing
def test_its_text_stands_inside_it(path: Path) -> None:
    width, height = map(int, root(path).get("viewBox", "").split()[2:])

    outside = [
        f"“{text}” from {left:.0f} to {right:.0f}, {bottom:.0f} down"
        for text, left, right, bottom in lines_of(root(path))
        if left < 0 or right > width or not 10 <= bottom <= height - 2
    ]

    assert not outside, listed(outside)


@each_drawing
def test_no_two_lines_of_text_lie_over_each_other(path: Path) -> None:
    lines = list(lines_of(root(path)))

    over = [
        f"“{one[0]}” and “{other[0]}”"
        for place, one in enumerate(lines)
        for other in lines[place + 1 :]
        if abs(one[3] - other[3]) < 10 and min(one[2], other[2]) - max(one[1], other[1]) > 4
    ]

    assert not over, listed(over)


@each_drawing
def test_its_text_has_a_class_that_gives_it_size_and_colour(path: Path) -> None:
    for node in root(path).iter(f"{SVG}text"):
        assert set((node.get("class") or "").split()) & set(CHARACTER), node.text


def lines_of(node: Element, dx: float = 0, dy: float = 0) -> Iterator[tuple[str, float, float, float]]:
    """Each line of text with its left and right end and its base line; moved by `translate` only."""
    if moved := re.search(r"translate\(\s*([-\d.]+)[\s,]*([-\d.]*)\s*\)", node.get("transform", "")):
        dx, dy = dx + float(moved[1]), dy + float(moved[2] or 0)
    if "rotate" in node.get("transform", ""):
        return  # written upwards along an axis: looked at by people
    if node.tag != f"{SVG}text":
        for child in node:
            yield from lines_of(child, dx, dy)
        return
    parts = [(node, node.text or ""), *((span, span.text or "") for span in node.iter(f"{SVG}tspan"))]
    x, y = float(node.get("x", 0)), float(node.get("y", 0))
    for part, written in parts:
        text = " ".join(written.split())
        x, y = float(part.get("x", x)), float(part.get("y", y)) + float(part.get("dy", 0))
        if text:
            names = (part.get("class") or node.get("class") or "").split()
            length = len(text) * max((CHARACTER.get(name, 0) for name in names), default=8.0)
            anchor = part.get("text-anchor") or node.get("text-anchor") or "start"
            left = x + dx - {"start": 0, "middle": length / 2, "end": length}[anchor]
            yield text, left, left + length, y + dy


@pytest.mark.parametrize("code", CODES)
def test_a_course_has_two_diagrams_and_none_that_no_lesson_shows(code: str) -> None:
    there = {f"images/{path.name}" for path in (course(code).folder / "images").iterdir()}

    assert set(course(code).figures) == there
    assert len(there) >= 2
    assert len(course(code).figures) == len(there), "a diagram stands in one lesson only"
