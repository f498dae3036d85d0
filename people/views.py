"""The one door: sign in, sign out, choose a password. Pages of the site and of Wagtail share it."""

from typing import Any

from allauth.account import views as allauth_views
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from people import openid
from people.adapter import is_safe_next
from people.demo import buttons_allowed, demo_people
from people.queries import mail_state


class SignInView(allauth_views.LoginView):
    """The form, in a demo with the people to try."""

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


class PasswordChangeView(allauth_views.PasswordChangeView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_usable_password():
            return redirect("account_reset_password")
        return super().dispatch(request, *args, **kwargs)


class LinkSentView(allauth_views.PasswordResetDoneView):
    """Says where the mail went: without a mail server it lies in a folder, and nobody should wait for it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "to_folder": mail_state().to_folder}


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
    employee.backend = "people.backends.EmployeeBackend"  # type: ignore[attr-defined]
    return perform_login(
        request, Login(user=employee, redirect_url=place if is_safe_next(place, request) else None)
    )
