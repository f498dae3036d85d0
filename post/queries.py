"""What can be asked about mail on its way."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Min, Q

from post.models import OutboxMail

_ENDED = (OutboxMail.State.SENT, OutboxMail.State.REFUSED)


@dataclass(frozen=True)
class MailState:
    """How mail is doing, for the health page."""

    waiting: int
    oldest_at: datetime | None
    failed: int
    to_folder: bool
    folder: Path | None


def mail_state() -> MailState:
    """Mail that waits, since when, what was given up, and whether mail only goes to a folder. One SQL query."""
    figures = OutboxMail.objects.aggregate(
        waiting=Count("pk", filter=Q(state=OutboxMail.State.WAITING)),
        oldest_at=Min("made_at", filter=Q(state=OutboxMail.State.WAITING)),
        failed=Count("pk", filter=Q(state=OutboxMail.State.FAILED)),
    )
    to_folder = settings.OUTBOX_DELIVERY_BACKEND == "post.backends.FolderBackend"
    return MailState(
        waiting=figures["waiting"],
        oldest_at=figures["oldest_at"],
        failed=figures["failed"],
        to_folder=to_folder,
        folder=Path(settings.EMAIL_FILE_PATH) if to_folder else None,
    )


@dataclass(frozen=True)
class Refusal:
    """When the mail server refused an address for good, and its words, as part of a sentence of ours."""

    at: datetime
    said: str


def last_refusal(email: str) -> Refusal | None:
    """Whether an address is refused: the last mail to it that ended says so. One SQL query."""
    last = OutboxMail.objects.filter(to=email, state__in=_ENDED).order_by("-pk").first()
    return refusal_of(last) if last is not None else None


def refusal_of(mail: OutboxMail) -> Refusal | None:
    """None where the server took it."""
    if mail.state != OutboxMail.State.REFUSED or mail.refused_at is None:
        return None
    return Refusal(mail.refused_at, mail.error.rstrip(" ."))
