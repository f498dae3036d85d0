"""A course is copied piece by piece: its page first, then its questions and lessons, a few at a time.

Each piece is a short transaction, so nobody waits for the whole; killed in between, the worker goes on. A
small course is copied while its author waits, a large one in the worker, by the same code.
"""

import json
import logging
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.text import slugify
from django.utils.translation import gettext as _

from authoring.actions import free_code, free_slug, give_to, new_bank
from authoring.models import CourseCopy
from authoring.queries import courses_of
from courses.models import CataloguePage, CoursePage, LessonPage
from jobs.interruption import Interrupted
from jobs.models import Stage
from jobs.pauses import Pauses
from jobs.queries import abandoned, out_of_attempts
from jobs.underway import Overtaken, move, release, store_progress, take_lease
from people.models import Employee
from publishing.publication import my_turn
from quizzes.models import Option, Question, SenseTag

KEPT: Final = timedelta(days=7)
AT_ONCE: Final = 5
"""Questions that are copied in one transaction. A lesson has one of its own."""
SMALL: Final = 100
"""Of a course with more questions and lessons than that, the worker makes the copy."""
FORMAT: Final = 1
"""Of what a row keeps in `outcome`."""
_COURSE_FIELDS = (
    "short_title", "summary", "direction", "level", "steward_business_id", "steward_technology_id", "quiz_questions",
    "pass_percent", "quiz_required", "asks_confidence", "session_kind", "session_title", "session_minutes", "session_plan",
)  # fmt: skip
_QUESTION_FIELDS = (
    "purpose", "probe_kind", "kind", "stem", "outcome", "lesson_slug", "section", "difficulty", "side", "shuffle",
    "settings",
)  # fmt: skip
Clock = Callable[[], datetime]
log = logging.getLogger("courses")


def copy_course(*, course: CoursePage, author: Employee, title: str, code: str, clock: Clock) -> CourseCopy:
    """The newest drafts of a course and its lessons as a new draft, with keys, codes and questions of its own.

    What people did belongs to the first course and stays there; editing the copy changes nothing in it.
    `stage` says whether it is whole.

    Raises: CodeTaken
    """
    copy = _begin(course, author=author, title=title, code=code, now=clock())
    if copy.total > SMALL:
        return copy
    try:
        go_on(copy, clock=clock)
    except Exception:  # it has begun, so it is not to be called undone: the worker goes on with it
        log.warning("copy=%s waits for the worker", copy.pk, exc_info=True)
    return copy


@my_turn()
def _begin(course: CoursePage, *, author: Employee, title: str, code: str, now: datetime) -> CourseCopy:
    """The page of the copy, with nothing below it, and the plan of the rest."""
    source = course.get_latest_revision_as_object()
    catalogue = CataloguePage.objects.get(pk=course.get_parent().pk)
    page = CoursePage(
        title=title,
        slug=free_slug(catalogue, title),
        code=code,
        bank=new_bank(title, code),
        locale_id=course.locale_id,
        live=False,
        owner=author,
        outcomes=json.dumps(_fresh_ids(source.outcomes.get_prep_value())),
        **{name: getattr(source, name) for name in _COURSE_FIELDS},
    )
    page.course_terms = [
        type(link)(sense_id=link.sense_id, sort_order=link.sort_order) for link in source.course_terms.all()
    ]
    page.course_competences = [
        type(link)(competence_id=link.competence_id, sort_order=link.sort_order)
        for link in source.course_competences.all()
    ]
    catalogue.add_child(instance=page)
    page.save_revision(user=author, clean=False)
    old = course.bank.questions.filter(locale_id=course.locale_id) if course.bank else Question.objects.none()
    questions = list(old.order_by("code").values_list("pk", flat=True))
    lessons = list(LessonPage.objects.child_of(course).order_by("path").values_list("pk", flat=True))
    plan = {
        "format": FORMAT, "code": course.code, "questions": questions, "lessons": lessons, "copies": {},
    }  # fmt: skip
    copy = CourseCopy.objects.create(
        author=author, source=course, copy=page, made_at=now, told_at=now, stage=Stage.IMPORTING,
        total=len(questions) + len(lessons), outcome=plan,
    )  # fmt: skip
    if copy.total > SMALL:
        _ask_the_worker(copy.pk)
    return copy


def _ask_the_worker(pk: int) -> None:
    from authoring.tasks import go_on_with_copy  # which comes back here

    go_on_with_copy.enqueue(pk)


def go_on(copy: CourseCopy, *, clock: Clock) -> None:
    """Copy what is not there yet. Whoever is overtaken ends without a word."""
    if not take_lease(copy, now=clock()):
        return
    rest = Pauses()
    try:
        if copy.source is not None and not courses_of(copy.author).filter(pk=copy.source_id).exists():
            move(
                copy, Stage.FAILED, since=Stage.IMPORTING, now=clock(),
                error=_(
                    "You do not write the first course any more, so the rest of it was not copied. An "
                    "administrator finds in drafts what is copied."
                ),
            )  # fmt: skip
            return
        while copy.done < copy.total:
            _copy_a_piece(copy, now=clock())
            rest()
        _finish(copy, now=clock())
    except Overtaken:
        return
    except BaseException as error:
        release(copy, failed=not isinstance(error, Interrupted), now=clock())
        raise


