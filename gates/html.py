"""Foreign HTML in, safe HTML out: one allow-list (`gates.allow_list`), enforced three times.

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
from collections.abc import Iterator
from html import escape, unescape
from typing import Final

import nh3
from bleach.sanitizer import Cleaner
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gates.allow_list import ELEMENTS, HTML, MATH, SCHEMES, allowed, attributes_kept

HTML_LIMIT: Final = 4_000_000
"""Longest HTML, in characters, that `sanitise` takes. Highlighted code is 10 to 30 times its source."""

MARK_LIMIT: Final = 12_000
"""Most tags and entities that `sanitise` takes: html5lib needs up to 0.1 ms for each (measured)."""

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
    return _REFERENCE.sub(lambda match: unescape(match[0]), value)


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
        while attribute := _ATTRIBUTE.match(html, position):
            position = attribute.end()
            if len(attributes) < _ATTRIBUTE_LIMIT:
                value = attribute[2] or attribute[3] or attribute[4] or ""
                attributes.append((attribute[1].lower(), _unescape_attribute(value)))
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
            elif value in MATH and value != "math" and not silent and len(stack) < _DEPTH_LIMIT:
                stack.append(value)
                out.append(_start_tag(value, attributes))
        elif value in HTML or value == "math":
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
    written = (f' {key}="{escape(value)}"' for key, value in attributes_kept(name, attributes).items())
    return f"<{name}{''.join(written)}>"


# --- Steps 2 and 3 ------------------------------------------------------------------------------------

_per_thread = threading.local()


def _bleach() -> Cleaner:
    # A Cleaner keeps the state of its parser, so it must not be shared between threads (bleach's own warning).
    cleaner: Cleaner | None = getattr(_per_thread, "cleaner", None)
    if cleaner is None:
        cleaner = _per_thread.cleaner = Cleaner(
            tags=ELEMENTS.keys(), attributes=allowed, protocols=SCHEMES, strip=True, strip_comments=True
        )
    return cleaner


def _filter(tag: str, name: str, value: str) -> str | None:
    return value if allowed(tag, name, value) else None


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
