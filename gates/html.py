"""Foreign HTML in, safe HTML out: one allow-list, enforced three times.

`sanitise()` is the only way in. It works in three steps, and the order matters:

1. `_well_formed` reads the text once, keeps only elements and attributes of the allow-list and closes
   everything in order. It is linear, so the two parsers behind it never see the input that makes HTML
   parsers quadratic (unclosed formatting elements, thousands of attributes, endless nesting).
2. `bleach` parses that with html5lib and applies the same allow-list.
3. `nh3` parses the outcome with html5ever and applies the same allow-list again. bleach 6.4.0 is its
   last release; this layer is the maintained one.

The three are repeated until nothing changes any more, because HTML that changes when it is parsed again
is how mutation XSS works. What does not settle is returned as escaped text.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from html import escape, unescape
from typing import Final

import nh3
from bleach.sanitizer import Cleaner
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from pygments.token import STANDARD_TYPES

ID_PREFIX: Final = "user-content-"
"""Every id in sanitised HTML starts with this, and no template may use it.

An id becomes a property of `window` and `document`; without a prefix an author could name an element
`location` or give it the id of a form and change what scripts see ("DOM clobbering").
"""

HTML_LIMIT: Final = 4_000_000
"""Longest HTML, in characters, that `sanitise` takes. Highlighted code is 10 to 30 times its source."""

MARK_LIMIT: Final = 12_000
"""Most tags and entities that `sanitise` takes: html5lib needs up to 0.1 ms for each (measured)."""

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
_HTML: Final[dict[str, frozenset[str]]] = {name: frozenset() for name in _TEXT_ELEMENTS.split()} | {
    "a": frozenset({"href", "rel"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "ol": frozenset({"start"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan", "scope", "abbr"}),
}

# MathML Core without what links, embeds or carries a second notation (annotation, annotation-xml, maction,
# mglyph, href). Source: https://www.w3.org/TR/mathml-core/, tables of elements and attributes.
_MATH_ELEMENTS: Final = (
    "merror mi mmultiscripts mn mphantom mprescripts mroot mrow ms msqrt mstyle msub msubsup msup mtext mtr"
)
_OPERATOR: Final = (
    "accent fence form largeop lspace maxsize minsize movablelimits rspace separator stretchy symmetric"
)
_MATH_EVERYWHERE: Final = frozenset({"displaystyle", "scriptlevel", "mathvariant", "dir"})
_MATH: Final[dict[str, frozenset[str]]] = {name: frozenset() for name in _MATH_ELEMENTS.split()} | {
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

ELEMENTS: Final[dict[str, frozenset[str]]] = {name: own | _EVERYWHERE for name, own in _HTML.items()} | {
    name: own | _MATH_EVERYWHERE for name, own in _MATH.items()
}
"""The allow-list: element → attributes. No style, no event, no form control, no frame, no SVG."""

_VOID: Final = frozenset({"br", "hr", "img", "wbr"})
# The text inside is code, styling or a second notation, never something to read: it goes with the element.
_WITHOUT_CONTENT: Final = frozenset({"script", "style", "iframe", "noembed", "noframes", "xmp"})
_SILENT_IN_MATH: Final = frozenset({"annotation", "annotation-xml"})
_CLOSED_BY_SIBLING: Final[dict[str, frozenset[str]]] = {
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "td": frozenset({"td", "th"}),
    "th": frozenset({"td", "th"}),
    "tr": frozenset({"td", "th", "tr"}),
}
_BLOCKS: Final = "blockquote dd div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre table ul"
_CLOSES_PARAGRAPH: Final = frozenset(_BLOCKS.split())
_DEPTH_LIMIT: Final = 100
_ATTRIBUTE_LIMIT: Final = 40
_PASSES: Final = 6


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


def _attributes(tag: str, given: list[tuple[str, str]]) -> dict[str, str]:
    """The attributes that may stay, with ids prefixed, addresses as a browser reads them and `rel` set."""
    kept: dict[str, str] = {}
    for name, raw in given:
        if name in kept or name not in ELEMENTS[tag] or name == "rel":
            continue
        value = _tidied(name, raw)
        if _allowed(tag, name, value):
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


def _allowed(tag: str, name: str, value: str) -> bool:
    """Whether this attribute with this value may stay. The one rule that all three layers ask."""
    if name not in ELEMENTS.get(tag, ()):
        return False
    if tag in _MATH:
        return _MATH_VALUE(value)
    if name in {"rowspan", "width", "height"}:
        return re.fullmatch(r"[0-9]{1,5}", value) is not None
    return _VALUES[name](value)


# --- Step 1: one linear reading -----------------------------------------------------------------------

# Possessive quantifiers (`++`, `*+`) throughout: a part that was read is never read again.
_TAG: Final = re.compile(r"<(/?)([A-Za-z][^\s/><]*+)")
_ATTRIBUTE: Final = re.compile(
    r"""[\s/]*+([^\s/><=][^\s/><=]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"'<][^\s><]*+)))?+"""
)
_TAG_END: Final = re.compile(r"[\s/]*+>")
_COMMENT_END: Final = re.compile(r"--!?>")
_RAW_END: Final = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _WITHOUT_CONTENT}

_UNREADABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")

# In an attribute `&copy=3` is not a copyright sign (`?a=1&copy=3`).
# Source: https://html.spec.whatwg.org/#named-character-reference-state
_REFERENCE: Final = re.compile(
    r"&(?:#[0-9]++|#[xX][0-9a-fA-F]++|[A-Za-z][A-Za-z0-9]*+)(?:;|(?![=A-Za-z0-9]))"
)


def _unescape_attribute(value: str) -> str:
    return _REFERENCE.sub(lambda found: unescape(found[0]), value)


_Token = tuple[str, str, list[tuple[str, str]]]


def _tokens(html: str) -> Iterator[_Token]:  # noqa: PLR0912 - one walk, one branch per kind of markup
    """("text" | "open" | "close", text or element name, attributes), in one pass.

    Comments, doctypes, processing instructions and elements whose content is never read are left out.
    A `<` that starts none of these is text. It need not agree with a browser: two real parsers follow.
    """
    position, length = 0, len(html)
    comments_left = True
    while position < length:
        start = html.find("<", position)
        if start < 0:
            start = length
        if start > position:
            yield "text", unescape(html[position:start]), []
        position = start
        if position >= length:
            return
        if html.startswith("<!--", position) and comments_left:
            if html.startswith((">", "->"), position + 4):
                position = html.index(">", position) + 1
                continue
            end = _COMMENT_END.search(html, position + 4)
            if end:
                position = end.end()
                continue
            comments_left = False  # so that 20,000 unclosed comments are not searched 20,000 times
        elif html.startswith(("<!", "<?", "</"), position) and not _TAG.match(html, position):
            close = html.find(">", position)
            if close >= 0:
                position = close + 1
                continue
        tag = _TAG.match(html, position)
        if not tag:
            yield "text", "<", []
            position += 1
            continue
        attributes: list[tuple[str, str]] = []
        position = tag.end()
        while found := _ATTRIBUTE.match(html, position):
            position = found.end()
            if len(attributes) < _ATTRIBUTE_LIMIT:
                value = found[2] or found[3] or found[4] or ""
                attributes.append((found[1].lower(), _unescape_attribute(value)))
        end = _TAG_END.match(html, position)
        if not end:
            yield "text", unescape(html[start:position]), []
            continue
        position = end.end()
        name = tag[2].lower()
        if name in _WITHOUT_CONTENT and not tag[1]:
            closing = _RAW_END[name].search(html, position)
            position = closing.start() if closing else length
            continue
        yield ("close" if tag[1] else "open"), name, attributes


def _well_formed(html: str) -> str:  # noqa: PLR0912 - the rules of nesting read best one after the other
    """The allowed part of the HTML with every element closed in order, at most 100 deep.

    Inside `math` only MathML may stand, outside only HTML: an element that changes its namespace on the
    way through a parser is the other half of mutation XSS.
    """
    out: list[str] = []
    stack: list[str] = []
    silent = 0

    def close_until(name: str) -> None:
        nonlocal silent
        while stack:
            top = stack.pop()
            if top in _SILENT_IN_MATH:
                silent -= 1
            elif not silent:
                out.append(f"</{top}>")
            if top == name:
                return

    for kind, value, attributes in _tokens(html):
        if kind == "text":
            if not silent:
                out.append(escape(value, quote=False))
        elif kind == "close":
            # Inside mathematics an HTML end tag may not reach out and close what surrounds the formula.
            inside = stack[stack.index("math") :] if "math" in stack else stack
            if value in inside:
                close_until(value)
        elif "math" in stack:
            if value in _SILENT_IN_MATH:
                if len(stack) < _DEPTH_LIMIT:
                    stack.append(value)
                    silent += 1
            elif value in _MATH and value != "math" and not silent and len(stack) < _DEPTH_LIMIT:
                stack.append(value)
                out.append(_start_tag(value, attributes))
        elif value in _HTML or value == "math":
            if value == "a" and "a" in stack:
                close_until("a")
            if value in _CLOSES_PARAGRAPH and "p" in stack:
                close_until("p")
            while stack and stack[-1] in _CLOSED_BY_SIBLING.get(value, ()):
                close_until(stack[-1])
            if value in _VOID:
                out.append(_start_tag(value, attributes))
            elif len(stack) < _DEPTH_LIMIT:
                stack.append(value)
                out.append(_start_tag(value, attributes))
    close_until("")
    return "".join(out)


