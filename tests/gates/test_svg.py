"""A diagram stands inside the page: what could act, link or restyle is refused with a sentence."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gates.svg import CLASSES, DRAWING_LIMIT, DrawingRefused, clean_drawing
from tests.gates.xss_corpus import CORPUS, new_dangers


def drawing(inside: str = "", **root: str) -> str:
    attributes = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 360 200"} | root
    written = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    return f"<svg {written}><title>A line</title><desc>It rises.</desc>{inside}</svg>"


def test_a_diagram_keeps_its_shapes_text_and_classes() -> None:
    html = clean_drawing(
        drawing(
            '<g transform="translate(10, 4)"><rect class="d-box" x="0" y="0" width="90" height="40" rx="4"/>'
            '<text class="d-text" x="45" y="25" text-anchor="middle">Shop &amp; <tspan>till</tspan> now</text>'
            '<path class="d-line" d="M0 0 L 10 10 Z"/></g>'
        )
    )

    assert html.startswith(
        '<svg width="360" viewBox="0 0 360 200" role="img" aria-label="A line"><desc>It rises.</desc>'
    )
    assert "Shop &amp; <tspan>till</tspan> now</text>" in html
    assert '<path class="d-line" d="M0 0 L 10 10 Z"></path>' in html
    assert "<title>" not in html


def test_where_no_text_stands_none_is_written() -> None:
    label = '<text class="d-text" x="45" y="25"><tspan>till</tspan></text>'
    assert f"<g>{label}</g></svg>" in clean_drawing(drawing(f"<g>{label}</g>"))


@pytest.mark.parametrize(
    ("inside", "says"),
    [
        ("<script>alert(1)</script>", "<script> is not a part"),
        ("<foreignObject><b>x</b></foreignObject>", "<foreignObject> is not a part"),
        ('<use href="#x"/>', "<use> is not a part"),
        ('<image href="https://example.com/a.png"/>', "<image> is not a part"),
        ("<style>text{display:none}</style>", "<style> is not a part"),
        ('<a href="javascript:alert(1)"><text>x</text></a>', "<a> is not a part"),
        ('<rect onclick="alert(1)"/>', "attribute onclick"),
        ('<rect style="fill:red"/>', "attribute style"),
        ('<rect fill="url(#x)"/>', "attribute fill"),
        ('<rect id="x"/>', "attribute id"),
        ('<rect class="masthead"/>', "no class masthead"),
        ('<rect x="expression(1)"/>', "value of x"),
        ('<path d="M0 0 url(#x)"/>', "value of d"),
        ('<g transform="matrix(1 0 0 1 0 0)"/>', "value of transform"),
        ('<text xmlns="http://www.w3.org/1999/xhtml">x</text>', "is not a part"),
        ("<g>" * 20 + "</g>" * 20, "12 deep"),
        ("<g/>" * 700, "more than 600 parts"),
        ("<g>", "not well-formed"),
        ("&unknown;", "not well-formed"),
    ],
)
def test_what_a_diagram_may_not_hold_is_refused_with_its_name(inside: str, says: str) -> None:
    with pytest.raises(DrawingRefused, match=says.replace("<", "<")):
        clean_drawing(drawing(inside))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + drawing("&a;"), "document type"),
        (drawing(onload="alert(1)"), "attribute onload"),
        (drawing(viewBox="0 0 100% 5"), "viewBox"),
        ("<svg/>", "first element"),
        ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>x</title></svg>', "<desc>"),
        ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><desc>x</desc></svg>', "<title>"),
        ("x" * (DRAWING_LIMIT + 1), "longer than"),
        ("", "not well-formed"),
    ],
)
def test_a_file_that_is_no_diagram_is_refused(text: str, says: str) -> None:
    with pytest.raises(DrawingRefused, match=says):
        clean_drawing(text)


def test_hostile_text_in_a_label_stays_text() -> None:
    harmless = clean_drawing(drawing("<text>Shop</text>"))
    dangerous = {}
    for text in CORPUS:
        holder = ElementTree.Element("text")
        holder.text = "".join(letter for letter in text if letter.isprintable())
        html = clean_drawing(drawing(ElementTree.tostring(holder, encoding="unicode")))
        if dangers := new_dangers(f"<div>{html}</div>", f"<div>{harmless}</div>"):
            dangerous[text] = dangers

    assert dangerous == {}


@given(
    st.lists(st.sampled_from(sorted(CLASSES)), max_size=3), st.text(alphabet="MLZ 0123456789.-,", max_size=60)
)
def test_cleaning_a_clean_diagram_changes_nothing(classes: list[str], path: str) -> None:
    once = clean_drawing(drawing(f'<path class="{" ".join(classes)}" d="{path}"/>'))
    again = (
        once.replace(' width="360"', "")
        .replace("<desc>", "<title>A line</title><desc>")
        .replace(' role="img" aria-label="A line"', ' xmlns="http://www.w3.org/2000/svg"')
    )

    assert clean_drawing(again) == once
