"""A file that a lesson shows is kept, whichever door a deletion comes through."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from authoring.files_in_use import FileInUse
from authoring.teams import files_of
from courses.models import LessonPage
from courses.queries.files import uses_of
from tests.courses.course import publish
from tests.exchange.files import WAGTAILS_FILES
from tests.site.uploaded import picture

pytestmark = [pytest.mark.django_db, WAGTAILS_FILES]


@pytest.fixture
def image(own: SimpleNamespace, media: Any) -> Any:
    return picture("rota", "red", collection=files_of(own.page))


@pytest.fixture
def media(settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def figure(image: Any) -> list[Any]:
    return [("figure", {"image": image, "alt": "A rota", "caption": "", "credit": "", "drawing": ""})]


def test_a_picture_that_nothing_shows_is_deleted(image: Any) -> None:
    assert uses_of(image) == []
    image.delete()
    assert not get_image_model().objects.exists()


def test_a_picture_of_a_live_lesson_stays_and_the_lesson_is_named(own: SimpleNamespace, image: Any) -> None:
    lesson = LessonPage.objects.get(pk=own.one.pk)
    lesson.body = figure(image)
    publish(lesson)

    with pytest.raises(FileInUse) as refusal, transaction.atomic():
        image.delete()

    assert f"“{lesson.title}” (live)" in refusal.value.told()
    assert "Take it out there first" in refusal.value.told()
    assert get_image_model().objects.filter(pk=image.pk).exists()


def test_a_picture_in_a_fold_of_the_draft_of_a_live_lesson_stays(own: SimpleNamespace, image: Any) -> None:
    lesson = LessonPage.objects.get(pk=own.one.pk)
    lesson.body = [("fold", {"title": "More", "parts": figure(image)})]
    lesson.save_revision()

    with pytest.raises(FileInUse) as refusal, transaction.atomic():
        get_image_model().objects.filter(pk=image.pk).delete()

    assert "(a draft)" in refusal.value.told()


def test_a_film_that_a_live_lesson_shows_stays(own: SimpleNamespace, media: Any) -> None:
    film = get_document_model().objects.create(title="film", file=ContentFile(b"x", "film.mp4"))
    captions = get_document_model().objects.create(title="captions", file=ContentFile(b"WEBVTT", "film.vtt"))
    lesson = LessonPage.objects.get(pk=own.one.pk)
    lesson.body = [
        ("video", {"title": "Night", "file": film, "captions": captions, "transcript": "One calls."})
    ]
    publish(lesson)

    for document in (film, captions):
        with pytest.raises(FileInUse), transaction.atomic():
            document.delete()


def test_what_markdown_names_stays(own: SimpleNamespace, image: Any) -> None:
    lesson = LessonPage.objects.get(pk=own.one.pk)
    lesson.body = [("markdown", f"![A rota]({image.file.url})")]
    publish(lesson)

    assert [use.is_live for use in uses_of(image)] == [True]


def test_the_editor_says_why_alone_and_in_bulk(
    client: Client, administrator: Any, own: SimpleNamespace, image: Any
) -> None:
    lesson = LessonPage.objects.get(pk=own.one.pk)
    lesson.body = figure(image)
    publish(lesson)
    client.force_login(administrator)

    for address in (
        f"/admin/images/{image.pk}/delete/",
        f"/admin/bulk/wagtailimages/image/delete/?id={image.pk}",
    ):
        shown = client.post(address, follow=True, HTTP_REFERER="/admin/images/")
        assert f"“{lesson.title}” (live)" in shown.content.decode(), address
        assert get_image_model().objects.filter(pk=image.pk).exists()


def test_the_draft_of_another_course_is_not_named(author: Any, other: SimpleNamespace, image: Any) -> None:
    lesson = LessonPage.objects.get(pk=other.one.pk)
    lesson.title, lesson.body = "CANARY-DRAFT", figure(image)
    lesson.save_revision()

    with pytest.raises(FileInUse) as refusal, transaction.atomic():
        image.delete()

    said = refusal.value.told_to(author)
    assert "CANARY" not in said
    assert "1 that is not named here" in said
