"""A lesson: one row that publishing wrote, one row about the person; answers to its checks."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses import actions, queries
from courses.forms import AnswerForm
from courses.models import Published
from courses.views import answering, outbox
from courses.views.lesson_end import end_html
from courses.views.lesson_page import check_html, show
from gates import kept_pages
from quizzes.actions import AlreadyAnswered


@require_http_methods(["GET", "HEAD", "POST"])
def lesson(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    row = queries.published_row(course, lesson, request.user)
    if request.method == "POST":
        return _read(request, row) if "read" in request.POST else _answer(request, row)
    past = queries.past_of(request.user, row.course_key)
    chosen = None
    if "answer" in request.GET and (given := AnswerForm(request.GET).chosen_before_sign_in):
        chosen = {request.GET.get("check", ""): given}
    return show(request, row, past, again=request.GET.get("again", ""), chosen=chosen)


def _answer(request: HttpRequest, row: Published) -> HttpResponse:
    form = AnswerForm(request.POST)
    return answering.answer(
        form,
        refusals(),
        store=lambda: _taken(request, row, form),
        show_error=lambda error: _refused(request, row, form, error),
        show_stored=lambda error: _told(request, row, form, error),
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
        answered = _store(request, row, form, form.cleaned_data["key"])
    except AlreadyAnswered as error:
        if is_sender or str(error.answer.question_key) != str(form.cleaned_data["check"]):
            raise
        # Back to a form that was sent before, and another choice: the person has changed their mind.
        answered = _store(request, row, form, form.other_key())
        said_before = _(
            "You had sent this form before with another choice. What you chose now is saved and counts."
        )
    answer, latest = answered.answer, answered.latest
    key = str(answer.question_key)
    counts = latest.get("key", str(answer.key)) == str(answer.key)
    newer = "" if counts else _("A newer answer of yours, perhaps from another device, counts and is shown.")
    if is_sender:
        past = queries.Past(answered.record.progress, answered.record.completed_at is not None)
        html = check_html(row, key, latest, note=newer) + end_html(request, row, past)
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
    past = queries.past_of(request.user, row.course_key)
    return show(request, row, past, errors={key: error}, status=422)


def _told(request: HttpRequest, row: Published, form: AnswerForm, refusal: AlreadyAnswered) -> HttpResponse:
    """The key of the form has stored something else: that is shown, and the person may answer anew."""
    key = str(form.cleaned_data["check"])
    latest = queries.past_of(request.user, row.course_key).progress["latest"].get(key)
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
