"""A lesson: one row that publishing wrote, one row about the person, one template."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses import actions, queries
from courses.checks import render_check
from courses.forms import AnswerForm, new_key
from courses.models import Published
from courses.rendering import KEY_SLOT
from courses.rules.completion import is_lesson_done
from courses.rules.progress import Progress
from courses.views import answering, outbox
from gates import kept_pages
from people.frames import frame_key
from quizzes.actions import AlreadyAnswered


@require_http_methods(["GET", "HEAD", "POST"])
def lesson(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    row = queries.published_row(course, lesson, request.user)
    if request.method == "POST":
        return _read(request, row) if "read" in request.POST else _answer(request, row)
    progress = queries.progress_of(request.user, row.course_key)
    return show(request, row, progress, again=request.GET.get("again", ""))


def show(
    request: HttpRequest,
    row: Published,
    progress: Progress,
    *,
    again: str = "",
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page. `again` is a check to answer once more; `errors` maps checks to what is missing.

    `given` are answers that are not stored: of a preview.
    """
    errors = errors or {}
    latest = progress["latest"] | (given or {})
    html = _page(request, row, is_done(row, progress), has_errors=bool(errors))
    for key in row.as_lesson.questions:
        answer = None if key == again or key in errors else latest.get(key)
        seen = latest.get(key, {}).get("key", "")
        check = check_html(row, key, answer, errors.get(key, ""), seen=seen)
        html = html.replace(_check_slot(key), check)
    return HttpResponse(kept_pages.fill(html.replace(KEY_SLOT, new_key()), request), status=status)


_pages = kept_pages.Kept()


def _page(request: HttpRequest, row: Published, done: bool, *, has_errors: bool) -> str:
    """The lesson with slots for its checks and for the person: the same for everybody in this state."""
    marks_terms = getattr(request.user, "marks_terms", True)
    key = frame_key(request)
    state = (row.pk, row.rendered_at, done, has_errors, marks_terms, *key)
    # A draft has no row; messages are for one person once.
    is_shared = row.pk is not None and not len(messages.get_messages(request))
    if is_shared and state in _pages:
        return _pages[state]
    context = _page_context(row, done, has_errors=has_errors, marks_terms=marks_terms)
    if not is_shared:
        return render_to_string("courses/lesson.html", context, request=request)
    shared = kept_pages.SharedRequest(request.path_info, key)
    return _pages.put(state, render_to_string("courses/lesson.html", context, request=shared))


def _page_context(row: Published, done: bool, *, has_errors: bool, marks_terms: bool) -> dict[str, Any]:
    """What the template shows, from what stands in the key of the page and nothing else."""
    return {
        "lesson": row.as_lesson,
        "parts": list(_parts(row)),
        "pops": mark_safe(row.as_lesson.pops),
        "is_done": done,
        "marks_terms": marks_terms,
        "errors": has_errors,
        "csrf_token": kept_pages.TOKEN,
        "key": KEY_SLOT,
    }


def _parts(row: Published) -> Iterator[dict[str, Any]]:
    check_sets = 0
    for part in row.as_lesson.parts:
        if part.checks is None:
            yield {"html": mark_safe(part.html or "")}
            continue
        check_sets += 1
        anchor = "check-yourself" if check_sets == 1 else f"check-yourself-{check_sets}"
        keys = [key for key in part.checks if key in row.as_lesson.questions]
        yield {"checks": mark_safe("".join(map(_check_slot, keys))), "id": anchor}


def _check_slot(key: str) -> str:
    return f"\ue000check {key}\ue001"  # not for people: replaced before anybody sees it


# Answered checks as HTML, per process: of a question there are few different answers.
_answered = kept_pages.Kept()


def check_html(
    row: Published,
    key: str,
    latest: Mapping[str, Any] | None,
    error: str = "",
    *,
    seen: str = "",
    note: str = "",
) -> str:
    """One check: unanswered as publishing made it, answered with what was chosen and why.

    `seen` is the key of the newest answer that the person gave to it; who answers again knows of that one.
    """
    check = row.as_lesson.questions[key]
    options = {option.key for option in check.options}
    if latest is not None and not (latest["unsure"] or set(latest["chosen"]) <= options):
        latest = None  # the options are new: the question stands again, the lesson stays complete
    if error or (latest is None and seen):
        html = render_check(check, row.as_lesson, error=error, seen=seen)
    elif latest is None:
        html = check.html
    elif row.pk is None or note:
        # A draft is somebody's own and changes as they write; a note is for one person once.
        html = render_check(check, row.as_lesson, latest, note=note)
    else:
        said = tuple(latest["chosen"]), latest["unsure"], latest["correct"], latest["confidence"]
        state = (row.pk, row.rendered_at, key, *said, get_language())
        html = _answered.get(state) or _answered.put(state, render_check(check, row.as_lesson, latest))
    return html.replace(KEY_SLOT, new_key())


