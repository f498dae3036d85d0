"""What can be asked about mail on its way."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from post.models import OutboxMail

_ENDED = (OutboxMail.State.SENT, OutboxMail.State.REFUSED)


def goes_to_a_folder() -> bool:
    """Whether mail is written into a folder, as in a demo, and reaches nobody."""
    return bool(settings.OUTBOX_DELIVERY_BACKEND == "post.mail.FolderBackend")


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
