"""A lesson: one row that publishing wrote, one row about the person, one template."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses import actions, feedback, queries
from courses.forms import AnswerForm, new_key
from courses.models import CourseRecord, Published
from courses.rendering import CSRF_PLACE, KEY_PLACE
from quizzes.actions import NothingChosen, UnknownOption


@require_http_methods(["GET", "HEAD", "POST"])
def lesson(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    row = queries.published_row(course, lesson, request.user)
    if request.method == "POST":
        return _read(request, row) if "read" in request.POST else _answer(request, row)
    record = queries.record_of(request.user, row.course_key)
    return show(request, row, record, again=request.GET.get("again", ""))


def show(
    request: HttpRequest,
    row: Published,
    record: CourseRecord | None,
    *,
    again: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page. `again` is a check to answer once more; `errors` maps checks to what is missing."""
    data = row.data
    latest = record.progress["latest"] if record else {}
    errors = errors or {}
    parts: list[dict[str, Any]] = []
    check_sets = 0
    for part in data["parts"]:
        if "html" in part:
            parts.append({"html": mark_safe(part["html"])})
            continue
        checks = [
            check_html(request, row, key, None if key == again or key in errors else latest.get(key), errors.get(key, ""))
            for key in part["checks"]
            if key in data["questions"]
        ]
        check_sets += 1
        anchor = "check-yourself" if check_sets == 1 else f"check-yourself-{check_sets}"
        parts.append({"checks": mark_safe("".join(checks)), "id": anchor})
    context = {
        "lesson": data,
        "parts": parts,
        "pops": mark_safe(data["pops"]),
        "is_done": is_done(row, record),
        "marks_terms": getattr(request.user, "marks_terms", True),
        "errors": errors,
    }
    return render(request, "courses/lesson.html", context, status=status)


def check_html(request: HttpRequest, row: Published, key: str, latest: dict[str, Any] | None, error: str = "") -> str:
    """One check: unanswered as publishing made it, answered with what was chosen and why."""
    question = row.data["questions"][key]
    options = {option["key"] for option in question["options"]}
    if latest is not None and not (latest["unsure"] or set(latest["chosen"]) <= options):
        latest = None  # the options are new: the question stands again, the lesson stays complete
    if latest is None and not error:
        return question["html"].replace(CSRF_PLACE, get_token(request)).replace(KEY_PLACE, new_key())
    context = feedback.check_context(question, row.data, latest, error=error)
    return render_to_string("courses/check.html", {**context, "key": new_key()}, request=request)


def is_done(row: Published, record: CourseRecord | None) -> bool:
    if record is None:
        return False
    progress = record.progress
    if row.data["questions"]:
        return all(key in progress["answered"] for key in row.data["questions"])
    return str(row.key) in progress["reads"]


def _answer(request: HttpRequest, row: Published) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(_("This answer cannot be read. Nothing was saved; load the lesson again and answer once more."))
    sent = form.cleaned_data
    key = str(sent["check"])
    try:
        answer = actions.answer_check(
            employee=request.user,
            lesson=row,
            question_key=key,
            version_id=sent["version"],
            key=sent["key"],
            chosen=form.chosen,
            unsure=form.is_unsure,
            confidence=sent["confidence"] if row.data["asks_confidence"] else None,
            now=timezone.now(),
        )
    except NothingChosen:
        return _refused(request, row, key, _("Choose an answer, or “I’m not sure”. Nothing was saved yet."))
    except (UnknownOption, actions.UnknownCheck):
        return _refused(request, row, key, _("This question was changed a moment ago. Nothing was saved; please choose again."))
    if request.headers.get("X-Fragment"):
        latest = {"chosen": answer.chosen, "unsure": answer.is_unsure, "correct": answer.is_correct, "confidence": answer.confidence}
        response = HttpResponse(check_html(request, row, key, latest))
    else:
        response = redirect(f"{request.path}#check-{row.data['questions'][key]['number']}")
    response["X-Saved"] = str(sent["key"])
    return response


def _refused(request: HttpRequest, row: Published, key: str, error: str) -> HttpResponse:
    if key not in row.data["questions"]:
        return HttpResponseBadRequest(error)
    if request.headers.get("X-Fragment"):
        return HttpResponse(check_html(request, row, key, None, error), status=422)
    record = queries.record_of(request.user, row.course_key)
    return show(request, row, record, errors={key: error}, status=422)


def _read(request: HttpRequest, row: Published) -> HttpResponse:
    try:
        actions.read_lesson(employee=request.user, lesson=row, now=timezone.now())
    except actions.LessonHasChecks:
        return HttpResponseBadRequest(_("This lesson is completed by answering its questions."))
    return redirect(f"{request.path}#done")
