"""How django-allauth behaves here: nobody signs up, limits per account first, a safe way back."""

import math
from datetime import datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.httpkit import get_client_ip
from allauth.core.internal.ratelimit import truncate_ip
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people import actions
from people.accounts import audit_entries, limits
from people.accounts.landing import first_page
from people.models import Employee
from people.queries import organisation


def is_safe_next(url: str, request: HttpRequest) -> bool:
    """True for an address of this site. Other hosts, other schemes and tricks with slashes are refused."""
    if (
        not url
        or not url.startswith("/")
        or any(ord(character) <= 32 or character == "\\" for character in url)
    ):
        return False
    return url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def clock(instant: datetime) -> str:
    """“14:35 (Europe/Berlin)”: the next full minute where the company is, for somebody not signed in."""
    company = organisation()
    zone = company.zone if company else timezone.get_default_timezone()
    minutes = math.ceil(instant.timestamp() / 60)
    local = datetime.fromtimestamp(minutes * 60, tz=zone)
    return f"{local:%H:%M} ({zone})"


def network_of(request: HttpRequest) -> str:
    """The part of the network that a request came from, as the limits count and the audit log hashes it."""
    return truncate_ip(EmployeeAccountAdapter(request).get_client_ip(request))


class EmployeeAccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        # One sentence for a wrong password, an unknown address and a closed account.
        "email_password_mismatch": gettext_lazy(
            "The e-mail address and the password do not open an account. Check both, or choose a new "
            "password with “Forgotten password or first sign-in”."
        ),
        "enter_current_password": gettext_lazy("This is not your current password. Type it again."),
        "invalid_password_reset": gettext_lazy("This link has been used or is too old."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        return bool(url) and is_safe_next(str(url), self.request)

    def is_ajax(self, request: HttpRequest) -> bool:
        return False  # one way to answer: pages that work without JavaScript

    def get_client_ip(self, request: HttpRequest) -> str:
        """REMOTE_ADDR, or what the proxy says where there is one (BEHIND_PROXY). A socket has no address."""
        return get_client_ip(request) or "0.0.0.0"  # noqa: S104 - a name for "unknown", nothing is bound

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Employee | None:
        """The employee, or None. Raises: ValidationError when there were too many attempts."""
        email = credentials.get("email") or credentials.get("username") or ""
        network = network_of(request)
        try:
            succeeded = limits.begin_attempt(email=email, network=network, now=timezone.now())
        except limits.TooManyAttempts as error:
            raise ValidationError(_too_many(error), code="too_many_login_attempts") from error
        employee = authenticate(request, **credentials)
        if employee is not None:
            succeeded()
        else:
            audit_entries.record_missed_sign_in(email=email, network=network, now=timezone.now())
        return employee  # type: ignore[return-value]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The page of the person's own work: see people.accounts.landing."""
        person: Any = request.user
        return reverse(first_page(person.roles, leads=person.leads))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("me")

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse:
        """Before the session is stored: a sign-in that cannot be logged is none."""
        way = (more.get("signal_kwargs") or {}).get("way", "password")
        audit_entries.record_sign_in(employee=user, way=way, network=network_of(request), now=timezone.now())
        response: HttpResponse = super().post_login(request, user, **more)
        return response

    def set_password(self, user: Any, password: str) -> None:
        """Whoever is signed in chooses another one."""
        origin = audit_entries.origin_of(network_of(self.request))
        actions.set_password(user, password, origin=origin, now=timezone.now())


def _too_many(error: limits.TooManyAttempts) -> str:
    until = clock(error.retry_at)
    if error.account:
        return _(
            "There were too many attempts with this e-mail address. Try again at %(time)s, or choose a new "
            "password with “Forgotten password or first sign-in”: that works at once."
        ) % {"time": until}
    return _(
        "There were too many attempts from your network. Try again at %(time)s, or from another network."
    ) % {"time": until}
