"""YAML in, with the line of everything, so that a report can say where.

YAML here is the small, safe part of YAML 1.2: texts, numbers, true and false, null, lists, mappings. Words such
as `yes`, `no`, `on` and `12:30` are texts (YAML 1.1 makes booleans and base-60 numbers of them). Tags (`!`),
anchors (`&`) and aliases (`*`) are refused, which also ends the "billion laughs"; duplicate keys are refused
because the first of them would be lost without a word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import yaml
from django.utils.translation import gettext as _
from yaml.resolver import BaseResolver

SOURCE_LIMIT: Final = 1_000_000
"""A lesson or YAML file has fewer characters than this."""

NODE_LIMIT: Final = 50_000
"""Most values (keys, texts, lists …) in one YAML text."""

DEPTH_LIMIT: Final = 24
"""Deepest nesting of lists and mappings in YAML."""


class SourceError(ValueError):
    """One reason why a part of a file cannot be read: the line (from 1), the reason, the file if known."""

    def __init__(self, line: int, reason: str, source: str = "") -> None:
        message = _("line %(line)s: %(reason)s") % {"line": line, "reason": reason}
        super().__init__(f"{source}, {message}" if source else message)
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
    _Resolver.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first)


class _RefusedError(Exception):
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
        event = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML's stubs
        line = event.start_mark.line
        if isinstance(event, yaml.AliasEvent):
            raise _RefusedError(line, _quote("alias"))
        if event.anchor is not None:
            raise _RefusedError(line, _quote("anchor"))
        if event.tag is not None:
            raise _RefusedError(line, _quote("tag"))
        self.nodes += 1
        self.depth += 1
        if self.nodes > NODE_LIMIT:
            raise _RefusedError(
                line,
                _("more than %(limit)s values in one YAML text") % {"limit": f"{NODE_LIMIT:,}"},
            )
        if self.depth > DEPTH_LIMIT:
            raise _RefusedError(
                line,
                _("lists and mappings are nested more than %(limit)s deep") % {"limit": DEPTH_LIMIT},
            )
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
        raise SourceError(first_line, too_long(text), source)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if bad := UNREADABLE.search(text):
        line = text.count("\n", 0, bad.start())
        raise SourceError(first_line + line, _not_allowed(bad[0]), source)
    try:
        node = _Composer(text).get_single_node()
        return None if node is None else _value(node, first_line)
    except _RefusedError as error:
        raise SourceError(first_line + error.line, error.reason, source) from None
    except yaml.MarkedYAMLError as error:
        line, reason = _explained(error)
        last = text.rstrip().count("\n")  # the parser also complains about the line after the last
        raise SourceError(first_line + min(line, last), reason, source) from None
    except yaml.YAMLError as error:
        raise SourceError(first_line, _("this is no YAML: %(error)s") % {"error": error}, source) from None


_SIGNS: Final = {"alias": "*", "anchor": "&", "tag": "!"}


def _quote(kind: str) -> str:
    if kind == "alias":
        reason = _("a value that starts with %(sign)s is an alias in YAML; put the text in quotes")
    elif kind == "anchor":
        reason = _("a value that starts with %(sign)s is an anchor in YAML; put the text in quotes")
    else:
        reason = _("a value that starts with %(sign)s is a tag in YAML; put the text in quotes")
    return reason % {"sign": _SIGNS[kind]}


def _explained(error: yaml.MarkedYAMLError) -> tuple[int, str]:
    """The line (from 0) that an author should look at, and the reason."""
    context, mark = error.context or "", error.problem_mark or error.context_mark
    unclosed = ("while parsing a flow", "while scanning a quoted")  # not for people: what the parser says
    if context.startswith(unclosed) and error.context_mark:
        mark = error.context_mark  # what was never closed is best looked for where it begins
    line = mark.line if mark else 0
    kind = context.rpartition(" ")[2]
    if kind in _SIGNS:
        return line, _quote(kind)
    told = ", ".join(part for part in (error.problem, context) if part)
    return line, _("this is no YAML: %(error)s") % {"error": told}


# What YAML calls printable, less the exotic line breaks, which would shift the numbering of the lines.
UNREADABLE: Final = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def too_long(text: str) -> str:
    count, limit = f"{len(text):,}", f"{SOURCE_LIMIT:,}"
    return _("%(count)s characters; the limit is %(limit)s") % {"count": count, "limit": limit}


def _readable(node: yaml.Node) -> str:
    """The text of a value. What a file may not hold it may not spell out either: "\\0" in quotes is a NUL."""
    text = str(node.value)
    if bad := UNREADABLE.search(text):
        raise _RefusedError(node.start_mark.line, _not_allowed(bad[0]))
    return text


def unreadable(text: str) -> tuple[int, str] | None:
    """The line of the first character that no text file has, and a sentence about it; None for a clean text."""
    bad = UNREADABLE.search(text)
    if bad is None:
        return None
    return 1 + text.count("\n", 0, bad.start()), _not_allowed(bad[0])


def _not_allowed(character: str) -> str:
    return _("the character U+%(code)s is not allowed") % {"code": f"{ord(character):04X}"}


def _value(node: yaml.Node, first_line: int) -> Any:
    line = node.start_mark.line + first_line
    if isinstance(node, yaml.MappingNode):
        mapping = SourceDict(line)
        for key_node, value_node in node.value:
            at = key_node.start_mark.line
            if not isinstance(key_node, yaml.ScalarNode):
                raise _RefusedError(at, _("a key must be a text"))
            key = _readable(key_node)
            if key in mapping:
                raise _RefusedError(
                    at,
                    _("the key “%(key)s” was already given in line %(line)s")
                    % {"key": key, "line": mapping.lines[key]},
                )
            mapping[key] = _value(value_node, first_line)
            mapping.lines[key] = at + first_line
        return mapping
    if isinstance(node, yaml.SequenceNode):
        items = SourceList(line)
        for child in node.value:
            items.append(_value(child, first_line))
            items.lines.append(child.start_mark.line + first_line)
        return items
    kind, text = node.tag.rpartition(":")[2], _readable(node)
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind == "int":
        return int(text)
    return float(text) if kind == "float" else text
