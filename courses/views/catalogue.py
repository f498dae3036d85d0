"""All courses, both ways, with filters that are links and a GET form."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses import queries
from courses.forms import CatalogueForm
from courses.models import Direction
from courses.queries import Standing
from gates import kept_pages


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    form = CatalogueForm(request.GET)
    wanted: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    every = queries.standings(request.user, now=timezone.now())
    direction = wanted.get("direction") or ""
    fitting = [standing for standing in every if form.fits(standing)]
    found = [standing for standing in fitting if not direction or standing.direction == direction]
    columns = [
        {"direction": value, "label": label, "rows": [_row(one) for one in found if one.direction == value]}
        for value, label in Direction.choices
        if not direction or direction == value
    ]
    rest = {name: value for name, value in request.GET.items() if name != "direction" and value}
    switch = [{"label": _("All"), "value": "", "count": len(fitting)}]
    switch += [
        {"label": label, "value": value, "count": sum(one.direction == value for one in fitting)}
        for value, label in Direction.choices
    ]
    for entry in switch:
        query = urlencode({**rest, **({"direction": entry["value"]} if entry["value"] else {})})
        entry["url"] = f"?{query}" if query else request.path
        entry["current"] = entry["value"] == direction
    context = {
        "form": form,
        "columns": columns,
        "switch": switch,
        "direction": direction,
        "count": len(found),
        "count_text": ngettext("%(count)d course", "%(count)d courses", len(found)) % {"count": len(found)},
        "has_courses": bool(every),
        "has_filters": any(wanted.get(name) for name in ("minutes", "asked", "direction")),
    }
    return render(request, "courses/catalogue.html", context)


_rows = kept_pages.Kept()


def _row(standing: Standing) -> str:
    """A course as the list shows it, rendered once in this process for everybody who sees the same."""
    looks = standing.looks
    return _rows.rendered((get_language(), looks), "courses/entry.html", {"course": looks})
