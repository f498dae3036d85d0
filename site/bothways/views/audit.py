"""/audit/: who signed in, read, exported or changed what about whom, for administrators and HR."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail.models import Page

from audit import queries as audit_queries
from audit.models import AuditEntry
from bothways.forms import AuditFilterForm
from courses.models import CoursePage
from glossary.models import Sense
from people import roles
from people.access import only_for
from people.models import Department, Employee
from quizzes.models import Question

PAGE = 100
# What details are called, and what of them is not an id but a word of ours.
_NAMES = {
    "fields": gettext_lazy("changed"),
    "by": gettext_lazy("with"),
    "page": gettext_lazy("page"),
    "from": gettext_lazy("from"),
    "to": gettext_lazy("to"),
}
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
_KINDS = {
    "employee": gettext_lazy("Person"),
    "department": gettext_lazy("Department"),
    "course": gettext_lazy("Course"),
    "page": gettext_lazy("Page"),
    "question": gettext_lazy("Question"),
    "bank": gettext_lazy("Question bank"),
    "word": gettext_lazy("Word"),
    "sense": gettext_lazy("Meaning"),
    "image": gettext_lazy("Picture"),
    "document": gettext_lazy("Document"),
}
_ORIGINS = {
    "editor": gettext_lazy("Editor"),
    "schedule": gettext_lazy("By the clock"),
    "page": gettext_lazy("Page"),
    "command": gettext_lazy("Command on the server"),
    "admin": gettext_lazy("Settings → Users"),
    "company": gettext_lazy("The company’s account"),
}


@only_for(roles.ADMINISTRATOR, roles.HR)
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """The newest hundred entries that the filters leave, and a link to older ones. At most 9 SQL queries."""
    form = AuditFilterForm(request.GET or None)
    filters = form.cleaned_data if form.is_valid() else {}
    before = request.GET.get("before", "")
    entries = list(
        audit_queries.entries(
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
    """What the ids stand for today, by "kind:id"; a query for each kind that occurs, six at most.

    HR reads this page and has no business among drafts: what never was public has no name here.
    """
    ids: dict[str, set[str]] = {kind: set() for kind in _FINDERS}
    for entry in entries:
        for said in (entry.about, *(value for value in entry.detail.values() if isinstance(value, str))):
            kind, _colon, key = said.partition(":")
            kind = "employee" if kind == "team" else kind  # the team of a line manager
            if kind in ids and (_is_uuid(key) if kind == "course" else key.isdecimal()):
                ids[kind].add(key)
    return {
        f"{kind}:{key}": str(name) for kind, keys in ids.items() if keys for key, name in _FINDERS[kind](keys)
    }


def _pages(ids: set[str]) -> Iterator[tuple[Any, Any]]:
    return _public(Page.objects.filter(pk__in=ids).values_list("pk", "title", "first_published_at"))


def _courses(ids: set[str]) -> Iterator[tuple[Any, Any]]:
    rows = CoursePage.objects.filter(translation_key__in=ids)
    return _public(rows.values_list("translation_key", "title", "first_published_at"))


def _public(rows: Iterable[tuple[Any, str, Any]]) -> Iterator[tuple[Any, Any]]:
    return ((key, title if published else _("A draft")) for key, title, published in rows)


def _questions(ids: set[str]) -> Iterator[tuple[Any, Any]]:
    rows = Question.objects.filter(pk__in=ids).values_list("pk", "code")
    return ((pk, _("Question %(code)s") % {"code": code}) for pk, code in rows)


def _senses(ids: set[str]) -> Iterator[tuple[Any, Any]]:
    rows = Sense.objects.filter(pk__in=ids, first_published_at__isnull=False).values_list("pk", "word__lemma")
    return ((pk, _("A meaning of “%(word)s”") % {"word": lemma}) for pk, lemma in rows)


_FINDERS: dict[str, Callable[[set[str]], Iterable[tuple[Any, Any]]]] = {
    "employee": lambda ids: Employee.objects.filter(pk__in=ids).values_list("pk", "display_name"),
    "department": lambda ids: Department.objects.filter(pk__in=ids).values_list("pk", "name"),
    "page": _pages,
    "course": _courses,
    "question": _questions,
    "sense": _senses,
}


def _is_uuid(value: str) -> bool:
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Row:
    """An entry as the page shows it; `detail` has names and values."""

    at: datetime
    who: str
    what: str
    about: str
    origin: str
    detail: Sequence[tuple[str, str]]


def _row(entry: AuditEntry, names: dict[str, str]) -> Row:
    origin = entry.origin
    if origin.startswith("address-"):
        origin = _("Network %(hash)s") % {"hash": origin.removeprefix("address-")}
    return Row(
        at=entry.at,
        who=entry.actor.display_name if entry.actor else _("Nobody signed in"),
        what=audit_queries.label(entry.verb),
        about=_called(entry.about, names) or "–",
        origin=str(_ORIGINS.get(origin, origin)),
        detail=[
            (
                str(_NAMES.get(name, name.replace("_", " "))),
                _text(value, {**names, **_WORDS.get(name, {})}),
            )
            for name, value in entry.detail.items()
        ],
    )


def _called(about: str, names: dict[str, str]) -> str:
    """What is meant by "kind:id": its name, or its kind in words with the number that it has here."""
    kind, _colon, key = about.partition(":")
    if kind == "team":
        return _("Team of %(name)s") % {"name": names.get(f"employee:{key}", key)}
    if about in names or kind not in _KINDS:
        return names.get(about, about)
    return f"{_KINDS[kind]} {key}"


def _text(value: Any, words: dict[str, Any]) -> str:
    if isinstance(value, list):
        return ", ".join(_text(item, words) for item in value) or "–"
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(words[value]) if value in words else _called(str(value), words)
