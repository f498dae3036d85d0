"""Background edges of courses."""

import logging
from datetime import datetime

from django_tasks import task

from courses import actions, queries
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


def verify_records(now: datetime | None = None) -> None:
    """Every night: recompute all records; a difference is an error that the health page shows."""
    differences = list(queries.record_differences())
    if differences:
        # not for people: a job tells it to the log
        raise RecordsDiffer(f"{len(differences)} stored figures differ from the answers: {differences[0]}")


class RecordsDiffer(Exception):
    """A projection does not say what the answers say."""
