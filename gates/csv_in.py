"""Tables in: comma-, semicolon- or tab-separated text in the encodings that offices write, row by row.

A file is decoded strictly: UTF-8 with or without a mark, UTF-16 with or without one, else Windows-1252. What
is none of these is refused instead of guessed. Rows are read one at a time, so that a million of them take no
more memory than one; a cell, a row and the heading have limits, since a forgotten quotation mark would make a
cell of the whole file.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from django.utils.translation import gettext as _

CELL_LIMIT: Final = 10_000
"""Most characters in one cell."""

COLUMN_LIMIT: Final = 200
"""Most columns in one table."""

DELIMITERS: Final = (",", ";", "\t")
_BLOCK: Final = 1 << 20
_HEAD: Final = 65_536
_NAMES: Final = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1252": "Windows-1252"}


class TableRefused(ValueError):
    """The file is no table that can be read; the text is a sentence that says why and what to do."""


@dataclass(frozen=True)
class Row:
    """A row with at least one filled cell: the line on which it begins (from 1), and its cells, trimmed."""

    line: int
    cells: tuple[str, ...]


class Table:
    """A table that was opened: how it is written, its headings, and its rows as they are asked for."""

    def __init__(self, stream: BinaryIO) -> None:
        """`stream` can be read from its beginning more than once. Raises: TableRefused."""
        self._stream = stream
        self._codec, self._skip = _codec(stream)
        self._delimiter, self._declared = self._find_delimiter()
        heading = next(self._read(), None)
        if heading is None:
            raise TableRefused(
                _("The file is empty. It needs a first line with headings and a line a person.")
            )
        self.headings = heading.cells

    @property
    def encoding(self) -> str:
        """The name of the encoding, for people."""
        return _NAMES[self._codec]

    def rows(self) -> Iterator[Row]:
        """The rows below the headings; may be asked for again. Raises: TableRefused."""
        rows = self._read()
        next(rows, None)
        return rows

    def _text(self) -> io.TextIOWrapper:
        self._stream.seek(self._skip)
        buffered = io.BufferedReader(_Unclosed(self._stream))  # type: ignore[type-var]  # the stubs want a name
        return io.TextIOWrapper(buffered, encoding=self._codec, errors="strict", newline="")

    def _find_delimiter(self) -> tuple[str, bool]:
        """What parts the first filled line into most cells, and whether the line `sep=;` of Excel said so."""
        with self._text() as text:
            first = ""
            while not first.strip(" \t\r\n,;") and (line := text.readline(_HEAD)):
                first = line
        if first[:4].lower() == "sep=" and len(first.rstrip("\r\n")) == 5 and first[4] in ",;\t":
            return first[4], True
        counts = {mark: len(next(csv.reader([first], delimiter=mark), [])) for mark in DELIMITERS}
        return max(DELIMITERS, key=lambda mark: counts[mark]), False

    def _read(self) -> Iterator[Row]:
        with self._text() as text:
            reader = csv.reader(text, delimiter=self._delimiter)
            declared = self._declared
            begins = 1
            while True:
                try:
                    cells = next(reader, None)
                except csv.Error:
                    raise TableRefused(
                        _(
                            "Line %(line)d cannot be read as a table. Often a quotation mark is missing. "
                            "Nothing was imported."
                        )
                        % {"line": begins}
                    ) from None
                if cells is None:
                    return
                line, begins = begins, reader.line_num + 1
                if declared:
                    declared = not any(cells)
                    continue
                if len(cells) > COLUMN_LIMIT or any(len(cell) > CELL_LIMIT for cell in cells):
                    raise TableRefused(
                        _(
                            "Line %(line)d is too long for one row. Often a quotation mark is missing. "
                            "Nothing was imported."
                        )
                        % {"line": line}
                    )
                trimmed = tuple(cell.strip() for cell in cells)
                if any(trimmed):
                    yield Row(line, trimmed)


class _Unclosed(io.RawIOBase):
    """A stream that stays open when the text around it is closed."""

    def __init__(self, stream: BinaryIO) -> None:
        self._inner = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # a buffer is one or a view of one
        data = self._inner.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _codec(stream: BinaryIO) -> tuple[str, int]:
    """The one encoding in which all of the file can be read, and the bytes of its mark. Raises: TableRefused."""
    stream.seek(0)
    head = stream.read(4096)
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise TableRefused(
            _("This is an Excel workbook. Open it, choose “Save as” and “CSV UTF-8”, and import that file.")
        )
    if head.startswith(b"%PDF"):
        raise TableRefused(_("This is a PDF, not a table. Save the list as CSV and import that file."))
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if head.startswith(mark):
            if not _decodes(stream, name):
                raise TableRefused(
                    _(
                        "The file says that it is %(encoding)s, but parts of it are not. Save it as CSV UTF-8 again."
                    )
                    % {"encoding": _NAMES[name]}
                )
            return name, len(mark)
    # Text in UTF-16 has a zero in every other byte as long as it is mostly Latin.
    zeros_even, zeros_odd = head[0::2].count(0), head[1::2].count(0)
    if len(head) >= 4 and max(zeros_even, zeros_odd) * 5 > len(head):
        name = "utf-16-be" if zeros_even > zeros_odd else "utf-16-le"
        if min(zeros_even, zeros_odd) * 20 < len(head) and _decodes(stream, name):
            return name, 0
        raise TableRefused(_not_text())
    for name in ("utf-8", "cp1252"):
        if _decodes(stream, name):
            return name, 0
    raise TableRefused(_not_text())


def _not_text() -> str:
    return _("This is not a text file that can be read. Save the list as “CSV UTF-8” and import that file.")


def _decodes(stream: BinaryIO, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)("strict")
    stream.seek(0)
    try:
        while block := stream.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
