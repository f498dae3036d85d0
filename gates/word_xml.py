"""The body of a Word document before it is read: what its reader would drop is put into words, or counted.

mammoth drops fields with their text, and equations. Here a field becomes the words that it shows and an equation
becomes a line of text; a sign in front of each, which no document has, lets the reader name its paragraph.
"""

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from xml.etree.ElementTree import Element, tostring

from defusedxml.ElementTree import fromstring

FIELD: Final = "\ue021"
EQUATION: Final = "\ue022"
MAIN: Final = "word/document.xml"
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_SIGNS: Final = re.compile(f"[{FIELD}{EQUATION}]")


@dataclass(frozen=True)
class Prepared:
    """The document as mammoth gets it, and what of it no lesson has a place for."""

    data: bytes
    comments: int
    has_headers: bool


def prepared(data: bytes) -> Prepared:
    """`data` was looked at before (`gates.word`): no entities, not too large, not too deep."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    comments, has_headers = 0, False
    for name, content in files.items():
        if name == "word/comments.xml":
            comments = len(list(fromstring(content).iter(f"{_W}comment")))
        elif re.fullmatch(r"word/(?:header|footer)\d*\.xml", name):
            words = "".join(node.text or "" for node in fromstring(content).iter(f"{_W}t"))
            has_headers = has_headers or bool(words.strip())
    main = files.get(MAIN, b"")
    if (
        b"fldSimple" not in main
        and b"oMath" not in main
        and not _SIGNS.search(main.decode("utf-8", "ignore"))
    ):
        return Prepared(data, comments, has_headers)
    root = fromstring(main)
    for text in root.iter(f"{_W}t"):
        text.text = _SIGNS.sub("", text.text or "")
    _rewrite(root)
    files[MAIN] = tostring(root, encoding="utf-8", xml_declaration=True)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return Prepared(buffer.getvalue(), comments, has_headers)


def _rewrite(node: Element) -> None:
    children: list[Element] = []
    for child in node:
        if child.tag == f"{_W}fldSimple":
            _rewrite(child)
            children += [_run(FIELD), *child]
        elif child.tag in {f"{_M}oMath", f"{_M}oMathPara"}:
            run = _run(f"{EQUATION}{_in_line(child).strip()}{EQUATION}")
            children.append(_paragraph(run) if node.tag in {f"{_W}body", f"{_W}tc"} else run)
        else:
            _rewrite(child)
            children.append(child)
    node[:] = children


def _run(text: str) -> Element:
    run, words = Element(f"{_W}r"), Element(f"{_W}t")
    words.text = text
    run.append(words)
    return run


def _paragraph(run: Element) -> Element:
    paragraph = Element(f"{_W}p")
    paragraph.append(run)
    return paragraph


def _in_line(node: Element) -> str:
    """An equation as people type it in a mail: a/b, a^2, √(a)."""

    def part(name: str) -> str:
        child = node.find(f"{_M}{name}")
        return _in_line(child).strip() if child is not None else ""

    match node.tag.removeprefix(_M):
        case "t":
            return node.text or ""
        case "f":
            return f"{_grouped(part('num'))}/{_grouped(part('den'))}"
        case "sSup":
            return f"{_grouped(part('e'))}^{_grouped(part('sup'))}"
        case "sSub":
            return f"{_grouped(part('e'))}_{_grouped(part('sub'))}"
        case "rad":
            return f"√({part('e')})"
        case _:
            return "".join(_in_line(child) for child in node)


def _grouped(text: str) -> str:
    return text if len(text) < 2 or text.isalnum() else f"({text})"
