"""Mail: written to the outbox with the change that made it necessary, delivered later by the worker."""

import os
import re
import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta
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
GIVE_UP_AFTER = 10
LEASE = timedelta(minutes=10)  # longer than EMAIL_TIMEOUT, for whoever is no worker and has no heartbeat
LONGEST_WAIT = timedelta(days=1)
_LINE_BREAK = re.compile(r"[\r\n\x00\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# The answers of a mail server that mean this address or this mail. Others of 500 and more mean us: what we
# speak, or that we may not.
_FOR_GOOD = frozenset({501, 550, 551, 552, 553, 554, 556})
_MEANS_US = re.compile(r"\b5\.7\.\d|\brelay", re.IGNORECASE)
_NAMED = re.compile(r"[^<>]*<(?P<address>[^<>]+)>")


class AttachmentRefused(ValueError):
    """The outbox keeps text and HTML only; a mail with more would arrive incomplete."""


def back_off(tries: int) -> timedelta:
    """How long to wait after the first, second, … failure: 1, 4, 16, 64 minutes, up to a day.

    Ten tries take four days, so that a mail server which is down over a weekend loses nothing.
    """
    return min(timedelta(minutes=4 ** max(tries - 1, 0)), LONGEST_WAIT)


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


def is_outage(error: Exception) -> bool:
    """True where the server itself is the matter, so that trying the next mail would only cost time.

    A sender that is refused is every mail's, unless the server says with it that this mail is too large (552).
    """
    if isinstance(error, smtplib.SMTPSenderRefused):
        return error.smtp_code != 552
    of_one_mail = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)
    return isinstance(error, OSError) and not isinstance(error, of_one_mail)


def refusal(error: Exception) -> str:
    """The server's words where it refused the address, or the mail to it, for good; "" where it did not.

    An answer of 400 and more is for now. A server that refuses us – it wants a password, it passes nothing on,
    it has a rule against us (5.7.x) – says nothing about the address.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused) and error.recipients:
        code, said = _answered(*next(iter(error.recipients.values())))  # a mail has one recipient
    elif isinstance(error, smtplib.SMTPDataError):
        code, said = _answered(error.smtp_code, error.smtp_error)
    else:
        return ""
    words = " ".join(said.split())
    is_final = code in _FOR_GOOD and not _MEANS_US.search(words)
    return f"{code} {words}".strip()[:500] if is_final else ""


def _answered(code: int, words: bytes | str) -> tuple[int, str]:
    return code, words.decode(errors="replace") if isinstance(words, bytes) else words
