"""Whoever signs out, by whichever of the buttons, is in the audit log."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from audit import log as audit_log
from people.accounts import audit_entries
from people.accounts.adapter import network_of
from people.models import Employee


def log_sign_out(sender: Any, request: HttpRequest | None, user: Employee | None, **kwargs: Any) -> None:
    """A receiver of Django's signal, which comes before the session ends; nobody is signed out of a test client."""
    if user is None or request is None or "REMOTE_ADDR" not in request.META:
        return
    origin = audit_entries.origin_of(network_of(request))
    audit_log.record(actor=user, verb=audit_log.Verb.SIGNED_OUT, origin=origin, now=timezone.now())
