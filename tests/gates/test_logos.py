"""What may stand beside the name on every page."""

import base64

import pytest

from gates.logos import LOGO_LIMIT, LogoRefused, clean_logo

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 8 4"{0}>{1}</svg>'


def drawn(inside: str = "", root: str = "") -> bytes:
    return SVG.format(root, inside).encode()


def test_a_png_is_taken_as_it_is() -> None:
    logo = clean_logo(PIXEL, "/etc/brand/Logo.PNG")

    assert (logo.data, logo.content_type, logo.suffix) == (PIXEL, "image/png", ".png")


def test_a_drawing_keeps_its_shapes_gradients_and_styles() -> None:
    logo = clean_logo(
        drawn(
            "<style>.a { fill: #0a7; }</style>"
            '<defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient></defs>'
            '<path class="a" d="M0 0h8v4z" fill="url(#g)"/><text style="font-size: 2px">K&amp;L</text>'
            '<use xlink:href="#g"/>'
        ),
        "logo.svg",
    )

    text = logo.data.decode()
    assert logo.content_type == "image/svg+xml"
    for kept in ('viewBox="0 0 8 4"', ".a { fill: #0a7; }", "url(#g)", "stop-color", "K&amp;L", '"#g"'):
        assert kept in text


def test_notes_of_a_drawing_program_are_dropped() -> None:
    logo = clean_logo(
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:ink="http://inkscape.example/ns" viewBox="0 0 8 4" '
        b'ink:export="pictures/ada/secret.png"><!-- by Ada --><metadata>Ada</metadata><ink:view a="1"/>'
        b'<path d="M0 0" ink:label="Ada"/></svg>',
        "logo.svg",
    )

    for gone in (b"ada", b"Ada", b"ink:", b"metadata"):
        assert gone not in logo.data
    assert b"path" in logo.data


@pytest.mark.parametrize(
    ("inside", "root", "reason"),
    [
        ("<script>alert(1)</script>", "", "<script> is not a part"),
        ("<foreignObject/>", "", "<foreignObject> is not a part"),
        ('<image href="#x"/>', "", "<image> is not a part"),
        ('<a href="#x"/>', "", "<a> is not a part"),
        ('<animate attributeName="href"/>', "", "<animate> is not a part"),
        ("", ' onload="alert(1)"', "holds a script"),
        ('<g onclick="alert(1)"/>', "", "holds a script"),
        ('<use xlink:href="https://evil.example/x.svg#a"/>', "", "outside itself"),
        ('<use href="data:image/svg+xml,x"/>', "", "outside itself"),
        ('<path fill="url(https://evil.example/x)"/>', "", "outside itself"),
        ('<path style="fill: URL( //evil.example)"/>', "", "outside itself"),
        ("<style>@import 'x.css';</style>", "", "holds a script"),
        ("<style>a { background: \\75rl(x) }</style>", "", "holds a script"),
        ("<style>a { background: url('//evil.example') }</style>", "", "outside itself"),
        ("<g>" * 31 + "</g>" * 31, "", "nested more than 30"),
        ("<g/>" * 2001, "", "more than 2000 parts"),
    ],
)
def test_what_runs_fetches_or_is_too_much_is_refused(inside: str, root: str, reason: str) -> None:
    with pytest.raises(LogoRefused, match=reason):
        clean_logo(drawn(inside, root), "logo.svg")


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (PIXEL, "logo.gif", "a PNG or an SVG"),
        (PIXEL, "logo", "a PNG or an SVG"),
        (PIXEL[:20], "logo.png", "."),
        (b"GIF89a", "logo.png", "not the kind of picture"),
        (b"x" * (LOGO_LIMIT + 1), "logo.png", "larger than 200 KB"),
        (b"<html/>", "logo.svg", "first element is not <svg>"),
        (b"<svg", "logo.svg", "not well-formed"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "logo.svg", "neither a viewBox"),
        (
            b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
            "l.svg",
            "document type",
        ),
        (b"\xff\xfe\x00", "logo.svg", "not well-formed"),
    ],
)
def test_what_is_no_logo_is_refused_with_a_sentence(data: bytes, name: str, reason: str) -> None:
    with pytest.raises(LogoRefused, match=reason):
        clean_logo(data, name)
