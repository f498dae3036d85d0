"""The blocks of a lesson as they are stored, and what tells two bodies apart."""

import hashlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from courses.models import LessonPage
from gates.markdown import render_markdown
from gates.sources import SourceError

_NAMESPACE = uuid.UUID("b6c0d7d2-58a1-4f0e-9d5b-2f4b1d0c7a55")
# Blocks and their fields that hold Markdown; "" is the block itself.
_MARKDOWN: dict[str, tuple[str, ...]] = {
    "markdown": ("",),
    "hook": ("text",),
    "example": ("intro", "conclusion"),
    "callout": ("text",),
    "video": ("transcript",),
}
# Blocks and their fields that name rows of pictures and documents.
_ROWS: dict[str, tuple[str, ...]] = {"figure": ("image",), "video": ("file", "captions")}


@dataclass
class LessonFile:
    """A lesson as read from its file; `errors` says what could not be read, `lines` where each block stands."""

    name: str
    fields: dict[str, Any] = field(default_factory=dict)
    body: list[dict[str, Any]] = field(default_factory=list)
    errors: list[SourceError] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    notes: str = ""  # for whoever gives the live session
    losses: list[tuple[int, str]] = field(default_factory=list)
    """What the lesson shows less than its file: line and reason. It stays a draft until somebody has looked."""

    def tell(self, line: int, reason: str) -> None:
        self.errors.append(SourceError(line, reason, self.name))

    is_plain: bool = False
    """Plain Markdown: what all its lessons lack is said once for the course."""

    def lose(self, line: int, reason: str) -> None:
        """Something of the file could not be kept as it was."""
        self.tell(line, reason)
        self.losses.append((line, reason))

    def add(self, kind: str, value: Any, *, line: int) -> None:
        """One more block, unless it could not be stored or shown: then the reason is told."""
        try:
            refuse_unfit(kind, value)
        except ValueError as error:
            self.lose(line, _("%(error)s This part was left out.") % {"error": error})
            return
        # Made from what the block says: the same block keeps its id when others come before it.
        said = json.dumps([kind, without_ids(value)], sort_keys=True)
        number = sum(1 for block in self.body if block.get("said") == said)
        key = str(uuid.uuid5(_NAMESPACE, f"{number}:{said}"))
        self.body.append({"type": kind, "value": value, "id": key, "said": said})
        self.lines[key] = line

    def stored(self) -> list[dict[str, Any]]:
        """The body as a page stores it."""
        return [{name: block[name] for name in ("type", "value", "id")} for block in self.body]


def listed(values: list[Any]) -> list[dict[str, Any]]:
    """A list as a ListBlock stores it."""
    return [
        {"type": "item", "value": value, "id": str(uuid.uuid5(_NAMESPACE, f"{index}:{value}"))}
        for index, value in enumerate(values)
    ]


def refuse_unfit(kind: str, value: Any) -> None:
    """What the editor would not save, and what could never be shown. Raises: ValueError, a sentence"""
    block = LessonPage._meta.get_field("body").stream_block.child_blocks[kind]
    try:
        block.clean_deferred(block.to_python(_without_rows(kind, value)))
    except ValidationError as error:
        if told := list(dict.fromkeys(_sentences(error))):
            raise ValueError(" ".join(told)) from error
    for text in _markdown_in(kind, value):
        refuse_unrenderable(text)


def _without_rows(kind: str, value: Any) -> Any:
    """The value without the rows it names: who read the file has found them, and in a dry run not stored them."""
    if kind == "fold":
        parts = [{**part, "value": _without_rows(part["type"], part["value"])} for part in value["parts"]]
        return {**value, "parts": parts}
    if kind == "checks":
        return {**value, "questions": []}
    return {name: part for name, part in value.items() if name not in _ROWS[kind]} if kind in _ROWS else value


def refuse_unrenderable(text: str) -> None:
    """Markdown that is too long or too deep to be shown. Raises: ValueError"""
    render_markdown(text)


def _sentences(error: ValidationError) -> Iterator[str]:
    nested = getattr(error, "block_errors", None)
    if nested:
        for name, inner in nested.items() if isinstance(nested, dict) else enumerate(nested):
            if inner is not None and name not in _ROWS["video"]:  # the file has to be there, and is
                yield from _sentences(inner)
    others = getattr(error, "non_block_errors", None)
    if others:
        yield from others.messages if isinstance(others, ValidationError) else map(str, others)
    if not nested and not others:
        yield from error.messages


def _markdown_in(kind: str, value: Any) -> Iterator[str]:
    for name in _MARKDOWN.get(kind, ()):
        yield str((value if name == "" else value.get(name)) or "")
    if kind == "fold":
        yield from (part["value"] for part in value["parts"] if part["type"] == "text")


def without_ids(value: Any) -> Any:
    """What a stored value says: neither ids nor what was left empty count."""
    if isinstance(value, dict):
        if {"type", "value"} <= set(value) <= {"type", "value", "id"}:
            return {"type": value["type"], "value": without_ids(value["value"])}
        plain = {name: without_ids(part) for name, part in value.items()}
        return {name: part for name, part in plain.items() if part not in ("", None, False, [])}
    if isinstance(value, list | tuple):
        # A list item of older pages stands without its wrapper.
        return [
            without_ids(part) if isinstance(part, dict) and "type" in part
            else {"type": "item", "value": without_ids(part)}
            for part in value
        ]  # fmt: skip
    return value.strip() if isinstance(value, str) else value


def digest(content: Any) -> str:
    """A fingerprint of plain values."""
    text = json.dumps(content, sort_keys=True, default=str, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
