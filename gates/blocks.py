"""Lesson files and YAML in, with the line of everything, so that a report can say where.

Nothing is silently dropped: what cannot be read becomes a `SourceError` with its line, and the rest is read
all the same, so that an author sees all mistakes of a file at once.

YAML here is the small, safe part of YAML 1.2: texts, numbers, true and false, null, lists, mappings. Words such
as `yes`, `no`, `on` and `12:30` are texts (YAML 1.1 makes booleans and base-60 numbers of them). Tags (`!`),
anchors (`&`) and aliases (`*`) are refused, which also ends the "billion laughs"; duplicate keys are refused
because the first of them would be lost without a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import yaml
from frontmatter.default_handlers import YAMLHandler
from yaml.resolver import BaseResolver

SOURCE_LIMIT: Final = 1_000_000
"""Longest lesson or YAML file, in characters, exclusive: one of exactly this length is refused."""

NODE_LIMIT: Final = 50_000
"""Most values (keys, texts, lists …) in one YAML text."""

DEPTH_LIMIT: Final = 24
"""Deepest nesting of lists and mappings in YAML."""

MARKDOWN_BLOCKS: Final = frozenset({"hook", "callout", "say"})
YAML_LISTS: Final = frozenset({"checks", "resources"})
YAML_BLOCKS: Final = frozenset({"meeting", "example", "exhibit", "figure", "video", "table"}) | YAML_LISTS


class SourceError(ValueError):
    """One reason why a part of a file cannot be read: the line (from 1), the reason, the file if known."""

    def __init__(self, line: int, reason: str, source: str = "") -> None:
        super().__init__(f"{source + ', ' if source else ''}line {line}: {reason}")
        self.line = line
        self.reason = reason
        self.source = source

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SourceError):
            return NotImplemented
        return (self.line, self.reason, self.source) == (other.line, other.reason, other.source)

    def __hash__(self) -> int:
        return hash((self.line, self.reason, self.source))


class SourceDict(dict[str, Any]):
    """A YAML mapping that knows its line and the line of each key."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class SourceList(list[Any]):
    """A YAML list that knows its line and the line of each item."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


def node_line(container: object, key: str | int | None = None) -> int:
    """The line in the file of a mapping or list from `load_yaml`, or of one key or item in it; 1 if unknown."""
    if isinstance(container, SourceDict):
        return container.line if key is None else container.lines.get(str(key), container.line)
    if isinstance(container, SourceList):
        if isinstance(key, int) and -len(container.lines) <= key < len(container.lines):
            return container.lines[key]
        return container.line
    return 1


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


# --- YAML ---------------------------------------------------------------------------------------------

if TYPE_CHECKING:
    from yaml.reader import Reader

    class _Parser(Reader, yaml.scanner.Scanner, yaml.parser.Parser):
        """What type checkers see of either parser below."""

        def __init__(self, stream: str) -> None: ...

else:
    try:
        # libyaml's parser is about ten times faster (measured); both give the same events.
        from yaml.cyaml import CParser as _Parser
    except ImportError:  # pragma: no cover - PyYAML without libyaml

        class _Parser(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
            def __init__(self, stream: str) -> None:
                yaml.reader.Reader.__init__(self, stream)
                yaml.scanner.Scanner.__init__(self)
                yaml.parser.Parser.__init__(self)


class _Resolver(BaseResolver):
    """Scalars of YAML 1.2's core schema, without octal, hexadecimal and infinite numbers."""


# A leading zero or more than 15 digits: a text, because a number would not give it back.
for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?(?:0|[1-9][0-9]{0,14})", list("-+0123456789")),
    ("float", r"[-+]?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,15}(?:[eE][-+]?[0-9]{1,2})?", list("-+0123456789")),
):
    _Resolver.add_implicit_resolver(  # type: ignore[no-untyped-call]  # PyYAML is untyped here
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first
    )


