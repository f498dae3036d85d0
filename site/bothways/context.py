"""What the frame of every page needs: brand, navigation, theme, and whether this is a demo."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from bothways.operations.installation import arriving
from bothways.paths import without_language
from gates import kept_pages
from people import roles
from people.frames import FrameKey, frame_key
from people.queries import organisation

_frames = kept_pages.Kept()


def frame(request: HttpRequest) -> dict[str, Any]:
    """Navigation holds only what exists and what this person may open.

    Head and foot are made of the key alone, once per process for everybody who has the same one.
    """
    key = frame_key(request)
    section = without_language(request.path_info).strip("/").partition("/")[0]
    # Who takes no courses may open only the own page: no link leads them elsewhere.
    home_url = reverse("home") if key.roles is None or roles.EMPLOYEE in key.roles else reverse("me")
    context: dict[str, Any] = {
        "home_url": home_url,
        "brand": settings.WORDMARK,
        "organisation": organisation(),
        "demo": key.is_demo,
        "theme": key.theme,
        "arriving": arriving,  # asked only by pages that show it
    }
    head_key, foot_key = (*key, section, "head"), (*key, "foot")
    if head_key not in _frames or foot_key not in _frames:
        parts = {
            **context,
            "nav": navigation(key, section),
            "account": account(key, section),
            "csrf_token": kept_pages.TOKEN,
            "here": kept_pages.HERE,
        }
        _frames.put(head_key, render_to_string("components/masthead.html", parts))
        _frames.put(foot_key, render_to_string("components/foot.html", parts))
    head, foot = _frames[head_key], _frames[foot_key]
    if isinstance(request, kept_pages.SharedRequest):
        return context | {
            "masthead": mark_safe(head),
            "foot": mark_safe(foot),
            "person_id": kept_pages.PERSON,
            "person_side": kept_pages.SIDE,
        }
    user = getattr(request, "user", None)
    # Filled only where the template asks: a fragment has no foot and needs no token. It asks twice: whether there
    # is one, and for it.
    is_known = user is not None and user.is_authenticated
    return context | {
        "masthead": cache(lambda: mark_safe(kept_pages.fill(head, request))),
        "foot": cache(lambda: mark_safe(kept_pages.fill(foot, request))),
        "person_id": user.pk if is_known else "",
        "person_side": user.side if is_known else "",
    }


def navigation(key: FrameKey, section: str) -> list[dict[str, Any]]:
    """The entries of the head for somebody; none for who is signed out."""
    if key.roles is None:
        return []
    entries: list[dict[str, Any]] = []
    if roles.EMPLOYEE in key.roles:
        entries.append({"label": _("Home"), "url": reverse("home"), "icon": "", "current": not section})
        entries += [
            {
                "label": _("Courses"),
                "url": reverse("courses:catalogue"),
                "icon": "",
                "current": section == "courses",
            },
            {
                "label": _("Glossary"),
                "url": reverse("glossary:index"),
                "icon": "",
                "current": section == "glossary",
            },
            {
                "label": _("Search"),
                "url": reverse("search"),
                "icon": "search",
                "current": section == "search",
            },
        ]
    if roles.HR in key.roles:
        entries.append(
            {
                "label": _("Reports"),
                "url": reverse("reports:completion"),
                "icon": "",
                "current": section in {"reports", "people", "audit"},
            }
        )
    if key.leads:
        entries.append(
            {
                "label": _("Team"),
                "url": reverse("reports:team"),
                "icon": "people",
                "current": section == "team",
            }
        )
    if roles.EDITORS & key.roles or key.is_superuser:
        entries.append(
            {"label": _("Write"), "url": reverse("write:desk"), "icon": "edit", "current": section == "write"}
        )
    if roles.ADMINISTRATOR in key.roles:
        # HR has the import and the log among its reports, and they stand in one part of the head.
        has_office = roles.HR in key.roles
        own = {"administration"} if has_office else {"administration", "people", "audit"}
        entries.append(
            {
                "label": _("Administration"),
                "url": reverse("administration"),
                "icon": "",
                "current": section in own,
            }
        )
    return entries


def account(key: FrameKey, section: str) -> dict[str, Any] | None:
    """The menu of the own account, with the way out; None for who is signed out."""
    if key.roles is None:
        return None
    return {"label": kept_pages.NAME, "url": reverse("me"), "current": section == "me"}
