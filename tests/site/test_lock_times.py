"""A course of the starter content with its words comes in, and is published anew, in short transactions."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from authoring.copying import copy_course
from bothways.operations import installation
from courses import passages, rendering
from courses.models import CoursePage, LessonPage
from courses.publishing import rehearse_course_of
from exchange.importing import import_course, import_frameworks
from gates import rendered
from glossary.importing import import_glossary
from glossary.models import Sense
from jobs.models import Stage
from jobs.worker import Worker
from quizzes.models import Question
from tests.exchange.files import NOW, WAGTAILS_FILES
from tests.lock_times import LockTimes, measured

pytestmark = [pytest.mark.django_db, WAGTAILS_FILES]
T2 = installation.CONTENT / "T2"
WORDS = 31
FIELDS = (
    "title", "slug", "code", "short_title", "summary", "direction", "level", "quiz_questions", "pass_percent",
    "session_kind", "session_minutes", "session_title", "session_plan",
)  # fmt: skip
Meter = Callable[[], AbstractContextManager[LockTimes]]


@pytest.fixture(scope="module")
def loading(world: Any, catalogue_page: Any) -> dict[str, LockTimes]:
    """T2 and its words are loaded as the starter content is; how long each transaction of it took."""
    with world():
        import_frameworks(installation.CONTENT / "frameworks")
        words = sorted(set(installation._words_of(T2)))
        with measured() as of_words:
            import_glossary(installation.CONTENT / "terms", now=NOW, only=words)
        with measured() as of_the_course:
            import_course(T2, now=NOW)
    return {"words": of_words, "course": of_the_course}


@pytest.fixture(autouse=True)
def queue(settings: Any) -> None:
    """Tasks wait for the worker, as in production."""
    to_the_worker = {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["background"]}
    settings.TASKS = {**settings.TASKS, "background": to_the_worker}
    settings.SCHEDULES = {}


def work(course: CoursePage) -> None:
    """The worker does all that waits. What it renders anew it renders twice, first outside of a transaction.

    A world is one from its beginning, so here the first time is by hand.
    """
    rehearse_course_of(course)
    worker = Worker()
    while worker.turn():
        pass


@pytest.fixture
def course(loading: dict[str, LockTimes], db: None) -> CoursePage:
    """Published, in a process that has rendered nothing yet."""
    rendered.forget()
    rendering.forget()
    passages.forget()
    return CoursePage.objects.get(code="T2", live=True)


@pytest.mark.parametrize("what", ["words", "course"])
def test_starter_content_comes_in_short_transactions(loading: dict[str, LockTimes], what: str) -> None:
    assert loading[what].too_long() == []


def change_lesson(course: CoursePage) -> Any:
    lesson = LessonPage.objects.child_of(course).order_by("path")[0]
    lesson.objective += " and more"
    return lesson


def change_question(course: CoursePage) -> Any:
    question = Question.objects.filter(bank=course.bank, live=True, uses__isnull=False).order_by("pk")[0]
    question.stem += " Really?"
    return question


def change_pass_mark(course: CoursePage) -> Any:
    course.pass_percent = 61
    return course


def change_word(course: CoursePage) -> Any:
    sense = Sense.objects.get(pk=course.course_terms.order_by("sort_order")[0].sense_id)
    sense.gloss += " Or so."
    return sense


@pytest.mark.parametrize(
    "change",
    [change_lesson, change_question, change_pass_mark, change_word],
    ids=lambda change: change.__name__,
)
def test_a_change_of_a_large_course_is_published_in_short_transactions(
    course: CoursePage, change: Callable[[CoursePage], Any], lock_times: Meter
) -> None:
    changed = change(course)

    with lock_times() as times:
        changed.save_revision().publish()
        work(course)

    assert times.too_long() == []


def sent_rows(name: str, rows: list[Any], points_at: str) -> dict[str, str]:
    """Rows below a page as its editor sends them."""
    count = str(len(rows))
    form = {f"{name}-TOTAL_FORMS": count, f"{name}-INITIAL_FORMS": count}
    for number, row in enumerate(rows):
        form |= {
            f"{name}-{number}-id": str(row.pk),
            f"{name}-{number}-{points_at}": str(getattr(row, f"{points_at}_id")),
            f"{name}-{number}-ORDER": str(number + 1),
        }
    return form


def sent_course(course: CoursePage) -> dict[str, str]:
    """A whole course as its editor sends it."""
    form = {name: str(getattr(course, name)) for name in FIELDS}
    form |= {"bank": str(course.bank_id), "quiz_required": "on", "asks_confidence": "on"}
    form |= {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}
    form |= sent_rows("course_terms", list(course.course_terms.order_by("sort_order")), "sense")
    form |= sent_rows(
        "course_competences", list(course.course_competences.order_by("sort_order")), "competence"
    )
    form["outcomes-count"] = str(len(course.outcomes))
    for number, block in enumerate(course.outcomes):
        place = f"outcomes-{number}"
        form |= {f"{place}-deleted": "", f"{place}-order": str(number), f"{place}-id": block.id}
        form |= {f"{place}-type": block.block_type, f"{place}-value-key": block.value["key"]}
        form[f"{place}-value-text"] = block.value["text"]
    return form


@pytest.fixture
def editor(client: Client, hired: Any) -> Client:
    client.force_login(hired("boss", "Employee", "Administrator", is_superuser=True))
    return client


def test_the_editor_reads_what_the_rows_of_a_course_chose_together(
    course: CoursePage, editor: Client, lock_times: Meter
) -> None:
    form = sent_course(course) | {"pass_percent": "61", "action-publish": "1"}
    editor.get(f"/admin/pages/{course.pk}/edit/")  # whoever sends a form was shown it

    with lock_times() as times, CaptureQueriesContext(connection) as queries:
        editor.post(f"/admin/pages/{course.pk}/edit/", form)

    assert len(times.turns) == 1  # its statements are counted: a test client adds seconds of its own
    assert times.longest.statements <= 280
    assert CoursePage.objects.get(pk=course.pk, live=True).pass_percent == 61
    assert course.course_terms.count() == WORDS
    one_by_one = [one for one in queries if 'FROM "courses_courseterm" WHERE' in one["sql"]]
    assert len(one_by_one) == 7


def test_a_word_that_is_none_is_told_and_nothing_goes_live(course: CoursePage, editor: Client) -> None:
    form = sent_course(course) | {
        "pass_percent": "61",
        "course_terms-3-sense": "987654",
        "action-publish": "1",
    }

    answer = editor.post(f"/admin/pages/{course.pk}/edit/", form)

    errors = answer.context["form"].formsets["course_terms"].errors
    assert [number for number, one in enumerate(errors) if one] == [3]
    assert CoursePage.objects.get(pk=course.pk).pass_percent == 80


def test_a_lesson_of_a_large_course_comes_down_in_a_short_transaction(
    course: CoursePage, lock_times: Meter
) -> None:
    lesson = LessonPage.objects.child_of(course).order_by("path")[0]

    with lock_times() as times:
        lesson.unpublish()
        work(course)

    assert times.too_long() == []


def test_a_large_course_is_copied_in_short_transactions(
    course: CoursePage, hired: Any, lock_times: Meter
) -> None:
    author = hired("boss", "Employee", "Administrator", is_superuser=True)

    with lock_times() as times:
        copy = copy_course(course=course, author=author, title="Again", code="T9", clock=lambda: NOW)

    assert times.too_long() == []
    assert copy.stage == Stage.IMPORTED
    assert LessonPage.objects.child_of(copy.copy).count() == LessonPage.objects.child_of(course).count()
