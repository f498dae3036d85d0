"""Sign-in with the company's account: one OpenID Connect provider, by settings alone.

Who comes back from the provider is somebody who was imported, found by employee number or by a
verified e-mail address, or is refused: no account is made here, and nothing that the provider says
is stored. The password of a local account opens it as before, whether the provider answers or not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect import views as openid_views
from django.conf import settings
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audit import log as audit_log
from people.accounts.adapter import is_safe_next
from people.accounts.backends import may_sign_in
from people.accounts.sessions import BACKEND
from people.models import Employee

PROVIDER: Final = "company"
# RequestException is an OSError; the others are answers that are not what the standard asks for.
NO_ANSWER: Final = (OSError, OAuth2Error, KeyError, ValueError, TypeError)


@dataclass(frozen=True)
class Found:
    """Whom a provider's answer means, or why nobody: unknown, unverified, another, contradicts, left."""

    employee: Employee | None
    why: str = ""


def employee_of(claims: Mapping[str, Any]) -> Found:
    """The employee that the provider speaks of. At most two SQL queries.

    The number decides where the settings name its claim; the e-mail address only where the provider
    says that it is verified, and never for somebody who has another number.
    """
    number = str(claims.get(settings.OIDC_NUMBER_CLAIM) or "").strip() if settings.OIDC_NUMBER_CLAIM else ""
    if number and "\x00" not in number:
        employee = Employee.objects.filter(employee_number=number).first()
        if employee is not None:
            return _if_open(employee)
    email = str(claims.get("email") or "").strip().lower()
    if not email or "\x00" in email:
        return Found(None, "unknown")
    if claims.get("email_verified") not in {True, "true"}:
        return Found(None, "unverified")
    employee = Employee.objects.annotate(lower=Lower("email")).filter(lower=email).first()
    if employee is None:
        return Found(None, "unknown")
    if number and employee.employee_number and employee.employee_number != number:
        return Found(None, "another")
    return _if_open(employee)


def _if_open(employee: Employee) -> Found:
    return Found(employee) if may_sign_in(employee, timezone.now()) else Found(employee, "left")


def claims_of(data: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the token and the userinfo address say together; None where they speak of two people.

    Source: OpenID Connect Core 1.0, 5.3.2: the subject of both must be the same.
    """
    token, userinfo = data.get("id_token") or {}, data.get("userinfo") or {}
    if not token or (userinfo and userinfo.get("sub") != token.get("sub")):
        return None
    return {**token, **userinfo}


class CompanyAdapter(DefaultSocialAccountAdapter):
    """Between the provider's answer and our own people."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Any) -> Any:
        """Nobody is made here, so nothing that the provider says is copied to anybody."""
        return sociallogin.user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Ends the provider's flow here: somebody is signed in, or reads why not. Nothing is stored."""
        claims = claims_of(sociallogin.account.extra_data)
        claimant = employee_of(claims) if claims is not None else Found(None, "contradicts")
        if claimant.employee is None or claimant.why:
            audit_log.record(
                actor=None,
                verb=audit_log.Verb.SIGN_IN_REFUSED,
                about=f"employee:{claimant.employee.pk}" if claimant.employee else "",
                detail={"why": claimant.why},
                origin=PROVIDER,
                now=timezone.now(),
            )
            raise ImmediateHttpResponse(refused(request, claimant.why))
        address = str(sociallogin.state.get("next") or "")
        if request.user.is_authenticated:
            request.session.flush()
        claimant.employee.backend = BACKEND  # type: ignore[attr-defined]
        response = perform_login(
            request,
            Login(
                user=claimant.employee,
                redirect_url=address if is_safe_next(address, request) else None,
                signal_kwargs={"way": PROVIDER},
            ),
        )
        raise ImmediateHttpResponse(response)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        why = "cancelled" if error == AuthError.CANCELLED else "broken"
        raise ImmediateHttpResponse(refused(request, why))


def sign_in_button(next_place: str) -> dict[str, str] | None:
    """Name and address of the button on the sign-in page; None without a provider. Asks nobody."""
    if not settings.OIDC_DISCOVERY:
        return None
    address = reverse("openid_connect_login", kwargs={"provider_id": PROVIDER})
    if next_place:
        address = f"{address}?{urlencode({'next': next_place})}"
    return {"name": settings.OIDC_NAME, "url": address}


@never_cache
@require_safe
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Off to the provider."""
    return _with_provider(openid_views.login, request, provider_id)


@never_cache
@require_safe
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider."""
    return _with_provider(openid_views.callback, request, provider_id)


def _with_provider(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    if not settings.OIDC_DISCOVERY or provider_id != PROVIDER:
        raise Http404
    try:
        return view(request, provider_id)
    except NO_ANSWER:
        return refused(request, "down")


def refused(request: HttpRequest, why: str) -> HttpResponse:
    """The page that says why nobody was signed in, and what to do."""
    local = _("If you have a password here, you can still sign in with your e-mail address.")
    provider = {"name": settings.OIDC_NAME}
    nobody = _(
        "You are signed in at %(name)s, but nobody with your employee number or e-mail address has been imported here."
    )
    sentences = {
        "unknown": (
            nobody % provider,
            _("Ask HR to add you: accounts come from the company’s list of people."),
        ),
        "another": (
            _("%(name)s says a different employee number than the one we know with your e-mail address.")
            % provider,
            _("Ask HR to correct it."),
        ),
        "unverified": (
            _("%(name)s does not say that your e-mail address is verified, so we cannot tell who you are.")
            % provider,
            _("Ask whoever looks after sign-in. They find what is missing in docs/sign-in.md."),
        ),
        "left": (
            _("This account is closed."),
            _("It closes on the day after the last day at work. If that is not right, ask HR."),
        ),
        "cancelled": (_("You stopped the sign-in at %(name)s.") % provider, local),
        "down": (
            _("%(name)s does not answer at the moment.") % provider,
            f"{_('Try again in a few minutes.')} {local}",
        ),
    }
    broken = (
        _("%(name)s and this site did not understand each other, so nobody was signed in.") % provider,
        f"{_('Try again.')} {local}",
    )
    what, what_to_do = sentences.get(why, broken)
    status = {"down": 503, "cancelled": 200}.get(why, 403)
    return render(
        request, "account/company_refused.html", {"what": what, "what_to_do": what_to_do}, status=status
    )
