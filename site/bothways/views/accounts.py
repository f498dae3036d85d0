"""The door with what a demo shows at it, the theme, and Wagtail's way to the one door."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bothways.middleware import came_from, is_script
from glossary.queries import word_of_the_week, word_page
from people import actions
from people.accounts import views as people_views
from people.accounts.adapter import is_safe_next
from people.models import Theme
from people.queries import today

YEAR = 60 * 60 * 24 * 365
EMBLEM = "provision"
"""The word of the product: a demo begins with it, where the glossary has it."""


class SignInView(people_views.SignInView):
    """The form; in a demo a false friend and the people to try come first, and the form is folded away."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        # Nothing of the glossary is public, except the one word of a demo.
        context["friend"] = false_friend() if context["demo_people"] else None
        return context


def false_friend() -> dict[str, Any] | None:
    """A word with one meaning of each side, and a sentence of a meeting in which it goes wrong.

    At most 3 SQL queries. None where the glossary has no false friend.
    """
    page = word_page(EMBLEM)
    if page is None or not page.says_business:
        week = word_of_the_week(today(timezone.now()))
        page = word_page(week.slug) if week else None
    if page is None or not page.says_business:
        return None
    said = next((exchange for sense in page.senses for exchange in sense.exchanges), None)
    return {
        "word": page.word,
        "business": page.says_business,
        "technology": page.says_technology,
        "said": said,
    }


@never_cache
def admin_login(request: HttpRequest) -> HttpResponse:
    """Wagtail's own sign-in page is never shown: there is one door, and it leads back."""
    address = request.GET.get("next", "")
    address = address if is_safe_next(address, request) else reverse("wagtailadmin_home")
    if request.user.is_authenticated:
        return redirect(address)
    return redirect_to_login(address, reverse("account_login"))


@never_cache
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark or as the system: in a cookie for this browser, and with the person for all others."""
    chosen = request.POST.get("theme", "")
    chosen = chosen if chosen in Theme.values else Theme.SYSTEM.value
    address = request.POST.get("next", "")
    response = redirect(address if is_safe_next(address, request) else "/")
    keep_theme(response, chosen)
    if request.user.is_authenticated:
        actions.save_preferences(request.user, theme=chosen)
    return response


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that Django does not trust: usually a page left open while somebody signed in again elsewhere."""
    sentence = _(
        "This page was open while you signed in or out elsewhere, so the site has not stored this. Load it again."
    )
    request.was_stale = True  # type: ignore[attr-defined]  # no refusal: see bothways.refusals
    if is_script(request):
        return JsonResponse({"error": sentence, "reload": came_from(request)}, status=403)
    return render(request, "account/stale.html", {"place": came_from(request)}, status=403)


def keep_theme(response: HttpResponse, chosen: str) -> None:
    """For the pages that are seen signed out."""
    if chosen:
        response.set_cookie(
            "theme",
            chosen,
            max_age=YEAR,
            samesite="Lax",
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
        )
    else:
        response.delete_cookie("theme", samesite="Lax")
