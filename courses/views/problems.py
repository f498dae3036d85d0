"""What a reader reports about a lesson, and puts away once it is answered."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courses import actions
from courses.forms import ReportForm
from courses.models import ProblemReport
from courses.queries import published_row


@require_http_methods(["GET", "HEAD", "POST"])
def problem(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """“Report a problem with this lesson”: the reader's form."""
    row = published_row(course, lesson, request.user)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.report_problem(
            lesson_id=row.page_id, reporter=request.user, text=form.cleaned_data["text"], now=timezone.now()
        )
        messages.success(
            request,
            _("Thank you. The author sees your report, and you get the answer by mail and on Home."),
        )
        return redirect(row.as_lesson.url)
    return render(
        request,
        "courses/problem.html",
        {"lesson": row.as_lesson, "form": form},
        status=422 if form.errors else 200,
    )


@require_POST
def put_away(request: HttpRequest, report: int) -> HttpResponse:
    row = get_object_or_404(ProblemReport, pk=report, reporter=request.user)
    actions.put_away(report=row, reader=request.user, now=timezone.now())
    return redirect("home")
