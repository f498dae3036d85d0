"""A Word document becomes a draft lesson of a course that its sender may write."""

import re
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Page

from authoring.teams import files_of, planned_files_of
from courses.addresses import RESERVED_SLUGS
from courses.models import CoursePage, LessonPage
from exchange.importing.folder import Folder, Store
from exchange.importing.lessons import kept_as_draft
from exchange.importing.markdown import lesson_of_file
from exchange.importing.pages import (
    EarlierImports,
    Edited,
    ImportOptions,
    Unfit,
    examine,
    lacks,
    lesson_step,
    store_page,
)
from exchange.importing.report import WHOLE_FILE, Report
from exchange.importing.spelling import ascii_slug
from exchange.importing.stream import LessonFile, listed
from exchange.rules.keys import key_of
from gates.files import safe_name
from gates.typography import within_quotes
from gates.word import (
    Caption,
    Document,
    DocumentRefused,
    Heading,
    Part,
    Prose,
    Table,
    WordPicture,
    read_document,
)
from people.models import Employee

_NUMBERED = re.compile(
    r"(?:Table|Figure|Tabelle|Abbildung)\s*\d{0,4}\s*[:.–-]?\s*", re.IGNORECASE
)  # not for people


def _edited() -> str:
    return _(
        "It was edited here since the last import, and the document changed too. The lesson was left alone."
    )


def import_document(
    data: bytes,
    name: str,
    *,
    course: CoursePage,
    now: datetime,
    user: Employee | None = None,
    dry_run: bool = False,
) -> Report:
    """Load a .docx file as a lesson of the course. Always a draft; the same file again changes nothing.

    Headings become sections, tables and pictures blocks of their own. A line of the report is the number of
    a paragraph, since a document has no lines.
    """
    name = safe_name(name)
    try:
        document = read_document(data)
    except DocumentRefused as error:
        report = Report(code=course.code, refusal=str(error))
        report.close([name], lambda _name, _count: "")  # the refusal says it
        return report
    options = ImportOptions(now, user, publishes=False, dry_run=dry_run)
    return _import_one(name, lambda store: _read(document, name, store), course, options)


def import_markdown_file(
    data: bytes,
    name: str,
    *,
    course: CoursePage,
    now: datetime,
    user: Employee | None = None,
    dry_run: bool = False,
) -> Report:
    """Load one Markdown file as a lesson of the course, as `import_document` does."""
    options = ImportOptions(now, user, publishes=False, dry_run=dry_run)
    name = safe_name(name)
    with tempfile.TemporaryDirectory(prefix="bothways-import-") as folder:
        (Path(folder) / name).write_bytes(data)
        files, language = Folder(Path(folder)), course.locale.language_code
        return _import_one(name, lambda store: lesson_of_file(name, files, store, language), course, options)


def _import_one(
    name: str, reader: Callable[[Store], LessonFile], course: CoursePage, options: ImportOptions
) -> Report:
    report = Report(code=course.code)
    earlier = EarlierImports(course.code)
    known = earlier.by_name.get(name)
    page = LessonPage.objects.filter(pk=known.page_id).first() if known else None
    read = reader(Store(planned_files_of(course.code), dry_run=True))
    if not read.fields:
        report.tell_errors(read.errors, name)
        report.close([name], lambda _name, _count: _("Nothing of it could be read."))
        return report
    fields: dict[str, Any] = {"slug": page.slug if page else _free_slug(read.fields["title"], course)}
    if page is not None:
        # What the document cannot say stays as an author said it.
        draft = page.get_latest_revision_as_object()
        fields |= {
            field: getattr(draft, field) for field in ("objective", "outcome", "minutes", "is_required")
        }
    read.fields |= fields
    report.tell_errors(read.errors, name)
    key = key_of(course.code, read.fields["slug"])
    step = lesson_step(read, page, course, key)
    try:
        examine(step, earlier)
        if step.differs and not options.dry_run:
            # Read again with its pictures stored, which is not done for nothing.
            read = reader(Store(files_of(course), dry_run=False))
            read.fields |= fields
            step = lesson_step(read, page, course, key)
        lesson = store_page(step, earlier, options)
    except (Edited, Unfit) as error:
        report.tell(name, WHOLE_FILE, str(error) or _edited())
    else:
        report.settle(name, is_new=step.differs)
        draft = step.draft if step.differs else lesson.get_latest_revision_as_object()
        for block, reason in lacks(draft):
            report.tell(name, read.lines.get(block, WHOLE_FILE), kept_as_draft(reason))
    report.close([name], lambda _name, _count: _("Nothing of it could be read."))
    return report


def _free_slug(title: str, course: CoursePage) -> str:
    base = ascii_slug(title)[:60].strip("-") or "lesson"
    taken = set(Page.objects.child_of(course).values_list("slug", flat=True)) | RESERVED_SLUGS
    number, free = 2, base
    while free in taken:
        number, free = number + 1, f"{base}-{number}"
    return free


