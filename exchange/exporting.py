"""A course out, in the format of docs/content-format.md: importing it again changes nothing."""

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from courses.models import CoursePage, LessonPage
from exchange.importing.richtext import rich_text_out
from gates.blocks import parse_lesson
from gates.typography import within_quotes
from gates.yaml_out import dump_yaml, readable
from quizzes.exporting import question_items
from quizzes.models import Question

_STORED_NAME: Final = re.compile(r"^[0-9a-f]{12}-(?=.)")
_HEAD: Final = "---\ntitle: x\n---\n"
_FIELDS: Final = {
    "meeting": ("speaker_side", "speaker", "said", "hearer", "heard", "say_instead"),
    "example": ("title", "intro", "steps", "conclusion"),
    "exhibit": ("title", "kind", "text", "notes"),
    "table": ("caption", "head", "rows", "numbers"),
}


@dataclass
class Export:
    """The files of a course by name, and what could not be said in them."""

    files: dict[str, bytes] = field(default_factory=dict)
    lost: list[tuple[str, str]] = field(default_factory=list)  # file, reason

    def put(self, name: str, data: bytes) -> str:
        """Store a file; another one of the same name gets a number."""
        path, number = PurePosixPath(name), 2
        while self.files.get(name, data) != data:
            name = f"{path.parent}/{path.stem}-{number}{path.suffix}"
            number += 1
        self.files[name] = data
        return name


def export_course(course: CoursePage) -> Export:
    """The newest drafts of a course, its lessons and its questions, with their pictures and documents."""
    out = Export()
    draft = course.get_latest_revision_as_object()
    out.put("course.yaml", dump_yaml(_course_fields(draft)).encode())
    if draft.session_plan.strip():
        out.put("session-plan.md", (readable(draft.session_plan).strip("\n") + "\n").encode())
    if draft.bank is not None and (items := question_items(draft.bank, draft.locale)):
        out.put("questions.yaml", dump_yaml(_readable(items)).encode())
    lessons = LessonPage.objects.child_of(course).order_by("path")
    for number, lesson in enumerate(lessons, start=1):
        _Writer(out, lesson.get_latest_revision_as_object(), number).write()
    return out


def write_folder(export: Export, folder: Path) -> None:
    """Put the files into a folder that appears when it is complete: after a crash the next run begins anew.

    Raises: FileExistsError where files lie already; OSError
    """
    folder = folder.absolute()
    if folder.is_dir() and any(folder.iterdir()):
        raise FileExistsError(str(folder))
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    for name, data in export.files.items():
        path = unfinished / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    unfinished.replace(folder)  # an empty folder of this name gives way


def _course_fields(course: CoursePage) -> dict[str, Any]:
    fields: dict[str, Any] = {"code": course.code, "title": course.title}
    if course.short_title:
        fields["short_title"] = course.short_title
    fields |= {
        "slug": course.slug,
        "summary": course.summary,
        "direction": course.direction,
        "level": course.level,
    }
    outcomes = [{"id": outcome.value["key"], "text": outcome.value["text"]} for outcome in course.outcomes]
    if outcomes:
        fields["outcomes"] = outcomes
    fields["quiz"] = {
        "questions": course.quiz_questions,
        "pass_percent": course.pass_percent,
        "required": course.quiz_required,
    }
    fields["confidence"] = course.asks_confidence
    frameworks: dict[str, list[str]] = {}
    for link in course.course_competences.all():
        frameworks.setdefault(link.competence.framework.code, []).append(link.competence.code)
    if frameworks:
        fields["frameworks"] = [{"framework": code, "codes": codes} for code, codes in frameworks.items()]
    terms = sorted(course.course_terms.all(), key=lambda term: term.sort_order or 0)
    if terms:
        fields["terms"] = [f"{term.sense.word.slug}#{term.sense.slug}" for term in terms]
    session: dict[str, Any] = {"title": course.session_title, "kind": course.session_kind}
    session = {name: value for name, value in session.items() if value}
    if session or course.session_minutes != 45:
        fields["session"] = {**session, "minutes": course.session_minutes}
    if course.locale.language_code != "en":
        fields["locale"] = course.locale.language_code
    return {name: _readable(value) for name, value in fields.items()}


def _readable(value: Any) -> Any:
    """The value without characters that a file cannot hold."""
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, Mapping):
        return {name: _readable(part) for name, part in value.items()}
    return [_readable(part) for part in value] if isinstance(value, list | tuple) else value


