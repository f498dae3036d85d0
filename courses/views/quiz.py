"""The quiz of a course: start card, one question per page with its feedback, result.

Which option is right leaves the server only on the result page, and there only for somebody who has
passed. Other people's attempts do not exist: they are 404.
"""

from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from courses import actions, queries
from courses.forms import AnswerForm, new_key
from courses.models import Published
from courses.views import answering, outbox
from people.models import Employee
from quizzes import queries as quizzes
from quizzes.actions import BankTooSmall
from quizzes.models import Attempt
from quizzes.queries import AskedQuestion, AttemptResult, AttemptSummary, Section
from quizzes.rules.availability import is_begun, is_ready
from quizzes.rules.given import UNSURE
from quizzes.rules.verdicts import Verdict


class StartForm(forms.Form):
    """Which attempt a click begins: the first one `after` this number. Sent twice, it begins one."""

    after = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)


class QuizAnswerForm(AnswerForm):
    """An answer to a drawn question: the address names the question and the attempt keeps its version."""

    check = version = seen = None  # type: ignore[assignment]


@require_http_methods(["GET", "HEAD", "POST"])
def quiz(request: HttpRequest, course: str) -> HttpResponse:
    """GET: what the quiz is and where the person stands. POST: begin, or go on with the open attempt."""
    row = _row(request, course)
    if request.method != "POST":
        return _start_card(request, row)
    form = StartForm(request.POST)
    after = form.cleaned_data["after"] if form.is_valid() else None
    newest = next(iter(quizzes.attempts_of(employee_id=_person(request).pk, quiz_key=row.course_key)), None)
    # An attempt that was drawn goes on, even if the bank has become too small for another one.
    if newest is not None and is_begun(
        number=newest.number, is_finished=newest.finished_at is not None, after=after
    ):
        return _go_on(request, row, newest, newest.next_position or 1)
    try:
        attempt = actions.start_quiz(employee=_person(request), course=row, after=after, now=timezone.now())
    except (actions.NoQuiz, BankTooSmall):
        return _start_card(request, row, is_available=False, status=409)
    return _go_on(request, row, attempt, 1)


def _go_on(
    request: HttpRequest, row: Published, attempt: Attempt | AttemptSummary, position: int
) -> HttpResponse:
    """To a question of the attempt that a click on "start" began, or to the result if that was long ago."""
    if attempt.finished_at is None:
        return outbox.onward(request, _question_url(row, attempt.public_id, position))
    return outbox.onward(request, reverse("courses:result", args=[row.course_slug, attempt.public_id]))


