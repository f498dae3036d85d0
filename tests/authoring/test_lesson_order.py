"""The order of the lessons of a course, which authors change on Write."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from audit.models import AuditEntry
from courses.models import Criterion, LessonPage, Published
from tests.authoring.conftest import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, own: SimpleNamespace, author: Any) -> Client:
    client.force_login(author)
    return client


def titles(course: Any) -> list[str]:
    return list(LessonPage.objects.child_of(course).order_by("path").values_list("title", flat=True))


def test_an_author_moves_a_lesson_and_readers_follow(desk: Client, own: SimpleNamespace, author: Any) -> None:
    sent = {"move": f"{own.two.pk}-1-up"}
    rules = Criterion.objects.count()

    answer = desk.post(f"/write/course/{own.page.pk}/order/", sent)

    assert answer.headers["Location"] == f"/write/#down-{own.two.pk}"
    assert titles(own.page) == ["Reading", "Hours"]
    assert "“Reading” is now lesson 1 of 2." in desk.get("/write/").content.decode()
    course = Published.objects.get(page_id=own.page.pk).as_course
    assert [lesson.title for lesson in course.lessons] == ["Reading", "Hours"]
    assert Published.objects.get(page_id=own.two.pk).as_lesson.next.title == "Hours"
    assert Criterion.objects.count() == rules, "the course asks what it asked before"
    entry = AuditEntry.objects.get(about=f"page:{own.two.pk}", verb="moved")
    assert entry.actor_id == author.pk
    desk.post(f"/write/course/{own.page.pk}/order/", sent)
    assert titles(own.page) == ["Reading", "Hours"]
    assert AuditEntry.objects.filter(verb="moved").count() == 1


def test_a_lesson_moves_down_too(desk: Client, own: SimpleNamespace) -> None:
    answer = desk.post(f"/write/course/{own.page.pk}/order/", {"move": f"{own.one.pk}-2-down"})

    assert answer.headers["Location"] == f"/write/#up-{own.one.pk}"
    assert titles(own.page) == ["Reading", "Hours"]


@pytest.mark.parametrize("sent", ["", "x-1-up", "1-1-up", "1"])
def test_what_no_button_says_moves_nothing(desk: Client, own: SimpleNamespace, sent: str) -> None:
    assert desk.post(f"/write/course/{own.page.pk}/order/", {"move": sent}).status_code == 404
    assert titles(own.page) == ["Hours", "Reading"]


@pytest.mark.parametrize("name", ["order", "submit", "approve"])
def test_the_author_of_another_course_changes_nothing_here(
    client: Client, own: SimpleNamespace, other: SimpleNamespace, name: str
) -> None:
    client.force_login(fresh(other.author))

    answer = client.post(f"/write/course/{own.page.pk}/{name}/", {"move": f"{own.two.pk}-1-up"})

    assert answer.status_code == 404
    assert titles(own.page) == ["Hours", "Reading"]


def test_a_lesson_of_another_course_is_not_moved(
    desk: Client, own: SimpleNamespace, other: SimpleNamespace
) -> None:
    address = f"/write/course/{own.page.pk}/order/"

    assert desk.post(address, {"move": f"{other.two.pk}-1-up"}).status_code == 404
    assert titles(other.page) == ["Hours", "Reading"]
