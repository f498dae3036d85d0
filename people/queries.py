"""What can be asked about people, their departments, their company, and mail on its way."""

import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from datetime import time as clock
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people import roles
from people.audit import Verb
from people.models import AuditEntry, Department, Employee, Membership, Organisation, OutboxMail

REMEMBER_SECONDS = 30.0


class _Remembered:
    """The organisation's row, asked for at most every 30 seconds per process; no row is not remembered."""

    def __init__(self) -> None:
        self._held: tuple[float, Organisation] | None = None

    def __call__(self) -> Organisation | None:
        """The one company of this installation, or None before it is set up. At most one SQL query."""
        held = self._held
        if held is not None and held[0] > time.monotonic():
            return held[1]
        row = Organisation.objects.filter(pk=1).first()
        self._held = None if row is None else (time.monotonic() + REMEMBER_SECONDS, row)
        return row

    def cache_clear(self) -> None:
        self._held = None


organisation = _Remembered()


def today(now: datetime) -> date:
    """The calendar day of an instant where the company is; of UTC before there is a company."""
    found = organisation()
    return found.today(now) if found else now.date()


def memberships_on(on: date) -> Q:
    """The memberships that hold on a day: both their first and their last day are included."""
    return Q(from_on__lte=on) & (Q(until_on__isnull=True) | Q(until_on__gte=on))


def department_of(employee: Employee, on: date) -> Department | None:
    """Where somebody belongs on a day. One SQL query."""
    membership = (
        Membership.objects.filter(memberships_on(on), employee=employee)
        .select_related("department")
        .order_by("-from_on")
        .first()
    )
    return membership.department if membership else None


def guarded() -> QuerySet[Employee]:
    """Everybody whose account opens more than courses and the own team: only administrators change who they are.

    Any group but Employee counts, also one that an administrator made, and being a superuser.
    """
    groups, rights = Employee.groups.through, Employee.user_permissions.through
    others = groups._default_manager.filter(employee=OuterRef("pk")).exclude(group__name=roles.EMPLOYEE)
    own = rights._default_manager.filter(employee=OuterRef("pk"))
    return Employee.objects.filter(Q(is_superuser=True) | Exists(others) | Exists(own))


def is_guarded(employee: Employee) -> bool:
    """As `guarded`, for one. 1 SQL query."""
    return guarded().filter(pk=employee.pk).exists()


@dataclass(frozen=True)
class MailState:
    """How mail is doing, for the health page."""

    waiting: int
    oldest_at: datetime | None
    failed: int
    to_folder: bool
    folder: Path | None


def mail_state() -> MailState:
    """Mail that waits, since when, what was given up, and whether mail only goes to a folder. One SQL query."""
    figures = OutboxMail.objects.aggregate(
        waiting=Count("pk", filter=Q(state=OutboxMail.State.WAITING)),
        oldest_at=Min("made_at", filter=Q(state=OutboxMail.State.WAITING)),
        failed=Count("pk", filter=Q(state=OutboxMail.State.FAILED)),
    )
    to_folder = settings.OUTBOX_DELIVERY_BACKEND == "people.mail.FolderBackend"
    return MailState(
        waiting=figures["waiting"],
        oldest_at=figures["oldest_at"],
        failed=figures["failed"],
        to_folder=to_folder,
        folder=Path(settings.EMAIL_FILE_PATH) if to_folder else None,
    )


_ENDED = (OutboxMail.State.SENT, OutboxMail.State.REFUSED)


def refused_address(email: str) -> str:
    """What HR is told of an address that the mail server refused for good; "" of any other. At most 2 SQL queries.

    The last mail to it counts: a mailbox that was made meanwhile is no wrong address any more.
    """
    last = OutboxMail.objects.filter(to=email, state__in=_ENDED).order_by("-pk").first()
    if last is None or last.state != OutboxMail.State.REFUSED or last.refused_at is None:
        return ""
    return _(
        "Mail to this address was refused on %(day)s: %(words)s. Once the address is right, this person asks for a new link on the sign-in page."
    ) % {"day": date_format(today(last.refused_at), "j M Y"), "words": _said(last)}


def _said(mail: OutboxMail) -> str:
    """The server's words, as part of a sentence of ours."""
    return mail.error.rstrip(" .")


@dataclass(frozen=True)
class RefusedAddress:
    """Somebody whose address the mail server refused for good, and what it said."""

    name: str
    email: str
    on: date
    said: str


def refused_addresses(*, most: int) -> list[RefusedAddress]:
    """Whoever may sign in and whose last mail was refused, by name; at most so many. At most 3 SQL queries."""
    people = list(Employee.objects.filter(with_refused_addresses(), is_active=True)[:most])
    mails = OutboxMail.objects.filter(
        to__in=[person.email for person in people], state=OutboxMail.State.REFUSED
    ).order_by("pk")
    last = {mail.to: (mail.refused_at, _said(mail)) for mail in mails}
    found = ((person, *last[person.email]) for person in people if person.email in last)
    return [RefusedAddress(str(person), person.email, today(at), said) for person, at, said in found if at]


def with_refused_addresses() -> Exists:
    """For a list of employees: whether the last mail to somebody's address was refused for good."""
    later = OutboxMail.objects.filter(to=OuterRef("to"), state=OutboxMail.State.SENT, pk__gt=OuterRef("pk"))
    refused = OutboxMail.objects.filter(to=OuterRef("email"), state=OutboxMail.State.REFUSED)
    return Exists(refused.exclude(Exists(later)))


def audit_entries(
    *,
    verb: str,
    actor: Employee | None,
    about: Employee | None,
    since: date | None,
    until: date | None,
    before: int | None,
    zone: tzinfo,
) -> QuerySet[AuditEntry]:
    """Entries of the audit log, the newest first. Days are those of `zone`, both included. 1 SQL query."""
    found = AuditEntry.objects.select_related("actor").order_by("-number")
    if verb:
        found = found.filter(verb=verb)
    if actor is not None:
        found = found.filter(actor=actor)
    if about is not None:
        found = found.filter(about=f"employee:{about.pk}")
    if since is not None:
        found = found.filter(at__gte=datetime.combine(since, clock.min, zone))
    if until is not None:
        found = found.filter(at__lt=datetime.combine(until + timedelta(days=1), clock.min, zone))
    if before is not None:
        found = found.filter(number__lt=before)
    return found


def audit_label(verb: str) -> str:
    """What an entry says was done, in words."""
    return str(Verb(verb).label) if verb in Verb.values else verb
