"""One lesson file as the raw value of a lesson's body."""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files import File
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from courses.models import RESERVED_SLUGS
from gates.blocks import LessonSource, Piece, SourceError, node_line, parse_lesson
from gates.drawing import DrawingRefused, clean_drawing
from quizzes.models import Question

_SLUG = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
# What each YAML block needs and what it may have beside that.
_FIELDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "meeting": (("speaker_side", "speaker", "said", "hearer", "heard", "say_instead"), ()),
    "example": (("title", "steps"), ("intro", "conclusion")),
    "exhibit": (("title", "kind", "text", "notes"), ()),
    "figure": (("image",), ("alt", "decorative", "caption", "credit")),
    "video": (("title", "file"), ("captions", "transcript")),
    "table": (("caption", "head", "rows"), ("numbers",)),
}


@dataclass
class LessonFile:
    """A lesson as read from its file; `errors` says what could not be read."""

    name: str
    fields: dict[str, Any] = field(default_factory=dict)
    body: list[dict[str, Any]] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    errors: list[SourceError] = field(default_factory=list)


def read_lesson(path: Path, questions: Mapping[str, Question], store: "Store") -> LessonFile:
    """A lesson file with every mistake in it, each with its line."""
    out = LessonFile(path.name)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        out.errors.append(SourceError(1, "The file is not UTF-8 text. Save it as UTF-8.", path.name))
        return out
    source = parse_lesson(text, source=path.name)
    out.errors += source.errors
    _read_fields(out, source)
    for piece in source.pieces:
        try:
            block = _block(piece, path, questions, store, out)
        except (SourceError, ValueError) as error:
            line = error.line if isinstance(error, SourceError) else piece.line
            reason = error.reason if isinstance(error, SourceError) else str(error)
            out.errors.append(SourceError(line, reason, path.name))
            continue
        if block is not None:
            out.body.append(
                {
                    "type": block[0],
                    "value": block[1],
                    "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{path.name}:{piece.line}")),
                }
            )
    return out


def _read_fields(out: LessonFile, source: LessonSource) -> None:
    matter = source.front_matter
    for name in ("title", "slug", "objective"):
        value = matter.get(name)
        if not isinstance(value, str) or not value.strip():
            out.errors.append(SourceError(1, f"`{name}` is missing at the head of the file.", out.name))
            return
    slug = matter["slug"]
    if slug in RESERVED_SLUGS:
        out.errors.append(
            SourceError(
                node_line(matter, "slug"), f"`{slug}` is the address of another page of the course.", out.name
            )
        )
    elif not _SLUG.match(slug):
        out.errors.append(
            SourceError(
                node_line(matter, "slug"),
                f"`{slug}` is not an address: lower-case letters, digits and hyphens.",
                out.name,
            )
        )
    minutes = matter.get("minutes", 7)
    if not isinstance(minutes, int) or not 1 <= minutes <= 90:
        out.errors.append(
            SourceError(node_line(matter, "minutes"), "`minutes` is a whole number from 1 to 90.", out.name)
        )
        minutes = 7
    known = {"title", "slug", "objective", "outcome", "minutes", "required"}
    for name in set(matter) - known:
        out.errors.append(
            SourceError(node_line(matter, name), f"`{name}` is not a field of a lesson.", out.name)
        )
    out.fields = {
        "title": matter["title"].strip(),
        "slug": slug,
        "objective": matter["objective"].strip(),
        "outcome": str(matter.get("outcome", "")),
        "minutes": minutes,
        "is_required": matter.get("required", True) is not False,
    }


def _block(
    piece: Piece, path: Path, questions: Mapping[str, Question], store: "Store", out: LessonFile
) -> tuple[str, Any] | None:
    """The block that a piece of the file becomes; None where there is nothing to show."""
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
            block = _checks(piece, questions, out)
        case "resources":
            items = [
                {"title": item["title"], "url": item["url"], "note": item.get("note", "")}
                for item in piece.data
            ]
            block = ("resources", {"items": _list(items)})
        case _:
            block = (piece.kind, _structured(piece, path, store))
    return block


def _checks(piece: Piece, questions: Mapping[str, Question], out: LessonFile) -> tuple[str, Any]:
    found = []
    for index, code in enumerate(piece.data):
        question = questions.get(str(code))
        if question is None:
            out.errors.append(
                SourceError(
                    node_line(piece.data, index),
                    f"There is no question `{code}` with purpose check.",
                    out.name,
                )
            )
            continue
        found.append(question.pk)
        out.checks.append(str(code))
    return "checks", {"questions": _list(found)}


