"""Mails about somebody's account: in the recipient's language and time, through the outbox."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from people.accounts import links
from people.models import Employee
from people.queries import organisation
from post import templated


def link_to_choose_a_password(employee: Employee, *, is_invitation: bool, now: datetime) -> None:
    """The link that somebody asked for, or that the company sends to somebody new."""
    name = "invite" if is_invitation else "password_link"
    _send(
        employee,
        name,
        now=now,
        link=links.address(employee),
        hours=links.hours(employee),
        has_password=employee.has_usable_password(),
    )


def address_changed(employee: Employee, *, before: str, now: datetime) -> None:
    """To both addresses; neither mail names the other one, since a mailbox may have got another owner."""
    _send(employee, "address_changed_here", now=now)
    _send(employee, "address_changed_away", to=before, now=now)


def number_changed(employee: Employee, *, to: str, now: datetime) -> None:
    """Where the company's account opens this one by its number, the number is as good as an address."""
    _send(employee, "number_changed", to=to, now=now, company=settings.OIDC_NAME)


def password_set(employee: Employee, *, by_link: bool, now: datetime) -> None:
    """Somebody has chosen a password for this account, signed in or by a mailed link."""
    _send(employee, "password_set", now=now, by_link=by_link)


def _send(employee: Employee, name: str, *, now: datetime, to: str = "", **more: Any) -> None:
    company = organisation()
    zone = employee.time_zone or (company.time_zone if company else settings.TIME_ZONE)
    context = {
        "employee": employee,
        "brand": settings.BRAND,
        "organisation": company.name if company else "",
        "forgotten": f"{settings.BOTHWAYS_URL}{reverse('account_reset_password')}",
        "at": now,
        "zone": zone,
        **more,
    }
    templated.send(
        subject=f"account/email/{name}_subject.txt",
        message=f"account/email/{name}_message.txt",
        context=context,
        to=to or employee.email,
        language=_language(employee),
        zone=zone,
    )


def _language(employee: Employee) -> str:
    return employee.language if employee.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
