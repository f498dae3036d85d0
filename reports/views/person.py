"""One person: each course with its status and why, for HR and for whoever leads that person."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from people.access import Refusal, refused
from people.models import Employee
from people.queries import department_of, refused_address
from people.queries import today as day_of
from reports import audit, queries
from reports.rules.figures import OVERDUE
from reports.views.access import for_hr, for_managers
from reports.views.labels import requirement_text, state_text


@require_safe
@for_hr
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Any employee, whoever left included: records refer to them."""
    found = queries.somebody(pk)
    if found is None:
        raise Http404
    return _page(
        request,
        found,
        back=reverse("reports:completion"),
        title=_("Completion report"),
        refused_mail=refused_address(found.email),
    )


@require_safe
@for_managers
def team_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody below this manager. Whoever is not looks the same as whoever does not exist."""
    found = queries.somebody(pk)
    if found is None or not queries.is_below(found, request.user):
        return refused(
            request,
            Refusal(
                _("This page is for this person’s own line manager."),
                _(
                    "You see your own people only. If somebody is missing, ask HR: they keep who reports to whom."
                ),
            ),
        )
    return _page(request, found, back=reverse("reports:team"), title=_("Your team"))


def _page(
    request: HttpRequest, found: Employee, *, back: str, title: str, refused_mail: str = ""
) -> HttpResponse:
    now: datetime = timezone.now()
    today = day_of(now)
    audit.read_person(found, by=request.user, now=now)
    courses = [
        {
            "course": one,
            "asked": requirement_text(one.requirement) if one.requirement else _("Own choice"),
            "status": state_text(one.status, one.state == OVERDUE),
        }
        for one in queries.explained(found, today=today)
    ]
    context = {
        "person": found,
        "department": department_of(found, today),
        "courses": courses,
        "has_left": found.has_left(today),
        "today": today,
        "refused_mail": refused_mail,
        "crumbs": [{"label": title, "url": back}, {"label": str(found), "url": ""}],
    }
    return render(request, "reports/person.html", context)
