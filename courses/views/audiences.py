"""/reports/audiences/: HR sets who should take a course, sees first whom it reaches, and closes it again."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses import actions
from courses.forms import AudienceForm
from courses.models import Audience
from courses.queries import audiences as queries
from people import roles
from people.access import only_for
from people.queries import today


@only_for(roles.HR)
@require_safe
def audiences(request: HttpRequest) -> HttpResponse:
    """All audiences with how many they ask and how many have completed. 4 SQL queries and the frame's."""
    on = today(timezone.now())
    context = {
        "open": _rows(queries.audiences(closed=False, on=on)),
        "closed": queries.audiences(closed=True, on=on),
    }
    return render(request, "courses/audiences/list.html", context)


@only_for(roles.HR)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form; sent once it shows whom it would ask, sent from there it is done."""
    now = timezone.now()
    form = AudienceForm(request.POST if request.method == "POST" else None, today=today(now))
    preview = None
    if request.method == "POST" and form.is_valid():
        wanted = form.audience
        if request.POST.get("do") == "set" and request.POST.get("seen") == form.said:
            try:
                actions.set_audience(wanted, by=request.user, now=now)
            except actions.AlreadyAsked:
                pass  # said below, beside the form
            else:
                messages.success(
                    request,
                    _("Set. Whoever is asked sees “%(course)s” at home.") % {"course": wanted.course.title},
                )
                return redirect("audiences:list")
        if queries.same_audience(wanted, on=today(now)) is not None:
            form.add_error(
                None,
                _(
                    "The same people are asked to take this course already. To change the due date, close that audience first."
                ),
            )
        else:
            preview = _rows([wanted])[0]
    return render(
        request,
        "courses/audiences/new.html",
        {"form": form, "preview": preview},
        status=400 if form.errors else 200,
    )


@only_for(roles.HR)
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then close."""
    audience = get_object_or_404(Audience.objects.select_related("course", "department"), pk=pk)
    if request.method == "POST":
        actions.end_audience(audience, by=request.user, now=timezone.now())
        messages.success(
            request,
            _("Closed. “%(course)s” is asked of these people no more.") % {"course": audience.course.title},
        )
        return redirect("audiences:list")
    return render(request, "courses/audiences/close.html", {"row": _rows([audience])[0]})


def _rows(found: list[Audience]) -> list[dict[str, Any]]:
    counts = queries.reach(found, on=today(timezone.now()))
    return [
        {"audience": audience, "people": reach.people, "completed": reach.completed}
        for audience, reach in zip(found, counts, strict=True)
    ]
