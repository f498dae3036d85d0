"""/audit/: who signed in, read, exported or changed what about whom, for administrators and HR."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail.models import Page

from courses.models import CoursePage
from people import queries, roles
from people.doors import only_for
from people.forms import AuditFilterForm
from people.models import AuditEntry, Department, Employee

PAGE = 100
# What details are called, and what of them is not an id but a word of ours.
_NAMES = {"fields": gettext_lazy("changed"), "by": gettext_lazy("with"), "page": gettext_lazy("page")}
_WORDS: dict[str, dict[str, Any]] = {
    "fields": {
        "email": gettext_lazy("e-mail address"),
        "employee_number": gettext_lazy("employee number"),
        "display_name": gettext_lazy("name"),
        "side": gettext_lazy("side"),
        "manager": gettext_lazy("line manager"),
        "department": gettext_lazy("department"),
        "started_on": gettext_lazy("first day"),
        "left_on": gettext_lazy("last day at work"),
        "is_active": gettext_lazy("may sign in"),
        "time_zone": gettext_lazy("time zone"),
    },
    "by": {
        "password": gettext_lazy("a password"),
        "company": gettext_lazy("the company’s account"),
        "demo": gettext_lazy("a button of the demo"),
    },
}
_ORIGINS = {
    "page": gettext_lazy("Page"),
    "command": gettext_lazy("Command on the server"),
    "admin": gettext_lazy("Settings → Users"),
    "company": gettext_lazy("The company’s account"),
}


@only_for(roles.ADMINISTRATOR, roles.HR)
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """The newest hundred entries that the filters leave, and a link to older ones. At most 7 SQL queries."""
    form = AuditFilterForm(request.GET or None)
    filters = form.cleaned_data if form.is_valid() else {}
    before = request.GET.get("before", "")
    entries = list(
        queries.audit_entries(
            verb=filters.get("verb") or "",
            actor=filters.get("who"),
            about=filters.get("about"),
            since=filters.get("since"),
            until=filters.get("until"),
            before=int(before) if before.isdecimal() and len(before) < 19 else None,
            zone=timezone.get_current_timezone(),
        )[: PAGE + 1]
    )
    more = len(entries) > PAGE
    entries = entries[:PAGE]
    older = ""
    if more:
        query = request.GET.copy()
        query["before"] = str(entries[-1].number)
        older = f"?{query.urlencode()}"
    names = _names(entries)
    context = {
        "form": form,
        "rows": [_row(entry, names) for entry in entries],
        "older": older,
        "is_filtered": any(filters.values()),
    }
    return render(request, "audit.html", context, status=400 if form.errors else 200)


def _names(entries: list[AuditEntry]) -> dict[str, str]:
    """What the ids stand for today: employees, departments, pages and courses. 4 SQL queries at most."""
    ids: dict[str, set[str]] = {"employee": set(), "department": set(), "course": set(), "page": set()}
    for entry in entries:
        kind, _colon, key = entry.about.partition(":")
        if (kind == "course" and _is_uuid(key)) or (kind != "course" and kind in ids and key.isdecimal()):
            ids[kind].add(key)
    found: dict[str, str] = {}
    if ids["employee"]:
        for pk, name in Employee.objects.filter(pk__in=ids["employee"]).values_list("pk", "display_name"):
            found[f"employee:{pk}"] = name
    if ids["department"]:
        for pk, name in Department.objects.filter(pk__in=ids["department"]).values_list("pk", "name"):
            found[f"department:{pk}"] = name
    if ids["page"]:
        for pk, title in Page.objects.filter(pk__in=ids["page"]).values_list("pk", "title"):
            found[f"page:{pk}"] = title
    if ids["course"]:
        rows = CoursePage.objects.filter(translation_key__in=ids["course"]).values_list(
            "translation_key", "title"
        )
        for key, title in rows:
            found[f"course:{key}"] = title
    return found


def _is_uuid(value: str) -> bool:
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True


def _row(entry: AuditEntry, names: dict[str, str]) -> dict[str, Any]:
    origin = entry.origin
    if origin.startswith("address-"):
        origin = _("Network %(hash)s") % {"hash": origin.removeprefix("address-")}
    return {
        "number": entry.number,
        "at": entry.at,
        "who": entry.actor.display_name if entry.actor else _("Nobody signed in"),
        "what": queries.audit_label(entry.verb),
        "about": names.get(entry.about, entry.about),
        "origin": _ORIGINS.get(origin, origin),
        "detail": [
            (_NAMES.get(name, name.replace("_", " ")), _text(value, _WORDS.get(name, {})))
            for name, value in entry.detail.items()
        ],
    }


def _text(value: Any, words: dict[str, Any]) -> str:
    if isinstance(value, list):
        return ", ".join(_text(item, words) for item in value) or "–"
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(words.get(value, value))
