"""The allow-list of HTML: elements, attributes and what may stand in them. Everything else is taken away."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from pygments.token import STANDARD_TYPES

ID_PREFIX: Final = "user-content-"
"""Every id in sanitised HTML starts with this, and no template may use it.

An id becomes a property of `window` and `document`; without a prefix an author could name an element
`location` or give it the id of a form and change what scripts see ("DOM clobbering").
"""

SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})

CLASSES: Final = frozenset(
    {
        # Pygments: `highlight` around, one short name per token type inside.
        "highlight",
        *(name for name in STANDARD_TYPES.values() if name),
        "term",
        "math-error",
        "footnote",
        "footnote-ref",
        "footnote-backref",
        "align-left",
        "align-center",
        "align-right",
    }
)

_TEXT_ELEMENTS: Final = (
    "abbr b blockquote br caption cite code dd del dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i"
    " ins kbd li mark p pre q s samp small span strong sub sup table tbody tfoot thead tr u ul var wbr"
)
_EVERYWHERE: Final = frozenset({"id", "class", "lang", "dir", "title"})
HTML: Final[dict[str, frozenset[str]]] = {name: frozenset() for name in _TEXT_ELEMENTS.split()} | {
    "a": frozenset({"href", "rel"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "ol": frozenset({"start"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan", "scope", "abbr"}),
}
"""Elements outside formulas, each with the attributes that only it may have."""

# MathML Core without what links, embeds or carries a second notation (annotation, annotation-xml, maction,
# mglyph, href). Source: https://www.w3.org/TR/mathml-core/, tables of elements and attributes.
_MATH_ELEMENTS: Final = (
    "merror mi mmultiscripts mn mphantom mprescripts mroot mrow ms msqrt mstyle msub msubsup msup mtext mtr"
)
_OPERATOR: Final = (
    "accent fence form largeop lspace maxsize minsize movablelimits rspace separator stretchy symmetric"
)
_MATH_EVERYWHERE: Final = frozenset({"displaystyle", "scriptlevel", "mathvariant", "dir"})
MATH: Final[dict[str, frozenset[str]]] = {name: frozenset() for name in _MATH_ELEMENTS.split()} | {
    "math": frozenset({"display"}),
    "mfrac": frozenset({"linethickness"}),
    "mo": frozenset(_OPERATOR.split()),
    "mover": frozenset({"accent"}),
    "mpadded": frozenset({"width", "height", "depth", "lspace", "voffset"}),
    "mspace": frozenset({"width", "height", "depth"}),
    "mtable": frozenset({"columnalign", "columnlines", "rowlines", "rowspacing", "columnspacing"}),
    "mtd": frozenset({"columnspan", "rowspan", "columnalign"}),
    "munder": frozenset({"accentunder"}),
    "munderover": frozenset({"accent", "accentunder"}),
}
"""Elements of a formula, each with the attributes that only it may have."""

ELEMENTS: Final[dict[str, frozenset[str]]] = {name: own | _EVERYWHERE for name, own in HTML.items()} | {
    name: own | _MATH_EVERYWHERE for name, own in MATH.items()
}
"""The allow-list: element → attributes. No style, no event, no form control, no frame, no SVG."""


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value) is not None


_MATH_VALUE = _matches(r"[A-Za-z0-9.%+ -]{0,60}")
_MAIL_OR_PHONE = _matches(r"(?is:(?:mailto|tel):.*)")
_VALUES: Final[dict[str, Callable[[str], bool]]] = {
    "alt": lambda value: len(value) <= 2_000,
    "title": lambda value: len(value) <= 2_000,
    "abbr": lambda value: len(value) <= 200,
    "lang": _matches(r"[A-Za-z0-9-]{1,35}"),
    "dir": _matches(r"ltr|rtl|auto"),
    "start": _matches(r"-?[0-9]{1,6}"),
    "colspan": _matches(r"[0-9]{1,3}"),
    "scope": _matches(r"row|col|rowgroup|colgroup"),
    "rel": _matches(r"noopener noreferrer"),  # not for people: an attribute
    "id": _matches(re.escape(ID_PREFIX) + r"[\w:.-]{1,200}"),
    "class": lambda value: value != "" and all(name in CLASSES for name in value.split(" ")),
    "href": lambda value: value != "" and address(value) == value,
    "src": lambda value: value != "" and address(value) == value and not _MAIL_OR_PHONE(value),
}


_CONTROL: Final = frozenset(chr(code) for code in [*range(0x20), *range(0x7F, 0xA0)])
_CONTROL_OR_SPACE: Final = "".join(_CONTROL) + " "


def address(value: str) -> str | None:
    """The address as a browser will read it, or None where it must not become a link.

    Allowed are http, https, mailto, tel and relative addresses. A browser drops tabs and line breaks
    inside an address and control characters around it, so they are dropped before the scheme is judged.
    Refused as well: other control characters, and backslashes (a browser reads `/\\host` as `//host`).
    Source: https://url.spec.whatwg.org/#url-parsing, steps 1 to 3 of the basic URL parser.
    """
    value = re.sub(r"[\t\n\r]", "", value.strip(_CONTROL_OR_SPACE))
    if len(value) > 4_000 or "\\" in value or any(letter in _CONTROL for letter in value):
        return None
    before, colon, _rest = re.split(r"[/?#]", value, maxsplit=1)[0].partition(":")
    if colon and before.lower() not in SCHEMES:
        return None
    if colon and before.lower() in {"http", "https"} and not value[len(before) + 1 :].startswith("//"):
        return None  # `https:host` and `http:/host` leave the site although they look relative.
    return value


def _is_external(href: str) -> bool:
    return href.startswith("//") or href.lower().startswith(("http:", "https:"))


def attributes_kept(tag: str, given: list[tuple[str, str]]) -> dict[str, str]:
    """The attributes that may stay, with ids prefixed, addresses as a browser reads them and `rel` set."""
    kept: dict[str, str] = {}
    for name, raw in given:
        if name in kept or name not in ELEMENTS[tag] or name == "rel":
            continue
        value = _tidied(name, raw)
        if allowed(tag, name, value):
            kept[name] = value
    if _is_external(kept.get("href", "")):
        kept["rel"] = "noopener noreferrer"  # not for people: an attribute
    return kept


def _tidied(name: str, value: str) -> str:
    """The value of an attribute as far as it can be saved."""
    if name == "id":
        return _prefixed(value)
    if name == "class":
        return " ".join(dict.fromkeys(word for word in value.split() if word in CLASSES))
    if name in {"href", "src"}:
        url = address(value) or ""
        return "#" + _prefixed(url[1:]) if url.startswith("#") and len(url) > 1 else url
    return value


def _prefixed(value: str) -> str:
    return value if value.startswith(ID_PREFIX) else ID_PREFIX + value


def allowed(tag: str, name: str, value: str) -> bool:
    """Whether this attribute with this value may stay. The one rule that all three layers ask."""
    if name not in ELEMENTS.get(tag, ()):
        return False
    if tag in MATH:
        return _MATH_VALUE(value)
    if name in {"rowspan", "width", "height"}:
        return re.fullmatch(r"[0-9]{1,5}", value) is not None
    return _VALUES[name](value)
