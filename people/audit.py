"""The audit log: who did what about whom, sealed so that a changed, removed or moved entry is found.

Each entry is hashed together with the hash of the one before: its seal. The last number and seal
stand in `AuditHead` too, so that a cut end is found as well. The seal has no secret, so that it can be
verified on another machine. Beside it stands a mark, made with a key that the database does not know:
whoever owns the database can write the seals anew, and not the marks. The seal covers the mark, and the
next mark the seal, so the first entry that is marked with a key holds everything before it.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from people import limits, roles
from people.models import AuditEntry, AuditHead, Employee

PAGE = "page"  # where an entry comes from, unless somebody says otherwise
COMMAND = "command"
# A refused page is written once for each person and address in this time, and so many at most for a person.
REFUSALS_WITHIN = timedelta(minutes=15)
REFUSALS_AT_MOST = 20
_READ_AT_ONCE = 1000
_LOOKED_THROUGH = 50  # of a person's newest entries
_HELD = re.compile(r"(?:(?P<number>[0-9]{1,18}):)?(?P<seal>[0-9a-f]{64})")


class Verb(models.TextChoices):
    """What the log knows. The words stand on the page of the log."""

    SIGNED_IN = "sign_in.succeeded", _("Signed in")
    SIGN_IN_FAILED = "sign_in.failed", _("Sign-in failed")
    SIGN_IN_REFUSED = "sign_in.refused", _("Sign-in refused")
    PASSWORD_CHANGED = "password.changed", _("Password changed")
    PASSWORD_CHOSEN = "password.chosen", _("Password chosen by a mailed link")
    PAGE_REFUSED = "page.refused", _("Page refused")
    PERSON_CHANGED = "person.changed", _("Somebody’s details changed")
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
    (entry,) = record_many([Draft(verb, about, detail or {})], actor=actor, origin=origin, now=now)
    return entry


@transaction.atomic
def record_many(
    drafts: Iterable[Draft], *, actor: Employee | None, origin: str = PAGE, now: datetime
) -> list[AuditEntry]:
    """As `record`, for any number of entries of one doer. One SQL query, and a write for each thousand and the end."""
    said = [(draft, _facts(draft)) for draft in drafts]
    if not said:
        return []
    key = _key_to_mark_with()
    head, _is_first = AuditHead.objects.select_for_update().get_or_create(pk=1)
    number, seal, entries = head.number, head.seal, []
    for draft, facts in said:
        number += 1
        entry = AuditEntry(
            number=number,
            at=now,
            actor_id=actor.pk if actor is not None else None,
            verb=str(draft.verb),
            about=draft.about,
            origin=origin,
            detail=facts,
            previous=seal,
        )
        entry.mark = f"{fingerprint(key)}:{_marked(entry, key)}"
        entry.seal = seal = _seal(entry)
        entries.append(entry)
    AuditEntry.objects.bulk_create(entries, batch_size=1000)
    AuditHead.objects.filter(pk=1).update(number=number, seal=seal)
    return entries


def _facts(draft: Draft) -> dict[str, Any]:
    if draft.verb not in Verb.values:
        raise UnknownVerb(draft.verb)
    if not _is_id(draft.about):
        raise NotAnId(draft.about)
    return {str(key): _fact(key, value) for key, value in draft.detail.items()}


def record_sign_in(*, employee: Employee, way: str, address: str, now: datetime) -> AuditEntry:
    """That somebody is signed in: by `way` (password, company, demo) and from which place, as a hash."""
    return record(actor=employee, verb=Verb.SIGNED_IN, detail={"by": way}, origin=origin_of(address), now=now)


def record_refusal(*, actor: Employee, page: str, now: datetime) -> AuditEntry | None:
    """That a page was refused to somebody; `page` is the pattern of its address.

    Once for each page in a quarter of an hour and twenty times for a person, so that nobody fills the
    log by asking again and again: None then. One SQL query before anything is written.
    """
    newest = AuditEntry.objects.filter(actor=actor).order_by("-number")
    recent = [
        detail.get("page")
        for verb, at, detail in newest.values_list("verb", "at", "detail")[:_LOOKED_THROUGH]
        if verb == Verb.PAGE_REFUSED and at > now - REFUSALS_WITHIN
    ]
    if page in recent or len(recent) >= REFUSALS_AT_MOST:
        return None
    return record(actor=actor, verb=Verb.PAGE_REFUSED, detail={"page": page}, now=now)


def record_changes(
    changed: Iterable[tuple[int, Iterable[str]]], *, actor: Employee | None, origin: str, now: datetime
) -> None:
    """Whose details changed, and which: an entry for each person, with names of fields and no values."""
    drafts = [
        Draft(Verb.PERSON_CHANGED, f"employee:{pk}", {"fields": sorted(fields)})
        for pk, fields in changed
        if fields
    ]
    record_many(drafts, actor=actor, origin=origin, now=now)


def origin_of(address: str) -> str:
    """A place of the network, so that it is recognised and nobody is found by it."""
    return f"address-{limits.address_key(address)[:12]}"


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
        origin=origin_of(address),
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


def _said(entry: AuditEntry) -> bytes:
    """Everything an entry says, and the seal before it, as the same bytes whichever database gave it back."""
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
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _seal(entry: AuditEntry) -> str:
    """SHA-256 over what an entry says and its mark; over what it says alone where it has none (up to 0.2)."""
    return hashlib.sha256(_said(entry) + entry.mark.encode()).hexdigest()


def _marked(entry: AuditEntry, key: str) -> str:
    return hmac.new(_derived(key, "mark"), _said(entry), hashlib.sha256).hexdigest()


def _derived(key: str, purpose: str) -> bytes:
    """A key for one purpose: what is shown of it, the fingerprint, tells nothing about the other."""
    return hmac.new(key.encode(), f"bothways.audit.{purpose}".encode(), hashlib.sha256).digest()


def fingerprint(key: str) -> str:
    """Twelve figures by which a key is recognised."""
    return _derived(key, "fingerprint").hex()[:12]


def _key_to_mark_with() -> str:
    if not settings.AUDIT_KEYS:
        # not for people: somebody emptied the settings
        raise NoAuditKey("AUDIT_KEYS is empty")
    key: str = settings.AUDIT_KEYS[0]
    return key


@dataclass(frozen=True)
class Fault:
    """An entry that is not what was written: its number, and what is the matter with it."""

    number: int
    what: str


@dataclass
class Reading:
    """The whole log, read once. `unmarked`: entries of before there was a key. `foreign`: fingerprint of a
    key that is not known here → first number, last number, how many."""

    entries: int = 0
    unmarked: int = 0
    marked: int = 0
    foreign: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    head: str = ""
    missing: list[str] = field(default_factory=list)  # of what was to be in it
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.faults and not self.missing


class NoHead(ValueError):
    """What was given is not NUMBER:SEAL, nor a seal alone; the text is what was given."""


def read(expected: Iterable[str] = ()) -> Reading:
    """Read the whole log: every place where it was changed, cut, reordered or forged.

    One SQL query for each thousand entries, and two.

    `expected`: heads that were kept outside, as NUMBER:SEAL or the seal alone. Raises: NoHead.
    """
    wanted = {text: _held(text) for text in expected}
    reading = Reading()
    seals = {seal for _number, seal in wanted.values()}
    numbers: dict[str, int] = {}
    reading.faults = list(_walk(reading, seals, numbers))
    reading.missing = [
        text
        for text, (number, seal) in wanted.items()
        if seal not in numbers or number not in {None, numbers[seal]}
    ]
    return reading


def faults() -> Iterator[Fault]:
    """Every place where the log is not as it was written; nothing for a log that is whole."""
    yield from read().faults


def _entries(ends: list[AuditHead | None]) -> Iterator[AuditEntry]:
    """All entries in ranges of their number, so that no cursor stays open and none fills the memory.

    `ends` gets the end of the log as `AuditHead` knows it once everything up to there was read: what is
    written meanwhile is read too.
    """
    entries, last = AuditEntry.objects.order_by("number"), 0
    found = list(entries[:_READ_AT_ONCE])
    while True:
        yield from found
        last = found[-1].number if found else last
        if len(found) < _READ_AT_ONCE:
            head = AuditHead.objects.filter(pk=1).first()
            if not found or head is None or head.number <= last:
                ends.append(head)
                return
        found = list(entries.filter(number__gt=last)[:_READ_AT_ONCE])


def _walk(reading: Reading, looked_for: set[str], found: dict[str, int]) -> Iterator[Fault]:
    """An altered entry no longer has its seal; a removed or moved one leaves a gap in the numbers or a
    seal that does not follow; a removed end is not the one that `AuditHead` knows; one that was written
    without the key has no mark of it.
    """
    keys = {fingerprint(key): key for key in settings.AUDIT_KEYS}
    expected, seal, has_mark, is_ours = 0, "", False, False
    ends: list[AuditHead | None] = []
    for entry in _entries(ends):
        expected += 1
        if entry.number != expected:
            yield Fault(expected, "missing")
            expected = entry.number
        if entry.previous != seal:
            yield Fault(entry.number, "does not follow")  # not for people: verify_audit tells operators
        reading.entries += 1
        name, _colon, mark = entry.mark.partition(":")
        key = keys.get(name)
        if entry.seal != _seal(entry) or (key and not hmac.compare_digest(mark, _marked(entry, key))):
            yield Fault(entry.number, "altered")
        elif not entry.mark:
            reading.unmarked += 1
            if has_mark:
                # not for people: as above
                yield Fault(entry.number, "has no mark, and those before it have one")
        elif key:
            reading.marked += 1
        else:
            first, _last, count = reading.foreign.get(name, (entry.number, 0, 0))
            reading.foreign[name] = (first, entry.number, count + 1)
            if is_ours:
                # not for people: as above
                yield Fault(entry.number, f"is marked with key {name}, which is not known here")
        has_mark, is_ours = has_mark or bool(entry.mark), is_ours or key is not None
        seal = entry.seal
        if seal in looked_for:
            found[seal] = entry.number
    head = ends[-1]
    reading.head = f"{head.number}:{head.seal}" if head and head.number else ""
    if (head.number, head.seal) != (expected, seal) if head else expected:
        # not for people: verify_audit tells operators
        yield Fault(head.number if head else 0, "end is missing")


def _held(text: str) -> tuple[int | None, str]:
    found = _HELD.fullmatch(text.strip().lower())
    if found is None:
        raise NoHead(text)
    return int(found["number"]) if found["number"] else None, found["seal"]
