"""/audit/: who signed in, read, exported or changed what about whom, for administrators and HR."""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail.models import Page

from audit import log as audit_log
from audit import queries as audit_queries
from audit.models import AuditEntry
from bothways.forms import AuditFilterForm
from courses.models import CoursePage
from gates.tables import csv_parts
from gates.typography import within_quotes
from glossary.models import Sense
from people import roles
from people.access import only_for
from people.models import Department, Employee
from quizzes.models import Question

PAGE = 100
AT_ONCE = 1000  # entries of the download that are read with a query
# What details are called, and what of them is not an id but a word of ours.
_HIDDEN = frozenset({"sha256", "account"})  # hashes, which tell a reader nothing; the download has them
_NAMES = {
    "fields": gettext_lazy("changed"),
    "by": gettext_lazy("with"),
    "page": gettext_lazy("page"),
    "from": gettext_lazy("from"),
    "to": gettext_lazy("to"),
    "members_now": gettext_lazy("people of today"),
    "all_levels": gettext_lazy("all levels"),
    "on": gettext_lazy("last day"),
    "state": gettext_lazy("status"),
    "person": gettext_lazy("looked for a person"),
    "left_out": gettext_lazy("left out"),
    "file": gettext_lazy("file"),
    "order": gettext_lazy("order"),
    "manager": gettext_lazy("line manager"),
    "department": gettext_lazy("department"),
    "course": gettext_lazy("course"),
    "given": gettext_lazy("given"),
    "taken": gettext_lazy("taken"),
}
# Details that hold the bare number of what they name.
_NUMBERS = {"manager": "employee", "department": "department", "course": "course"}
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
    "group": gettext_lazy("Group"),
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
    """The newest hundred entries that the filters leave, and a link to older ones; or all of them as a file.

    At most 10 SQL queries for the page.
    """
    form = AuditFilterForm(request.GET or None)
    filters = form.cleaned_data if form.is_valid() else {}
    before = request.GET.get("before", "")
    found = audit_queries.entries(
        verb=filters.get("verb") or "",
        actor=filters.get("who"),
        about=filters.get("about"),
        since=filters.get("since"),
        until=filters.get("until"),
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
        zone=timezone.get_current_timezone(),
    )
    if request.GET.get("format") == "csv" and not form.errors:
        return _file(request, found, filters)
    entries = list(found[: PAGE + 1])
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
        "csv_url": f"?{_csv_query(request)}",
        "is_filtered": any(filters.values()),
    }
    return render(request, "audit.html", context, status=400 if form.errors else 200)


def _csv_query(request: HttpRequest) -> str:
    query = request.GET.copy()
    query["format"] = "csv"
    query.pop("before", None)
    return query.urlencode()


def _file(request: HttpRequest, found: Any, filters: dict[str, Any]) -> StreamingHttpResponse:
    """Every entry that the filters leave, the newest first, with the ids as they are stored. Itself in the log."""
    actor: Employee = request.user  # type: ignore[assignment]  # see only_for
    chosen = {
        "verb": filters.get("verb"),
        "who": getattr(filters.get("who"), "pk", None),
        "about": getattr(filters.get("about"), "pk", None),
        "since": filters.get("since"),
        "until": filters.get("until"),
    }
    now = timezone.now()
    entry = audit_log.record(
        actor=actor,
        verb=audit_log.Verb.LOG_EXPORTED,
        detail={name: str(value) for name, value in chosen.items() if value},
        now=now,
    )

    def rows() -> Iterator[Sequence[Any]]:
        yield ["number", "at", "actor", "actor_id", "what", "verb", "about", "origin", "detail", "seal"]
        last = entry.number
        while piece := list(found.filter(number__lt=last)[:AT_ONCE]):
            for row in piece:
                yield [
                    row.number, row.at.isoformat(), row.actor.display_name if row.actor else "", row.actor_id,
                    audit_queries.label(row.verb), row.verb, row.about, row.origin,
                    json.dumps(row.detail, ensure_ascii=False, sort_keys=True), row.seal,
                ]  # fmt: skip
            last = piece[-1].number

    kind = "text/csv; charset=utf-8"  # not for people: a header
    response = StreamingHttpResponse(csv_parts(rows()), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="audit-log-{now:%Y-%m-%d}.csv"'
    return response


def _names(entries: list[AuditEntry]) -> dict[str, str]:
    """What the ids stand for today, by "kind:id"; a query for each kind that occurs, six at most.

    HR reads this page and has no business among drafts: what never was public has no name here.
    """
    ids: dict[str, set[str]] = {kind: set() for kind in _FINDERS}
    for entry in entries:
        for said in _references(entry):
            kind, _colon, key = said.partition(":")
            kind = "employee" if kind == "team" else kind  # the team of a line manager
            if kind in ids and (_is_uuid(key) if kind == "course" else key.isdecimal()):
                ids[kind].add(key)
    return {
        f"{kind}:{key}": str(name) for kind, keys in ids.items() if keys for key, name in _FINDERS[kind](keys)
    }


def _references(entry: AuditEntry) -> Iterator[str]:
    """Each "kind:id" that an entry names, in its details too."""
    yield entry.about
    for name, value in entry.detail.items():
        for item in value if isinstance(value, list) else [value]:
            if name in _NUMBERS and item not in (None, ""):
                yield f"{_NUMBERS[name]}:{item}"
            elif isinstance(item, str):
                yield item


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
    return ((pk, _("A meaning of “%(word)s”") % {"word": within_quotes(lemma)}) for pk, lemma in rows)


_FINDERS: dict[str, Callable[[set[str]], Iterable[tuple[Any, Any]]]] = {
    "employee": lambda ids: Employee.objects.filter(pk__in=ids).values_list("pk", "display_name"),
    "department": lambda ids: Department.objects.filter(pk__in=ids).values_list("pk", "name"),
    "page": _pages,
    "course": _courses,
    "question": _questions,
    "sense": _senses,
    "group": lambda ids: Group.objects.filter(pk__in=ids).values_list("pk", "name"),
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
                _text(_referring(name, value), {**names, **_WORDS.get(name, {})}),
            )
            for name, value in entry.detail.items()
            if name not in _HIDDEN
        ],
    )


def _referring(name: str, value: Any) -> Any:
    """The number of a detail as "kind:id", which has a name."""
    return (
        f"{_NUMBERS[name]}:{value}" if name in _NUMBERS and isinstance(value, int | str) and value else value
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
