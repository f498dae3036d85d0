"""Mail: written to the outbox with the change that made it necessary, delivered later by the worker."""

import os
import re
from collections.abc import Sequence
from datetime import datetime
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import BadHeaderError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from post.models import OutboxMail

SUBJECT_LENGTH = 250
_LINE_BREAK = re.compile(r"[\r\n\x00\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_NAMED = re.compile(r"[^<>]*<(?P<address>[^<>]+)>")


class AttachmentRefused(ValueError):
    """The outbox keeps text and HTML only; a mail with more would arrive incomplete."""


def clean_header(value: object, name: str) -> str:
    """One line of text. Raises: BadHeaderError where somebody tries to smuggle in another header."""
    text = str(value)
    if _LINE_BREAK.search(text):
        raise BadHeaderError(f"{name} must be one line")  # not for people: somebody forged it
    return text


def clean_recipient(value: str) -> str:
    """The bare address of “Name <address>”. Raises: BadHeaderError."""
    written = clean_header(value, "To").strip()
    named = _NAMED.fullmatch(written)
    address = named["address"] if named else written
    try:
        validate_email(address)
    except ValidationError as error:
        # not for people: the log of the outbox
        raise BadHeaderError(f"{value!r} is not one e-mail address") from error
    return address


class OutboxBackend(BaseEmailBackend):
    """Django's mail functions come here. A row per recipient, in the caller's transaction."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        now = timezone.now()
        rows = [row for message in email_messages for row in self._rows(message, now)]
        OutboxMail.objects.bulk_create(rows)
        return len(email_messages)

    def _rows(self, message: EmailMessage, now: datetime) -> list[OutboxMail]:
        if message.attachments:
            # not for people: a caller's mistake
            raise AttachmentRefused("Mail is text and HTML only; put a link into the text instead.")
        clean_header(message.from_email, "From")
        for name, value in message.extra_headers.items():
            clean_header(value, clean_header(name, "header"))
        subject = clean_header(message.subject, "Subject")[:SUBJECT_LENGTH]
        html = str(message.body) if message.content_subtype == "html" else ""
        for content, mimetype in getattr(message, "alternatives", []) or []:
            if mimetype == "text/html":
                html = str(content)
        body = "" if message.content_subtype == "html" else str(message.body)
        recipients = dict.fromkeys(clean_recipient(to) for to in message.recipients() if to)
        return [
            OutboxMail(to=to, subject=subject, body=body, html=html, made_at=now, try_at=now)
            for to in recipients
        ]


class FolderBackend(BaseEmailBackend):
    """Without a mail server: every mail becomes a file that any mail program opens."""

    def __init__(self, fail_silently: bool = False, **kwargs: Any) -> None:
        super().__init__(fail_silently=fail_silently)
        self.folder = Path(settings.EMAIL_FILE_PATH)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            parsed = message.message()
            name = self._name(str(parsed["Message-ID"]))
            partial = self.folder / f".{name}.part"
            with partial.open("wb") as file:
                file.write(parsed.as_bytes(linesep="\r\n"))  # type: ignore[call-arg]  # Django's SafeMIMEText takes it
                file.flush()
                os.fsync(file.fileno())
            # Renamed in one step: whoever reads the folder never sees half a mail, and a second
            # delivery of the same mail replaces the first.
            partial.replace(self.folder / f"{name}.eml")
        return len(email_messages)

    def has(self, row: OutboxMail) -> bool:
        """Whether this mail was written: its name is its Message-ID."""
        return (self.folder / f"{self._name(str(row.message_id))}.eml").exists()

    @staticmethod
    def _name(message_id: str) -> str:
        return re.sub(r"[^0-9a-z-]", "", message_id.split("@", maxsplit=1)[0].lower())


def as_message(row: OutboxMail, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    """What is handed to the mail server. The Message-ID is the row's: a repeated delivery is recognised."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    message = EmailMultiAlternatives(
        row.subject,
        row.body,
        settings.DEFAULT_FROM_EMAIL,
        [row.to],
        connection=connection,
        headers={"Message-ID": f"<{row.message_id}@{domain}>", "Auto-Submitted": "auto-generated"},
    )
    if row.html:
        message.body = row.body or _("This mail is written in HTML.")
        message.attach_alternative(row.html, "text/html")
    return message
