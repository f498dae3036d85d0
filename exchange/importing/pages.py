"""What was read becomes pages: compared first, and never over what a person changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from wagtail.models import Page

from authoring.readiness import NotReady, Planned, needed, sentence
from courses.models import CourseCompetence, CoursePage, CourseTerm, ImportedFile, LessonPage
from exchange.importing.manifest import CourseFile
from exchange.importing.stream import LessonFile, digest, without_ids
from people.models import Employee
from publishing.publication import my_turn, part_of_a_whole

_COURSE_FIELDS = (
    "code title slug short_title summary direction level quiz_questions pass_percent quiz_required"
    " asks_confidence session_kind session_title session_minutes session_plan bank_id"
).split()
_LESSON_FIELDS = "title slug objective outcome minutes is_required".split()
_LAST_STEP = "Z" * Page.steplen
"""Where a page that is not stored stands among its siblings while it is looked at."""


class Edited(Exception):
    """Somebody changed the page since the last import, and the file changed too. The page was left alone."""


class Unfit(Exception):
    """The page could not be stored like this; the text is for whoever wrote the file."""


@dataclass(frozen=True)
class ImportOptions:
    """Who imports, when, and whether new pages go live at once (an operator's command) or wait for review."""

    now: datetime
    user: Employee | None
    publishes: bool
    dry_run: bool


class EarlierImports:
    """What earlier imports of a course wrote, as it stood when this one began."""

    def __init__(self, code: str) -> None:
        self.code = code
        rows = list(ImportedFile.objects.filter(course_code=code).order_by("name"))
        self.by_name = {row.name: row for row in rows}
        self.by_page = {row.page_id: row for row in rows if row.page_id is not None}
        self.seen: set[int] = set()
        """Ids of pages that a file of this import describes."""

    def gone(self, names: list[str]) -> list[str]:
        """Names of files whose pages no file of this import describes any more."""
        lost = (
            row for row in self.by_page.values() if row.name not in names and row.page_id not in self.seen
        )
        return sorted(row.name for row in lost)

    def remember(self, name: str, page: Page | None, mark: str, options: ImportOptions) -> None:
        """What this import wrote, to tell a changed file from a page that a person edited. Writes only what differs."""
        if page is not None and page.pk is not None:
            self.seen.add(page.pk)
        if options.dry_run:
            return
        wanted = {
            "digest": mark,
            "page_id": page.pk if page else None,
            "revision_id": page.latest_revision_id if page else None,
        }
        row = ImportedFile.objects.filter(course_code=self.code, name=name).first()
        if row is not None and all(getattr(row, field) == value for field, value in wanted.items()):
            return
        if page is not None:  # the file has another name now
            ImportedFile.objects.filter(course_code=self.code, page=page).exclude(name=name).delete()
        ImportedFile.objects.update_or_create(
            course_code=self.code, name=name, defaults={**wanted, "imported_at": options.now}
        )


@dataclass
class Step:
    """What a file would make of a page: the draft as the file says it, beside the page as it is.

    `page` is None where there is none yet; then the draft is not stored, and stands below its parent for
    whoever asks it.
    """

    name: str
    draft: Any
    page: Any
    parent: Page
    before: str | None
    after: str

    @property
    def differs(self) -> bool:
        """Whether the file says something else than the page."""
        return self.before != self.after


def course_step(read: CourseFile, course: CoursePage | None, catalogue: Page, key: Any) -> Step:
    """The page of a course as the file says it."""
    draft = (
        CoursePage(translation_key=key, locale=catalogue.locale, live=False)
        if course is None
        else _draft_of(course)
    )
    before = None if course is None else digest(content_of_course(draft))
    for name, value in {**read.fields, "session_plan": read.plan}.items():
        setattr(draft, name, json.dumps(value) if name == "outcomes" else value)
    draft.course_terms = [CourseTerm(sense=sense, sort_order=at) for at, sense in enumerate(read.senses)]
    draft.course_competences = [
        CourseCompetence(competence=competence, sort_order=at)
        for at, competence in enumerate(read.competences)
    ]
    return Step(read.name, draft, course, catalogue, before, digest(content_of_course(draft)))


def _draft_of(page: Any) -> Any:
    """The newest draft; an object of its own, since Wagtail gives the page itself where the draft is live."""
    return type(page).objects.get(pk=page.pk).get_latest_revision_as_object()


def lesson_step(read: LessonFile, lesson: LessonPage | None, course: CoursePage, key: Any) -> Step:
    """The page of a lesson as the file says it."""
    draft = (
        LessonPage(translation_key=key, locale=course.locale, live=False)
        if lesson is None
        else _draft_of(lesson)
    )
    before = None if lesson is None else digest(content_of_lesson(draft))
    for name, value in read.fields.items():
        setattr(draft, name, value)
    # As JSON: only then are nested lists read as stored values, ids included.
    draft.body = json.dumps(read.stored())
    return Step(read.name, draft, lesson, course, before, digest(content_of_lesson(draft)))


def examine(step: Step, earlier: EarlierImports) -> None:
    """Check whether the step can be stored. Nothing is stored.

    Raises: Edited, Unfit
    """
    if not step.differs:
        return
    page, draft = step.page, step.draft
    known = earlier.by_page.get(page.pk) if page is not None else None
    is_ours = known is not None and (
        known.digest == step.before or known.revision_id == page.latest_revision_id
    )
    if page is not None and not is_ours:
        raise Edited
    if page is None:  # at a place of its own, so that its address is compared with those of its siblings
        draft.path, draft.depth = f"{step.parent.path}{_LAST_STEP}", step.parent.depth + 1
        draft._cached_parent_obj = step.parent
    try:
        # Of a draft Wagtail itself looks at title and address only. The bank may not be stored yet, and plain
        # Markdown names no objective: publishing waits for it.
        without = ["bank", "objective"] if getattr(draft, "objective", None) == "" else ["bank"]
        draft.full_clean(exclude=without)
    except ValidationError as error:
        raise Unfit(_told(error)) from error


def store_page(step: Step, earlier: EarlierImports, options: ImportOptions) -> Any:
    """Store what `examine` let pass, in one small transaction; the page as it is then.

    Raises: Edited, Unfit
    """
    if not step.differs:
        earlier.remember(step.name, step.page, step.after, options)
        return step.page
    if options.dry_run:
        earlier.remember(step.name, step.page, step.after, options)
        return step.page or step.draft
    draft = step.draft
    try:
        with my_turn():
            if step.page is None:
                # Read anew: its number of children may have moved.
                type(step.parent).objects.get(pk=step.parent.pk).add_child(instance=draft)
            elif not _is_as_it_was(step.page):
                raise Edited
            draft.save_revision(user=options.user, clean=False)
            written = type(draft).objects.get(pk=draft.pk)
            earlier.remember(step.name, written, step.after, options)
    except ValidationError as error:  # somebody else was there first
        raise Unfit(_told(error)) from error
    return written


def _is_as_it_was(page: Any) -> bool:
    """Whether nobody stored a draft of it since it was read."""
    rows = type(page).objects.filter(pk=page.pk, latest_revision=page.latest_revision_id)
    return bool(rows.exists())


def _told(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(
        f"{name}: {' '.join(messages)}" if name != "__all__" else " ".join(messages)
        for name, messages in error.message_dict.items()
    )


def publish(page: Any, options: ImportOptions) -> list[tuple[str, str]]:
    """Let a page that never was public go live; else the reasons, each with the block it is about."""
    try:
        with my_turn(), part_of_a_whole():  # the import is asked for and logged as one
            page.get_latest_revision().publish(user=options.user, skip_permission_checks=True)
    except NotReady as error:
        return [(finding.block, sentence(finding)) for finding in error.findings]
    return []


def lacks(draft: Any, planned: Planned | None = None) -> list[tuple[str, str]]:
    """What a draft lacks before it can be published, each with the block it is about."""
    return [(finding.block, sentence(finding)) for finding in needed(draft, planned)]


def content_of_lesson(page: LessonPage) -> dict[str, Any]:
    """What a lesson says, apart from the ids of its blocks."""
    fields = {name: getattr(page, name) for name in _LESSON_FIELDS}
    return {**fields, "body": without_ids(list(page.body.get_prep_value()))}


def content_of_course(page: CoursePage) -> Mapping[str, Any]:
    """What a course page says that a file can say."""
    fields = {name: _plain(getattr(page, name)) for name in _COURSE_FIELDS}
    terms = sorted(page.course_terms.all(), key=lambda term: term.sort_order or 0)
    competences = page.course_competences.all()
    return {
        **fields,
        "outcomes": without_ids(list(page.outcomes.get_prep_value())),
        "terms": [str(term.sense.translation_key) for term in terms],
        "competences": sorted(
            f"{link.competence.framework_id} {link.competence.code}" for link in competences
        ),
    }


def _plain(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value
