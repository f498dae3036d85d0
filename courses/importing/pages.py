"""What was read becomes pages: compared first, and never over what a person changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.models import Page

from courses.importing.manifest import CourseFile
from courses.importing.stream import LessonFile, digest, without_ids
from courses.models import CourseCompetence, CoursePage, CourseTerm, ImportedFile, LessonPage
from courses.writing.readiness import NotReady, refuse_what_is_not_ready, sentence
from people.models import Employee
from people.publication import part_of_a_whole

_COURSE_FIELDS = (
    "code title slug short_title summary direction level quiz_questions pass_percent quiz_required"
    " asks_confidence session_kind session_title session_minutes session_plan bank_id"
).split()
_LESSON_FIELDS = "title slug objective outcome minutes is_required".split()


class Edited(Exception):
    """Somebody changed the page since the last import, and the file changed too. The page was left alone."""


class Unfit(Exception):
    """The page could not be stored like this; the text is for whoever wrote the file."""


@dataclass(frozen=True)
class Pen:
    """Who writes, when, and whether new pages go live at once (an operator's command) or wait for review."""

    now: datetime
    user: Employee | None
    publishes: bool
    dry_run: bool


def write_course(
    read: CourseFile, course: CoursePage | None, catalogue: Page, key: Any, pen: Pen
) -> tuple[CoursePage, bool]:
    """The page of a course as the file says it, and whether anything was written.

    Raises: Edited, Unfit
    """
    is_new = course is None
    page = course or CoursePage(translation_key=key, locale=catalogue.locale, live=False)
    draft = page if is_new else page.get_latest_revision_as_object()
    before = None if is_new else digest(content_of_course(draft))
    for name, value in {**read.fields, "session_plan": read.plan}.items():
        setattr(draft, name, json.dumps(value) if name == "outcomes" else value)
    draft.course_terms = [CourseTerm(sense=sense, sort_order=at) for at, sense in enumerate(read.senses)]
    draft.course_competences = [
        CourseCompetence(competence=one, sort_order=at) for at, one in enumerate(read.competences)
    ]
    return _written(
        draft, page, before, digest(content_of_course(draft)), read.name, read.code, catalogue, pen
    )


def write_lesson(
    read: LessonFile, lesson: LessonPage | None, course: CoursePage, key: Any, pen: Pen
) -> tuple[LessonPage, bool]:
    """The page of a lesson as the file says it, and whether anything was written.

    Raises: Edited, Unfit
    """
    is_new = lesson is None
    page = lesson or LessonPage(translation_key=key, locale=course.locale, live=False)
    draft = page if is_new else page.get_latest_revision_as_object()
    before = None if is_new else digest(content_of_lesson(draft))
    for name, value in read.fields.items():
        setattr(draft, name, value)
    # As JSON: only then are nested lists read as stored values, ids included.
    draft.body = json.dumps(read.stored())
    return _written(
        draft, page, before, digest(content_of_lesson(draft)), read.name, course.code, course, pen
    )


def _written(
    draft: Any, page: Any, before: str | None, after: str, name: str, code: str, parent: Page, pen: Pen
) -> tuple[Any, bool]:
    if before == after:
        remember(code, name, page, after, pen.now)
        return page, False
    known = ImportedFile.objects.filter(course_code=code, page_id=page.pk).first() if page.pk else None
    is_ours = known is not None and (known.digest == before or known.revision_id == page.latest_revision_id)
    if before is not None and not is_ours:
        raise Edited
    try:
        with transaction.atomic():
            if before is None:
                parent.refresh_from_db()  # its number of children may have moved
                parent.add_child(instance=draft)
            draft.full_clean()  # of a draft Wagtail itself looks at title and address only
            draft.save_revision(user=pen.user, clean=False)
    except ValidationError as error:
        raise Unfit(_told(error)) from error
    written = type(draft).objects.get(pk=draft.pk)
    remember(code, name, written, after, pen.now)
    return written, True


def _told(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(
        f"{name}: {' '.join(messages)}" if name != "__all__" else " ".join(messages)
        for name, messages in error.message_dict.items()
    )


def publish(page: Any, pen: Pen) -> list[tuple[str, str]]:
    """Let a page that never was public go live; else the reasons, each with the block it is about.

    A dry run only asks.
    """
    try:
        if pen.dry_run:
            refuse_what_is_not_ready(page.get_latest_revision_as_object())
        else:
            with transaction.atomic(), part_of_a_whole():  # the import is asked for and logged as one
                page.get_latest_revision().publish(user=pen.user, skip_permission_checks=True)
    except NotReady as error:
        return [(one.block, sentence(one)) for one in error.findings]
    return []


def lacks(page: Any) -> list[tuple[str, str]]:
    """What a draft lacks before it can be published, each with the block it is about."""
    try:
        refuse_what_is_not_ready(page.get_latest_revision_as_object())
    except NotReady as error:
        return [(one.block, sentence(one)) for one in error.findings]
    return []


def content_of_lesson(page: LessonPage) -> dict[str, Any]:
    """What a lesson says, apart from the ids of its blocks."""
    fields = {name: getattr(page, name) for name in _LESSON_FIELDS}
    return {**fields, "body": without_ids(list(page.body.get_prep_value()))}


def content_of_course(page: CoursePage) -> Mapping[str, Any]:
    """What a course page says that a file can say."""
    fields = {name: _plain(getattr(page, name)) for name in _COURSE_FIELDS}
    terms = sorted(page.course_terms.all(), key=lambda one: one.sort_order or 0)
    competences = page.course_competences.all()
    return {
        **fields,
        "outcomes": without_ids(list(page.outcomes.get_prep_value())),
        "terms": [str(one.sense.translation_key) for one in terms],
        "competences": sorted(f"{one.competence.framework_id} {one.competence.code}" for one in competences),
    }


def _plain(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def remember(code: str, name: str, page: Page | None, mark: str, now: datetime) -> None:
    """What this import wrote, to tell a changed file from a page that a person edited. Writes only news."""
    wanted = {
        "digest": mark,
        "page_id": page.pk if page else None,
        "revision_id": page.latest_revision_id if page else None,
    }
    row = ImportedFile.objects.filter(course_code=code, name=name).first()
    if row is not None and all(getattr(row, field) == value for field, value in wanted.items()):
        return
    if page is not None:  # the file has another name now
        ImportedFile.objects.filter(course_code=code, page=page).exclude(name=name).delete()
    ImportedFile.objects.update_or_create(
        course_code=code, name=name, defaults={**wanted, "imported_at": now}
    )
