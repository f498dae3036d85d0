"""Drawings of other programs in: SVG of any style, cleaned, to be shown as a picture (`<img>`).

A browser that shows an SVG as a picture runs no script in it and fetches nothing for it. The file is cleaned all
the same, since it has an address of its own: only elements and attributes of the lists below are written again,
references lead to parts of the same file, and style sheets lose whatever could fetch. What a diagram of ours may
hold, which stands inside the page, is another matter (`gates.svg`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from gates.svg import DrawingRefused

PICTURE_TEXT_LIMIT: Final = 2_000_000
"""Longest drawing, in characters."""
_PART_LIMIT: Final = 30_000
_DEPTH_LIMIT: Final = 60
_COPIES_LIMIT: Final = 20_000
_SIDE_LIMIT: Final = 10_000  # pixels
_SVG: Final = "{http://www.w3.org/2000/svg}"
_XLINK: Final = "{http://www.w3.org/1999/xlink}"
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
# not for people: elements of SVG
_SHAPES: Final = frozenset("path rect circle ellipse line polyline polygon text image use".split())
_ELEMENTS: Final = _SHAPES | frozenset(
    "svg g defs symbol switch tspan textPath title desc style linearGradient radialGradient stop clipPath mask"
    " pattern marker filter feBlend feColorMatrix feComponentTransfer feComposite feDropShadow feFlood feFuncA"
    " feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset feTile".split()
)
_TEXTS: Final = frozenset({"text", "tspan", "textPath", "title", "desc"})
_ATTRIBUTES: Final = frozenset(
    "id class style d x y x1 y1 x2 y2 cx cy r rx ry fx fy fr dx dy width height points transform viewBox"
    " preserveAspectRatio pathLength rotate textLength lengthAdjust startOffset method spacing offset"
    " gradientUnits gradientTransform spreadMethod clipPathUnits maskUnits maskContentUnits patternUnits"
    " patternContentUnits patternTransform markerWidth markerHeight markerUnits refX refY orient filterUnits"
    " primitiveUnits in in2 result mode type values operator k1 k2 k3 k4 stdDeviation edgeMode radius"
    " tableValues slope intercept amplitude exponent flood-color flood-opacity fill fill-opacity fill-rule"
    " stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray"
    " stroke-dashoffset opacity color display visibility overflow clip-path clip-rule mask filter marker-start"
    " marker-mid marker-end stop-color stop-opacity font-family font-size font-style font-variant font-weight"
    " font-stretch text-anchor text-decoration letter-spacing word-spacing dominant-baseline"
    " alignment-baseline baseline-shift writing-mode direction paint-order vector-effect shape-rendering"
    " text-rendering image-rendering color-interpolation color-interpolation-filters".split()
)
_ENDINGS: Final = {"px": 1.0, "": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
_LENGTH: Final = re.compile(r"\s*\+?(\d{1,6}(?:\.\d{1,12})?)\s*(px|pt|pc|in|cm|mm|)\s*")
_NUMBER: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,2})?")
_RASTER: Final = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]+")
_OWN: Final = re.compile(r"#[^\s\"'()<>\\]{1,200}")
_URL: Final = re.compile(r"url\(\s*(['\"]?)(.*?)\1\s*\)", re.IGNORECASE | re.DOTALL)
_RULE_AT: Final = re.compile(r"@(?:import|charset|namespace)[^;]*;?|@font-face\s*\{[^}]*\}?", re.IGNORECASE)
_FETCHES: Final = re.compile(
    r"\\|@import|javascript:|expression\s*\(|image-set|src\s*\(|-moz-binding", re.IGNORECASE
)


@dataclass(frozen=True)
class DrawnPicture:
    """A cleaned drawing: the bytes of its file, its size in CSS pixels, and what it says it shows."""

    data: bytes
    width: int
    height: int
    title: str


def clean_picture(text: str) -> DrawnPicture:
    """The drawing without anything that acts or fetches. Cleaned again it is the same.

    What looks are made of stays: styles, gradients, filters, pictures inside. Text that a program wrote as HTML
    (`foreignObject`) becomes text of the drawing.

    Raises: DrawingRefused, where the text is no SVG, is too large, has no size, or nothing would be left to see.
    """
    if len(text) > PICTURE_TEXT_LIMIT:
        raise DrawingRefused(
            _("The drawing is longer than %(limit)s characters. Simplify it.")
            % {"limit": f"{PICTURE_TEXT_LIMIT:,}"}
        )
    try:
        root = fromstring(text.strip())  # a document type is read over, entities are refused
    except DefusedXmlException as problem:
        raise DrawingRefused(_("The drawing declares entities. Save it as plain SVG.")) from problem
    except (ParseError, ValueError, LookupError) as problem:
        raise DrawingRefused(
            _("The drawing is not well-formed SVG: %(problem)s.") % {"problem": problem}
        ) from problem
    if root.tag != f"{_SVG}svg":
        raise DrawingRefused(_("The file is not an SVG drawing: its first element is not <svg>."))
    _refuse_large(root)
    width, height, box = _size(root)
    inside = "".join(_inside(root, 1))
    if not re.search(rf"<(?:{'|'.join(_SHAPES)})\b", inside):
        raise DrawingRefused(_("Nothing of the drawing can be shown. Save it as PNG."))
    kept = "".join(
        f' {name}="{value}"'
        for name, value in _attributes(root)
        if name not in {"width", "height", "viewBox", "x", "y"}
    )
    markup = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' width="{width}" height="{height}" viewBox="{box}"{kept}>{inside}</svg>\n'
    )
    title = " ".join((root.findtext(f"{_SVG}title") or root.findtext(f"{_SVG}desc") or "").split())
    return DrawnPicture(markup.encode(), width, height, title)


def _refuse_large(root: Element) -> None:
    """Too many parts, or a few that copy each other until they are too many. Linear."""
    if sum(1 for _part in root.iter()) > _PART_LIMIT:
        raise DrawingRefused(
            _("The drawing has more than %(limit)s parts. Simplify it.") % {"limit": f"{_PART_LIMIT:,}"}
        )
    named = {part.get("id", ""): part for part in root.iter() if part.get("id")}
    sizes: dict[int, int] = {}

    def drawn(part: Element, depth: int) -> int:
        known = sizes.get(id(part))
        if known is not None:
            return known
        if depth > _DEPTH_LIMIT:
            raise DrawingRefused(
                _("The drawing is nested more than %(limit)s deep. Simplify it.") % {"limit": _DEPTH_LIMIT}
            )
        sizes[id(part)] = _COPIES_LIMIT + 1  # what copies itself never ends
        size = 1 + sum(drawn(child, depth + 1) for child in part)
        if part.tag == f"{_SVG}use":
            copied = named.get(_reference(part)[1:])
            size += drawn(copied, depth + 1) if copied is not None else 0
        sizes[id(part)] = size
        return size

    copies = [part for part in root.iter() if part.tag == f"{_SVG}use"]
    drawn(root, 0)
    if copies and sum(drawn(part, 0) for part in copies) > _COPIES_LIMIT:
        raise DrawingRefused(_("The drawing copies its parts too often. Simplify it."))


def _size(root: Element) -> tuple[int, int, str]:
    """Width and height in pixels, and the view box; each is found from the other where only one is there."""
    numbers = [float(number) for number in _NUMBER.findall(root.get("viewBox", ""))][:4]
    box = numbers if len(numbers) == 4 and numbers[2] > 0 and numbers[3] > 0 else []
    sides = [_pixels(root.get(name, "")) for name in ("width", "height")]
    if not box:
        if not all(sides):
            raise DrawingRefused(
                _("The drawing says neither its size nor its viewBox. Save it anew, with one.")
            )
        box = [0.0, 0.0, *sides]
    if not all(sides):
        sides = box[2:]
    shrunk = min(1.0, *(_SIDE_LIMIT / side for side in sides))
    width, height = (max(1, round(side * shrunk)) for side in sides)
    return width, height, " ".join(f"{number:g}" if abs(number) < 1e5 else f"{number:.2f}" for number in box)


def _pixels(length: str) -> float:
    match = _LENGTH.fullmatch(length)
    return float(match[1]) * _ENDINGS[match[2]] if match else 0.0


def _inside(node: Element, depth: int) -> Iterator[str]:
    name = _name(node)
    keeps_text = name in _TEXTS
    if keeps_text:
        yield escape(node.text or "", quote=False)
    for child in node:
        yield from _written(child, depth, in_switch=name == "switch")
        if keeps_text:
            yield escape(child.tail or "", quote=False)


def _written(node: Element, depth: int, *, in_switch: bool) -> Iterator[str]:
    name = _name(node)
    if name == "foreignObject":
        if not in_switch:  # in a switch the program itself wrote what to draw instead
            yield _as_text(node)
        return
    if name == "a":  # a link in a picture leads nowhere
        name = "g"
    if name not in _ELEMENTS:
        return
    if name == "style":
        css = _css(node.text or "")
        yield f"<style>{escape(css, quote=False)}</style>" if css.strip() else ""
        return
    attributes = list(_attributes(node))
    if name == "image" and not any(key.endswith("href") for key, _value in attributes):
        return
    if name == "switch":  # the first child that was kept is shown, whatever the others ask for
        name = "g"
        for child in node:
            if shown := "".join(_written(child, depth + 1, in_switch=True)):
                yield f"<g{_spelled(attributes)}>{shown}</g>"
                return
        return
    yield f"<{name}{_spelled(attributes)}>"
    yield from _inside(node, depth + 1)
    yield f"</{name}>"


def _spelled(attributes: list[tuple[str, str]]) -> str:
    return "".join(f' {name}="{value}"' for name, value in attributes)


def _name(node: Element) -> str:
    """The name of an element of SVG; empty for what is none."""
    return node.tag.removeprefix(_SVG) if isinstance(node.tag, str) and node.tag.startswith(_SVG) else ""


def _reference(node: Element) -> str:
    return (node.get(f"{_XLINK}href") or node.get("href") or "").strip()


def _attributes(node: Element) -> Iterator[tuple[str, str]]:
    """The attributes of an element that are kept, escaped, in their order."""
    target = _reference(node)
    if _OWN.fullmatch(target) or (_name(node) == "image" and _RASTER.fullmatch(target)):
        yield "xlink:href", escape(target)
    for name, value in node.attrib.items():
        if name == f"{_XML}space":
            yield "xml:space", escape(value)
        elif name in _ATTRIBUTES and (kept := _css(value) if name == "style" else _value(value)):
            yield name, escape(kept)


def _value(value: str) -> str:
    """The value of an attribute; `url(…)` leads to a part of the drawing or to nothing."""
    return _URL.sub(_own_url, value) if "url" in value.lower() else value


def _own_url(match: re.Match[str]) -> str:
    target = match[2].strip()
    return f"url({target})" if _OWN.fullmatch(target) else "none"


def _css(css: str) -> str:
    """A style sheet that fetches nothing; empty where it might by some spelling."""
    css = re.sub(r"/\*.*?(?:\*/|$)", "", css, flags=re.DOTALL)
    css = _URL.sub(_own_url, _RULE_AT.sub("", css))
    return "" if _FETCHES.search(css) else css


def _as_text(node: Element) -> str:
    """The words of HTML in a drawing as a line of text where the HTML stood."""
    words = " ".join(" ".join(node.itertext()).split())
    if not words:
        return ""
    left, top, width, height = (_pixels(node.get(name, "")) for name in ("x", "y", "width", "height"))
    at = f'x="{left + width / 2:g}" y="{top + height / 2:g}"'
    # not for people: attributes of SVG
    middle = 'text-anchor="middle" dominant-baseline="middle" font-family="sans-serif" font-size="12"'
    return f"<text {at} {middle}>{escape(words, quote=False)}</text>"
