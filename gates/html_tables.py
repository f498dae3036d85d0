"""Tables and figures that somebody wrote as HTML in Markdown, read into what blocks can hold."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

COLUMN_LIMIT: Final = 40
_MARKS: Final = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "kbd": "**"}
_APART: Final = frozenset({"p", "br", "div", "table", "tr", "td", "th", "caption"})


@dataclass
class HtmlTable:
    """A table: texts of its cells as Markdown of one line, every row as long as the longest.

    `is_joined`: cells reached over others, which our tables cannot; each text stands in the first of them.
    `numbers`: columns, from 1, that were set flush right. `pictures`: how many stood in cells and were left out.
    """

    line: int
    caption: str = ""
    rows: list[list[str]] = field(default_factory=list)
    has_head: bool = False
    is_joined: bool = False
    is_nested: bool = False
    pictures: int = 0
    numbers: list[int] = field(default_factory=list)


@dataclass
class HtmlImage:
    """`alt` is None where none was given."""

    path: str
    alt: str | None
    caption: str


def read_table(html: str, line: int) -> HtmlTable:
    """The table that begins in the HTML. Raises nothing; what is not closed ends with the text."""
    reader = _TableReader(line)
    reader.feed(html)
    reader.close()
    return reader.done()


def read_images(html: str) -> list[HtmlImage]:
    """The pictures of a `<figure>` or a single `<img>`; the words of a `<figcaption>` are the caption of the last."""
    reader = _FigureReader()
    reader.feed(html)
    reader.close()
    caption = " ".join("".join(reader.caption).split())
    if reader.images and caption:
        reader.images[-1].caption = caption
    return reader.images


class _TableReader(HTMLParser):
    def __init__(self, line: int) -> None:
        super().__init__(convert_charrefs=True)
        self.table = HtmlTable(line)
        self.depth = 0
        self.in_head = False
        self.is_head_row = True
        self.cell: list[str] | None = None
        self.caption: list[str] | None = None
        self.span = 1
        self.below: dict[int, int] = {}  # column → rows that a cell above still covers
        self.links: list[str] = []
        self.right: dict[int, bool] = {}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "table":
            self.depth += 1
            if self.depth > 1:
                self.table.is_nested = True
        if self.depth == 1 and tag == "thead":
            self.in_head = True
        elif self.depth == 1 and tag == "caption":
            self.caption = []
        elif self.depth == 1 and tag == "tr":
            self._end_cell()
            self.table.rows.append([])
            self.is_head_row = True
        elif self.depth == 1 and tag in {"td", "th"}:
            self._end_cell()
            self._begin_cell(tag, given)
        else:
            self._inside(tag, given)

    def _begin_cell(self, tag: str, given: dict[str, str]) -> None:
        if not self.table.rows:
            self.table.rows.append([])
        row = self.table.rows[-1]
        while self.below.get(len(row), 0) > 0:  # a cell above reaches down to here
            self.below[len(row)] -= 1
            row.append("")
        spans = [
            int(text) if (text := given.get(name, "1")).isdigit() else 1 for name in ("colspan", "rowspan")
        ]
        self.span = min(max(spans[0], 1), COLUMN_LIMIT)
        if spans[0] > 1 or spans[1] > 1:
            self.table.is_joined = True
        if spans[1] > 1:
            for column in range(len(row), len(row) + self.span):
                self.below[column] = min(spans[1], 1_000) - 1
        self.is_head_row = self.is_head_row and (tag == "th" or self.in_head)
        if tag == "td":
            is_right = given.get("align", "").lower() == "right" or bool(
                re.search(r"text-align\s*:\s*(?:right|end)", given.get("style", ""), re.IGNORECASE)
            )
            self.right[len(row)] = self.right.get(len(row), True) and is_right
        self.cell = []

    def _inside(self, tag: str, given: dict[str, str]) -> None:
        """An element within a cell or caption."""
        into = self.cell if self.cell is not None else self.caption
        if into is None:
            return
        if tag in _MARKS:
            into.append(_MARKS[tag])
        elif tag == "li" and "".join(into).strip():
            into.append("; ")
        elif tag in _APART:
            into.append(" ")
        elif tag == "a":
            self.links.append(given.get("href", ""))
            into.append("[" if given.get("href") else "")
        elif tag == "img":
            self.table.pictures += 1
            into.append(f" {given.get('alt', '')} ")

    def handle_endtag(self, tag: str) -> None:
        into = self.cell if self.cell is not None else self.caption
        if tag == "table":
            self._end_cell()
            self.depth -= 1
        elif self.depth == 1 and tag == "thead":
            self.in_head = False
        elif self.depth == 1 and tag == "caption":
            self.table.caption = _line(self.caption or [])
            self.caption = None
        elif self.depth == 1 and tag in {"td", "th"}:
            self._end_cell()
        elif self.depth == 1 and tag == "tr":
            self._end_cell()
            self.table.has_head |= len(self.table.rows) == 1 and self.is_head_row and bool(self.table.rows[0])
        elif into is None:
            return
        elif tag in _MARKS:
            into.append(_MARKS[tag])
        elif tag == "a" and self.links:
            address = self.links.pop()
            into.append(f"]({address})" if address else "")
        elif tag in _APART:
            into.append(" ")

    def handle_data(self, data: str) -> None:
        into = self.cell if self.cell is not None else self.caption
        if into is not None:
            into.append(data)

    def _end_cell(self) -> None:
        if self.cell is None or self.depth != 1:
            return
        row = self.table.rows[-1]
        if len(row) < COLUMN_LIMIT:
            row += [_line(self.cell), *[""] * (self.span - 1)][: COLUMN_LIMIT - len(row)]
        self.cell = None

    def done(self) -> HtmlTable:
        self._end_cell()
        rows = [row for row in self.table.rows if row]
        width = max(map(len, rows), default=0)
        self.table.rows = [[*row, *[""] * (width - len(row))] for row in rows]
        self.table.numbers = [column + 1 for column in sorted(self.right) if self.right[column]]
        return self.table


class _FigureReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.images: list[HtmlImage] = []
        self.caption: list[str] = []
        self.in_caption = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "img" and given.get("src"):
            alt = " ".join(given.get("alt", "").split())
            self.images.append(HtmlImage(given["src"].strip(), alt or None, given.get("title", "").strip()))
        elif tag == "figcaption":
            self.in_caption = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "figcaption":
            self.in_caption = False

    def handle_data(self, data: str) -> None:
        if self.in_caption:
            self.caption.append(data)


def _line(parts: list[str]) -> str:
    """A cell's Markdown on one line; the stars of bold and italics stand at the words."""
    text = " ".join("".join(parts).split())
    text = re.sub(r"(\*{1,2})\s*([^*]{1,400}?)\s*\1", r"\1\2\1", text)
    return text if text.strip("* ") else ""