def _start_card(
    request: HttpRequest, row: Published, *, is_available: bool = True, status: int = 200
) -> HttpResponse:
    attempts = quizzes.attempts_of(employee_id=_person(request).pk, quiz_key=row.course_key)
    quiz = row.as_course.quiz
    finished = [attempt for attempt in attempts if attempt.finished_at]
    open_attempt = next((attempt for attempt in attempts if not attempt.finished_at), None)
    context = {
        "course": row.as_course,
        "quiz": quiz,
        "open": open_attempt,
        "finished": finished,
        "key": new_key(),
        "after": finished[0].number if finished else 0,
        "best": max(finished, key=lambda attempt: attempt.score_percent or 0, default=None),
        "has_passed": any(attempt.passed for attempt in finished),
        "is_ready": is_ready(
            has_open_attempt=open_attempt is not None,
            is_available=is_available and quiz is not None and quiz.available,
        ),
    }
    return render(request, "courses/quiz/start.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, course: str, attempt: UUID, position: int) -> HttpResponse:
    """GET: a question of the person's own attempt, with feedback once answered. POST: the answer to it."""
    row = _row(request, course)
    if request.method == "POST":
        return _answer(request, row, attempt, position)
    return _show(request, row, _asked(request, row, attempt, position))


def _answer(request: HttpRequest, row: Published, public_id: UUID, position: int) -> HttpResponse:
    form = QuizAnswerForm(request.POST)
    attempt = Attempt.objects.filter(
        public_id=public_id, employee=_person(request), quiz_key=row.course_key
    ).first()
    if attempt is None or not 1 <= position <= attempt.question_count:
        raise Http404
    says = answering.Refusals(
        unreadable=_(
            "This answer cannot be read. Nothing was saved; load the question again and answer once more."
        ),
        nothing=_("Choose an answer"),
        both=_("Choose options or “I’m not sure”, not both"),
        unknown=_("Choose one of the options shown"),
    )
    return answering.answer(
        form,
        says,
        store=lambda: _taken(request, row, form, attempt, position),
        show_error=lambda error: _refused(request, row, form, public_id, position, error),
        show_stored=lambda _error: _told(request, row, public_id, position),
    )


def _taken(
    request: HttpRequest, row: Published, form: QuizAnswerForm, attempt: Attempt, position: int
) -> HttpResponse:
    key = form.cleaned_data["key"]
    actions.answer_quiz(
        employee=_person(request),
        course=row,
        attempt=attempt,
        position=position,
        key=key,
        chosen=form.chosen,
        unsure=form.is_unsure,
        confidence=answering.confidence_of(form, row),
        now=timezone.now(),
    )
    if outbox.is_sender(request):
        response = _show(request, row, _asked(request, row, attempt.public_id, position))
    else:
        response = redirect(f"{_question_url(row, attempt.public_id, position)}#feedback")
    return outbox.saved(response, key)


def _refused(
    request: HttpRequest, row: Published, form: QuizAnswerForm, public_id: UUID, position: int, error: str
) -> HttpResponse:
    """The question again with what was chosen, and what is missing. Nothing was stored."""
    asked = _asked(request, row, public_id, position)
    asked = replace(
        asked, options=tuple(replace(option, checked=option.id in form.chosen) for option in asked.options)
    )
    return outbox.final(_show(request, row, asked, error=error, form=form, status=422))


def _told(request: HttpRequest, row: Published, public_id: UUID, position: int) -> HttpResponse:
    """This question has its answer, perhaps from another device: that one counts and is shown."""
    sentence = _("This question was answered before, perhaps on another device. The first answer counts.")
    if outbox.is_sender(request):
        asked = _asked(request, row, public_id, position)
        return outbox.final(_show(request, row, asked, note=sentence, status=409))
    messages.info(request, sentence)
    return redirect(_question_url(row, public_id, position))


def _show(
    request: HttpRequest,
    row: Published,
    asked: AskedQuestion,
    *,
    error: str = "",
    note: str = "",
    form: QuizAnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    number = len(asked.answered)
    context = {
        "course": row.as_course,
        "asked": asked,
        "action": _question_url(row, asked.public_id, asked.position),
        "key": new_key(),
        "unsure": {
            "id": UNSURE,
            "text": _("I’m not sure"),
            "checked": asked.answer.verdict == Verdict.NOT_SURE
            if asked.answer
            else bool(form and form.is_unsure),
            "mark": "chosen" if asked.answer and asked.answer.verdict == Verdict.NOT_SURE else "",
        },
        "options": [
            {
                "id": option.id,
                "text": option.text,
                "checked": option.checked,
                "mark": "chosen" if asked.answer and option.checked else "",
            }
            for option in asked.options
        ],
        "sure": form.cleaned_data.get("confidence") if form else None,
        "link": _link(row, asked.section),
        "next_url": _next_url(row, asked),
        "saved": ngettext(
            "%(number)d of %(asked)d answer saved", "%(number)d of %(asked)d answers saved", asked.asked
        )
        % {"number": number, "asked": asked.asked}
        if number
        else "",
        "error": error,
        "errors": [{"id": "options", "text": error}] if error else [],
        "note": note,
    }
    template = "courses/quiz/form.html" if outbox.is_sender(request) else "courses/quiz/question.html"
    return render(request, template, context, status=status)


@require_safe
def result(request: HttpRequest, course: str, attempt: UUID) -> HttpResponse:
    """A finished attempt, for its owner, for ever. An open one leads to its next question."""
    row = _row(request, course)
    found = quizzes.result(employee_id=_person(request).pk, quiz_key=row.course_key, public_id=attempt)
    if found is None:
        raise Http404
    if found.finished_at is None:
        return redirect(_question_url(row, attempt, found.next_position or 1))
    record = queries.record_of(_person(request), row.course_key)
    standing = queries.assessment_of(row.as_course.rule, record)
    questions = [{"asked": asked, "link": _link(row, asked.section)} for asked in found.questions]
    missed = [
        link for asked in found.questions if not asked.is_correct and (link := _link(row, asked.section))
    ]
    context = {
        "course": row.as_course,
        "result": found,
        "is_complete": record is not None and record.completed_at is not None,
        "lessons_left": standing.lessons_needed - standing.lessons_needed_done,
        "questions": questions,
        "sure": [
            entry
            for entry, asked in zip(questions, found.questions, strict=True)
            if asked.is_sure_but_not_right
        ],
        "outcomes": _by_outcome(row, found),
        "read_again": list({link["lesson_url"]: link for link in missed}.values()),
        "ticks": [asked.is_correct for asked in found.questions],
        "key": new_key(),
    }
    return render(request, "courses/quiz/result.html", context)


def _by_outcome(row: Published, found: AttemptResult) -> list[dict[str, Any]]:
    """What the course set out to teach → how many of its questions were right, in the course's order."""
    texts = {outcome.key: outcome.text for outcome in row.as_course.outcomes}
    table = []
    for key in [*texts, ""]:
        asked = [
            one for one in found.questions if one.outcome == key or (not key and one.outcome not in texts)
        ]
        if not asked:
            continue
        # The lesson to open is that of the first question that was missed, else of the first.
        sections = [one.section for one in sorted(asked, key=lambda one: one.is_correct)]
        table.append(
            {
                "text": texts.get(key) or _("Other questions"),
                "right": sum(one.is_correct for one in asked),
                "asked": len(asked),
                "is_solid": all(one.is_correct for one in asked),
                "link": next(filter(None, (_link(row, section) for section in sections)), None),
            }
        )
    return table


def _person(request: HttpRequest) -> Employee:
    """Who asks: the middleware let nobody in who is not signed in."""
    return cast(Employee, request.user)


def _row(request: HttpRequest, course: str) -> Published:
    row = queries.published_course(course, _person(request))
    if not row.as_course.quiz:
        raise Http404
    return row


def _asked(request: HttpRequest, row: Published, public_id: UUID, position: int) -> AskedQuestion:
    asked = quizzes.asked_question(
        employee_id=_person(request).pk, quiz_key=row.course_key, public_id=public_id, position=position
    )
    if asked is None:
        raise Http404
    return asked


def _link(row: Published, section: Section) -> dict[str, Any] | None:
    """The paragraph that explains it; the lesson alone where no section is named; None if it is gone."""
    for number, lesson in enumerate(row.as_course.lessons, start=1):
        if lesson.slug == section.lesson_slug:
            return {
                "url": f"{lesson.url}#{section.anchor}" if section.anchor else lesson.url,
                "lesson_url": lesson.url,
                "lesson": lesson.title,
                "number": number,
                "section": section.title or lesson.title,
            }
    return None


def _question_url(row: Published, public_id: UUID, position: int) -> str:
    return reverse("courses:question", args=[row.course_slug, public_id, position])


def _next_url(row: Published, asked: AskedQuestion) -> str:
    if asked.next_position is not None:
        return _question_url(row, asked.public_id, asked.next_position)
    return reverse("courses:result", args=[row.course_slug, asked.public_id])
