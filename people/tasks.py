"""What the worker does for people."""

import logging
from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from people import audit, delivery, heads
from people.importing.actions import forget_old_uploads, take_turn, take_up_left
from people.models import PeopleUpload

PIECES_IN_A_TURN = 20
"""Of a long list; then the worker does what else is due."""
logger = logging.getLogger(__name__)


class AuditLogDamaged(Exception):
    """The audit log is not as it was written. `manage.py verify_audit` says where."""


def deliver_mail(now: datetime | None = None) -> None:
    """Send what waits in the outbox. Scheduled every few seconds; several workers may run it at once."""
    delivery.deliver_waiting_mail(now=now or timezone.now())


def forget_lists(now: datetime | None = None) -> None:
    """Remove lists of people that were looked at a day ago and never imported. Scheduled every hour."""
    forget_old_uploads(before=(now or timezone.now()) - timedelta(days=1))


@task(backend="background", queue_name="background")
def go_on_with_list(pk: int) -> None:
    """Read or import a list of people, from where it is. Interrupted, it goes on where it was."""
    upload = PeopleUpload.objects.filter(pk=pk).first()
    if upload is not None:
        take_turn(upload, clock=timezone.now, turn=PIECES_IN_A_TURN)


def take_up_lists(now: datetime | None = None) -> None:
    """Lists that a killed process left are gone on with. Scheduled every minute."""
    take_up_left(now=now or timezone.now())


def verify_audit(now: datetime | None = None) -> None:
    """Read the whole audit log, compare it with the heads kept outside the database, and keep today's.

    Scheduled every night. Raises: AuditLogDamaged, which the health page tells.
    """
    reading = audit.read(heads.kept())
    if not reading.is_whole:
        # not for people: a job tells it to the log
        raise AuditLogDamaged(
            f"{len(reading.faults)} places; {len(reading.missing)} kept heads are not in it any more"
        )
    if reading.head:
        heads.keep(reading.head, now=now or timezone.now())
        logger.info("audit log: %s entries, as they were written; head %s", reading.entries, reading.head)
