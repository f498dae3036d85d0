"""The audit log: who did what about whom, sealed so that a changed, removed or moved entry is found.

Each entry is hashed together with the hash of the one before. The last number and hash stand in
`AuditHead` too, so that a cut end is found as well. The hash has no secret: it must be verifiable
on another machine after a restore, where the secret key is another one.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from people import limits, roles
from people.models import AuditEntry, AuditHead, Employee

PAGE = "page"  # where an entry comes from, unless somebody says otherwise
COMMAND = "command"


class Verb(models.TextChoices):
    """What the log knows. The words stand on the page of the log."""

    SIGN_IN_FAILED = "sign_in.failed", _("Sign-in failed")
    SIGN_IN_REFUSED = "sign_in.refused", _("Sign-in refused")
    ROLES_CHANGED = "roles.changed", _("Roles changed")
    PEOPLE_IMPORTED = "people.imported", _("People imported")
    AUDIENCE_ADDED = "audience.added", _("Audience set")
    AUDIENCE_CLOSED = "audience.closed", _("Audience closed")
    REPORT_VIEWED = "report.viewed", _("Report read")
    REPORT_EXPORTED = "report.exported", _("Report exported")
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


class NotAnId(ValueError):
    """`about` and the details hold ids, names of fields, figures and days, never text that somebody wrote."""


@transaction.atomic
def record(
    *,
    actor: Employee | None,
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
    if verb not in Verb.values:
        raise UnknownVerb(verb)
    if not _is_id(about):
        raise NotAnId(about)
    facts = {str(key): _fact(key, value) for key, value in (detail or {}).items()}
    head, _is_first = AuditHead.objects.select_for_update().get_or_create(pk=1)
    entry = AuditEntry(
        number=head.number + 1,
        at=now,
        actor_id=actor.pk if actor is not None else None,
        verb=str(verb),
        about=about,
        origin=origin,
        detail=facts,
        previous=head.seal,
    )
    entry.seal = _seal(entry)
    entry.save(force_insert=True)
    AuditHead.objects.filter(pk=1).update(number=entry.number, seal=entry.seal)
    return entry


def record_missed_sign_in(*, email: str, address: str, now: datetime) -> AuditEntry:
    """A password that was missed: for whose account, if there is one, and a hash of the place it came from.

    The same work whether the account exists or not. Attempts that the limit refuses are not written:
    nobody outside may fill the log.
    """
    found = Employee.objects.annotate(lower=Lower("email")).filter(lower=email.strip().lower())
    pk = found.values_list("pk", flat=True).first()
    return record(
        actor=None,
        verb=Verb.SIGN_IN_FAILED,
        about=f"employee:{pk}" if pk else "",
        detail={"account": limits.account_key(email)[:12]},
        origin=f"address-{limits.address_key(address)[:12]}",
        now=now,
    )


def record_roles(
    *, actor: Employee | None, employee: Employee, before: frozenset[str], origin: str, now: datetime
) -> None:
    """That somebody got or lost roles; nothing where they are as before.

    Groups that the program keeps, such as a course's authors, have free names, so their id is written.
    """
    held = roles_held(employee)
    if held != before:
        record(
            actor=actor,
            verb=Verb.ROLES_CHANGED,
            about=f"employee:{employee.pk}",
            detail={"given": sorted(held - before), "taken": sorted(before - held)},
            origin=origin,
            now=now,
        )


def roles_held(employee: Employee) -> frozenset[str]:
    """What somebody holds now, as `record_roles` compares it. 1 SQL query."""
    if employee.pk is None:
        return frozenset()
    return frozenset(
        name if name in roles.ALL else f"group:{pk}" for name, pk in employee.groups.values_list("name", "pk")
    )


def _is_id(value: str) -> bool:
    """True for what can be an id, a code, a day or a field's name: no spaces, no @, at most 80 characters."""
    return len(value) <= 80 and all(
        character.isascii() and (character.isalnum() or character in "-_.:/,") for character in value
    )


def _fact(key: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_fact(key, item) for item in value]
    text = str(value)
    if not _is_id(text):
        raise NotAnId(key)
    return text


def _seal(entry: AuditEntry) -> str:
    """SHA-256 over everything an entry says and over the seal before it."""
    said = [
        entry.number,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.verb,
        entry.about,
        entry.origin,
        entry.detail,
        entry.previous,
    ]
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Fault:
    """An entry that is not what was written: its number, and what is the matter with it."""

    number: int
    what: str


def faults() -> Iterator[Fault]:
    """Every place where the log was changed, cut or reordered; nothing for a log that is whole. Two SQL queries.

    An altered entry no longer has its seal; a removed or moved one leaves a gap in the numbers or a
    seal that does not follow; a removed end is not the one that `AuditHead` knows.
    """
    expected, seal = 0, ""
    for entry in AuditEntry.objects.order_by("number").iterator(chunk_size=1000):
        expected += 1
        if entry.number != expected:
            yield Fault(expected, "missing")
            expected = entry.number
        if entry.previous != seal:
            yield Fault(entry.number, "does not follow")  # not for people: verify_audit tells operators
        if entry.seal != _seal(entry):
            yield Fault(entry.number, "altered")
        seal = entry.seal
    head = AuditHead.objects.filter(pk=1).first()
    if (head.number, head.seal) != (expected, seal) if head else expected:
        # not for people: verify_audit tells operators
        yield Fault(head.number if head else 0, "end is missing")


def is_whole() -> bool:
    """True where no entry was changed, removed or moved."""
    return next(faults(), None) is None
