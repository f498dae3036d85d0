"""What can happen to people: they are hired, move, leave, get a link to sign in, and set their preferences."""

import logging
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from audit import log as audit_log
from people.accounts import limits, links, mails
from people.models import Department, Employee, Membership, Theme, validate_time_zone
from people.queries import is_guarded, today
from people.roles import KEPT

logger = logging.getLogger(__name__)
# By which somebody is found at sign-in, and what decides whose texts they may publish. The name is not among
# them: it opens nothing, and people marry.
IDENTITY = frozenset({"email", "employee_number", "side"})


class EmailTaken(Exception):
    """There is already somebody with this e-mail address."""


class UnknownRole(Exception):
    """There is no such group; groups come from bothways.rights."""


class MovedLater(Exception):
    """The person already belongs to a department from a later day on."""


class GuardedAccount(Exception):
    """Only an administrator changes address, number and side of somebody with more rights than an employee."""


class LinkUsed(Exception):
    """The link to choose a password has been used meanwhile, or its time is over."""


class UnknownPreference(Exception):
    """A theme or time zone that does not exist."""


@transaction.atomic
def hire(
    *,
    email: str,
    display_name: str,
    side: str,
    department: Department | None = None,
    manager: Employee | None = None,
    employee_number: str | None = None,
    started_on: date | None = None,
    roles: Iterable[str] = ("Employee",),
    password: str | None = None,
    now: datetime,
) -> Employee:
    """A new employee with membership and groups. Without a password only a mailed link opens the account.

    Raises: EmailTaken, UnknownRole.
    """
    first_day = started_on or today(now)
    if Employee.objects.filter(email__iexact=email).exists():
        raise EmailTaken(email)
    employee = Employee.objects.create_user(
        email,
        password,
        display_name=display_name,
        side=side,
        manager=manager,
        employee_number=employee_number or None,
        started_on=first_day,
    )
    set_roles(employee, roles)
    if department is not None:
        Membership.objects.create(employee=employee, department=department, from_on=first_day)
    return employee


@transaction.atomic
def move(employee: Employee, department: Department, on: date) -> Membership:
    """Somebody belongs to another department from a day on; what was before stays as it was.

    Doing it twice changes nothing. Raises: MovedLater.
    """
    current = Membership.objects.select_for_update().filter(employee=employee, until_on__isnull=True).first()
    if current is not None:
        if current.department_id == department.pk:
            return current
        if current.from_on > on:
            # not for people: the edge has its own words
            raise MovedLater(f"{employee.pk} moved on {current.from_on}")
        if current.from_on == on:  # corrected on the same day: there was no stay to remember
            current.department = department
            current.save(update_fields=["department"])
            return current
        current.until_on = on - timedelta(days=1)
        current.save(update_fields=["until_on"])
    return Membership.objects.create(employee=employee, department=department, from_on=on)


@transaction.atomic
def leave(employee: Employee, on: date, now: datetime) -> Employee:
    """`on` is the last day at work. From the next day nobody signs in with this account; records stay.

    Another day than before corrects it, for the membership that ended with it too.
    """
    ends = Q(until_on__isnull=True)
    if before := Employee.objects.values_list("left_on", flat=True).get(pk=employee.pk):
        ends |= Q(until_on=before)
    employee.left_on = on
    employee.save(update_fields=["left_on"])
    for membership in Membership.objects.filter(ends, employee=employee):
        membership.until_on = max(on, membership.from_on)
        membership.save(update_fields=["until_on"])
    logger.info("employee %s leaves on %s, recorded at %s", employee.pk, on, now)
    return employee


@transaction.atomic
def stay(employee: Employee, now: datetime) -> Employee:
    """A leaving is taken back: whoever was to leave stays where they were, whoever had left is there again today.

    For somebody who does not leave it changes nothing.
    """
    if employee.left_on is None:
        return employee
    had_left = employee.has_left(today(now))
    employee.left_on = None
    employee.save(update_fields=["left_on"])
    last = Membership.objects.filter(employee=employee).order_by("-from_on", "-pk").first()
    if last is not None and last.until_on is not None:
        if had_left:
            Membership.objects.create(employee=employee, department=last.department, from_on=today(now))
        else:
            last.until_on = None
            last.save(update_fields=["until_on"])
    logger.info("employee %s does not leave, recorded at %s", employee.pk, now)
    return employee