def _start_tag(name: str, attributes: list[tuple[str, str]]) -> str:
    written = (f' {key}="{escape(value)}"' for key, value in _attributes(name, attributes).items())
    return f"<{name}{''.join(written)}>"


# --- Steps 2 and 3 ------------------------------------------------------------------------------------

_per_thread = threading.local()


def _bleach() -> Cleaner:
    # A Cleaner keeps the state of its parser, so it must not be shared between threads (bleach's own warning).
    cleaner: Cleaner | None = getattr(_per_thread, "cleaner", None)
    if cleaner is None:
        cleaner = _per_thread.cleaner = Cleaner(
            tags=ELEMENTS.keys(), attributes=_allowed, protocols=SCHEMES, strip=True, strip_comments=True
        )
    return cleaner


def _filter(tag: str, name: str, value: str) -> str | None:
    return value if _allowed(tag, name, value) else None


_nh3 = nh3.Cleaner(
    tags=set(ELEMENTS),
    clean_content_tags=set(_WITHOUT_CONTENT),
    attributes={name: set(attributes) for name, attributes in ELEMENTS.items()},
    attribute_filter=_filter,
    url_schemes=set(SCHEMES),
    link_rel=None,  # `rel` is set in step 1, on external links only.
    strip_comments=True,
)


def sanitise(html: str) -> SafeString:
    """The HTML with everything removed that the allow-list does not name, safe to put into a page.

    Kept: text structure, tables, images, links (http, https, mailto, tel, relative), MathML Core, the
    classes in `CLASSES`. Removed: every style, event handler, form control, frame, SVG, comment. The text
    inside a removed element stays, except that of script, style and frames. Ids and links to them get
    `ID_PREFIX`; external links get `rel="noopener noreferrer"`. Control characters go, lone surrogates
    become U+FFFD. Elements nested deeper than 100 lose their tags, not their text.

    Idempotent: `sanitise(sanitise(x)) == sanitise(x)`.

    Raises:
        ValueError: longer than `HTML_LIMIT` characters or more than `MARK_LIMIT` tags and entities.
    """
    if len(html) > HTML_LIMIT:
        raise ValueError(
            _("HTML of %(count)s characters is longer than the limit of %(limit)s.")
            % {"count": f"{len(html):,}", "limit": f"{HTML_LIMIT:,}"}
        )
    if html.count("<") > 2 * MARK_LIMIT:  # each costs time, whatever becomes of it
        raise ValueError(
            _("HTML with %(count)s tags is above the limit of %(limit)s.")
            % {"count": f"{html.count('<'):,}", "limit": f"{MARK_LIMIT:,}"}
        )
    text = _UNREADABLE.sub("", html.replace("\r\n", "\n").replace("\r", "\n"))
    formed = _well_formed(_SURROGATE.sub("\ufffd", text))
    for _pass in range(_PASSES):
        marks = formed.count("<") + formed.count("&")
        if marks > MARK_LIMIT:
            raise ValueError(
                _("HTML with %(count)s tags and entities is above the limit of %(limit)s.")
                % {"count": f"{marks:,}", "limit": f"{MARK_LIMIT:,}"}
            )
        result = _nh3.clean(_bleach().clean(formed))
        formed = _well_formed(result)
        # bleach is 20 times slower than the other two and is left out of the comparison.
        if _nh3.clean(formed) == result:
            return mark_safe(result)
    return mark_safe(escape(text, quote=False))
