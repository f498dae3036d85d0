"""Word documents in: every part of the file is looked at before the reader that knows the format sees it.

mammoth reads headings, lists, tables, links and pictures and ignores how they look. Its own XML reader would
resolve entities and build a tree of any size, so a document with a DTD, too many elements or too deep a
nesting never reaches it.
"""

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from io import BytesIO
from typing import Any, Final

import mammoth
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gates.archives import ArchiveRefused, check
from gates.html import sanitise
from gates.typography import within_quotes
from gates.word_xml import EQUATION, FIELD, MAIN, prepared

DOCUMENT_LIMIT: Final = 15 * 1024 * 1024
"""Largest Word file, in bytes."""
_XML_LIMIT: Final = 4 * 1024 * 1024
_ELEMENT_LIMIT: Final = 60_000
_DEPTH_LIMIT: Final = 60
_PICTURES: Final = {"image/gif": "gif", "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
_PICTURE_LIMIT: Final = 200
_STYLES: Final = (
    "p[style-name='Title'] => h1:fresh\n"
    "p[style-name='Caption'] => p.caption:fresh\n"
    "p[style-name='caption'] => p.caption:fresh\n"
)
_STYLE: Final = re.compile(r"Unrecognised (paragraph|run) style: '?(.*?)'? \(Style ID")


class DocumentRefused(ValueError):
    """The document is not taken; the text is a sentence for whoever sent it."""


@dataclass
class Prose:
    """Paragraphs, lists and quotes as safe HTML; `number` is that of the first."""

    number: int
    html: str


@dataclass
class Heading:
    number: int
    level: int
    text: str


@dataclass
class Table:
    number: int
    rows: list[list[str]]
    has_head: bool
    is_merged: bool
    is_nested: bool = False


@dataclass
class Caption:
    """What a paragraph of the style *Caption* says about the table or picture beside it."""

    number: int
    text: str


@dataclass
class WordPicture:
    number: int
    data: bytes
    kind: str  # ending of a file of this kind, empty where pages cannot show it
    alt: str


Part = Prose | Heading | Table | WordPicture | Caption


@dataclass(frozen=True)
class Document:
    """A document in its order; `number` counts paragraphs, tables and lists from 1.

    `warnings` are sentences about the whole document, `equations` and `fields` the paragraphs in which one stood.
    """

    parts: list["Part"]
    warnings: list[str] = field(default_factory=list)
    equations: list[tuple[int, str]] = field(default_factory=list)
    fields: list[int] = field(default_factory=list)


def read_document(data: bytes) -> Document:
    """What a .docx file says, without how it looks.

    Raises: DocumentRefused
    """
    if len(data) > DOCUMENT_LIMIT:
        raise DocumentRefused(
            _("The document is larger than %(limit)s MB. Make its pictures smaller.")
            % {"limit": DOCUMENT_LIMIT // 1024 // 1024}
        )
    _refuse_hostile(data)
    pictures: list[tuple[bytes, str, str]] = []

    def keep(image: Any) -> dict[str, str]:
        with image.open() as stream:
            if len(pictures) < _PICTURE_LIMIT:
                pictures.append((stream.read(), _PICTURES.get(image.content_type, ""), image.alt_text or ""))
        return {"src": f"picture:{len(pictures) - 1}"}

    try:
        ready = prepared(data)
        result = mammoth.convert_to_html(
            BytesIO(ready.data),
            convert_image=mammoth.images.img_element(keep),
            style_map=_STYLES,
            include_embedded_style_map=False,
            external_file_access=False,
        )
    except RecursionError as problem:
        raise DocumentRefused(_("The document is nested too deeply.")) from problem
    except Exception as problem:  # mammoth lets any error of its parts through
        raise DocumentRefused(
            _("The document is damaged. Open it in Word and save it again as .docx.")
        ) from problem
    cutter = _Cutter(pictures)
    cutter.feed(result.value)
    cutter.close()
    cutter.flush()
    told = [_in_words(message.message) for message in result.messages if message.type != "success"]
    if ready.comments:
        told.append(
            ngettext(
                "The document has %(count)s comment; it was not taken.",
                "The document has %(count)s comments; they were not taken.",
                ready.comments,
            )
            % {"count": ready.comments}
        )
    if ready.has_headers:
        told.append(_("The head or foot of its pages was not taken."))
    return Document(cutter.parts, list(dict.fromkeys(told))[:50], cutter.equations, cutter.fields)


def _in_words(warning: str) -> str:
    """What mammoth says about a document, for its author."""
    if style := _STYLE.match(warning):
        if style[1] == "paragraph":
            return _("Paragraphs of the style “%(name)s” were read as plain text.") % {
                "name": within_quotes(style[2][:60])
            }
        return _("Letters of the style “%(name)s” were read as plain text.") % {
            "name": within_quotes(style[2][:60])
        }
    if "list" in warning.lower() or "numbering" in warning.lower():
        return _("A list was read without its numbers.")
    if "image" in warning.lower():
        return _("A picture is linked or of a kind that cannot be read; it was left out.")
    return _("Something that Word can hold and a lesson cannot, such as a chart or a text box, was left out.")


def _refuse_hostile(data: bytes) -> None:
    try:
        entries = check(data)
        names = {entry.filename for entry in entries}
        if MAIN not in names and "[Content_Types].xml" not in names:
            raise DocumentRefused(_("This is not a Word document (.docx)."))
        elements = 0
        with zipfile.ZipFile(BytesIO(data)) as archive:
            for entry in entries:
                if not entry.filename.lower().endswith((".xml", ".rels")):
                    continue
                if entry.file_size > _XML_LIMIT:
                    raise DocumentRefused(_("The document is too long for one lesson. Divide it."))
                with archive.open(entry) as stream:
                    part = stream.read(_XML_LIMIT + 1)
                if len(part) > _XML_LIMIT:
                    raise DocumentRefused(_("The document is too long for one lesson. Divide it."))
                elements += _elements_in(part)
                if elements > _ELEMENT_LIMIT:
                    raise DocumentRefused(_("The document is too long for one lesson. Divide it."))
    except ArchiveRefused as problem:
        raise DocumentRefused(
            _("The document cannot be opened. %(problem)s") % {"problem": problem}
        ) from problem
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as problem:
        raise DocumentRefused(
            _("The document is damaged. Open it in Word and save it again as .docx.")
        ) from problem


def _elements_in(part: bytes) -> int:
    """How many elements an XML text has. Raises: DocumentRefused"""
    count = depth = 0
    try:
        for event, element in iterparse(BytesIO(part), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                count, depth = count + 1, depth + 1
                if count > _ELEMENT_LIMIT:
                    raise DocumentRefused(_("The document is too long for one lesson. Divide it."))
                if depth > _DEPTH_LIMIT:
                    raise DocumentRefused(_("The document is nested too deeply."))
            else:
                depth -= 1
                element.clear()
    except DefusedXmlException as problem:
        raise DocumentRefused(
            _("The document declares entities, which no Word does. It was not opened.")
        ) from problem
    except (ParseError, ValueError, LookupError) as problem:
        if isinstance(problem, DocumentRefused):
            raise
        raise DocumentRefused(
            _("The document is damaged. Open it in Word and save it again as .docx.")
        ) from problem
    return count


class _Cutter(HTMLParser):
    """Cuts mammoth's HTML at its headings, tables and pictures."""

    def __init__(self, pictures: list[tuple[bytes, str, str]]) -> None:
        super().__init__(convert_charrefs=True)
        self.pictures = pictures
        self.parts: list[Part] = []
        self.equations: list[tuple[int, str]] = []
        self.fields: list[int] = []
        self.caption: list[str] | None = None
        self.number = self.start = 0
        self.html: list[str] = []
        self.open: list[str] = []
        self.held: list[WordPicture] = []
        self.heading: list[str] | None = None
        self.table: _TableReader | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if not self.open and self.table is None:
            self.number += 1
        if tag == "img":
            self._picture(given)
        elif self.table is not None:
            self.table.start(tag, given)
        elif tag == "table" and not self.open:
            self.flush()
            self.table = _TableReader(self.number)
        elif given.get("class") == "caption" and not self.open:
            self.flush()
            self.caption = []
            self.open.append(tag)
        elif self.caption is not None:
            self.open.append(tag)
        elif re.fullmatch("h[1-6]", tag) and not self.open:
            self.flush()
            self.heading = []
            self.open.append(tag)
        else:
            kept = (
                f' href="{escape(given["href"])}"' if tag == "a" and given.get("href", "#")[:1] != "#" else ""
            )
            self._write(f"<{tag}{kept}>")
            if tag != "br":
                self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.table is not None:
            if self.table.end(tag):
                self.parts.append(self.table.done())
                self.table = None
                self._let_go()
            return
        if tag not in self.open:
            return
        self.open.pop()
        if self.caption is not None:
            if not self.open:
                text = " ".join("".join(self.caption).split())
                self.parts.append(Caption(self.number, text))
                self.caption = None
        elif self.heading is not None and re.fullmatch("h[1-6]", tag):
            text = " ".join("".join(self.heading).split())
            self.heading = None
            if text:
                self.parts.append(Heading(self.number, int(tag[1]), text))
        elif self.heading is None:
            self._write(f"</{tag}>")
        if not self.open:
            self._let_go()

    def handle_data(self, data: str) -> None:
        data = self._without_signs(data)
        if self.caption is not None:
            self.caption.append(data)
        elif self.table is not None:
            self.table.text(data)
        elif self.heading is not None:
            self.heading.append(data)
        else:
            self._write(escape(data, quote=False))

    def _without_signs(self, data: str) -> str:
        """The text without the signs that `gates.word_xml` put before fields and around equations."""
        if FIELD in data:
            if self.caption is None and self.number not in self.fields:
                self.fields.append(self.number)
            data = data.replace(FIELD, "")
        if EQUATION in data:
            self.equations += [(self.number, text) for text in data.split(EQUATION)[1::2]]
            data = data.replace(EQUATION, "")
        return data

    def _write(self, html: str) -> None:
        if self.heading is None:
            self.start = self.start if self.html else self.number
            self.html.append(html)

    def _picture(self, given: dict[str, str]) -> None:
        match = re.fullmatch(r"picture:(\d{1,4})", given.get("src", ""))
        if match and int(match[1]) < len(self.pictures):
            data, kind, alt = self.pictures[int(match[1])]
            self.held.append(WordPicture(self.number, data, kind, alt.strip()))

    def _let_go(self) -> None:
        """Pictures follow the paragraph, list or table in which they stood."""
        if self.held:
            self.flush()
            self.parts += self.held
            self.held = []

    def flush(self) -> None:
        html = re.sub(r"<p>\s*</p>|<li>\s*</li>|<a>(.*?)</a>", r"\1", "".join(self.html))
        self.html = []
        safe = str(sanitise(html)).strip()
        if re.sub(r"<[^>]*>", "", safe).strip():
            self.parts.append(Prose(self.start, safe))


class _TableReader:
    def __init__(self, number: int) -> None:
        self.number = number
        self.rows: list[list[str]] = []
        self.depth = 1
        self.has_head = self.is_merged = self.is_nested = False
        self.cell: list[str] | None = None
        self.span = 1

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "table":
            self.depth += 1
            self.is_nested = True
        elif self.depth == 1 and tag == "thead":
            self.has_head = True
        elif self.depth == 1 and tag == "tr":
            self.rows.append([])
        elif self.depth == 1 and tag in {"td", "th"}:
            spans = [given.get(name, "1") for name in ("colspan", "rowspan")]
            self.is_merged = self.is_merged or spans != ["1", "1"]
            self.span = min(int(spans[0]), 60) if spans[0].isdigit() else 1
            self.cell = []
        elif tag in {"td", "th", "tr"} and "".join(self.cell or ()).strip():
            self._apart()
        elif tag in {"p", "br", "li"} and self.cell:
            self.cell.append(" ")

    def _apart(self) -> None:
        """Cells of a table within a cell: a semicolon between their words."""
        if self.cell is not None and not "".join(self.cell).rstrip().endswith(";"):
            self.cell.append("; ")

    def text(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def end(self, tag: str) -> bool:
        """True at the end of the table."""
        if tag == "table":
            self.depth -= 1
        elif self.depth == 1 and tag in {"td", "th"} and self.cell is not None:
            text = " ".join("".join(self.cell).split())
            if self.rows:
                self.rows[-1] += [text, *[""] * (self.span - 1)]
            self.cell = None
        return self.depth == 0

    def done(self) -> Table:
        width = max((len(row) for row in self.rows), default=0)
        rows = [[*row, *[""] * (width - len(row))] for row in self.rows]
        return Table(self.number, rows, self.has_head, self.is_merged, self.is_nested)
