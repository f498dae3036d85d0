"""/team/: a manager's own people, and nobody else's."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from people.queries import today as day_of
from reports import audit, queries
from reports.forms import TeamForm, period_in
from reports.views import files, page
from reports.views.access import for_managers


@require_safe
@for_managers
def team(request: HttpRequest) -> HttpResponse:
    """The page, or the same rows as a file. As many SQL queries as HR's page."""
    now = timezone.now()
    today = day_of(now)
    basis = queries.basis(period_in(request.GET, today).last)
    form = TeamForm(request.GET, today=today, courses=[(course.key, course.name) for course in basis.courses])
    valid = form.is_valid()
    report = basis.report(replace(form.question(), manager=request.user.pk))
    file = files.format_in(request) if valid else ""
    audit.read(report.question, by=request.user, about=f"team:{request.user.pk}", file=file, now=now)
    if file:
        return files.answer(report, form, format=file, name="team", now=now)
    context = page.context(request, report, form, person_url="reports:team_person", now=now)
    context["clear_url"] = request.path
    return render(request, "reports/team.html", context, status=200 if valid else 400)
