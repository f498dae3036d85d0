"""Mails from templates: in a language and a time zone that the caller names, through the outbox."""

from collections.abc import Mapping
from typing import Any

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import timezone, translation


def send(name: str, context: Mapping[str, Any], *, to: str, language: str, zone: str) -> None:
    """One mail, in the caller's transaction: `NAME_subject.txt` in one line, and `NAME_message.txt`."""
    said = dict(context)
    with translation.override(language), timezone.override(zone):
        subject = " ".join(render_to_string(f"{name}_subject.txt", said).split())
        text = render_to_string(f"{name}_message.txt", said).strip()
    send_mail(subject, text, None, [to])
