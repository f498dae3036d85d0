"""Diagrams in: SVG text from an author, a small and harmless part of it out.

A diagram stands inside the page, so that its colours follow the theme and the printer. What stands inside a
page must not carry a style, a script, a link or an id: the allow-list holds shapes, text and classes of ours,
and everything else is refused with a sentence, not removed: a diagram that lost half of its parts is worse
than none.
"""

import re
from collections.abc import Iterator
from html import escape
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

DRAWING_LIMIT: Final = 60_000
"""Longest drawing, in characters: a diagram that explains one idea needs 2,000 to 8,000."""

ELEMENT_LIMIT: Final = 600

CLASSES: Final = frozenset(
    "d-box d-business d-technology d-accent d-soft d-line d-line-strong d-dashed d-head"
    " d-text d-small d-strong d-on".split()
)
"""What a part may be: a box, a card of one side, a line, an arrow head, text in three weights."""

_GEOMETRY: Final = {  # not for people: attributes
    "g": "",
    "path": "d",
    "rect": "x y width height rx ry",
    "circle": "cx cy r",
    "ellipse": "cx cy rx ry",
    "line": "x1 y1 x2 y2",
    "polyline": "points",
    "polygon": "points",
    "text": "x y dx dy text-anchor",
    "tspan": "x y dx dy text-anchor",
    "title": "",
    "desc": "",
}
_ALLOWED: Final = {name: frozenset(f"{names} class transform".split()) for name, names in _GEOMETRY.items()}
_ROOT: Final = frozenset({"viewBox", "role"})
_NUMBERS: Final = re.compile(r"[-+0-9.eE,\s]{0,2000}")
_PATH: Final = re.compile(r"[-+0-9.eE,\sMmLlHhVvCcSsQqTtAaZz]{0,8000}")
_TRANSFORM: Final = re.compile(r"(?:(?:translate|scale|rotate)\([-+0-9.,\s]{1,60}\)\s*){1,4}")
_ANCHOR: Final = re.compile(r"start|middle|end")
_SVG: Final = "{http://www.w3.org/2000/svg}"


class DrawingRefused(ValueError):
    """The drawing holds something a diagram may not hold; the text is a sentence for its author."""


def clean_drawing(text: str) -> SafeString:
    """The drawing as HTML that may stand inside any page.

    It has a `viewBox`, a title and a description (WCAG 2.2, 1.1.1: what a picture says must exist as
    text) and nothing beside the allow-list. Comments are dropped. Linear in the length of the text.

    Raises: DrawingRefused, with the first thing that has to change.
    """
    if len(text) > DRAWING_LIMIT:
        raise DrawingRefused(
            _("The drawing is longer than %(limit)s characters. Simplify it.") % {"limit": DRAWING_LIMIT}
        )
    try:
        root = fromstring(text.strip(), forbid_dtd=True)
    except DefusedXmlException as problem:
        raise DrawingRefused(
            _("The drawing has a document type or entities. Save it as plain SVG.")
        ) from problem
    except (ParseError, ValueError) as problem:
        raise DrawingRefused(
            _("The drawing is not well-formed SVG: %(problem)s.") % {"problem": problem}
        ) from problem
    if root.tag != f"{_SVG}svg":
        raise DrawingRefused(_("The file is not an SVG drawing: its first element is not <svg>."))
    if not re.fullmatch(r"0 0 [0-9]{1,4} [0-9]{1,4}", root.get("viewBox", "")):
        raise DrawingRefused(_('The drawing needs a viewBox like "0 0 360 200".'))
    for name in sorted(set(root.attrib) - _ROOT):
        raise DrawingRefused(_("<svg> must not have the attribute %(name)s.") % {"name": name})
    for name in ("title", "desc"):
        if not (root.findtext(f"{_SVG}{name}") or "").strip():
            raise DrawingRefused(
                _("The drawing needs a <%(name)s>: it is what people hear who cannot see it.")
                % {"name": name}
            )
    if sum(1 for _part in root.iter()) > ELEMENT_LIMIT:
        raise DrawingRefused(
            _("The drawing has more than %(limit)s parts. Simplify it.") % {"limit": ELEMENT_LIMIT}
        )
    inside = "".join(part for child in root for part in _written(child))
    # The title would be shown as a tip on hover and read twice beside the caption: it becomes the label.
    label = escape((root.findtext(f"{_SVG}title") or "").strip())
    # Its own width, so that a style sheet can keep it from being drawn smaller: text in it would be as well.
    box = root.get("viewBox", "")
    size = f'width="{box.split()[2]}" viewBox="{box}"'
    markup = f'<svg {size} role="img" aria-label="{label}">{inside}</svg>'
    return mark_safe(markup)


def _written(node: Element, depth: int = 0) -> Iterator[str]:
    name = node.tag.removeprefix(_SVG)
    if name not in _ALLOWED or not node.tag.startswith(_SVG):
        raise DrawingRefused(_("<%(name)s> is not a part of a diagram.") % {"name": name})
    if depth > 12:
        raise DrawingRefused(_("The drawing is nested more than 12 deep. Simplify it."))
    if name == "title":
        return
    yield f"<{name}"
    for attribute, value in node.attrib.items():
        yield f' {attribute}="{escape(_checked(name, attribute, value))}"'
    yield f">{escape(node.text or '')}"
    for child in node:
        yield from _written(child, depth + 1)
        yield escape((child.tail or "") if name in {"text", "tspan"} else "")
    yield f"</{name}>"


def _checked(name: str, attribute: str, value: str) -> str:
    if attribute not in _ALLOWED[name]:
        raise DrawingRefused(
            _("<%(name)s> must not have the attribute %(attribute)s.")
            % {"name": name, "attribute": attribute}
        )
    if attribute == "class":
        for word in value.split():
            if word not in CLASSES:
                raise DrawingRefused(_("There is no class %(word)s for diagrams.") % {"word": word})
        return value
    pattern = {"d": _PATH, "transform": _TRANSFORM, "text-anchor": _ANCHOR}.get(attribute, _NUMBERS)
    if not pattern.fullmatch(value.strip()):
        raise DrawingRefused(
            _("The value of %(attribute)s in <%(name)s> is not one a diagram may have.")
            % {"attribute": attribute, "name": name}
        )
    return value.strip()