def is_done(row: Published, progress: Progress) -> bool:
    return is_lesson_done(
        str(row.key), row.as_lesson.questions, read=progress["reads"], answered=progress["answered"]
    )


def _answer(request: HttpRequest, row: Published) -> HttpResponse:
    form = AnswerForm(request.POST)
    return answering.answer(
        form,
        refusals(),
        taken=lambda: _taken(request, row, form),
        refused=lambda error: _refused(request, row, form, error),
        told=lambda error: _told(request, row, form, error),
    )


def refusals() -> answering.Refusals:
    """What a lesson says about an answer to a check that was not stored."""
    choose = _("Choose an answer, or “I’m not sure”. Nothing was saved yet.")
    return answering.Refusals(
        unreadable=_(
            "This answer cannot be read. Nothing was saved; load the lesson again and answer once more."
        ),
        nothing=choose,
        both=choose,
        unknown=_("This question was changed a moment ago. Nothing was saved; please choose again."),
    )


def _taken(request: HttpRequest, row: Published, form: AnswerForm) -> HttpResponse:
    """The answer is stored, unless the lesson does not ask the question."""
    if str(form.cleaned_data["check"]) not in row.as_lesson.questions:
        return HttpResponseBadRequest(  # not final: a question that is away for a moment comes back
            _(
                "The lesson does not ask this question at the moment; it may be being changed. "
                "Nothing was saved; load the lesson again in a few minutes."
            )
        )
    try:
        return _acknowledged(request, row, form)
    except actions.UnknownCheck:
        return _refused(request, row, form, refusals().unknown)


def _acknowledged(request: HttpRequest, row: Published, form: AnswerForm) -> HttpResponse:
    """The answer is stored, now or before, and so acknowledged; the page shows the one that counts."""
    is_sender, said_before = outbox.is_sender(request), ""
    try:
        answer, latest = _store(request, row, form, form.cleaned_data["key"])
    except AlreadyAnswered as error:
        if is_sender or str(error.answer.question_key) != str(form.cleaned_data["check"]):
            raise
        # Back to a form that was sent before, and another choice: the person has changed their mind.
        answer, latest = _store(request, row, form, form.other_key())
        said_before = _(
            "You had sent this form before with another choice. What you chose now is saved and counts."
        )
    key = str(answer.question_key)
    counts = latest.get("key", str(answer.key)) == str(answer.key)
    newer = "" if counts else _("A newer answer of yours, perhaps from another device, counts and is shown.")
    if is_sender:
        html = check_html(row, key, latest, note=newer)
        return outbox.saved(HttpResponse(kept_pages.fill(html, request)), answer.key)
    if newer or said_before:
        messages.info(request, newer or said_before)
    address = f"{request.path}#check-{row.as_lesson.questions[key].number}"
    return outbox.saved(redirect(address), answer.key)


def _store(request: HttpRequest, row: Published, form: AnswerForm, key: UUID) -> actions.Answered:
    sent = form.cleaned_data
    return actions.answer_check(
        employee=request.user,
        lesson=row,
        question_key=str(sent["check"]),
        version_id=sent["version"],
        key=key,
        chosen=form.chosen,
        unsure=form.is_unsure,
        confidence=answering.confidence_of(form, row),
        age=form.age_when_sent,
        seen=sent["seen"],
        now=timezone.now(),
    )


def _refused(request: HttpRequest, row: Published, form: AnswerForm, error: str) -> HttpResponse:
    key = str(form.cleaned_data["check"])
    if outbox.is_sender(request):
        html = check_html(row, key, None, error, seen=str(form.cleaned_data["seen"] or ""))
        return outbox.final(HttpResponse(kept_pages.fill(html, request), status=422))
    progress = queries.progress_of(request.user, row.course_key)
    return show(request, row, progress, errors={key: error}, status=422)


def _told(request: HttpRequest, row: Published, form: AnswerForm, refusal: AlreadyAnswered) -> HttpResponse:
    """The key of the form has stored something else: that is shown, and the person may answer anew."""
    key = str(form.cleaned_data["check"])
    progress = queries.progress_of(request.user, row.course_key)
    latest = progress["latest"].get(key)
    if str(refusal.answer.question_key) != key or latest is None:
        return _refused(
            request, row, form, _("This page was out of date. Nothing was saved; please choose again.")
        )
    note = _(
        "This form was sent before with another choice, which is saved and shown. To change it, answer again."
    )
    html = check_html(row, key, latest, note=note)
    return outbox.final(HttpResponse(kept_pages.fill(html, request), status=409))


def _read(request: HttpRequest, row: Published) -> HttpResponse:
    try:
        actions.read_lesson(employee=request.user, lesson=row, now=timezone.now())
    except actions.LessonHasChecks:
        return outbox.final(HttpResponseBadRequest(_("This lesson is completed by answering its questions.")))
    return outbox.onward(request, f"{request.path}#done")
