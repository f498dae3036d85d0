"""Background edges of courses."""

import logging
from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django_tasks import task

from courses import actions, queries
from courses.models import CourseCopy, Upload
from jobs.pauses import Pauses

log = logging.getLogger("jobs")


@task(backend="background", queue_name="background")
def refresh_records(course_key: str) -> None:
    """Those in progress see what was added to or taken from the course. Who completed stays so.

    Interrupted, it goes on where it was.
    """
    actions.refresh_open_records(course_key=course_key, between=Pauses())


def refresh_stale_records(now: datetime | None = None) -> None:
    """Records in progress that missed a new rule: an answer on its way when it was published, or a task given up.

    Scheduled every ten minutes. At most two SQL queries where there is none.
    """
    pause = Pauses()
    for course_key in queries.stale_courses():
        changed = actions.refresh_open_records(course_key=course_key, between=pause)
        log.info("job=standings course=%s records=%d", course_key, changed)


@task(backend="background", queue_name="background")
def go_on_with_upload(pk: int) -> None:
    """Read or import what an author sent. Interrupted, it goes on where it was."""
    from courses.importing.actions import (
        go_on,
    )  # which imports what publishes, which enqueues tasks of this module

    upload = Upload.objects.select_related("sender", "course").filter(pk=pk, sender__isnull=False).first()
    if upload is not None and upload.sender is not None:
        with translation.override(upload.sender.language or settings.LANGUAGE_CODE):
            go_on(upload, clock=timezone.now)


@task(backend="background", queue_name="background")
def go_on_with_copy(pk: int) -> None:
    """Copy what a copy of a course has not yet. Interrupted, it goes on where it was."""
    from courses.writing.copying import go_on

    copy = CourseCopy.objects.select_related("author", "source", "copy").filter(pk=pk).first()
    if copy is not None:
        with translation.override(copy.author.language or settings.LANGUAGE_CODE):
            go_on(copy, clock=timezone.now)


def take_up_uploads(now: datetime | None = None) -> None:
    """Files and copies of courses that a killed process left are gone on with. Scheduled every minute."""
    from courses.importing import actions as files
    from courses.writing import copying

    now = now or timezone.now()
    files.take_up_left(now=now)
    copying.take_up_left(now=now)


def verify_records(now: datetime | None = None) -> None:
    """Every night: recompute all records; a difference is an error that the health page shows."""
    differences = list(queries.record_differences())
    if differences:
        # not for people: a job tells it to the log
        raise RecordsDiffer(f"{len(differences)} stored figures differ from the answers: {differences[0]}")


class RecordsDiffer(Exception):
    """A projection does not say what the answers say."""
