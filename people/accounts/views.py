"""The one door: sign in, sign out, choose a password. Pages of the site and of Wagtail share it."""

from datetime import timedelta
from typing import Any

from allauth.account import views as allauth_views
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from people import actions
from people.accounts import links, noted, openid
from people.accounts.adapter import is_safe_next, place_of
from people.accounts.demo import buttons_allowed, demo_people
from people.accounts.sessions import BACKEND
from post.queries import goes_to_a_folder

ASKED_FOR, SIGN_IN_AS = "asked_for", "sign_in_as"  # cookies
SIGNS_IN_SOON = timedelta(minutes=10)


def _door() -> str:
    """Where those cookies are sent: to sign-in and to the pages about passwords."""
    return reverse("account_login").removesuffix("login/")


def _remember(response: HttpResponse, name: str, email: str, lives: timedelta) -> None:
    """In this browser and nowhere else, signed so that nobody puts an address there for somebody."""
    response.set_signed_cookie(
        name,
        email,
        max_age=int(lives.total_seconds()),
        path=_door(),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _remembered(request: HttpRequest, name: str) -> str:
    return request.get_signed_cookie(name, "", max_age=int(links.FIRST.total_seconds())) or ""


class SignInView(allauth_views.LoginView):
    """The form, in a demo with the people to try."""

    def get_initial(self) -> dict[str, Any]:
        """The address of whoever has just chosen a password here, and asked for the link here too."""
        email = _remembered(self.request, SIGN_IN_AS)
        return {**super().get_initial(), **({"login": email} if email else {})}

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        if form.has_error("__all__", code="too_many_login_attempts"):
            response.status_code = 429
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        place = context.get("redirect_field_value") or ""
        context["next"] = place if is_safe_next(place, self.request) else ""
        context["company"] = openid.sign_in_button(context["next"])
        context["demo_people"] = [
            {
                "id": employee.pk,
                "role": person.role,
                "name": employee.display_name,
                "email": employee.email,
                "side": person.side,
                "department": "",
                "try_first": person.try_first,
                "action": person.action,
                "place": context["next"] or person.place,
                "is_first": person.is_first,
                "url": reverse("demo_sign_in"),
            }
            for person, employee in demo_people()
        ]
        context["others"] = sum(not person["is_first"] for person in context["demo_people"])
        return context


class LinkRequestView(allauth_views.PasswordResetView):
    """Ask for a link. The browser remembers for which address, until the link is used or its time is over."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        if response.status_code == 302:
            _remember(response, ASKED_FOR, form.cleaned_data["email"], links.FIRST)
        return response


class ChoosePasswordView(allauth_views.PasswordResetFromKeyView):
    """The link of a mail: a password is chosen, and nobody is signed in by that.

    Sign-in has the address filled in where this browser asked for the link: whoever holds somebody else's
    link learns no address from it.
    """

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        hour = timedelta(hours=1)
        return {
            **super().get_context_data(**kwargs),
            "forgotten_hours": links.FORGOTTEN // hour,
            "first_hours": links.FIRST // hour,
        }

    def form_valid(self, form: Any) -> HttpResponse:
        self.request.session.pop(allauth_views.INTERNAL_RESET_SESSION_KEY, None)
        try:
            employee = actions.choose_password(
                self.reset_user,
                self.key,
                form.cleaned_data["password1"],
                origin=noted.origin_of(place_of(self.request)),
                now=timezone.now(),
            )
        except actions.LinkUsed:
            return self.render_to_response(self.get_context_data(token_fail=True))
        response = redirect(self.get_success_url())
        if _remembered(self.request, ASKED_FOR) == employee.email:
            _remember(response, SIGN_IN_AS, employee.email, SIGNS_IN_SOON)
        response.delete_cookie(ASKED_FOR, path=_door(), samesite="Lax")
        return response


class PasswordChangeView(allauth_views.PasswordChangeView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_usable_password():
            return redirect("account_reset_password")
        return super().dispatch(request, *args, **kwargs)


class LinkSentView(allauth_views.PasswordResetDoneView):
    """Says where the mail went: without a mail server it lies in a folder, and nobody should wait for it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "to_folder": goes_to_a_folder()}


@never_cache
def sign_up_closed(request: HttpRequest) -> HttpResponse:
    """Accounts are made by the company."""
    return render(request, "account/signup_closed.html", status=403)


@never_cache
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demo's people with one button. Anywhere else this address does not exist."""
    if not buttons_allowed():
        raise Http404
    chosen = request.POST.get("person", "")
    employee = next((row for _person, row in demo_people() if str(row.pk) == chosen), None)
    if employee is None:
        raise Http404
    place = request.POST.get("next", "")
    if request.user.is_authenticated:
        request.session.flush()
    employee.backend = BACKEND  # type: ignore[attr-defined]
    return perform_login(
        request,
        Login(
            user=employee,
            redirect_url=place if is_safe_next(place, request) else None,
            signal_kwargs={"way": "demo"},
        ),
    )
