"""What the worker does about the audit log."""

import logging
from datetime import datetime

from django.utils import timezone

from audit import heads, verifying

logger = logging.getLogger(__name__)


class AuditLogDamaged(Exception):
    """The audit log is not as it was written. `manage.py verify_audit` says where."""


def verify_audit(now: datetime | None = None) -> None:
    """Read the whole audit log, compare it with the heads kept outside the database, and keep today's.

    Scheduled every night. Raises: AuditLogDamaged, which the health page tells.
    """
    reading = verifying.read(heads.kept())
    if not reading.is_whole:
        # not for people: a job tells it to the log
        raise AuditLogDamaged(
            f"{len(reading.faults)} places; {len(reading.missing)} kept heads are not in it any more"
        )
    if reading.head:
        heads.keep(reading.head, now=now or timezone.now())
        logger.info("audit log: %s entries, as they were written; head %s", reading.entries, reading.head)
