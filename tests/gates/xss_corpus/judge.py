"""The judge: whether a fragment of HTML, or a whole page, would do something on its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final
from xml.etree.ElementTree import Element

from bleach._vendor import html5lib

SAFE_ID_PREFIX: Final = "user-content-"
SAFE_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})

_CONTROLS: Final = frozenset(
    "form input button select option optgroup textarea fieldset output datalist keygen isindex label legend".split()
)
_ELEMENTS: Final = frozenset(
    "script style link meta base object embed applet param iframe frame frameset portal fencedframe"
    " svg noscript template slot xmp plaintext noembed noframes marquee bgsound dialog"
    " audio video source track canvas title head body html"
    " annotation-xml annotation semantics maction mglyph malignmark foreignobject image animate set use"
    " handler listener".split()
)
_ADDRESSES: Final = frozenset(
    "href src action formaction data poster background cite longdesc ping manifest codebase classid profile icon"
    " lowsrc dynsrc usemap archive from to values by".split()
)
_NEVER: Final = frozenset(
    {"style", "srcdoc", "srcset", "http-equiv", "name", "is", "contenteditable", "autofocus"}
)


def dangers(html: str) -> list[str]:
    """Every reason why this HTML may do something on its own; empty when it is only text and structure.

    Parsed as a browser would, with scripting on and off (that decides how `noscript` is read), never with
    regular expressions on the source.
    """
    reasons: list[str] = []
    for scripting in _ways_to_read(html):
        for element, where in _elements(html, scripting=scripting):
            for reason in _reasons(element, where):
                if reason not in reasons:
                    reasons.append(reason)
    return reasons


def new_dangers(html: str, harmless: str) -> list[str]:
    """The dangers in a whole page beyond those of the same page made with a harmless text.

    Counted, so that a second script in a page that has one is found.
    """
    reasons: list[str] = []
    for scripting in _ways_to_read(html):
        here = Counter(_all_reasons(html, scripting=scripting))
        here.subtract(_counted(harmless, scripting=scripting))
        reasons += [reason for reason, count in here.items() if count > 0 and reason not in reasons]
    return reasons


@lru_cache(maxsize=100)
def _counted(harmless: str, *, scripting: bool) -> Counter[str]:
    """Kept, since one harmless page is the measure for many others."""
    return Counter(_all_reasons(harmless, scripting=scripting))


def _ways_to_read(html: str) -> tuple[bool, ...]:
    """With scripting on and off; once where nothing depends on it. A parser asks for it at `noscript` only."""
    return (True, False) if "noscript" in html.lower() else (True,)


def _all_reasons(html: str, *, scripting: bool) -> Iterator[str]:
    for element, where in _elements(html, scripting=scripting):
        yield from _reasons(element, where)


def _elements(html: str, *, scripting: bool) -> Iterator[tuple[Element, str]]:
    """Every element and comment, with its name as it is known in its own namespace."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=True)
    text = re.sub("[\ud800-\udfff]", "\ufffd", html)  # what the encoder of a response would do
    if re.match(r"\s*<!doctype|\s*<html", text, re.IGNORECASE):
        root: Any = parser.parse(text, scripting=scripting)
    else:
        root = parser.parseFragment(text, container="div", scripting=scripting)
    in_page = not text.lstrip().lower().startswith(("<!doctype", "<html"))
    for element in root.iter():
        if not isinstance(element.tag, str):
            yield element, "#comment"
            continue
        name = element.tag.rpartition("}")[2].lower()
        if name == "document_fragment" or (not in_page and name in {"html", "head", "body", "title"}):
            continue
        yield element, name


def _reasons(element: Element, name: str) -> Iterator[str]:
    if name == "#comment":
        if "[if" in (element.text or ""):
            yield "a conditional comment"
        return
    if name in _CONTROLS:
        yield f"form control <{name}>"
    elif name in _ELEMENTS or ":" in name:
        yield f"element <{name}>"
    for key, value in element.attrib.items():
        yield from _attribute_reasons(name, key.rpartition("}")[2].lower(), str(value or ""))


def _attribute_reasons(tag: str, raw_key: str, value: str) -> Iterator[str]:
    key = raw_key.rpartition(":")[2] if raw_key.startswith(("xlink:", "xml:")) else raw_key
    if key.startswith("on") and len(key) > 2:
        yield f"handler {key} on <{tag}>"
    elif key in _NEVER:
        yield f"attribute {key} on <{tag}>"
    elif key.startswith(("hx-", "data-hx-", "x-on", "@", "v-", "ng-", "sse-", "ws-")):
        yield f"scripting attribute {key} on <{tag}>"
    elif key == "id" and not value.startswith(SAFE_ID_PREFIX):
        yield f"unprefixed id {value!r}"
    elif key in _ADDRESSES and not _is_safe_address(value):
        yield f"address {value!r} in {key} of <{tag}>"


def _is_safe_address(value: str) -> bool:
    # Everything that some browser has ever skipped in front of or inside a scheme.
    bare = re.sub(
        r"[\x00-\x20\x7f-\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]", "", value
    )
    scheme = re.match(r"([^/?#]*?):", bare)
    if "\\" in bare:
        return False
    return scheme is None or scheme[1].lower() in SAFE_SCHEMES
