"""A draft with working checks: answers are judged, and nothing about them is stored anywhere."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses import publishing
from courses.models import LessonPage, Published
from courses.published import Check
from courses.queries import Past
from courses.rules import record_facts
from courses.views import outbox
from courses.views.lesson import refusals
from courses.views.lesson_page import check_html, show
from gates import kept_pages
from quizzes.rules.given import Given, NothingChosen, UnknownOption, accepted
from quizzes.rules.grading import grade

MODES = ("", "print", "plain")


def preview_of(request: HttpRequest, page: LessonPage, mode: str, **shown: Any) -> HttpResponse:
    """The page as employees will get it; in print or without JavaScript where `mode` says so."""
    response = show(request, row_of(page, mode), Past(record_facts.empty(), is_complete=False), **shown)
    html = response.content.decode()
    if mode == "print":
        html = html.replace('media="print"', 'media="all"')
    elif mode == "plain":
        start, _tag, rest = html.partition('<script type="module"')
        html = start + rest.partition("</script>")[2]
    response.content = html.encode()
    return response


def row_of(page: LessonPage, mode: str = "") -> Published:
    """The row that publishing the draft would write, its checks leading to this module."""
    mode = mode if mode in MODES else ""
    query = f"?mode={mode}" if mode else ""
    return publishing.preview_lesson(
        page, check_url=f"{reverse('write:preview', args=[page.pk or 0])}{query}"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def lesson(request: HttpRequest, lesson: int) -> HttpResponse:
    """The newest draft, for who may change it; a check that is sent is judged in place."""
    stored = get_object_or_404(LessonPage, pk=lesson)
    if not stored.permissions_for_user(request.user).can_edit():
        raise Http404
    page = stored.get_latest_revision_as_object()
    mode = request.GET.get("mode", "")
    if request.method != "POST":
        return preview_of(request, page, mode)
    row = row_of(page, mode)
    key = request.POST.get("check", "")
    if key not in row.as_lesson.questions:
        return outbox.final(
            HttpResponseBadRequest(_("The draft has no such check any more. Load the preview again."))
        )
    latest, error = judged(row.as_lesson.questions[key], request.POST.getlist("answer"))
    if request.headers.get("X-Fragment"):
        response = HttpResponse(
            kept_pages.fill(check_html(row, key, latest, error), request), status=422 if error else 200
        )
    else:
        shown = {"errors": {key: error}} if error else {"given": {key: latest}}
        response = preview_of(request, page, mode, **shown)
    if error:
        return outbox.final(response)
    return outbox.saved(response, request.POST.get("key", ""))  # the form need not send it again


def judged(check: Check, sent: list[str]) -> tuple[dict[str, Any] | None, str]:
    """What an employee would be told about an answer, or the sentence that refuses it."""
    given = Given.read(sent)
    options = {option.key: option.correct for option in check.options}
    correct = [key for key, is_correct in options.items() if is_correct]
    unsure = given.is_unsure
    try:
        chosen = accepted(check.kind, options, () if unsure else given.chosen, unsure)
        is_correct = grade(check.kind, correct, chosen, unsure)
    except NothingChosen:
        return None, refusals().nothing
    except UnknownOption:
        return None, refusals().unknown
    except ValueError:
        return None, _("This check does not say yet which answers are right, so nothing can be judged.")
    return {
        "chosen": chosen,
        "unsure": unsure,
        "correct": is_correct,
        "confidence": None,
    }, ""