class _Writer:
    """Writes a lesson, block by block. What a fence could not hold as it is stands in a `block` fence."""

    def __init__(self, out: Export, lesson: LessonPage, number: int) -> None:
        self.out, self.lesson = out, lesson
        self.name = f"{number:02}-{lesson.slug}.md"
        self.drawings = 0
        self.chunks: list[str] = []
        self.after_markdown = False

    def write(self) -> None:
        lesson = self.lesson
        matter: dict[str, Any] = {"title": lesson.title, "slug": lesson.slug, "objective": lesson.objective}
        if lesson.outcome:
            matter["outcome"] = lesson.outcome
        matter["minutes"] = lesson.minutes
        if not lesson.is_required:
            matter["required"] = False
        for block in lesson.body.get_prep_value():
            chunk = self._chunk(block["type"], _readable(block["value"]))
            if chunk:
                self.chunks.append(chunk)
                self.after_markdown = not chunk.startswith(":::")
        text = f"---\n{dump_yaml(_readable(matter))}---\n" + "\n\n".join(self.chunks).rstrip("\n") + "\n"
        self.out.put(self.name, text.encode())

    def _chunk(self, kind: str, value: Any) -> str:
        make: dict[str, Callable[[Any], str]] = {
            "markdown": self._markdown,
            "text": self._rich,
            "hook": lambda block: self._prose("hook", "text", str(block.get("text") or "")),
            "say": lambda block: self._prose("say", "line", str(block.get("line") or "")),
            "callout": self._callout,
            "checks": self._checks,
            "figure": lambda block: _fence("figure", self._figure(block)),
            "video": self._video,
            "fold": self._fold,
            "resources": lambda block: _fence(
                "resources", [_filled(item) for item in _items(block.get("items"))]
            ),
        }
        if kind in make:
            return make[kind](value)
        plain = {name: _plain(value.get(name)) for name in _FIELDS[kind]}
        if kind == "example":
            plain["steps"] = [_filled(step) for step in plain["steps"] or []]
        return _fence(
            kind, {name: content for name, content in plain.items() if content not in ("", None, [])}
        )

    # --- Markdown

    def _markdown(self, text: str) -> str:
        bare = text.strip("\n")
        source = parse_lesson(f"{_HEAD}{bare}\n")
        if not source.errors and len(source.pieces) == 1:
            piece = source.pieces[0]
            said = f"## {piece.title}\n\n{piece.body}".strip() if piece.kind == "section" else piece.body
            stands_alone = piece.kind == "section" or (piece.kind == "text" and not self.after_markdown)
            if said == bare.strip() and stands_alone:
                return bare
        return _fence("block", {"block": "markdown", "text": text}) if text.strip() else ""

    def _prose(self, kind: str, name: str, text: str, settings: Mapping[str, str] | None = None) -> str:
        lines = [f"{key}: {value}" for key, value in (settings or {}).items()]
        bare = text.strip("\n")
        head = "\n".join([*lines, ""]) + "\n" if lines else ""
        chunk = f"::: {kind}\n{head}{bare}\n:::"
        source = parse_lesson(f"{_HEAD}{chunk}\n")
        if not source.errors and len(source.pieces) == 1:
            piece = source.pieces[0]
            same = dict(piece.data or {}) == dict(settings or {})
            told = " ".join(piece.body.split()) if kind == "say" else piece.body
            if same and piece.kind == kind and told == bare:
                return chunk
        if not text.strip():
            return ""
        return _fence("block", {"block": kind, **(settings or {}), name: text})

    def _callout(self, value: Mapping[str, Any]) -> str:
        settings = {"kind": str(value.get("kind") or "note")}
        if value.get("title"):
            settings["title"] = str(value["title"])
        return self._prose("callout", "text", str(value.get("text") or ""), settings)

    def _rich(self, html: Any) -> str:
        text, lost = rich_text_out(str(html or ""))
        for words in lost:
            self._lose(
                _("The link of “%(words)s” leads to nothing that a file can name.")
                % {"words": within_quotes(words)}
            )
        return _fence("block", {"block": "text", "html": text}) if text.strip() else ""

    # --- what has files beside it

    def _lose(self, reason: str) -> None:
        self.out.lost.append((self.name, reason))

    def _figure(self, value: Mapping[str, Any]) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        if value.get("drawing"):
            self.drawings += 1
            name = f"images/{self.lesson.slug}-{self.drawings}.svg"
            fields["image"] = self.out.put(name, (str(value["drawing"]).strip() + "\n").encode())
        elif value.get("image"):
            fields["image"] = self._stored(get_image_model(), value["image"], "images")
        for name in ("alt", "decorative", "caption", "credit"):
            if value.get(name):
                fields[name] = value[name]
        return fields

    def _stored(self, model: Any, pk: Any, folder: str) -> str:
        row = model.objects.filter(pk=pk).first()
        if row is None:
            self._lose(_("A picture or document that was deleted here is left out."))
            return ""
        try:
            with row.file.open("rb") as file:
                data = file.read()
        except OSError:
            self._lose(_("The file of “%(title)s” is missing here.") % {"title": within_quotes(row.title)})
            return ""
        name = _STORED_NAME.sub("", PurePosixPath(row.file.name).name)
        return self.out.put(f"{folder}/{name}", data)

    def _video(self, value: Mapping[str, Any]) -> str:
        fields: dict[str, Any] = {"title": value.get("title") or ""}
        for name in ("file", "captions"):
            if value.get(name):
                fields[name] = self._stored(get_document_model(), value[name], "files")
        if value.get("transcript"):
            fields["transcript"] = value["transcript"]
        return _fence("video", fields)

    def _fold(self, value: Mapping[str, Any]) -> str:
        parts = []
        for part in value.get("parts") or []:
            if part["type"] == "figure":
                parts.append({"figure": self._figure(part["value"])})
            else:
                parts.append({"text": part["value"]})
        return _fence("fold", {"title": value.get("title") or "", "parts": parts})

    def _checks(self, value: Mapping[str, Any]) -> str:
        wanted = [pk for pk in _items(value.get("questions")) if pk]
        code_of = dict(Question.objects.filter(pk__in=wanted).values_list("pk", "code"))
        codes = [code_of[pk] for pk in wanted if pk in code_of]
        return _fence("checks", codes) if codes else ""


def _fence(kind: str, data: Any) -> str:
    return f"::: {kind}\n{dump_yaml(data)}:::"


def _items(value: Any) -> list[Any]:
    """The values of a list block."""
    return [item["value"] if isinstance(item, Mapping) and "value" in item else item for item in value or ()]


def _plain(value: Any) -> Any:
    return [_plain(item) for item in _items(value)] if isinstance(value, list | tuple) else value


def _filled(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if value not in ("", None)}
