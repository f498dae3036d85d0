"""A company's logo in: one PNG or SVG file, small enough for the head of every page and harmless on its own address.

It is shown as a picture (`<img>`), where a browser runs nothing of it. Its address can be opened by itself, though,
so an SVG is read part by part: shapes, text, gradients and plain styles stay, what drawing programs note for
themselves is dropped, and what runs or fetches is refused with a sentence.
"""

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final
from xml.etree.ElementTree import Element, ParseError, register_namespace, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from gates.pictures import PictureRefused, picture_size

LOGO_LIMIT: Final = 200_000
"""Largest logo, in bytes: it is fetched with the first page that somebody opens."""
PIXELS: Final = 2_000
"""Most pixels of a PNG, across and down: it is shown 32 CSS pixels high."""
ELEMENT_LIMIT: Final = 2_000
DEPTH_LIMIT: Final = 30

_SVG: Final = "{http://www.w3.org/2000/svg}"
_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_PARTS: Final = frozenset(
    "svg g path rect circle ellipse line polyline polygon text tspan title desc defs symbol use clipPath mask "
    "linearGradient radialGradient stop style".split()
)
# A place in the same drawing is the only address that a style or a link may hold.
_ADDRESS: Final = re.compile(r"url\(\s*(?!['\"]?#)", re.IGNORECASE)
_ACTIVE: Final = re.compile(r"@import|\\|javascript:|expression\s*\(|</", re.IGNORECASE)


class LogoRefused(ValueError):
    """The file is not taken as a logo; the text is a sentence for whoever set it."""


@dataclass(frozen=True)
class Logo:
    """Bytes that may be served, and what they are."""

    data: bytes
    content_type: str
    suffix: str


def clean_logo(data: bytes, name: str) -> Logo:
    """The logo as it may be served. `name` says by its ending what the file is.

    Raises: LogoRefused
    """
    suffix = PurePath(name).suffix.lower()
    if suffix not in {".png", ".svg"}:
        raise LogoRefused(_("A logo is a PNG or an SVG file."))
    if len(data) > LOGO_LIMIT:
        raise LogoRefused(_("It is larger than %(limit)s KB.") % {"limit": LOGO_LIMIT // 1000})
    if suffix == ".svg":
        return Logo(_clean_svg(data), "image/svg+xml", suffix)
    try:
        width, height = picture_size(data, name)
    except PictureRefused as problem:
        raise LogoRefused(str(problem)) from problem
    if max(width, height) > PIXELS:
        raise LogoRefused(_("It has more than %(limit)s pixels across or down.") % {"limit": PIXELS})
    return Logo(data, "image/png", suffix)


def _clean_svg(data: bytes) -> bytes:
    try:
        root = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as problem:
        raise LogoRefused(_("It has a document type or entities. Save it as plain SVG.")) from problem
    except (ParseError, ValueError, LookupError) as problem:
        raise LogoRefused(_("It is not well-formed SVG.")) from problem
    if root.tag != f"{_SVG}svg":
        raise LogoRefused(_("It is not an SVG drawing: its first element is not <svg>."))
    if not root.get("viewBox") and not (root.get("width") and root.get("height")):
        raise LogoRefused(_("It has neither a viewBox nor a width and a height."))
    if sum(1 for _part in root.iter()) > ELEMENT_LIMIT:
        raise LogoRefused(_("It has more than %(limit)s parts. Simplify it.") % {"limit": ELEMENT_LIMIT})
    _clean(root, 0)
    register_namespace("", _SVG.strip("{}"))
    return bytes(tostring(root, encoding="utf-8"))


def _clean(node: Element, depth: int) -> None:
    if depth > DEPTH_LIMIT:
        raise LogoRefused(_("It is nested more than %(limit)s deep. Simplify it.") % {"limit": DEPTH_LIMIT})
    for name, value in list(node.attrib.items()):
        if name.startswith("{") and name != _HREF:
            del node.attrib[name]  # what a drawing program notes for itself
        elif name in {"href", _HREF} and not value.strip().startswith("#"):
            raise LogoRefused(_("It points at something outside itself."))
        elif name.lower().startswith("on"):
            raise LogoRefused(_("It holds a script."))
        else:
            _refuse_active(value)
    for child in list(node):
        if not isinstance(child.tag, str) or not child.tag.startswith(_SVG) or child.tag == f"{_SVG}metadata":
            node.remove(child)
            continue
        part = child.tag.removeprefix(_SVG)
        if part not in _PARTS:
            raise LogoRefused(_("<%(name)s> is not a part of a logo.") % {"name": part})
        if part == "style":
            _refuse_active(child.text or "")
        _clean(child, depth + 1)


def _refuse_active(text: str) -> None:
    if _ADDRESS.search(text):
        raise LogoRefused(_("It points at something outside itself."))
    if _ACTIVE.search(text):
        raise LogoRefused(_("It holds a script."))
