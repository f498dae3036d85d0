"""Background edges of files on their way in."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django_tasks import task

from exchange.importing import actions
from exchange.models import Upload


@task(backend="background", queue_name="background")
def go_on_with_upload(pk: int) -> None:
    """Read or import what an author sent. Interrupted, it goes on where it was."""
    upload = Upload.objects.select_related("sender", "course").filter(pk=pk, sender__isnull=False).first()
    if upload is not None and upload.sender is not None:
        with translation.override(upload.sender.language or settings.LANGUAGE_CODE):
            actions.go_on(upload, clock=timezone.now)


def take_up_uploads(now: datetime | None = None) -> None:
    """Files that a killed process left are gone on with. Scheduled every minute."""
    actions.take_up_left(now=now or timezone.now())
