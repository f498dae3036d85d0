"""Links that let somebody choose a password: one kind for a forgotten one, one for the first.

Which kind somebody gets, and which opens anything, is decided by whether there is a password: so neither
can be used for the other, and each lives as long as its own purpose needs. Each works once, since the
password that it sets is in what it is made of; a new address or a sign-in ends it as well.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.http import base36_to_int, int_to_base36

from people.models import Employee

FORGOTTEN = timedelta(hours=1)  # asked for by somebody who is at the mailbox
FIRST = timedelta(hours=72)  # mailed by HR: people start after a weekend


class _Kind(PasswordResetTokenGenerator):
    """Tokens of one purpose. Django's time-out, in the settings, is that of the one that lives longer."""

    def __init__(self, purpose: str, lives: timedelta) -> None:
        super().__init__()
        # The name is part of every link that was mailed: it stays, wherever this module stands.
        self.key_salt = f"people.links.{purpose}"
        self.lives = lives

    def check_token(self, user: Any, token: str | None) -> bool:
        if not super().check_token(user, token):
            return False
        made = base36_to_int(str(token).partition("-")[0])
        return timedelta(seconds=self._num_seconds(self._now()) - made) <= self.lives

    def _now(self) -> datetime:
        """In UTC, not by the server's clock on the wall: an hour is an hour when summer time ends."""
        return datetime.now(UTC).replace(tzinfo=None)


_FORGOTTEN, _FIRST = _Kind("forgotten", FORGOTTEN), _Kind("first", FIRST)


def _kind(employee: Employee) -> _Kind:
    return _FORGOTTEN if employee.has_usable_password() else _FIRST


class Tokens:
    """What allauth asks: a token for somebody, and whether one is right."""

    def make_token(self, employee: Employee) -> str:
        return _kind(employee).make_token(employee)

    def check_token(self, employee: Employee, token: str) -> bool:
        return _kind(employee).check_token(employee, token)


def opens(employee: Employee, token: str) -> bool:
    """Whether this is a link of this person that still works."""
    return Tokens().check_token(employee, token)


def hours(employee: Employee) -> int:
    """How long a link that is made for somebody now will work."""
    return _kind(employee).lives // timedelta(hours=1)


def address(employee: Employee) -> str:
    """An address that lets its holder choose a password: once, and for `hours`."""
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": int_to_base36(employee.pk), "key": Tokens().make_token(employee)},
    )
    return f"{settings.BOTHWAYS_URL}{path}"