@my_turn()
def _copy_a_piece(copy: CourseCopy, *, now: datetime) -> None:
    """Raises: Overtaken, where somebody else goes on with it or the copy was deleted"""
    plan, done = copy.outcome, copy.done
    questions, lessons = plan["questions"], plan["lessons"]
    if done < len(questions):
        piece = questions[done : done + AT_ONCE]
        store_progress(copy, done=done + len(piece), now=now)
        copies = {str(old): new for old, new in _copy_questions(copy, piece)}
        CourseCopy.objects.filter(pk=copy.pk).update(outcome={**plan, "copies": {**plan["copies"], **copies}})
        plan["copies"] |= copies
    else:
        store_progress(copy, done=done + 1, now=now)
        _copy_lesson(copy, lessons[done - len(questions)])


@my_turn()
def _finish(copy: CourseCopy, *, now: datetime) -> None:
    if move(copy, Stage.IMPORTED, since=Stage.IMPORTING, now=now):
        give_to(CoursePage.objects.get(pk=copy.copy_id), copy.author)


def take_up_left(*, now: datetime) -> None:
    """Copies that a killed process left are gone on with; what failed time after time says so. Old news go."""
    for pk in out_of_attempts(CourseCopy, now=now):
        _give_up(CourseCopy.objects.select_related("author").get(pk=pk), now=now)
    for pk in abandoned(CourseCopy, now=now):
        _ask_the_worker(pk)
    CourseCopy.objects.filter(made_at__lt=now - KEPT).exclude(stage=Stage.IMPORTING).delete()


@my_turn()
def _give_up(copy: CourseCopy, *, now: datetime) -> None:
    told = _(
        "It was begun several times and never ended. What is copied stands in drafts. Ask whoever runs Bothways "
        "to look at the log; you can copy the course again under another code."
    )
    if move(copy, Stage.FAILED, since=Stage.IMPORTING, now=now, error=told):
        give_to(CoursePage.objects.get(pk=copy.copy_id), copy.author)


def _copy_lesson(copy: CourseCopy, pk: int) -> None:
    lesson = LessonPage.objects.filter(pk=pk).first()
    if lesson is None:  # deleted meanwhile
        return
    course = CoursePage.objects.get(pk=copy.copy_id)  # the place for a child is counted in the row
    draft = lesson.get_latest_revision_as_object()
    body = _fresh_ids(draft.body.get_prep_value())
    for block in body:
        if block["type"] == "checks":
            for item in block["value"]["questions"]:
                item["value"] = copy.outcome["copies"].get(str(item["value"]), item["value"])
    page = LessonPage(
        title=draft.title,
        slug=draft.slug,
        objective=draft.objective,
        outcome=draft.outcome,
        minutes=draft.minutes,
        is_required=draft.is_required,
        locale_id=course.locale_id,
        live=False,
        owner=copy.author,
        body=json.dumps(body),
    )
    course.add_child(instance=page)
    page.save_revision(user=copy.author, clean=False)


def _copy_questions(copy: CourseCopy, pks: list[int]) -> Iterator[tuple[int, int]]:
    """Questions in the bank of the copy: old row and new row. Options get new keys too."""
    page = copy.copy
    for question in Question.objects.filter(pk__in=pks).order_by("code"):
        draft = question.get_latest_revision_as_object() if question.latest_revision_id else question
        new = Question(
            bank_id=page.bank_id,
            code=free_code(_renamed(question.code, copy.outcome["code"], page.code)),
            locale_id=question.locale_id,
            live=False,
            **{name: getattr(draft, name) for name in _QUESTION_FIELDS},
        )
        new.options = [
            Option(
                sort_order=option.sort_order,
                text=option.text,
                is_correct=option.is_correct,
                explanation=option.explanation,
            )
            for option in draft.options.all()
        ]
        new.sense_tags = [
            SenseTag(sort_order=tag.sort_order, sense_id=tag.sense_id) for tag in draft.sense_tags.all()
        ]
        new.save()
        new.save_revision(user=copy.author, clean=False)
        yield question.pk, new.pk


def _renamed(code: str, old: str, new: str) -> str:
    """ "t2-q01" of T2 becomes "t7-q01" in T7; a code of another shape is put behind the new one."""
    start = f"{slugify(old)}-"
    rest = code[len(start) :] if code.startswith(start) else code
    return f"{slugify(new)}-{rest}"[:60]


def _fresh_ids(value: Any) -> Any:
    """The raw value of a stream with new ids for blocks and items, so that comments and links name one block."""
    if isinstance(value, Mapping):
        fresh = {name: _fresh_ids(part) for name, part in value.items()}
        if "type" in fresh and "value" in fresh:
            fresh["id"] = str(uuid.uuid4())
        return fresh
    return [_fresh_ids(part) for part in value] if isinstance(value, list | tuple) else value