class _Refused(Exception):
    """Something that YAML allows and this gate does not; the line counts from 0."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


class _Composer(yaml.composer.Composer, _Parser, _Resolver):
    """Builds the tree of nodes from the events and stops at the first one too many or too deep."""

    def __init__(self, stream: str) -> None:
        _Parser.__init__(self, stream)
        yaml.composer.Composer.__init__(self)
        _Resolver.__init__(self)
        self.nodes = 0
        self.depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()
        line = event.start_mark.line
        if isinstance(event, yaml.AliasEvent):
            raise _Refused(line, "a value that starts with * is an alias in YAML; put the text in quotes")
        if event.anchor is not None:
            raise _Refused(line, "a value that starts with & is an anchor in YAML; put the text in quotes")
        if event.tag is not None:
            raise _Refused(line, "a value that starts with ! is a tag in YAML; put the text in quotes")
        self.nodes += 1
        self.depth += 1
        if self.nodes > NODE_LIMIT:
            raise _Refused(line, f"more than {NODE_LIMIT:,} values in one YAML text")
        if self.depth > DEPTH_LIMIT:
            raise _Refused(line, f"lists and mappings are nested more than {DEPTH_LIMIT} deep")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def load_yaml(text: str, *, source: str = "", first_line: int = 1) -> Any:
    """The YAML text as texts, numbers, booleans, None, `SourceDict` and `SourceList`; None for an empty text.

    Keys are always texts, as written. `first_line` is the line of the file on which `text` starts; `source`
    names the file in errors.

    Raises:
        SourceError: no YAML, or YAML with tags, anchors, aliases, duplicate keys, keys that are lists, more
            than one document, more than `NODE_LIMIT` values or `DEPTH_LIMIT` levels, `SOURCE_LIMIT` or more
            characters, or characters that no text file has.
    """
    if len(text) >= SOURCE_LIMIT:
        raise SourceError(first_line, _too_long(text), source)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if bad := _UNREADABLE.search(text):
        line = text.count("\n", 0, bad.start())
        raise SourceError(first_line + line, f"the character U+{ord(bad[0]):04X} is not allowed", source)
    try:
        node = _Composer(text).get_single_node()
        return None if node is None else _value(node, first_line)
    except _Refused as error:
        raise SourceError(first_line + error.line, error.reason, source) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = ", ".join(part for part in (error.problem, error.context) if part)
        raise SourceError(first_line + (mark.line if mark else 0), f"this is no YAML: {reason}", source) from None
    except yaml.YAMLError as error:
        raise SourceError(first_line, f"this is no YAML: {error}", source) from None


# What YAML calls printable, less the exotic line breaks, which would shift the numbering of the lines.
_UNREADABLE: Final = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def _too_long(text: str) -> str:
    return f"{len(text):,} characters; the limit is {SOURCE_LIMIT:,}"


def _value(node: yaml.Node, first_line: int) -> Any:
    line = node.start_mark.line + first_line
    if isinstance(node, yaml.MappingNode):
        mapping = SourceDict(line)
        for key_node, value_node in node.value:
            at = key_node.start_mark.line
            if not isinstance(key_node, yaml.ScalarNode):
                raise _Refused(at, "a key must be a text")
            key = key_node.value
            if key in mapping:
                raise _Refused(at, f"the key “{key}” was already given in line {mapping.lines[key]}")
            mapping[key] = _value(value_node, first_line)
            mapping.lines[key] = at + first_line
        return mapping
    if isinstance(node, yaml.SequenceNode):
        items = SourceList(line)
        for child in node.value:
            items.append(_value(child, first_line))
            items.lines.append(child.start_mark.line + first_line)
        return items
    kind, text = node.tag.rpartition(":")[2], node.value
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind == "int":
        return int(text)
    return float(text) if kind == "float" else text


# --- Lessons ------------------------------------------------------------------------------------------

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
        return LessonSource({}, [], [SourceError(1, _too_long(text), source)])
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    reader = _LessonReader(source)
    front_matter, content, line = reader.front_matter(text)
    reader.read(content, line)
    return LessonSource(front_matter, reader.pieces, sorted(reader.errors, key=lambda error: error.line))


class _LessonReader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.pieces: list[Piece] = []
        self.errors: list[SourceError] = []

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
        self.error(line, "expected a list" if expected is SourceList else "expected keys with values")
        return None

    def front_matter(self, text: str) -> tuple[dict[str, Any], str, int]:
        """The front matter, the text after it, and the line on which that starts."""
        handler = YAMLHandler()
        if not handler.detect(text):
            self.error(1, "the front matter is missing: the file must start with ---")
            return {}, text, 1
        try:
            matter, content = handler.split(text)
        except ValueError:
            self.error(1, "the front matter is not closed with ---")
            return {}, "", 1
        start = 1 + text.count("\n", 0, text.index(matter) if matter else 0)
        data = self.yaml(matter, start, SourceDict)
        return data or {}, content, 1 + text.count("\n") - content.count("\n")

    def read(self, content: str, first_line: int) -> None:
        """Cuts the text into pieces. One state at a time: Markdown, or inside the fence `opened`."""
        kind, title, line = "text", "", first_line  # of the piece being read
        body: list[str] = []
        body_line = first_line
        in_fence = False
        code: str | None = None  # the marker that will close fenced code
        code_line = 0

        def finish() -> None:
            if in_fence:
                self.fence(kind, line, body, body_line)
            else:
                self.markdown(kind, title, line, body, body_line)

        for number, row in enumerate(content.split("\n"), first_line):
            if code is not None:
                body.append(row)
                stripped = row.strip(" \t>")
                if stripped.startswith(code) and not stripped.strip(code[0]):
                    code = None
                continue
            reads_code = not in_fence or kind not in YAML_BLOCKS
            if reads_code and (found := _CODE_OPENS.match(row)):
                code, code_line = found[1], number
                body.append(row)
            elif opens := _FENCE_OPENS.fullmatch(row):
                if in_fence:
                    self.error(line, f"the fence “{kind}” is not closed before line {number}")
                else:
                    finish()
                kind, title, line, body, body_line, in_fence = opens[1], "", number, [], number + 1, True
            elif _FENCE_CLOSES.fullmatch(row):
                if in_fence:
                    finish()
                    kind, title, line, body, body_line, in_fence = "text", "", number + 1, [], number + 1, False
                else:
                    self.error(number, "this ::: closes nothing")
            elif not in_fence and (heading := _SECTION.fullmatch(row)):
                finish()
                title = heading[1].strip().rstrip("#").rstrip()
                kind, line, body, body_line = "section", number, [], number + 1
                if not title:
                    self.error(number, "a heading without text")
            else:
                if reads_code and row.lstrip().startswith(":::"):
                    self.error(number, "a fence is ::: and one name, at the very start of the line")
                body.append(row)
        if code is not None:
            self.error(code_line, f"the code that starts with {code} is not closed")
        if in_fence:
            self.error(line, f"the fence “{kind}” is not closed")
        else:
            finish()

    def markdown(self, kind: str, title: str, line: int, body: list[str], body_line: int) -> None:
        text, body_line = _trimmed(body, body_line)
        if kind == "section":
            self.pieces.append(Piece("section", line, title, text, body_line))
        elif text:
            self.pieces.append(Piece("text", body_line, "", text, body_line))

    def fence(self, kind: str, line: int, body: list[str], body_line: int) -> None:
        if kind in YAML_BLOCKS:
            expected = SourceList if kind in YAML_LISTS else SourceDict
            data = self.yaml("\n".join(body), body_line, expected)
            if data is not None:
                self.pieces.append(Piece(kind, line, data=data, body_line=body_line))
            return
        if kind not in MARKDOWN_BLOCKS:
            known = ", ".join(sorted(MARKDOWN_BLOCKS | YAML_BLOCKS))
            self.error(line, f"unknown fence “{kind}”; known are {known}")
            return
        settings = SourceDict(body_line) if kind == "callout" else None
        while settings is not None and body and (found := _SETTING.fullmatch(body[0])):
            self.setting(settings, found[1], (found[2] or "").strip(), body_line)
            body, body_line = body[1:], body_line + 1
        text, body_line = _trimmed(body, body_line)
        if not text:
            self.error(line, f"the fence “{kind}” is empty")
            return
        self.pieces.append(Piece(kind, line, "", text, body_line, settings))

    def setting(self, settings: SourceDict, key: str, value: str, line: int) -> None:
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        if key in settings:
            self.error(line, f"the key “{key}” was already given in line {settings.lines[key]}")
        elif key == "kind" and value not in _CALLOUT_KINDS:
            self.error(line, f"the kind of a callout is one of {', '.join(_CALLOUT_KINDS)}, not “{value}”")
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
