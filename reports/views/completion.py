"""/reports/completion/: who stands where in what the company asks for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from people.queries import today as day_of
from reports import audit, queries
from reports.forms import ReportForm, period_in
from reports.queries import Report
from reports.views import files, page
from reports.views.access import for_hr


@require_safe
@for_hr
def completion(request: HttpRequest) -> HttpResponse:
    """The page, or the same rows as a file. At most 12 SQL queries for any number of people, the frame's included."""
    now = timezone.now()
    today = day_of(now)
    basis = queries.basis(period_in(request.GET, today).last)
    form = ReportForm(
        request.GET,
        today=today,
        courses=[(course.key, course.name) for course in basis.courses],
        departments=basis.departments,
        managers=queries.managers(),
    )
    valid = form.is_valid()
    report: Report = basis.report(form.question())
    file = files.format_in(request) if valid else ""
    audit.read(report.question, by=request.user, about="", file=file, now=now)
    if file:
        return files.answer(report, form, format=file, name="completion", now=now)
    context = page.context(request, report, form, person_url="reports:person", now=now)
    context["departments"] = page.departments(request, report, context["figures"])
    context["clear_url"] = request.path
    return render(request, "reports/completion.html", context, status=200 if valid else 400)
