"""One lesson file as the raw value of a lesson's body."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.addresses import RESERVED_SLUGS
from exchange.importing.figures import shown
from exchange.importing.folder import DOCUMENT_LIMIT, Folder, Store
from exchange.importing.richtext import rich_text_in
from exchange.importing.spelling import is_address, no_address
from exchange.importing.stream import LessonFile, listed
from gates.blocks import LessonSource, Piece, SourceError, node_line, parse_lesson
from gates.typography import within_quotes

_PICTURE = re.compile(r"(?<!\\)!\[[^\]\n]{0,300}\]\(")
# What each YAML block needs and what it may have beside that.
_FIELDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "meeting": (("speaker_side", "speaker", "said", "hearer", "heard", "say_instead"), ()),
    "example": (("title", "steps"), ("intro", "conclusion")),
    "exhibit": (("title", "kind", "text", "notes"), ()),
    "figure": (("image",), ("alt", "decorative", "caption", "credit")),
    "video": (("title", "file"), ("captions", "transcript")),
    "table": (("caption", "head", "rows"), ("numbers",)),
    "fold": (("title", "parts"), ()),
}
_LISTS = {"steps", "notes", "head", "rows", "numbers", "parts"}
# Blocks that are Markdown or one line elsewhere: their field in a `::: block` fence, which can say anything.
_ANYTHING = {"markdown": "text", "hook": "text", "callout": "text", "say": "line", "text": "html"}
_KNOWN = {"title", "slug", "objective", "outcome", "minutes", "required"}


def read_lesson(name: str, folder: Folder, questions: Mapping[str, int], store: Store) -> LessonFile:
    """A lesson file with every mistake in it, each with its line."""
    out = LessonFile(name)
    try:
        text = folder.text(name)
    except SourceError as error:
        out.errors.append(error)
        return out
    source = parse_lesson(text, source=name)
    out.errors += source.errors
    _read_fields(out, source)
    if not out.fields:
        return out
    reader = _Reader(out, folder, questions, store)
    for piece in source.pieces:
        reader.take(piece)
    return out


def _read_fields(out: LessonFile, source: LessonSource) -> None:
    matter = source.front_matter
    for name in ("title", "slug", "objective"):
        value = matter.get(name)
        if not isinstance(value, str) or not value.strip():
            out.tell(
                1,
                _("`%(name)s` is missing at the head of the file. The lesson was not imported.")
                % {"name": name},
            )
            return
    slug = matter["slug"]
    if slug in RESERVED_SLUGS or not is_address(slug):
        reason = (
            _("“%(slug)s” is the address of another page of the course.") % {"slug": slug}
            if slug in RESERVED_SLUGS
            else no_address(slug)
        )
        out.tell(node_line(matter, "slug"), _("%(reason)s The lesson was not imported.") % {"reason": reason})
        return
    minutes = matter.get("minutes", 7)
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 1 <= minutes <= 90:
        out.tell(node_line(matter, "minutes"), _("`minutes` is a whole number from 1 to 90."))
        minutes = 7
    required = matter.get("required", True)
    if not isinstance(required, bool):
        out.tell(node_line(matter, "required"), _("`required` is true or false."))
        required = True
    outcome = matter.get("outcome") or ""
    if not isinstance(outcome, str):
        out.tell(node_line(matter, "outcome"), _("`outcome` is the id of an outcome of the course."))
        outcome = ""
    for name in set(matter) - _KNOWN:
        out.tell(
            node_line(matter, name),
            _("“%(name)s” is not a field of a lesson.") % {"name": within_quotes(name)},
        )
    out.fields = {
        "title": matter["title"].strip(),
        "slug": slug,
        "objective": matter["objective"].strip(),
        "outcome": outcome.strip(),
        "minutes": minutes,
        "is_required": required,
    }


class _Reader:
    """Turns the pieces of a file into blocks."""

    def __init__(self, out: LessonFile, folder: Folder, questions: Mapping[str, int], store: Store) -> None:
        self.out, self.folder, self.questions, self.store = out, folder, questions, store

    def take(self, piece: Piece) -> None:
        try:
            block = self._block(piece)
        except SourceError as error:
            self.out.lose(error.line, error.reason)
            return
        except ValueError as error:
            self.out.lose(piece.line, str(error))
            return
        if block is not None:
            self.out.add(*block, line=piece.line)

    def _block(self, piece: Piece) -> tuple[str, Any] | None:
        """The block that a piece of the file becomes; None where there is nothing to show."""
        if piece.body:
            self._refuse_pictures(piece)
        match piece.kind:
            case "section":
                block: tuple[str, Any] | None = ("markdown", f"## {piece.title}\n\n{piece.body}".strip())
            case "text":
                block = ("markdown", piece.body) if piece.body else None
            case "hook":
                block = ("hook", {"text": piece.body})
            case "say":
                block = ("say", {"line": " ".join(piece.body.split())})
            case "callout":
                given = piece.data or {}
                settings = {"kind": given.get("kind", "note"), "title": given.get("title", "")}
                block = ("callout", {**settings, "text": piece.body})
            case "checks":
                block = self._checks(piece)
            case "resources":
                block = ("resources", {"items": listed(_resources(piece))})
            case "block":
                block = self._anything(piece)
            case _:
                block = (piece.kind, self._structured(piece.data, piece.kind, piece.line))
        return block

    def _anything(self, piece: Piece) -> tuple[str, Any]:
        """Any block by its name, for texts that a fence of its own could not hold."""
        data = dict(piece.data)
        kind = data.pop("block", None)
        own = _ANYTHING.get(str(kind))
        if own is None or own not in data:
            raise SourceError(
                piece.line, _("`block` is one of %(kinds)s, with its text.") % {"kinds": ", ".join(_ANYTHING)}
            )
        text = _text(piece.data, own)
        if kind == "text":
            html = rich_text_in(text, lambda reason: self.out.tell(piece.line, reason))
            if not re.sub(r"<[^>]*>", "", html).strip():
                raise SourceError(piece.line, _("Nothing of this text may stand in a page; it was left out."))
            return "text", html
        if kind == "markdown":
            return "markdown", text
        if kind == "callout":
            return "callout", {
                "kind": data.get("kind", "note"),
                "title": _text(piece.data, "title"),
                "text": text,
            }
        return str(kind), {own: text}

    def _refuse_pictures(self, piece: Piece) -> None:
        for number, line in enumerate(piece.body.split("\n")):
            if "![" in line and _PICTURE.search(re.sub(r"`[^`]*`", "", line)):
                reason = _("A picture stands in a `::: figure` block; in the text it leads nowhere.")
                self.out.tell(piece.body_line + number, reason)

    def _checks(self, piece: Piece) -> tuple[str, Any]:
        questions = []
        for index, code in enumerate(piece.data):
            question = self.questions.get(str(code))
            if question is None:
                self.out.tell(
                    node_line(piece.data, index),
                    _("There is no check “%(code)s” in the question files.")
                    % {"code": within_quotes(str(code))},
                )
                continue
            questions.append(question)
        return "checks", {"questions": listed(questions)}

    def _structured(self, data: Any, kind: str, line: int) -> dict[str, Any]:
        value = _fields_of(data, kind, line)
        shape: dict[str, Callable[[dict[str, Any]], None]] = {
            "example": _shape_example,
            "exhibit": _shape_exhibit,
            "table": _shape_table,
            "figure": lambda figure: self._shape_figure(figure, line),
            "video": self._shape_video,
            "fold": self._shape_fold,
        }
        if kind in shape:
            shape[kind](value)
        return value

    def _shape_figure(self, value: dict[str, Any], line: int) -> None:
        path = value.pop("image")
        shown(value, path, line=line, out=self.out, files=self.folder, store=self.store)

    def _shape_video(self, value: dict[str, Any]) -> None:
        # Titles for the library, where those who write look for files: in the language of whoever imports.
        for field, title in (
            ("file", value["title"]),
            ("captions", _("%(title)s (captions)") % {"title": value["title"]}),
        ):
            if value.get(field):
                name = self.folder.beside(self.out.name, value[field])
                data = self.folder.bytes_of(name, DOCUMENT_LIMIT)
                value[field] = self.store.document(data, name, title=title)

    def _shape_fold(self, value: dict[str, Any]) -> None:
        parts = []
        for index, item in enumerate(value["parts"]):
            line = node_line(value["parts"], index)
            if not isinstance(item, dict) or len(item) != 1 or next(iter(item)) not in {"text", "figure"}:
                raise SourceError(line, _("A part of a fold is `text: …` or `figure: …`."))
            if "text" in item:
                part: dict[str, Any] = {"type": "text", "value": _text(item, "text")}
            else:
                figure = _fields_of(item["figure"], "figure", line)
                self._shape_figure(figure, line)
                part = {"type": "figure", "value": figure}
            parts.append(part)
        value["parts"] = parts


def _text(data: Mapping[str, Any], name: str) -> str:
    """A value as text: figures count, lists and mappings do not. Raises: SourceError"""
    value = data.get(name)
    if value is None:
        return ""
    if isinstance(value, bool | list | dict):
        raise SourceError(
            node_line(data, name), _("`%(name)s` is a text; put it in quotation marks.") % {"name": name}
        )
    return str(value)


def _fields_of(data: Any, kind: str, line: int) -> dict[str, Any]:
    """The fields of a block: texts, except those that are lists or true and false. Raises: SourceError"""
    required, optional = _FIELDS[kind]
    if not isinstance(data, dict):
        raise SourceError(line, _("A %(kind)s block is written as `name: value` lines.") % {"kind": kind})
    for name in required:
        if data.get(name) in (None, "", []):
            raise SourceError(
                line, _("`%(name)s` is missing in this %(kind)s block.") % {"name": name, "kind": kind}
            )
    value: dict[str, Any] = {}
    for name in data:
        if name not in (*required, *optional):
            raise SourceError(
                node_line(data, name),
                _("“%(name)s” is not a field of a %(kind)s block.")
                % {"name": within_quotes(name), "kind": kind},
            )
        if name in _LISTS:
            if not isinstance(data[name], list):
                raise SourceError(node_line(data, name), _("`%(name)s` is a list.") % {"name": name})
            value[name] = data[name]
        elif name == "decorative":
            if not isinstance(data[name], bool):
                raise SourceError(node_line(data, name), _("`decorative` is true or false."))
            value[name] = data[name]
        else:
            value[name] = _text(data, name)
    return value


def _resources(piece: Piece) -> list[dict[str, str]]:
    items = []
    for index, item in enumerate(piece.data):
        if not isinstance(item, dict) or not {"title", "url"} <= set(item) <= {"title", "url", "note"}:
            line = node_line(piece.data, index)
            raise SourceError(line, _("A resource has `title` and `url`, and may have a `note`."))
        items.append({name: _text(item, name) for name in ("title", "url", "note")})
    return items


def _shape_example(value: dict[str, Any]) -> None:
    steps = []
    for index, item in enumerate(value["steps"]):
        line = node_line(value["steps"], index)
        if not isinstance(item, dict) or not {"step"} <= set(item) <= {"step", "working", "result"}:
            raise SourceError(line, _("A step has `step`, and may have `working` and `result`."))
        steps.append({name: _text(item, name) for name in ("step", "working", "result")})
    value["steps"] = listed(steps)


def _shape_exhibit(value: dict[str, Any]) -> None:
    value["notes"] = listed(_cells(value["notes"]))


def _cells(row: Any) -> list[str]:
    if not isinstance(row, list):
        raise ValueError(_("A list of texts is needed here."))
    for index, cell in enumerate(row):
        if isinstance(cell, list | dict):
            raise SourceError(node_line(row, index), _("This is a text; put it in quotation marks."))
    return ["" if cell is None else str(cell) for cell in row]


def _shape_table(value: dict[str, Any]) -> None:
    width = len(value["head"])
    for number, row in enumerate(value["rows"], start=1):
        if not isinstance(row, list) or len(row) != width:
            line = node_line(value["rows"], number - 1)
            raise SourceError(
                line,
                ngettext(
                    "Row %(number)s does not have %(width)s cell like the head.",
                    "Row %(number)s does not have %(width)s cells like the head.",
                    width,
                )
                % {"number": number, "width": width},
            )
    numbers = value.get("numbers", [])
    if any(
        not isinstance(column, int) or isinstance(column, bool) or not 1 <= column <= width
        for column in numbers
    ):
        raise ValueError(_("`numbers` are the numbers of columns, 1 to %(width)s.") % {"width": width})
    value["head"] = listed(_cells(value["head"]))
    value["rows"] = listed([listed(_cells(row)) for row in value["rows"]])
    value["numbers"] = listed(list(numbers))
