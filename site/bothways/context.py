"""What the frame of every page needs: brand, navigation, theme, and whether this is a demo."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from people import roles
from people.models import Theme
from people.queries import organisation


def frame(request: HttpRequest) -> dict[str, Any]:
    """Navigation holds only what exists and what this person may open."""
    user = getattr(request, "user", None)
    found = organisation()
    signed_in = user is not None and user.is_authenticated
    theme = request.COOKIES.get("theme", "")
    if signed_in and user.theme:
        theme = user.theme
    context: dict[str, Any] = {
        "brand": settings.BRAND,
        "organisation": found,
        "demo": found is not None and found.is_demo,
        "theme": theme if theme in Theme.values else "",
        "nav": [],
    }
    if not signed_in:
        return context
    path = request.path
    if roles.EMPLOYEE in user.roles:
        context["nav"] = [
            {"label": _("Courses"), "url": "/courses/", "icon": "", "current": path.startswith("/courses/")},
            {"label": _("Glossary"), "url": "/glossary/", "icon": "", "current": path.startswith("/glossary/")},
            {"label": _("Search"), "url": "/search/", "icon": "search", "current": path.startswith("/search/")},
        ]
    if roles.EDITORS & user.roles or user.is_superuser:
        context["nav"].append({"label": _("Write"), "url": "/admin/", "icon": "edit", "current": False})
    context["nav"].append(
        {"label": user.get_short_name(), "url": "/me/", "icon": "person", "current": path.startswith("/me/")}
    )
    return context
