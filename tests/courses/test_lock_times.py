"""Publishing holds the write lock only briefly: what it shows is worked out before the lock is taken."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from wagtail.models import ReferenceIndex

from courses import passages, rendering
from courses.models import CoursePage, LessonPage, Published
from gates import markdown, rendered
from publishing import publication
from quizzes.models import Question
from tests.lock_times import LockTimes

Meter = Callable[[], AbstractContextManager[LockTimes]]


@pytest.fixture(autouse=True)
def cold() -> None:
    """A process that has rendered nothing yet."""
    rendered.forget()
    rendering.forget()
    passages.forget()


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are worked out while somebody has the turn."""
    worked_out: list[str] = []
    convert = markdown._convert

    def noted(text: str, *arguments: Any) -> Any:
        if publication._has_turn.get():
            worked_out.append(text)
        return convert(text, *arguments)

    monkeypatch.setattr(markdown, "_convert", noted)
    return worked_out


def change_lesson() -> None:
    page = LessonPage.objects.live().order_by("path").first()
    page.objective += " And more."
    page.save_revision().publish()


def change_question() -> None:
    question = Question.objects.filter(live=True, uses__isnull=False).order_by("pk").first()
    question.stem += " Really?"
    question.save_revision().publish()


def change_pass_mark() -> None:
    course = CoursePage.objects.live().order_by("path").first()
    course.pass_percent = 61
    course.save_revision().publish()


def change_plan() -> None:
    course = CoursePage.objects.live().order_by("path").first()
    course.session_kind = "tour"
    course.session_plan = "## In the room\n\nAsk who was *there*."
    course.save_revision().publish()


def take_down() -> None:
    LessonPage.objects.live().order_by("path").first().unpublish()


DOORS = [change_lesson, change_question, change_pass_mark, change_plan, take_down]


@pytest.mark.parametrize("publish", DOORS, ids=lambda door: door.__name__)
def test_no_text_is_worked_out_while_others_wait(
    publish: Callable[[], None], course: Any, inside: list[str], lock_times: Meter
) -> None:
    before = dict(Published.objects.values_list("page_id", "rendered_at"))

    with lock_times() as times:
        publish()

    assert dict(Published.objects.values_list("page_id", "rendered_at")) != before
    assert inside == []
    assert times.too_long() == []


def test_without_a_rehearsal_it_is_worked_out_inside(
    course: Any, inside: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where something changed between the rehearsal and the turn."""
    monkeypatch.setattr(publication, "rehearse", lambda _item: None)

    change_lesson()

    assert inside != []


def test_what_a_turn_saves_is_indexed_once(course: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wagtail reads the whole course anew for each of its words."""
    indexed: list[tuple[str, Any]] = []
    write = ReferenceIndex.create_or_update_for_object

    def noted(thing: Any) -> None:
        indexed.append((type(thing).__name__, thing.pk))
        write(thing)

    page = CoursePage.objects.live().order_by("path").first()
    page.pass_percent = 61
    revision = page.save_revision()
    monkeypatch.setattr(ReferenceIndex, "create_or_update_for_object", noted)

    revision.publish()

    assert indexed == [("CoursePage", page.pk)]
