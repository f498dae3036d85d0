"""Background edges of writing."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django_tasks import task

from authoring import copying
from authoring.models import CourseCopy


@task(backend="background", queue_name="background")
def go_on_with_copy(pk: int) -> None:
    """Copy what a copy of a course has not yet. Interrupted, it goes on where it was."""
    copy = CourseCopy.objects.select_related("author", "source", "copy").filter(pk=pk).first()
    if copy is not None:
        with translation.override(copy.author.language or settings.LANGUAGE_CODE):
            copying.go_on(copy, clock=timezone.now)


def take_up_copies(now: datetime | None = None) -> None:
    """Copies of courses that a killed process left are gone on with. Scheduled every minute."""
    copying.take_up_left(now=now or timezone.now())
