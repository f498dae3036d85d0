"""What an author can do: start a course and a lesson, take a text back; answer what a reader reported."""

import json
import uuid
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Page

from authoring.teams import add_author, team_of
from courses.addresses import lesson_address
from courses.models import CataloguePage, CoursePage, LessonPage, ProblemReport
from courses.rules.minutes import lesson_minutes
from people import roles
from people.models import Employee
from people.queries import organisation
from post import templated
from publishing.editing import waits_for_another
from publishing.publication import my_turn
from publishing.reviewing import writer_of
from quizzes.models import Bank, Question

SKELETON = ("hook", "text", "meeting", "checks", "say")
"""The blocks a new lesson begins with, in the order that works: a reason to read on, one idea, how it
sounds in a meeting, a check, and one sentence for tomorrow."""


class CodeTaken(Exception):
    """Another course or bank has this code."""


class NothingToTakeBack(Exception):
    """Nothing of this person's waits for somebody else's approval."""


class AlreadyAnswered(Exception):
    """Somebody answered this report before. The first answer stays."""


@my_turn()
def start_course(*, author: Employee, title: str, code: str, direction: str) -> CoursePage:
    """A new course as a draft, with its own question bank and this person as its author.

    Raises: CodeTaken
    """
    catalogue = CataloguePage.objects.order_by("path").first()
    if catalogue is None:
        raise LookupError("there is no catalogue; run manage.py prepare")
    course = CoursePage(
        title=title,
        slug=free_slug(catalogue, title),
        code=code,
        summary="",
        direction=direction,
        bank=new_bank(title, code),
        locale_id=catalogue.locale_id,
        live=False,
        owner=author,
    )
    catalogue.add_child(instance=course)
    course.save_revision(user=author, clean=False)
    give_to(course, author)
    return course


@my_turn()
def start_lesson(*, course: CoursePage, author: Employee, key: UUID | None = None) -> LessonPage:
    """A new lesson at the end of a course, as a draft, with the skeleton in it.

    `key` names the form: sent twice it makes one lesson, until somebody has written in that one.
    """
    course = CoursePage.objects.get(pk=course.pk)  # the place for a child is counted in the row
    begun = (
        LessonPage.objects.filter(translation_key=key, locale_id=course.locale_id).first() if key else None
    )
    if begun is not None:
        if begun.owner_id == author.pk and begun.revisions.count() == 1:
            return begun
        key = None
    title = _("New lesson")
    lesson = LessonPage(
        title=title,
        slug=free_slug(course, title),
        objective="",
        minutes=lesson_minutes(0, 0),
        locale_id=course.locale_id,
        live=False,
        owner=author,
        translation_key=key or uuid.uuid4(),
        body=json.dumps([skeleton_block(kind) for kind in SKELETON]),
    )
    course.add_child(instance=lesson)
    lesson.save_revision(user=author, clean=False)
    return lesson


@my_turn()
def take_back(*, item: Any, by: Employee) -> None:
    """A page or question in review says again what was submitted; what its reviewer changed stays in the history.

    Raises: NothingToTakeBack, where this person did not change it last or could not approve it anyway.
    """
    if not waits_for_another(item, by) or writer_of(item.latest_revision) != by:
        raise NothingToTakeBack
    sent = item.current_workflow_task_state.revision
    sent.as_object().save_revision(user=by, previous_revision=sent, log_action="wagtail.revert", clean=False)


def skeleton_block(kind: str) -> dict[str, Any]:
    """An empty block, as the editor would store it."""
    block = LessonPage._meta.get_field("body").stream_block.child_blocks[kind]
    value = block.get_prep_value(block.get_default())
    return {"type": kind, "value": value, "id": str(uuid.uuid4())}


def free_code(wanted: str) -> str:
    code, number = wanted, 2
    while Question.objects.filter(code=code).exists():
        code, number = f"{wanted[:56]}-{number}", number + 1
    return code


def new_bank(title: str, code: str) -> Bank:
    slug = slugify(code)[:60]
    taken = (
        not slug
        or CoursePage.objects.filter(code__iexact=code).exists()
        or Bank.objects.filter(slug=slug).exists()
    )
    if taken:
        raise CodeTaken(code)
    return Bank.objects.create(name=f"{code} {title}"[:150], slug=slug)


def give_to(course: CoursePage, person: Employee) -> None:
    """Who starts a course writes it; who reviews or administers all of them needs no team for it."""
    if person.groups.filter(name=roles.AUTHOR).exists():
        add_author(course=course, employee=person)
    else:
        team_of(course)


def free_slug(parent: Page, title: str) -> str:
    base = slugify(title)[:200] or "page"
    taken = set(parent.get_children().values_list("slug", flat=True))
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


@transaction.atomic
def answer_report(*, report: ProblemReport, author: Employee, answer: str, now: datetime) -> ProblemReport:
    """The answer reaches the reader by mail and at home. Sent twice with the same words it is one answer.

    Raises: AlreadyAnswered
    """
    row = ProblemReport.objects.select_for_update().select_related("lesson", "reporter").get(pk=report.pk)
    answer = answer.strip()
    if row.answered_at is not None:
        if row.answer == answer:
            return row
        raise AlreadyAnswered(str(row.pk))
    row.answer, row.answered_by, row.answered_at = answer, author, now
    row.save(update_fields=["answer", "answered_by", "answered_at"])
    if row.reporter.is_active:
        company = organisation()
        reader = row.reporter
        templated.send(
            subject="authoring/email/answered_subject.txt",
            message="authoring/email/answered_message.txt",
            context={
                "employee": reader,
                "report": row,
                "brand": settings.BRAND,
                "link": f"{settings.BOTHWAYS_URL}{_address(row.lesson)}",
            },
            to=reader.email,
            language=reader.language
            if reader.language in dict(settings.LANGUAGES)
            else settings.LANGUAGE_CODE,
            zone=reader.time_zone or (company.time_zone if company else settings.TIME_ZONE),
        )
    return row


def _address(lesson: LessonPage) -> str:
    return lesson_address(lesson.get_parent().slug, lesson.slug, language=lesson.locale.language_code)
