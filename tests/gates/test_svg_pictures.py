"""SVG of other programs: shown as a picture, without anything that acts or fetches."""

import pytest

from gates.svg import DrawingRefused
from gates.svg_pictures import clean_picture

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
RECT = '<rect width="4" height="3"/>'


def cleaned(inside: str, size: str = 'width="100mm" height="50mm"') -> str:
    return clean_picture(f"{HEAD} {size}>{inside}</svg>").data.decode()


def test_a_drawing_of_inkscape_keeps_its_looks_and_gets_its_size() -> None:
    picture = clean_picture(
        '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">'
        f'{HEAD} xmlns:inkscape="http://www.inkscape.org/x" width="100mm" height="50mm" style="fill:none">'
        "<title>A shop</title><metadata><x/></metadata><inkscape:grid/>"
        '<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs>'
        f'<g inkscape:label="Layer" style="fill:url(#g)" transform="translate(3 4)">{RECT}</g></svg>'
    )
    text = picture.data.decode()

    assert (picture.width, picture.height, picture.title) == (378, 189, "A shop")
    assert 'viewBox="0 0 377.953 188.976"' in text
    assert '<g style="fill:url(#g)" transform="translate(3 4)"><rect' in text
    assert "inkscape" not in text
    assert "metadata" not in text


def test_the_text_that_draw_io_draws_instead_of_html_is_kept_and_its_warning_is_not() -> None:
    text = cleaned(
        '<switch><foreignObject><p xmlns="http://www.w3.org/1999/xhtml">Shop</p></foreignObject>'
        '<text x="3" y="4">Shop</text></switch>'
        '<switch><g requiredFeatures="x"/><a><text>Text is not SVG</text></a></switch>'
    )
    assert "Shop" in text
    assert "not SVG" not in text


def test_html_in_a_drawing_becomes_text_of_it() -> None:
    inside = '<foreignObject x="0" y="0" width="40" height="20"><p xmlns="http://www.w3.org/1999/xhtml">A <b>till</b></p></foreignObject>'
    assert ">A till</text>" in cleaned(inside)


@pytest.mark.parametrize(
    "danger",
    [
        "<script>x()</script>",
        '<rect onclick="x()" width="1"/>',
        '<a xlink:href="javascript:x()"><rect width="1"/></a>',
        '<image xlink:href="http://evil.example/x.png"/>',
        '<image href="data:image/svg+xml;base64,AAAA"/>',
        '<use xlink:href="http://evil.example/x.svg#a"/>',
        "<style>@import url(http://evil.example/x.css);</style>",
        "<style>rect{fill:url(http://evil.example/#a)}</style>",
        r"<style>rect{fill:\75rl(http://evil.example)}</style>",
        '<rect style="fill:url(&quot;http://evil.example/#a&quot;)" width="1"/>',
        '<rect fill="url(http://evil.example/#a)" width="1"/>',
        '<rect width="1"><animate attributeName="href" to="javascript:x()"/></rect>',
        '<set attributeName="onload" to="x()"/>',
        '<iframe xmlns="http://www.w3.org/1999/xhtml" src="http://evil.example"/>',
        '<handler xmlns="http://www.w3.org/2001/xml-events">x()</handler>',
    ],
)
def test_nothing_acts_and_nothing_fetches(danger: str) -> None:
    text = cleaned(RECT + danger)

    assert RECT.removesuffix("/>") in text
    assert not any(word in text for word in ("evil", "x()", "javascript", "svg+xml", "75rl", "onclick"))
    assert clean_picture(text).data.decode() == text  # and so it stays


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<svg", "not well-formed"),
        ("<html/>", "not an SVG"),
        (f"{HEAD}>{RECT}</svg>", "neither its size nor its viewBox"),
        (f'{HEAD} viewBox="0 0 4 4"><script/></svg>', "Nothing of the drawing"),
        (f'<!DOCTYPE svg [<!ENTITY a "b">]>{HEAD} viewBox="0 0 4 4">{RECT}</svg>', "entities"),
        (f'{HEAD} viewBox="0 0 4 4">{"<g>" * 70}{RECT}{"</g>" * 70}</svg>', "nested"),
        (f'{HEAD} viewBox="0 0 4 4">{RECT * 30_001}</svg>', "more than 30,000 parts"),
        ("x" * 2_000_001, "longer than"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_a_sentence(text: str, says: str) -> None:
    with pytest.raises(DrawingRefused, match=says):
        clean_picture(text)


def test_a_few_parts_that_copy_each_other_without_end_are_refused() -> None:
    copies = [f'<use xlink:href="#g{number}"/>' * 10 for number in range(8)]
    levels = "".join(f'<g id="g{number}">{inside}</g>' for number, inside in enumerate(copies, start=1))
    with pytest.raises(DrawingRefused, match="too often"):
        cleaned(f'<rect id="g0" width="1"/>{levels}')
    with pytest.raises(DrawingRefused, match="too often"):
        cleaned('<g id="a"><use xlink:href="#a"/></g><rect width="1"/>')
