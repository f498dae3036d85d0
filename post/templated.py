"""Mails from templates: in a language and a time zone that the caller names, through the outbox."""

from collections.abc import Mapping
from typing import Any

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import timezone, translation


def send(
    *, subject: str, message: str, context: Mapping[str, Any], to: str, language: str, zone: str
) -> None:
    """One mail, in the caller's transaction. `subject`, which becomes one line, and `message` name templates."""
    values = dict(context)
    with translation.override(language), timezone.override(zone):
        line = " ".join(render_to_string(subject, values).split())
        text = render_to_string(message, values).strip()
    send_mail(line, text, None, [to])
