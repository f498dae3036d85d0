"""Lesson files in, cut into pieces, with the line of everything.

Nothing is silently dropped: what cannot be read becomes a `SourceError` with its line, and the rest is read
all the same, so that an author sees all mistakes of a file at once. YAML is read by `gates.sources`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _
from frontmatter.default_handlers import YAMLHandler

from gates.sources import (
    SOURCE_LIMIT,
    SourceDict,
    SourceError,
    SourceList,
    load_yaml,
    node_line,
    too_long,
)

__all__ = [
    "LessonSource",
    "Piece",
    "SourceDict",
    "SourceError",
    "SourceList",
    "load_yaml",
    "node_line",
    "parse_lesson",
]

MARKDOWN_BLOCKS: Final = frozenset({"hook", "callout", "say"})
YAML_LISTS: Final = frozenset({"checks", "resources"})
YAML_BLOCKS: Final = (
    frozenset({"meeting", "example", "exhibit", "figure", "video", "table", "fold", "block"}) | YAML_LISTS
)


@dataclass(frozen=True)
class Piece:
    """One part of a lesson in the order of the file.

    `kind` is `section` (a `##` heading with the Markdown directly below it), `text` (Markdown before the first
    heading or after a fence) or the name of a fence.
    `line` is the line of the heading, of the opening fence, or of the first line of the text.
    `title` is the text of the heading of a `section`.
    `body` is Markdown without surrounding blank lines, in `section`, `text`, `hook`, `callout`, `say`;
    `body_line` its first line.
    `data` is the parsed YAML of the other fences (`SourceDict` or `SourceList`), and for `callout` the
    settings `kind` and `title` as far as they are given.
    """

    kind: str
    line: int
    title: str = ""
    body: str = ""
    body_line: int = 0
    data: Any = None


@dataclass(frozen=True)
class LessonSource:
    """A lesson as read: what could be read, and an error for each thing that could not."""

    front_matter: dict[str, Any]
    pieces: list[Piece] = field(default_factory=list)
    errors: list[SourceError] = field(default_factory=list)


_FENCE_OPENS: Final = re.compile(r":::[ \t]*([A-Za-z][\w-]*)[ \t]*")
_FENCE_CLOSES: Final = re.compile(r":::[ \t]*")
_SECTION: Final = re.compile(r"##(?!#)(.*)")
_CODE_OPENS: Final = re.compile(r"[ \t>]*(`{3,}(?=[^`]*$)|~{3,})")
_SETTING: Final = re.compile(r"(kind|title):(?:[ \t]+(.*))?")
_CALLOUT_KINDS: Final = ("note", "tip", "careful")


def parse_lesson(text: str, *, source: str = "") -> LessonSource:
    """The front matter and the pieces of a lesson in the order of the file, with all errors collected.

    The format is docs/content-format.md. `##` and `:::` inside fenced code are code. An unknown fence, a fence
    that is not closed or cannot be read gives an error and no piece; everything else becomes a piece. Whether
    the pieces *mean* something (known ids, required keys) is for the importer to say.

    Raises nothing: a text of `SOURCE_LIMIT` or more characters gives one error and no piece.
    """
    if len(text) >= SOURCE_LIMIT:
        return LessonSource({}, [], [SourceError(1, too_long(text), source)])
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    reader = _LessonReader(source)
    front_matter, content, line = reader.front_matter(text)
    reader.read(content, line)
    return LessonSource(front_matter, reader.pieces, sorted(reader.errors, key=lambda error: error.line))


class _LessonReader:
    """Reads a lesson line by line. One piece is open at any time: Markdown, or a fence (`in_fence`)."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.pieces: list[Piece] = []
        self.errors: list[SourceError] = []
        self.code = ""  # the marker that will close fenced code, empty outside
        self.code_line = 0
        self.begin("text", 1, 1)

    def begin(self, kind: str, line: int, body_line: int, *, title: str = "", in_fence: bool = False) -> None:
        self.kind, self.line, self.title, self.in_fence = kind, line, title, in_fence
        self.body: list[str] = []
        self.body_line = body_line

    def finish(self) -> None:
        if self.in_fence:
            self.fence(self.kind, self.line, self.body, self.body_line)
            return
        text, body_line = _trimmed(self.body, self.body_line)
        if self.kind == "section":
            self.pieces.append(Piece("section", self.line, self.title, text, body_line))
        elif text:
            self.pieces.append(Piece("text", body_line, "", text, body_line))

    def error(self, line: int, reason: str) -> None:
        self.errors.append(SourceError(line, reason, self.source))

    def yaml(self, text: str, line: int, expected: type[SourceDict] | type[SourceList]) -> Any:
        """The parsed YAML, or None with an error noted."""
        try:
            data = load_yaml(text, source=self.source, first_line=line)
        except SourceError as error:
            self.errors.append(error)
            return None
        if isinstance(data, expected):
            return data
        line = node_line(data) if isinstance(data, SourceDict | SourceList) else line
        self.error(line, _("expected a list") if expected is SourceList else _("expected keys with values"))
        return None

    def front_matter(self, text: str) -> tuple[dict[str, Any], str, int]:
        """The front matter, the text after it, and the line on which that starts."""
        handler = YAMLHandler()
        if not handler.detect(text):
            self.error(1, _("the front matter is missing: the file must start with ---"))
            return {}, text, 1
        try:
            matter, content = handler.split(text)
        except ValueError:
            self.error(1, _("the front matter is not closed with ---"))
            return {}, "", 1
        start = 1 + text.count("\n", 0, text.index(matter) if matter else 0)
        data = self.yaml(matter, start, SourceDict)
        return data or {}, content, 1 + text.count("\n") - content.count("\n")

    def read(self, content: str, first_line: int) -> None:
        """Cuts the text into pieces."""
        self.begin("text", first_line, first_line)
        for number, row in enumerate(content.split("\n"), first_line):
            is_markdown = not self.in_fence or self.kind not in YAML_BLOCKS
            if self.code:
                self.body.append(row)
                marks = row.strip(" \t>")
                if marks.startswith(self.code) and not marks.strip(self.code[0]):
                    self.code = ""
            elif is_markdown and (opening := _CODE_OPENS.match(row)):
                self.code, self.code_line = opening[1], number
                self.body.append(row)
            elif opens := _FENCE_OPENS.fullmatch(row):
                self.open_fence(opens[1], number)
            elif _FENCE_CLOSES.fullmatch(row):
                self.close_fence(number)
            elif not self.in_fence and (heading := _SECTION.fullmatch(row)):
                self.open_section(heading[1].strip().rstrip("#").rstrip(), number)
            else:
                if is_markdown and row.lstrip().startswith(":::"):
                    self.error(number, _("a fence is ::: and one name, at the very start of the line"))
                self.body.append(row)
        if self.code:
            self.error(
                self.code_line, _("the code that starts with %(code)s is not closed") % {"code": self.code}
            )
        if self.in_fence:
            self.error(self.line, _("the fence “%(kind)s” is not closed") % {"kind": self.kind})
        else:
            self.finish()

    def open_fence(self, kind: str, number: int) -> None:
        if self.in_fence:
            self.error(
                self.line,
                _("the fence “%(kind)s” is not closed before line %(number)s")
                % {"kind": self.kind, "number": number},
            )
        else:
            self.finish()
        self.begin(kind, number, number + 1, in_fence=True)

    def close_fence(self, number: int) -> None:
        if not self.in_fence:
            self.error(number, _("this ::: closes nothing"))
            return
        self.finish()
        self.begin("text", number + 1, number + 1)

    def open_section(self, title: str, number: int) -> None:
        self.finish()
        if not title:
            self.error(number, _("a heading without text"))
        self.begin("section", number, number + 1, title=title)

    def fence(self, kind: str, line: int, body: list[str], body_line: int) -> None:
        if kind in YAML_BLOCKS:
            expected = SourceList if kind in YAML_LISTS else SourceDict
            data = self.yaml("".join(f"{row}\n" for row in body), body_line, expected)
            if data is not None:
                self.pieces.append(Piece(kind, line, data=data, body_line=body_line))
            return
        if kind not in MARKDOWN_BLOCKS:
            known = ", ".join(sorted(MARKDOWN_BLOCKS | YAML_BLOCKS))
            self.error(
                line, _("unknown fence “%(kind)s”; known are %(known)s") % {"kind": kind, "known": known}
            )
            return
        settings = SourceDict(body_line) if kind == "callout" else None
        while settings is not None and body and (setting := _SETTING.fullmatch(body[0])):
            self.setting(settings, setting[1], (setting[2] or "").strip(), body_line)
            body, body_line = body[1:], body_line + 1
        text, body_line = _trimmed(body, body_line)
        if not text:
            self.error(line, _("the fence “%(kind)s” is empty") % {"kind": kind})
            return
        self.pieces.append(Piece(kind, line, "", text, body_line, settings))

    def setting(self, settings: SourceDict, key: str, value: str, line: int) -> None:
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        if key in settings:
            self.error(
                line,
                _("the key “%(key)s” was already given in line %(line)s")
                % {"key": key, "line": settings.lines[key]},
            )
        elif key == "kind" and value not in _CALLOUT_KINDS:
            self.error(
                line,
                _("the kind of a callout is one of %(kinds)s, not “%(value)s”")
                % {"kinds": ", ".join(_CALLOUT_KINDS), "value": value},
            )
        else:
            settings[key] = value
            settings.lines[key] = line


def _trimmed(body: list[str], line: int) -> tuple[str, int]:
    """The lines without blank ones at both ends, and the line of the first that is left."""
    start, end = 0, len(body)
    while start < end and not body[start].strip():
        start += 1
    while end > start and not body[end - 1].strip():
        end -= 1
    return "\n".join(body[start:end]), line + start
