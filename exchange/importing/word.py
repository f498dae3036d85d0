"""A Word document becomes a draft lesson of a course that its sender may write."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Page

from authoring.teams import files_of, planned_files_of
from courses.addresses import RESERVED_SLUGS
from courses.models import CoursePage, LessonPage
from exchange.importing.folder import Store
from exchange.importing.lessons import kept_as_draft
from exchange.importing.pages import Edited, Marks, Pen, Unfit, examine, lacks, lesson_step, take
from exchange.importing.report import Report
from exchange.importing.stream import LessonFile, listed
from exchange.rules.keys import key_of
from gates.files import safe_name
from gates.markdown import slug
from gates.word import Document, DocumentRefused, Heading, Prose, Table, WordPicture, read_document
from people.models import Employee


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
    report = Report(code=course.code)
    name = safe_name(name)
    pen = Pen(now, user, publishes=False, dry_run=dry_run)
    try:
        document = read_document(data)
    except DocumentRefused as error:
        report.tell(name, 1, str(error))
        return report
    marks = Marks(course.code)
    known = marks.by_name.get(name)
    page = LessonPage.objects.filter(pk=known.page_id).first() if known else None
    read = _read(document, name, Store(planned_files_of(course.code), dry_run=True))
    fields = {"slug": page.slug if page else _free_slug(read.fields["title"], course)}
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
        examine(step, marks)
        if step.is_news and not dry_run:  # read again with its pictures stored, which is not done for nothing
            read = _read(document, name, Store(files_of(course), dry_run=False))
            read.fields |= fields
            step = lesson_step(read, page, course, key)
        lesson = take(step, marks, pen)
    except (Edited, Unfit) as error:
        report.tell(name, 1, str(error) or _edited())
    else:
        report.settle(name, is_new=step.is_news)
        draft = step.draft if step.is_news else lesson.get_latest_revision_as_object()
        for block, reason in lacks(draft):
            report.tell(name, read.lines.get(block, 1), kept_as_draft(reason))
    report.close([name], lambda _name: _("Nothing of it could be read."))
    return report


def _free_slug(title: str, course: CoursePage) -> str:
    base = slug(title)[:60].strip("-")
    taken = set(Page.objects.child_of(course).values_list("slug", flat=True)) | RESERVED_SLUGS
    number, found = 2, base
    while found in taken:
        number, found = number + 1, f"{base}-{number}"
    return found


def _read(document: Document, name: str, store: Store) -> LessonFile:
    out = LessonFile(name)
    for warning in document.warnings:
        out.tell(
            1,
            _("The document has something that was read without its form: %(warning)s")
            % {"warning": warning},
        )
    parts = list(document.parts)
    title = next((part for part in parts if isinstance(part, Heading)), None)
    if title is not None and parts[0] is title:
        parts.remove(title)
        words = title.text
    else:
        words = name.rpartition(".")[0].replace("_", " ").strip() or name
    out.fields = {
        "title": words[:255], "objective": words[:200], "outcome": "", "minutes": 7, "is_required": True,
    }  # fmt: skip
    out.tell(1, _("A document names no objective; the title stands for it. Change it in the lesson."))
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
            pending.append(f"<h3>{_escaped(part.text)}</h3>")
            continue
        flush()
        if isinstance(part, Heading):
            start = part.number
            pending.append(f"<h2>{_escaped(part.text)}</h2>")
        elif isinstance(part, Table):
            _table(part, out)
        else:
            _figure(part, out, store)
    flush()
    if not out.body:
        out.tell(1, _("The document holds no text that a lesson could show."))
    return out


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _table(part: Table, out: LessonFile) -> None:
    if not part.rows or not any(cell for row in part.rows for cell in row):
        out.tell(part.number, _("An empty table was left out."))
        return
    if part.is_merged:
        out.tell(part.number, _("Cells of this table are joined; each text stands in the first of them."))
    if not part.has_head:
        out.tell(part.number, _("The first row of this table was taken for its head."))
    out.tell(part.number, _("This table has no caption: say in the lesson what it shows."))
    head, *rows = part.rows
    value: dict[str, Any] = {
        "caption": "",
        "head": listed(head),
        "rows": listed([listed(row) for row in rows]),
        "numbers": [],
    }
    out.add("table", value, line=part.number)


def _figure(part: WordPicture, out: LessonFile, store: Store) -> None:
    if not part.alt:
        reason = _("A picture without alternative text. Say what it shows, or mark it as decoration.")
        out.tell(part.number, reason)
    if not part.kind:
        out.tell(part.number, _("A picture of a kind that pages do not show was left out. Save it as PNG."))
        return
    try:
        image = store.image(part.data, f"picture-{part.number}.{part.kind}", title=part.alt or out.name)
    except ValueError as error:
        out.tell(part.number, str(error))
        return
    out.add("figure", {"image": image, "alt": part.alt[:300]}, line=part.number)
