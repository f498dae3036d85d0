"""The quiz of a course: start card, one question per page with its feedback, result.

Which option is right leaves the server only on the result page, and there only for somebody who has
passed. Other people's attempts do not exist: they are 404.
"""

from dataclasses import replace
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from courses import actions, feedback, queries
from courses.forms import QuizAnswerForm, StartForm, new_key
from courses.models import Published
from courses.published import CourseQuiz
from courses.question_form import Feedback, FormOption, Link, QuizForm, confidence_text, levels, with_unsure
from courses.views import answering, outbox
from courses.views.following import following
from courses.views.quiz_pages import Reading, ending, reading, result_page, start_card
from people.models import Employee
from quizzes import queries as quizzes
from quizzes.actions import BankTooSmall
from quizzes.models import Attempt
from quizzes.queries import AskedQuestion, AttemptSummary, GivenAnswer
from quizzes.rules.availability import is_begun, is_ready
from quizzes.rules.showing import Mark
from quizzes.rules.verdicts import Verdict

OPTIONS = "options"  # id of the options, where the summary of errors leads to


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
    quiz = cast(CourseQuiz, row.as_course.quiz)  # `_row` let no course through that has none
    card = start_card(questions=quiz.questions, pass_percent=quiz.pass_percent, attempts=attempts)
    context = {
        "course": row.as_course,
        "quiz": quiz,
        "card": card,
        "key": new_key(),
        "is_ready": is_ready(
            has_open_attempt=any(attempt.finished_at is None for attempt in attempts),
            is_available=is_available and quiz.available,
        ),
    }
    return render(request, "courses/quiz/start.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, course: str, attempt: UUID, position: int) -> HttpResponse:
    """GET: a question of the person's own attempt, with feedback once answered. POST: the answer to it."""
    row = _row(request, course)
    if request.method == "POST":
        return _answer(request, row, attempt, position)
    asked = _asked(request, row, attempt, position)
    form = QuizAnswerForm(request.GET)
    if asked.answer is not None or form.chosen_before_sign_in is None:
        return _show(request, row, asked)
    return _show(request, row, _with_choice(asked, form), form=form)


def _with_choice(asked: AskedQuestion, form: QuizAnswerForm) -> AskedQuestion:
    """The question with the options checked that a form names."""
    return replace(
        asked, options=tuple(replace(option, checked=option.id in form.chosen) for option in asked.options)
    )


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
    asked = _with_choice(_asked(request, row, public_id, position), form)
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
    context = {
        "course": row.as_course,
        "question": _question_form(
            row, asked, form, error=error, note=note, ending=_ending(request, row, asked)
        ),
        "key": new_key(),
        "errors": [{"id": OPTIONS, "text": error}] if error else [],
    }
    template = "courses/quiz/form.html" if outbox.is_sender(request) else "courses/quiz/question.html"
    return render(request, template, context, status=status)


def _question_form(
    row: Published, asked: AskedQuestion, form: QuizAnswerForm | None, *, error: str, note: str, ending: str
) -> QuizForm:
    """The question as its answer stands, or, unanswered, as `form` was sent."""
    answer, number = asked.answer, len(asked.answered)
    asks_confidence = row.as_course.asks_confidence and answer is None
    is_unsure = answer.verdict == Verdict.NOT_SURE if answer else bool(form and form.is_unsure)
    options = [
        FormOption(
            value=option.id,
            text=option.text,
            is_chosen=option.checked,
            mark=Mark.CHOSEN if answer and option.checked else Mark.NOTHING,
        )
        for option in asked.options
    ]
    where = reading(row.as_course, asked.section)
    saved = ngettext(
        "%(number)d of %(asked)d answer saved", "%(number)d of %(asked)d answers saved", asked.asked
    )
    return QuizForm(
        html_id="question",
        action=_question_url(row, asked.public_id, asked.position),
        stem=asked.stem,
        options=with_unsure(options, is_unsure=is_unsure, is_answered=answer is not None),
        is_multiple=asked.is_multiple,
        is_answered=answer is not None,
        is_required=False,
        levels=levels(form.cleaned_data.get("confidence") if form else None) if asks_confidence else (),
        error=error,
        options_id=OPTIONS if error else "",
        note=note,
        feedback=_feedback(answer, where) if answer else None,
        position=asked.position,
        asked=asked.asked,
        saved=saved % {"number": number, "asked": asked.asked} if number else "",
        confidence=confidence_text(answer.confidence if answer else None),
        ending=ending,
        onward=_onward(row, asked),
    )


def _feedback(answer: GivenAnswer, where: Reading | None) -> Feedback:
    return feedback.of_quiz(answer, where.link if where else None, where.about if where else "")


def _ending(request: HttpRequest, row: Published, asked: AskedQuestion) -> str:
    """What became of the quiz, once nothing of it is left to answer. No SQL before that, then two queries."""
    if asked.answer is None or asked.next_position is not None:
        return ""
    passed = Attempt.objects.filter(pk=asked.attempt_id).values_list("passed", flat=True).get()
    if passed is None:  # the answer is being stored that ends it
        return ""
    return ending(passed=passed, is_complete=queries.past_of(_person(request), row.course_key).is_complete)


@require_safe
def result(request: HttpRequest, course: str, attempt: UUID) -> HttpResponse:
    """A finished attempt, for its owner, for ever. An open one leads to its next question."""
    row = _row(request, course)
    attempt_result = quizzes.result(
        employee_id=_person(request).pk, quiz_key=row.course_key, public_id=attempt
    )
    if attempt_result is None:
        raise Http404
    if attempt_result.finished_at is None:
        return redirect(_question_url(row, attempt, attempt_result.next_position or 1))
    record = queries.record_of(_person(request), row.course_key)
    standing = queries.assessment_of(row.as_course.rule, record)
    is_complete = record is not None and record.completed_at is not None
    page = result_page(
        row.as_course,
        attempt_result,
        is_complete=is_complete,
        lessons_left=standing.lessons_needed - standing.lessons_needed_done,
        following=following(_person(request)) if is_complete else None,
    )
    context = {"course": row.as_course, "attempt": attempt_result, "result": page, "key": new_key()}
    return render(request, "courses/quiz/result.html", context)


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


def _question_url(row: Published, public_id: UUID, position: int) -> str:
    return reverse("courses:question", args=[row.course_slug, public_id, position])


def _onward(row: Published, asked: AskedQuestion) -> Link:
    """To the next question without an answer, or to the result."""
    position = asked.next_position
    if position is None:
        return Link(reverse("courses:result", args=[row.course_slug, asked.public_id]), _("See your result"))
    words = _("Continue to question %(position)s") % {"position": position}
    return Link(_question_url(row, asked.public_id, position), words)
