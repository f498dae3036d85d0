"""A draft is always saved, and whatever cannot go on is said in our words with links."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from authoring.actions import start_lesson
from authoring.readiness import missing, needed, sentence
from courses.block_fields import AddressField
from courses.models import LessonPage
from tests.authoring.forms import AUTOSAVE, lesson_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson(own: SimpleNamespace, author: Any) -> LessonPage:
    return start_lesson(course=own.page, author=author)


def edit(page: Any) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def form(page: Any, **changes: str) -> dict[str, Any]:
    """The form of the newest draft, without its blocks."""
    draft = newest(page)
    loaded = {
        "loaded_revision_id": str(draft.latest_revision_id),
        "loaded_revision_created_at": draft.latest_revision.created_at.isoformat(),
    }
    return lesson_form(draft) | {"body-count": "0"} | loaded | changes


def newest(page: Any) -> Any:
    return LessonPage.objects.get(pk=page.pk).get_latest_revision_as_object()


def test_a_past_time_of_unpublishing_does_not_stop_a_draft(
    client: Client, lesson: LessonPage, author: Any
) -> None:
    client.force_login(author)
    LessonPage.objects.filter(pk=lesson.pk).update(expire_at=timezone.now() - timedelta(days=1))
    stored = LessonPage.objects.get(pk=lesson.pk)
    stored.save_revision(user=author, clean=False)
    past = stored.expire_at.strftime("%Y-%m-%d %H:%M")

    saved = client.post(edit(lesson), form(lesson, expire_at=past, objective="say who is called"))
    autosaved = client.post(
        edit(lesson), form(lesson, expire_at=past, objective="say who decides"), headers=AUTOSAVE
    )

    assert saved.status_code == 302
    assert autosaved.json()["success"] is True
    assert newest(lesson).objective == "say who decides"
    assert "The time of unpublishing is past" in " ".join(map(sentence, needed(newest(lesson))))


@pytest.mark.parametrize(
    ("field", "typed"),
    [("minutes", "0"), ("minutes", "many"), ("slug", "quiz"), ("slug", "no address"), ("title", "")],
)
def test_what_cannot_be_stored_of_a_field_stays_as_it_was_and_is_named(
    client: Client, lesson: LessonPage, author: Any, field: str, typed: str
) -> None:
    client.force_login(author)
    before = getattr(newest(lesson), field)

    response = client.post(
        edit(lesson),
        lesson_form(lesson) | {"objective": "say it", "body-count": "0", field: typed},
        follow=True,
    )

    draft = newest(lesson)
    assert draft.objective == "say it"
    assert getattr(draft, field) == before
    assert "It stays as it was." in response.content.decode()


def test_half_an_address_is_saved_and_named(client: Client, lesson: LessonPage, author: Any) -> None:
    client.force_login(author)
    data = lesson_form(lesson) | {
        "body-0-type": "resources", "body-0-value-items-count": "1", "body-0-value-items-0-deleted": "",
        "body-0-value-items-0-order": "0", "body-0-value-items-0-id": "", "body-0-value-items-0-value-title": "More",
        "body-0-value-items-0-value-url": "example.com", "body-0-value-items-0-value-note": "",
    }  # fmt: skip

    assert client.post(edit(lesson), data).status_code == 302

    assert newest(lesson).body[0].value["items"][0]["url"] == "example.com"
    assert "“example.com” is no address" in " ".join(map(sentence, missing(newest(lesson))))


def test_an_address_with_another_scheme_is_no_draft() -> None:
    block = AddressField()
    block.set_name("url")
    for address in ("javascript:alert(1)", "data:text/html,x", " java\tscript:x"):
        with pytest.raises(ValidationError):
            block.clean_deferred(address)
    assert block.clean_deferred("example.com") == "example.com"


def test_submitting_what_is_unfinished_saves_it_and_says_what_lacks_with_links(
    client: Client, lesson: LessonPage, author: Any
) -> None:
    client.force_login(author)

    page = client.post(edit(lesson), form(lesson, title="At night") | {"action-submit": "true"}, follow=True)

    html = page.content.decode()
    assert "“At night” is not live yet, because something is still missing. The draft is saved." in html
    assert 'data-missing-path="objective">Say what people can do' in html
    assert "could not be saved due to validation errors" not in html
    assert newest(lesson).title == "At night"
    assert newest(lesson).current_workflow_state is None


def test_a_lesson_that_has_no_title_yet_says_so(lesson: LessonPage) -> None:
    assert "Give the lesson a title." in map(sentence, needed(lesson))
    lesson.title = "At night"
    assert "Give the lesson a title." not in map(sentence, needed(lesson))
