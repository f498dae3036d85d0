"""/reports/audiences/: HR sets who should take a course, sees first whom it reaches, and closes it again."""

from dataclasses import dataclass
from datetime import date

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
from courses.queries.audiences import Reach
from gates.typography import within_quotes
from people import roles
from people.access import only_for
from people.queries import today


@dataclass(frozen=True)
class AudienceRow:
    """An audience as the pages show it. `pk` is None before it is set; `reach` where nobody counts."""

    pk: int | None
    code: str
    course: str
    who: str
    requirement: str
    due_on: date | None
    closed_on: date | None
    reach: Reach | None


@only_for(roles.HR)
@require_safe
def audiences(request: HttpRequest) -> HttpResponse:
    """All audiences with how many they ask and how many have completed. 4 SQL queries and the frame's."""
    on = today(timezone.now())
    context = {
        "open": _reached(queries.audiences(closed=False, on=on)),
        "closed": [_row(audience, None) for audience in queries.audiences(closed=True, on=on)],
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
                    _("Set. Whoever is asked sees “%(course)s” at home.")
                    % {"course": within_quotes(wanted.course.title)},
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
            preview = _reached([wanted])[0]
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
            _("Closed. “%(course)s” is asked of these people no more.")
            % {"course": within_quotes(audience.course.title)},
        )
        return redirect("audiences:list")
    return render(request, "courses/audiences/close.html", {"row": _reached([audience])[0]})


def _reached(audiences: list[Audience]) -> list[AudienceRow]:
    """The audiences with their counts of today. 2 SQL queries."""
    counts = queries.reach(audiences, on=today(timezone.now()))
    return [_row(audience, reach) for audience, reach in zip(audiences, counts, strict=True)]


def _row(audience: Audience, reach: Reach | None) -> AudienceRow:
    return AudienceRow(
        pk=audience.pk,
        code=audience.course.code,
        course=f"{audience.course.code} {audience.course.title}",
        who=who(audience),
        requirement=audience.get_requirement_display(),
        due_on=audience.due_on,
        closed_on=audience.closed_on,
        reach=reach,
    )


def who(audience: Audience) -> str:
    """Whom an audience asks."""
    if audience.scope == Audience.Scope.EVERYONE:
        return _("Everyone")
    if audience.scope == Audience.Scope.SIDE:
        return _("%(side)s side") % {"side": audience.get_side_display()}
    return str(audience.department)
