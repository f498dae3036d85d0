"""Hands mails to the mail server one by one, and frees those whose worker was killed."""

import logging
import smtplib
from contextlib import suppress
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.db.models import F, Q

from jobs import current
from jobs import queries as jobs
from jobs.rules.schedule import SKEW
from post import backends
from post.models import OutboxMail
from post.rules import trying_again
from post.rules.refusal import is_outage, refusal

logger = logging.getLogger(__name__)
DELIVERIES_PER_RUN = 50
ELSEWHERE = "elsewhere"
"""Who delivers without being a worker, so that nobody could say whether it lives."""


def deliver_waiting_mail(*, now: datetime) -> int:
    """Send up to 50 waiting mails; the number that went out.

    Before a mail is handed over it is marked with who does it, and what became of it is written at once
    afterwards, in a transaction of its own. A worker that is killed in between is found dead, and the mail
    goes out again under the same Message-ID: whether the server had taken it cannot be known. Never in a
    transaction: what was sent stays sent.
    """
    sender = current.worker() or ELSEWHERE
    connection = get_connection(settings.OUTBOX_DELIVERY_BACKEND)
    _take_back(connection, sender, now)
    rows = list(OutboxMail.objects.filter(_due(now)).order_by("try_at", "pk")[:DELIVERIES_PER_RUN])
    sent = 0
    try:
        for row in rows:
            if not _mark(row, sender, now):
                continue
            if (
                row.tries >= trying_again.GIVE_UP_AFTER
            ):  # ten workers died of it: it must not take an eleventh
                _failed(row, RuntimeError("delivery never ended"), now)
                continue
            try:
                # Opened here, else it would be closed, which takes a while, before we note that this one is sent.
                connection.open()
                backends.as_message(row, connection).send()
            except Exception as error:  # noqa: BLE001 - whatever one mail raises, it is noted and the rest still goes out
                _not_sent(row, error, now)
                _close(connection)  # what became of it is not known: the next mail gets a new one
                if is_outage(error):
                    break
            else:
                _sent(row, now)
                sent += 1
    finally:
        _close(connection)
    return sent


def _due(now: datetime) -> Q:
    """Mails without a lease whose time has come, or is further away than any pause: the clock was put back then."""
    pauses = [
        timedelta(),
        *(trying_again.back_off(tries) for tries in range(1, trying_again.GIVE_UP_AFTER + 1)),
    ]
    too_far = [Q(tries=tries, try_at__gt=now + pause + SKEW) for tries, pause in enumerate(pauses)]
    waiting = Q(state=OutboxMail.State.WAITING, sender="")
    return waiting & reduce(or_, too_far, Q(try_at__lte=now))


def _take_back(connection: Any, sender: str, now: datetime) -> None:
    """End the lease of mails whose worker is dead or starts anew here, so that they are sent at once.

    Where mails become files, the file says whether it was written. One SQL query where there is none.
    """
    held = list(OutboxMail.objects.filter(state=OutboxMail.State.WAITING).exclude(sender=""))
    alive = jobs.alive() if held else frozenset()  # asked after the mails: whoever took one lived before
    for row in held:
        if row.sender == ELSEWHERE:
            is_held = now < row.try_at <= now + trying_again.LEASE + SKEW
        else:
            is_held = row.sender != sender and row.sender in alive
        if is_held:
            continue
        if isinstance(connection, backends.FolderBackend) and connection.has(row):
            _sent(row, now)
        else:
            _as_marked(row).update(sender="", try_at=now)
            logger.warning("mail %s is taken back from %s", row.message_id, row.sender)


def _mark(row: OutboxMail, sender: str, now: datetime) -> bool:
    """Take the lease of this mail. True if this call got it."""
    free = OutboxMail.objects.filter(
        pk=row.pk, state=OutboxMail.State.WAITING, sender="", try_at=row.try_at, tries=row.tries
    )
    row.sender = sender
    return bool(free.update(sender=sender, try_at=now + trying_again.LEASE, tries=F("tries") + 1))


def _as_marked(row: OutboxMail) -> Any:
    return OutboxMail.objects.filter(pk=row.pk, state=OutboxMail.State.WAITING, sender=row.sender)


def _sent(row: OutboxMail, now: datetime) -> None:
    """Keep that it was sent, not what it said: its links still open accounts for a while."""
    OutboxMail.objects.filter(pk=row.pk).update(
        state=OutboxMail.State.SENT, sent_at=max(now, row.made_at), error="", body="", html="", sender=""
    )


def _not_sent(row: OutboxMail, error: Exception, now: datetime) -> None:
    reason = refusal(error)
    if reason:
        _refused(row, reason, now)
    else:
        _failed(row, error, now)


def _refused(row: OutboxMail, reason: str, now: datetime) -> None:
    """The server takes nothing for this address: it is not asked again, and HR sees what it said."""
    OutboxMail.objects.filter(pk=row.pk).update(
        state=OutboxMail.State.REFUSED,
        refused_at=max(now, row.made_at),
        error=reason,
        body="",
        html="",
        sender="",
    )
    logger.warning("mail %s was refused for good: %s", row.message_id, reason[:3])


def _failed(row: OutboxMail, error: Exception, now: datetime) -> None:
    tries = row.tries + 1
    given_up = tries >= trying_again.GIVE_UP_AFTER
    OutboxMail.objects.filter(pk=row.pk).update(
        state=OutboxMail.State.FAILED if given_up else OutboxMail.State.WAITING,
        try_at=now + trying_again.back_off(tries),
        error=f"{type(error).__name__}: {error}"[:500],
        sender="",
    )
    log = logger.error if given_up else logger.warning
    log(
        "mail %s was not delivered (try %s of %s): %s",
        row.message_id,
        tries,
        trying_again.GIVE_UP_AFTER,
        type(error).__name__,
    )


def _close(connection: Any) -> None:
    """A server that does not say goodbye changes nothing."""
    with suppress(OSError, smtplib.SMTPException):
        connection.close()
