"""What an import that ended early stored and no lesson shows is deleted; nothing else is."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.images import get_image_model

from authoring.teams import files_of
from courses.models import CoursePage
from exchange.importing import import_course
from exchange.importing.actions import take_up_left
from exchange.models import Upload
from jobs.models import Stage
from jobs.rules.schedule import SILENT_AFTER
from tests.exchange.files import NOW, WAGTAILS_FILES, picture

pytestmark = [pytest.mark.django_db, WAGTAILS_FILES]


def test_pictures_that_no_lesson_came_to_show_go_with_an_abandoned_import(
    write: Any, catalogue: Any, author: Any
) -> None:
    sent = timezone.now() - timedelta(minutes=1)
    import_course(write(), now=NOW)
    course = CoursePage.objects.get()
    images = get_image_model()
    shown = set(images.objects.values_list("pk", flat=True))
    rows = [
        images.objects.create(
            title=title,
            file=ContentFile(picture("green"), name=f"{title}.png"),
            collection=files_of(course),
            uploaded_by_user=person,
        )
        for title, person in (("left over", None), ("of an author", author))
    ]
    Upload.objects.create(
        sender=author, name="z.zip", content=b"", made_at=sent, stage=Stage.IMPORTING, tries=99, hand="",
        told_at=sent - 2 * SILENT_AFTER, outcome={"code": course.code, "imported": []},
    )  # fmt: skip

    take_up_left(now=timezone.now())

    assert Upload.objects.get().stage == Stage.FAILED
    assert set(images.objects.values_list("pk", flat=True)) == shown | {rows[1].pk}
    assert shown