def _structured(piece: Piece, path: Path, store: "Store") -> dict[str, Any]:
    data = piece.data
    required, optional = _FIELDS[piece.kind]
    if not isinstance(data, dict):
        raise SourceError(piece.line, f"A {piece.kind} block is written as `name: value` lines.")
    for name in required:
        if data.get(name) in (None, "", []):
            raise SourceError(piece.line, f"`{name}` is missing in this {piece.kind} block.")
    for name in data:
        if name not in (*required, *optional):
            raise SourceError(node_line(data, name), f"`{name}` is not a field of a {piece.kind} block.")
    value: dict[str, Any] = {name: data[name] for name in (*required, *optional) if name in data}
    shape: dict[str, Callable[[dict[str, Any]], None]] = {
        "example": _shape_example,
        "exhibit": _shape_exhibit,
        "table": _shape_table,
    }
    if piece.kind in shape:
        shape[piece.kind](value)
    elif piece.kind == "figure":
        picture = path.parent / str(value.pop("image"))
        if picture.suffix.lower() == ".svg":
            value["drawing"] = store.drawing(picture)
        else:
            value["image"] = store.image(picture, title=value.get("caption") or value.get("alt") or path.stem)
    elif piece.kind == "video":
        value["file"] = store.document(path.parent / str(value["file"]), title=value["title"])
        if value.get("captions"):
            value["captions"] = store.document(
                path.parent / str(value["captions"]), title=f"{value['title']} (captions)"
            )
    return value


def _shape_example(value: dict[str, Any]) -> None:
    steps = [
        {
            "step": str(item["step"]),
            "working": str(item.get("working", "")),
            "result": str(item.get("result", "")),
        }
        for item in value["steps"]
    ]
    value["steps"] = _list(steps)


def _shape_exhibit(value: dict[str, Any]) -> None:
    value["notes"] = _list([str(note) for note in value["notes"]])


def _shape_table(value: dict[str, Any]) -> None:
    width = len(value["head"])
    for number, row in enumerate(value["rows"], start=1):
        if len(row) != width:
            raise ValueError(f"Row {number} has {len(row)} cells, the head has {width}.")
    value["head"] = _list([str(cell) for cell in value["head"]])
    value["rows"] = _list([_list([str(cell) for cell in row]) for row in value["rows"]])
    value["numbers"] = _list(list(value.get("numbers", [])))


def _list(values: list[Any]) -> list[dict[str, Any]]:
    """A list as a ListBlock stores it."""
    return [
        {"type": "item", "value": value, "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{index}:{value}"))}
        for index, value in enumerate(values)
    ]


class Store:
    """Pictures and files of a lesson, stored once each; a file outside the course's folder is refused."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def _inside(self, path: Path) -> Path:
        found = path.resolve()
        if not found.is_relative_to(self.root):
            raise ValueError(f"{path.name} lies outside the course's folder.")
        if not found.is_file():
            raise ValueError(f"There is no file {path.name} in the course's folder.")
        return found

    def drawing(self, path: Path) -> str:
        """The text of a diagram that may stand in a page. Raises ValueError with what must change."""
        try:
            text = self._inside(path).read_text(encoding="utf-8-sig").strip()
        except UnicodeDecodeError:
            raise ValueError(f"{path.name} is not UTF-8 text.") from None
        try:
            clean_drawing(text)
        except DrawingRefused as problem:
            raise ValueError(f"{path.name}: {problem}") from problem
        return text

    def image(self, path: Path, *, title: str) -> int:
        found = self._inside(path)
        images = get_image_model()
        with found.open("rb") as stream:
            image = images(title=title[:255], file=File(stream, name=found.name))
            image._set_image_file_metadata()
            same = images.objects.filter(file_hash=image.file_hash).first()
            if same is not None:
                return int(same.pk)
            stream.seek(0)
            image.save()
        return int(image.pk)

    def document(self, path: Path, *, title: str) -> int:
        found = self._inside(path)
        documents = get_document_model()
        with found.open("rb") as stream:
            document = documents(title=title[:255], file=File(stream, name=found.name))
            document._set_document_file_metadata()
            same = documents.objects.filter(file_hash=document.file_hash).first()
            if same is not None:
                return int(same.pk)
            stream.seek(0)
            document.save()
        return int(document.pk)
