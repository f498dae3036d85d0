"""What can be asked about the audit log."""

from datetime import date, datetime, timedelta, tzinfo
from datetime import time as clock

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet

from audit.log import Verb
from audit.models import AuditEntry


def entries(
    *,
    verb: str,
    actor: AbstractBaseUser | None,
    about: AbstractBaseUser | None,
    since: date | None,
    until: date | None,
    before: int | None,
    zone: tzinfo,
) -> QuerySet[AuditEntry]:
    """Entries of the audit log, the newest first. Days are those of `zone`, both included. 1 SQL query."""
    entries = AuditEntry.objects.select_related("actor").order_by("-number")
    if verb:
        entries = entries.filter(verb=verb)
    if actor is not None:
        entries = entries.filter(actor_id=actor.pk)
    if about is not None:
        entries = entries.filter(about=f"employee:{about.pk}")
    if since is not None:
        entries = entries.filter(at__gte=datetime.combine(since, clock.min, zone))
    if until is not None:
        entries = entries.filter(at__lt=datetime.combine(until + timedelta(days=1), clock.min, zone))
    if before is not None:
        entries = entries.filter(number__lt=before)
    return entries


def label(verb: str) -> str:
    """What an entry says was done, in words."""
    return str(Verb(verb).label) if verb in Verb.values else verb
