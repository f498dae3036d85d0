"""What can be asked about people, their departments, their company, and mail on its way."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people import roles
from people.models import Department, Employee, Membership, Organisation
from post.models import OutboxMail
from post.queries import last_refusal, refusal_of

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
    company = organisation()
    return company.today(now) if company else now.date()


def memberships_on(on: date) -> Q:
    """The memberships that hold on a day: both their first and their last day are included."""
    return Q(from_on__lte=on) & (Q(until_on__isnull=True) | Q(until_on__gte=on))


def names_of(people: Collection[int]) -> dict[int, str]:
    """The names of people by their ids; of none that is not here. One SQL query.

    By hand it takes 40 µs of CPU, composed by the ORM 450: it stands on the way to every agreed word.
    """
    marks = ", ".join(["%s"] * len(people))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, display_name FROM people_employee WHERE id IN ({marks})", [*people])  # noqa: S608
        return dict(cursor.fetchall())


def department_of(employee: Employee, on: date) -> Department | None:
    """Where somebody belongs on a day. One SQL query."""
    membership = (
        Membership.objects.filter(memberships_on(on), employee=employee)
        .select_related("department")
        .order_by("-from_on")
        .first()
    )
    return membership.department if membership else None


def with_department(employees: QuerySet[Employee], on: date) -> QuerySet[Employee]:
    """The same people, each with `department_name`: where they belong on a day, None where nowhere."""
    membership = Membership.objects.filter(memberships_on(on), employee=OuterRef("pk")).order_by(
        "-from_on", "-pk"
    )
    return employees.annotate(department_name=Subquery(membership.values("department__name")[:1]))


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


def refused_address(email: str) -> str:
    """What HR is told of an address that the mail server refused for good; "" of any other. At most 2 SQL queries.

    The last mail to it counts: a mailbox that was made meanwhile is no wrong address any more.
    """
    refused = last_refusal(email)
    if refused is None:
        return ""
    return _(
        "Mail to this address was refused on %(day)s: %(words)s. Once the address is right, this person asks for a new link on the sign-in page."
    ) % {"day": date_format(today(refused.at), "j M Y"), "words": refused.said}


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
    refusals = {mail.to: refusal_of(mail) for mail in mails}
    last = [(person, refusals.get(person.email)) for person in people]
    return [
        RefusedAddress(str(person), person.email, today(refusal.at), refusal.said)
        for person, refusal in last
        if refusal is not None
    ]


def with_refused_addresses() -> Exists:
    """For a list of employees: whether the last mail to somebody's address was refused for good."""
    later = OutboxMail.objects.filter(to=OuterRef("to"), state=OutboxMail.State.SENT, pk__gt=OuterRef("pk"))
    refused = OutboxMail.objects.filter(to=OuterRef("email"), state=OutboxMail.State.REFUSED)
    return Exists(refused.exclude(Exists(later)))
