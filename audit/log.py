"""The audit log: who did what about whom, in the transaction that did it.

How an entry is sealed stands in `rules.sealing`. The last number and seal stand in `AuditHead` too, so that
a cut end is found as well; `verifying` reads the log and says where it is not as it was written.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from audit.models import AuditEntry, AuditHead
from audit.rules import sealing
from audit.rules.facts import facts

PAGE = "page"  # where an entry comes from, unless somebody says otherwise
COMMAND = "command"
# A refused page is written once for each person and address in this time, and so many at most for a person.
REFUSALS_WITHIN = timedelta(minutes=15)
REFUSALS_AT_MOST = 20
_LOOKED_THROUGH = 50  # of a person's newest entries


class Verb(models.TextChoices):
    """What the log knows. The words stand on the page of the log."""

    SIGNED_IN = "sign_in.succeeded", _("Signed in")
    SIGNED_OUT = "sign_out", _("Signed out")
    SIGN_IN_FAILED = "sign_in.failed", _("Sign-in failed")
    SIGN_IN_REFUSED = "sign_in.refused", _("Sign-in refused")
    PASSWORD_CHANGED = "password.changed", _("Password changed")
    PASSWORD_CHOSEN = "password.chosen", _("Password chosen by a mailed link")
    PAGE_REFUSED = "page.refused", _("Page refused")
    PERSON_CHANGED = "person.changed", _("Somebody’s details changed")
    ROLES_CHANGED = "roles.changed", _("Roles changed")
    RIGHTS_CHANGED = "rights.changed", _("Rights of a group changed")
    PEOPLE_IMPORTED = "people.imported", _("People imported")
    AUDIENCE_ADDED = "audience.added", _("Audience set")
    AUDIENCE_CLOSED = "audience.closed", _("Audience closed")
    REPORT_VIEWED = "report.viewed", _("Report read")
    REPORT_EXPORTED = "report.exported", _("Report exported")
    LOG_EXPORTED = "log.exported", _("Audit log exported")
    PERSON_VIEWED = "person.viewed", _("Somebody’s status read")
    COURSE_IMPORTED = "course.imported", _("Course imported")
    PUBLISHED = "published", _("Published")
    UNPUBLISHED = "unpublished", _("Unpublished")
    SCHEDULED = "scheduled", _("Set to be published")
    MOVED = "moved", _("Moved")
    COPIED = "copied", _("Copied")
    DELETED = "deleted", _("Deleted")


class UnknownVerb(ValueError):
    """The log does not know this verb; it belongs into `Verb`."""


class NoAuditKey(Exception):
    """There is no key to mark entries with; the settings make one, so somebody emptied them."""


@dataclass(frozen=True)
class Draft:
    """An entry before it is written; see `record` for what each field may hold."""

    verb: str
    about: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


def record(
    *,
    actor: AbstractBaseUser | None,
    verb: str,
    about: str = "",
    detail: dict[str, Any] | None = None,
    origin: str = PAGE,
    now: datetime,
) -> AuditEntry:
    """One more entry, in the caller's transaction: what is rolled back was never done and is not logged.

    `actor`: None where nobody is signed in, or a command did it. `about`: "kind:id", such as
    "employee:12" or "course:<uuid>", "" for many. `detail`: flat facts: ids, codes, counts, days,
    booleans, or lists of these. Others who write wait until this transaction ends, so call it last.
    One SQL query and two writes. Raises: UnknownVerb, NotAnId.
    """
    (entry,) = record_many([Draft(verb, about, detail or {})], actor=actor, origin=origin, now=now)
    return entry


@transaction.atomic
def record_many(
    drafts: Iterable[Draft], *, actor: AbstractBaseUser | None, origin: str = PAGE, now: datetime
) -> list[AuditEntry]:
    """As `record`, for any number of entries of one doer. One SQL query, and a write for each thousand and the end."""
    details = [(draft, _facts(draft)) for draft in drafts]
    if not details:
        return []
    key = _key_to_mark_with()
    head, _is_first = AuditHead.objects.select_for_update().get_or_create(pk=1)
    number, seal, entries = head.number, head.seal, []
    for draft, detail in details:
        number += 1
        entry = AuditEntry(
            number=number,
            at=now,
            actor_id=actor.pk if actor is not None else None,
            verb=str(draft.verb),
            about=draft.about,
            origin=origin,
            detail=detail,
            previous=seal,
        )
        entry.mark = sealing.mark(entry, key)
        entry.seal = seal = sealing.seal(entry)
        entries.append(entry)
    AuditEntry.objects.bulk_create(entries, batch_size=1000)
    AuditHead.objects.filter(pk=1).update(number=number, seal=seal)
    return entries


def _facts(draft: Draft) -> dict[str, Any]:
    if draft.verb not in Verb.values:
        raise UnknownVerb(draft.verb)
    return facts(draft.about, draft.detail)


def record_refusal(*, actor: AbstractBaseUser, page: str, now: datetime) -> AuditEntry | None:
    """That a page was refused to somebody; `page` is the pattern of its address.

    Once for each page in a quarter of an hour and twenty times for a person, so that nobody fills the
    log by asking again and again: None then. One SQL query before anything is written.
    """
    newest = AuditEntry.objects.filter(actor_id=actor.pk).order_by("-number")
    recent = [
        detail.get("page")
        for verb, at, detail in newest.values_list("verb", "at", "detail")[:_LOOKED_THROUGH]
        if verb == Verb.PAGE_REFUSED and at > now - REFUSALS_WITHIN
    ]
    if page in recent or len(recent) >= REFUSALS_AT_MOST:
        return None
    return record(actor=actor, verb=Verb.PAGE_REFUSED, detail={"page": page}, now=now)


def record_changes(
    changed: Iterable[tuple[int, Iterable[str]]],
    *,
    actor: AbstractBaseUser | None,
    origin: str,
    now: datetime,
) -> None:
    """Whose details changed, and which: an entry for each person, with names of fields and no values."""
    drafts = [
        Draft(Verb.PERSON_CHANGED, f"employee:{pk}", {"fields": sorted(fields)})
        for pk, fields in changed
        if fields
    ]
    record_many(drafts, actor=actor, origin=origin, now=now)


def _key_to_mark_with() -> str:
    if not settings.AUDIT_KEYS:
        # not for people: somebody emptied the settings
        raise NoAuditKey("AUDIT_KEYS is empty")
    key: str = settings.AUDIT_KEYS[0]
    return key
