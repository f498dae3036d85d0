"""All courses, both ways, with filters that are links and a GET form."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses import queries
from courses.forms import CatalogueForm
from courses.models import Direction
from courses.queries import Standing
from courses.rules.completion import IN_PROGRESS
from gates import kept_pages


@dataclass(frozen=True)
class Entry:
    """A course in the catalogue, with where the person stands in it."""

    code: str
    title: str
    url: str
    direction: str
    minutes: int
    summary: str
    lesson_count: int
    state: str
    missing: str  # what is not done yet; empty unless the course is in progress
    asked: str  # empty: no audience asks for it


@dataclass(frozen=True)
class Column:
    """The courses of a direction."""

    direction: str
    label: str
    rows: list[str]


@dataclass(frozen=True)
class Choice:
    """A link that narrows the catalogue to a direction, or to none where `value` is empty."""

    label: str
    value: str
    count: int
    url: str
    current: bool


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    form = CatalogueForm(request.GET)
    wanted: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    every = queries.standings(request.user, now=timezone.now())
    direction = wanted.get("direction") or ""
    fitting = [standing for standing in every if form.fits(standing)]
    shown = [standing for standing in fitting if not direction or standing.direction == direction]
    columns = [
        Column(value, str(label), [_row(standing) for standing in shown if standing.direction == value])
        for value, label in Direction.choices
        if not direction or direction == value
    ]
    context = {
        "filters": form.offered(every),
        "columns": columns,
        "switch": _switch(request, fitting, direction),
        "direction": direction,
        "count": len(shown),
        "count_text": ngettext("%(count)d course", "%(count)d courses", len(shown)) % {"count": len(shown)},
        "has_courses": bool(every),
    }
    return render(request, "courses/catalogue.html", context)


def _switch(request: HttpRequest, fitting: list[Standing], chosen: str) -> list[Choice]:
    """All courses and those of each direction, as links that keep the other filters."""
    other_filters = {name: value for name, value in request.GET.items() if name != "direction" and value}
    choices = []
    for value, label in [("", _("All")), *Direction.choices]:
        query = urlencode(other_filters | ({"direction": value} if value else {}))
        count = sum(standing.direction == value for standing in fitting) if value else len(fitting)
        choices.append(
            Choice(str(label), value, count, f"?{query}" if query else request.path, value == chosen)
        )
    return choices


_rows = kept_pages.Kept()


def _row(standing: Standing) -> str:
    """A course as the list shows it, rendered once in this process for everybody who sees the same."""
    looks = standing.looks
    key = get_language(), looks
    return _rows.get(key) or _rows.rendered(key, "courses/entry.html", {"entry": entry(looks)})


def entry(standing: Standing) -> Entry:
    return Entry(
        code=standing.code,
        title=standing.title,
        url=standing.url,
        direction=standing.direction,
        minutes=standing.minutes,
        summary=standing.summary,
        lesson_count=standing.lesson_count,
        state=standing.state,
        missing=standing.reason if standing.status == IN_PROGRESS else "",
        asked=asked_text(standing),
    )


def asked_text(standing: Standing) -> str:
    """What is asked of the person, and by when; empty where nothing is."""
    if not standing.requirement:
        return ""
    if standing.due_on is None:
        return _("Required") if standing.is_required else _("Recommended")
    day = {"day": date_format(standing.due_on)}
    if standing.is_required:
        return _("Required, due %(day)s") % day
    if standing.is_lapsed:
        return _("Was recommended by %(day)s") % day
    return _("Recommended by %(day)s") % day
