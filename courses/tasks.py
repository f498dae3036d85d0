"""Background edges of courses."""

from datetime import datetime

from django.utils import timezone
from django_tasks import task

from courses import actions, queries


@task(backend="background", queue_name="background")
def refresh_records(course_key: str) -> None:
    """Those in progress see what was added to or taken from the course. Who completed stays so."""
    actions.refresh_open_records(course_key=course_key, now=timezone.now())


def verify_records(now: datetime | None = None) -> None:
    """Every night: recompute all records; a difference is an error that the health page shows."""
    differences = list(queries.record_differences())
    if differences:
        # not for people: a job tells it to the log
        raise RecordsDiffer(f"{len(differences)} stored figures differ from the answers: {differences[0]}")


class RecordsDiffer(Exception):
    """A projection does not say what the answers say."""