@transaction.atomic
def set_roles(employee: Employee, roles: Iterable[str]) -> frozenset[str]:
    """The person has exactly these roles, from the next request on. Raises: UnknownRole."""
    wanted = frozenset(roles)
    kept = frozenset(employee.groups.filter(name__startswith=KEPT).values_list("name", flat=True))
    groups = list(Group.objects.filter(name__in=wanted))
    if missing := wanted - {group.name for group in groups}:
        raise UnknownRole(", ".join(sorted(missing)))
    employee.groups.set([*groups, *Group.objects.filter(name__in=kept)])
    employee.__dict__["roles"] = wanted | kept
    return wanted


def change_details(
    employee: Employee, values: Mapping[str, Any], *, may_change_guarded: bool, now: datetime
) -> frozenset[str]:
    """Change fields of an existing employee; return the names of those that changed.

    Every list, page and command that changes who somebody is calls this. `employee`: as stored, read in this
    transaction. `may_change_guarded`: an administrator asks, or the person who runs the server. A change of
    the e-mail address is mailed to the old and the new one. The caller logs what changed, with
    `audit_log.record_changes`. Raises: GuardedAccount; nothing was written then.
    """
    before = {name: getattr(employee, name) for name in values}
    changed = frozenset(name for name, value in values.items() if before[name] != value)
    if changed & IDENTITY and not may_change_guarded and is_guarded(employee):
        raise GuardedAccount(employee.pk)
    if not changed:
        return changed
    for name in changed:
        setattr(employee, name, values[name])
    employee.save(update_fields=sorted(changed))
    if "email" in changed:
        mails.address_changed(employee, before=before["email"], now=now)
    if "employee_number" in changed and settings.OIDC_NUMBER_CLAIM:
        mails.number_changed(employee, to=before.get("email", employee.email), now=now)
    return changed


@transaction.atomic
def set_password(
    employee: Employee, password: str, *, by_link: bool = False, origin: str, now: datetime
) -> None:
    """Somebody's own new password. It opens the account at once, also after too many attempts; told and logged.

    `by_link`: by whoever held a mailed link, and nobody knows who that was. `origin`: as of `audit_log.record`.
    """
    employee.set_password(password)
    employee.save(update_fields=["password"])
    password_was_set(employee, by=None if by_link else employee, by_link=by_link, origin=origin, now=now)


def password_was_set(
    employee: Employee, *, by: Employee | None, by_link: bool, origin: str, now: datetime
) -> None:
    """What follows from a new password, whoever wrote it."""
    limits.forgive(employee.email)
    mails.password_set(employee, by_link=by_link, now=now)
    audit_log.record(
        actor=by,
        verb=audit_log.Verb.PASSWORD_CHOSEN if by_link else audit_log.Verb.PASSWORD_CHANGED,
        about=f"employee:{employee.pk}",
        origin=origin,
        now=now,
    )


@transaction.atomic
def choose_password(employee: Employee, token: str, password: str, *, origin: str, now: datetime) -> Employee:
    """A password chosen by a mailed link. Of two who use a link at once, one does. Raises: LinkUsed."""
    stored = Employee.objects.select_for_update().get(pk=employee.pk)
    if not links.opens(stored, token):
        raise LinkUsed(stored.pk)
    set_password(stored, password, by_link=True, origin=origin, now=now)
    return stored


@transaction.atomic
def invite(employee: Employee, now: datetime) -> None:
    """Mail a link for the first sign-in. The mail leaves with the transaction that hired the person."""
    mails.link_to_choose_a_password(employee, is_invitation=True, now=now)
    logger.info("employee %s invited at %s", employee.pk, now)


@transaction.atomic
def mail_link(employee: Employee, now: datetime) -> None:
    """Mail a link to choose a password, to somebody who asked for one."""
    mails.link_to_choose_a_password(employee, is_invitation=False, now=now)


@transaction.atomic
def save_preferences(
    employee: Employee,
    *,
    theme: str | None = None,
    time_zone: str | None = None,
    marks_terms: bool | None = None,
) -> Employee:
    """Store what was said; None leaves a preference as it is. Raises: UnknownPreference."""
    changed = []
    if theme is not None:
        if theme not in Theme.values:
            raise UnknownPreference(theme)
        employee.theme = theme
        changed.append("theme")
    if time_zone is not None:
        try:
            validate_time_zone(time_zone)
        except ValidationError as error:
            raise UnknownPreference(time_zone) from error
        employee.time_zone = time_zone
        changed.append("time_zone")
    if marks_terms is not None:
        employee.marks_terms = marks_terms
        changed.append("marks_terms")
    if changed:
        employee.save(update_fields=changed)
    return employee