def _read(document: Document, name: str, store: Store) -> LessonFile:
    out = LessonFile(name)
    for warning in document.warnings:
        out.tell(WHOLE_FILE, warning)
    for number, text in document.equations:
        reason = _(
            "An equation was kept as text: “%(text)s”. A Markdown block shows it as a formula between dollar signs."
        )
        out.tell(number, reason % {"text": within_quotes(text[:80])})
    for number in document.fields:
        out.tell(number, _("A field, such as a date or a reference, was kept as the words that it showed."))
    parts, captions = _captioned(document.parts)
    title = next((part for part in parts if isinstance(part, Heading)), None)
    if title is not None and parts[0] is title:
        parts.remove(title)
        words = title.text
    else:
        words = name.rpartition(".")[0].replace("_", " ").strip() or name
    out.fields = {
        "title": words[:255], "objective": words[:200], "outcome": "", "minutes": 7, "is_required": True,
    }  # fmt: skip
    out.tell(
        WHOLE_FILE, _("A document names no objective; the title stands for it. Change it in the lesson.")
    )
    top = min((part.level for part in parts if isinstance(part, Heading)), default=1)
    pending: list[str] = []
    start = 1

    def flush() -> None:
        if pending:
            out.add("text", "".join(pending), line=start)
            pending.clear()

    for part in parts:
        if isinstance(part, Prose):
            start = start if pending else part.number
            pending.append(part.html)
            continue
        if isinstance(part, Heading) and part.level > top:
            start = start if pending else part.number
            # The editor knows two levels; what stands below them stays apart from both.
            text = _escaped(part.text)
            pending.append(f"<h3>{text}</h3>" if part.level == top + 1 else f"<p><b>{text}</b></p>")
            continue
        flush()
        if isinstance(part, Heading):
            start = part.number
            pending.append(f"<h2>{_escaped(part.text)}</h2>")
        elif isinstance(part, Table):
            _table(part, captions.get(id(part), ""), out)
        elif isinstance(part, WordPicture):
            _figure(part, captions.get(id(part), ""), out, store)
    flush()
    if not out.body:
        out.tell(WHOLE_FILE, _("The document holds no text that a lesson could show."))
    return out


def _captioned(parts: list[Part]) -> tuple[list[Part], dict[int, str]]:
    """The parts without captions, and the caption of each table and picture that has one, by its `id`.

    Word puts captions above or below. One that stands beside neither is a paragraph.
    """
    captions: dict[int, str] = {}
    out: list[Part] = []
    for at, part in enumerate(parts):
        if not isinstance(part, Caption):
            out.append(part)
            continue
        before, after = parts[at - 1] if at else None, parts[at + 1] if at + 1 < len(parts) else None
        named = [
            beside
            for beside in ((before, after) if isinstance(before, WordPicture) else (after, before))
            if isinstance(beside, Table | WordPicture) and id(beside) not in captions
        ]
        if named:
            captions[id(named[0])] = _NUMBERED.sub("", part.text) or part.text
        else:
            out.append(Prose(part.number, f"<p>{_escaped(part.text)}</p>"))
    return out, captions


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _table(part: Table, caption: str, out: LessonFile) -> None:
    if not part.rows or not any(cell for row in part.rows for cell in row):
        out.tell(part.number, _("An empty table was left out."))
        return
    if part.is_merged:
        out.lose(part.number, _("Cells of this table are joined; each text stands in the first of them."))
    if part.is_nested:
        out.lose(part.number, _("A table stands in a cell of this one; only its words were kept."))
    if not part.has_head:
        out.tell(part.number, _("The first row of this table was taken for its head."))
    if not caption:
        out.tell(part.number, _("This table has no caption: say in the lesson what it shows."))
    head, *rows = part.rows
    value: dict[str, Any] = {
        "caption": caption[:200],
        "head": listed(head),
        "rows": listed([listed(row) for row in rows]),
        "numbers": [],
    }
    out.add("table", value, line=part.number)


def _figure(part: WordPicture, caption: str, out: LessonFile, store: Store) -> None:
    value: dict[str, Any] = {"alt": part.alt[:300], "caption": caption[:300]}
    if not part.alt:
        reason = _("A picture without alternative text. Say what it shows, or mark it as decoration.")
        out.tell(part.number, reason)
    if not part.kind:
        out.lose(part.number, _("A picture of a kind that pages do not show was left out. Save it as PNG."))
    else:
        try:
            name = f"picture-{part.number}.{part.kind}"
            value["image"] = store.image(part.data, name, title=part.alt or out.name)
        except ValueError as error:
            out.lose(part.number, str(error))
    out.add("figure", value, line=part.number)
