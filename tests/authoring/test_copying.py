"""A course is copied piece by piece: nobody sees half of it, and whatever is killed, the worker makes it whole."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from authoring import copying, queries, tasks
from authoring.models import CourseCopy
from authoring.tasks import go_on_with_copy, take_up_copies
from authoring.teams import remove_author
from courses.models import CoursePage, LessonPage
from jobs.interruption import Interrupted, stops_when
from jobs.models import Stage
from quizzes.models import Question
from tests.authoring.conftest import fresh
from tests.underway import Asked, told

pytestmark = pytest.mark.django_db
SENT = {"title": "Always on, again", "code": "T7"}
PARTS = 2 + 2  # lessons, and transactions for five questions each


@pytest.fixture
def desk(client: Client, own: SimpleNamespace, author: Any) -> Client:
    client.force_login(author)
    return client


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Asked:
    worker = Asked(go_on_with_copy)
    monkeypatch.setattr(tasks, "go_on_with_copy", worker)
    return worker


def begun(own: SimpleNamespace, author: Any) -> CourseCopy:
    """A copy with nothing but its page."""
    return copying._begin(own.page, author=author, now=timezone.now(), **SENT)


def is_whole(copy: CourseCopy, own: SimpleNamespace) -> bool:
    """It has as much as the first course, each once, and every check asks a question of its own bank."""
    page = CoursePage.objects.get(pk=copy.copy_id)
    lessons = list(LessonPage.objects.child_of(page).order_by("path"))
    first = list(LessonPage.objects.child_of(own.page).order_by("path"))
    asked = {
        question.bank_id
        for lesson in lessons
        for block in lesson.body
        if block.block_type == "checks"
        for question in block.value["questions"]
    }
    return (
        [lesson.slug for lesson in lessons] == [lesson.slug for lesson in first]
        and page.bank.questions.count() == own.bank.questions.count()
        and asked == {page.bank_id}
    )


@pytest.mark.sql
@pytest.mark.parametrize("pieces", range(PARTS + 1))
def test_a_copy_that_was_killed_is_made_whole_by_the_worker(
    desk: Client,
    own: SimpleNamespace,
    author: Any,
    administrator: Any,
    worker: Asked,
    monkeypatch: pytest.MonkeyPatch,
    pieces: int,
) -> None:
    real, done = copying._copy_a_piece, 0

    def killed(copy: CourseCopy, **named: Any) -> None:
        nonlocal done
        if done == pieces:
            raise SystemExit
        real(copy, **named)
        done += 1

    monkeypatch.setattr(copying, "_copy_a_piece", killed)
    monkeypatch.setattr(copying, "release", lambda *item, **named: None)  # whoever is killed says nothing
    now = timezone.now()
    if pieces < PARTS:
        with pytest.raises(SystemExit):
            desk.post(f"/write/course/{own.page.pk}/copy/", SENT)
        copy = CourseCopy.objects.get()
        assert copy.copy not in queries.courses_of(fresh(author))
        assert "T7" not in [row.page.code for row in queries.desk(fresh(administrator))]
        page = told(desk.get("/write/"))
        assert "“Always on, again” is being copied" in page
        assert f'href="/write/copy/{copy.key}/"' in page
        assert "T7 Always on" not in page
        monkeypatch.undo()
        monkeypatch.setattr(tasks, "go_on_with_copy", worker)
        take_up_copies(now=now + timedelta(seconds=30))
        assert not worker.asked
        take_up_copies(now=timezone.now() + timedelta(seconds=36))
        CourseCopy.objects.update(told_at=now - timedelta(seconds=36))
        assert worker.work() == 1
    else:
        desk.post(f"/write/course/{own.page.pk}/copy/", SENT)

    copy = CourseCopy.objects.get()
    assert (copy.stage, copy.done) == (Stage.IMPORTED, copy.total)
    assert "T7" in [row.page.code for row in queries.desk(fresh(administrator))]
    assert is_whole(copy, own)
    assert copy.copy in queries.courses_of(fresh(author))
    assert "is being copied" not in told(desk.get("/write/"))


def test_a_large_course_is_copied_in_the_worker_while_a_page_follows(
    desk: Client, own: SimpleNamespace, worker: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "SMALL", 3)

    page = desk.post(f"/write/course/{own.page.pk}/copy/", SENT, follow=True)

    address = page.redirect_chain[-1][0]
    assert "The course is being copied" in told(page)
    assert "Waits for its turn" in told(page)
    assert worker.work() == 1
    done = told(desk.get(address))
    assert "“Always on, again” is a draft with lessons and questions of its own." in done
    assert "<under-way" not in done
    assert is_whole(CourseCopy.objects.get(), own)


def test_a_copy_that_has_begun_is_not_called_undone(
    desk: Client, own: SimpleNamespace, worker: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is away for a moment, after the first piece."""

    def away(copy: CourseCopy, **named: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(copying, "_copy_a_piece", away)
    page = desk.post(f"/write/course/{own.page.pk}/copy/", SENT, follow=True)
    assert "The course is being copied" in told(page)
    monkeypatch.undo()
    monkeypatch.setattr(tasks, "go_on_with_copy", worker)

    take_up_copies(now=timezone.now() + timedelta(seconds=36))

    assert worker.work() == 1
    assert is_whole(CourseCopy.objects.get(), own)


def test_a_worker_that_is_stopped_goes_on_between_two_pieces(own: SimpleNamespace, author: Any) -> None:
    copy = begun(own, author)

    with pytest.raises(Interrupted), stops_when(lambda: True):
        go_on_with_copy.call(copy.pk)
    copy.refresh_from_db()
    assert (copy.hand, copy.stage) == ("", Stage.IMPORTING)
    assert 0 < copy.done < copy.total
    go_on_with_copy.call(copy.pk)

    copy.refresh_from_db()
    assert copy.stage == Stage.IMPORTED
    assert is_whole(copy, own)


def test_of_two_who_go_on_with_a_copy_one_is_overtaken(own: SimpleNamespace, author: Any) -> None:
    copy = begun(own, author)
    first = CourseCopy.objects.get(pk=copy.pk)
    copying.take_lease(first, now=timezone.now() - timedelta(minutes=1))  # and then it stood still

    copying.go_on(copy, clock=timezone.now)
    before = Question.objects.count(), LessonPage.objects.count()
    with pytest.raises(copying.Overtaken):
        copying._copy_a_piece(first, now=timezone.now())

    assert (Question.objects.count(), LessonPage.objects.count()) == before
    assert is_whole(copy, own)


def test_what_fails_time_after_time_says_so_and_is_handed_over(
    desk: Client, own: SimpleNamespace, author: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(copy: CourseCopy, pk: int) -> None:
        raise KeyError

    monkeypatch.setattr(copying, "_copy_lesson", broken)
    copy = begun(own, author)
    for _time in range(5):
        with pytest.raises(KeyError):
            go_on_with_copy.call(copy.pk)
    take_up_copies(now=timezone.now() + timedelta(minutes=1))

    page = told(desk.get("/write/"))
    assert "“Always on, again” was not copied whole" in page
    assert "T7 Always on, again" in page
    assert "It was begun several times and never ended." in told(desk.get(f"/write/copy/{copy.key}/"))
    assert own.page.title in page
    take_up_copies(now=timezone.now() + timedelta(days=8))
    assert not CourseCopy.objects.exists()
    assert CoursePage.objects.filter(code="T7").exists()


def test_whoever_left_the_course_meanwhile_copies_no_more_of_it(own: SimpleNamespace, author: Any) -> None:
    copy = begun(own, author)
    remove_author(course=own.page, employee=author)

    go_on_with_copy.call(copy.pk)

    copy.refresh_from_db()
    assert copy.stage == Stage.FAILED
    assert copy.error.startswith("You do not write the first course any more")
    assert not LessonPage.objects.child_of(copy.copy).exists()


def test_what_was_deleted_meanwhile_is_left_out(own: SimpleNamespace, author: Any) -> None:
    copy = begun(own, author)
    own.two.delete()

    go_on_with_copy.call(copy.pk)

    copy.refresh_from_db()
    assert copy.stage == Stage.IMPORTED
    assert [page.slug for page in LessonPage.objects.child_of(copy.copy)] == [own.one.slug]


def test_a_copy_that_was_deleted_is_not_gone_on_with(own: SimpleNamespace, author: Any) -> None:
    copy = begun(own, author)
    copying.take_lease(copy, now=timezone.now())
    CoursePage.objects.get(pk=copy.copy_id).delete()

    with pytest.raises(copying.Overtaken):
        copying._copy_a_piece(copy, now=timezone.now())

    assert not CourseCopy.objects.exists()


def test_how_far_a_copy_is_concerns_only_whoever_asked(
    client: Client, own: SimpleNamespace, author: Any, other: SimpleNamespace
) -> None:
    copy = begun(own, author)
    client.force_login(other.author)

    assert client.get(f"/write/copy/{copy.key}/").status_code == 404
    assert "Always on, again" not in told(client.get("/write/"))
