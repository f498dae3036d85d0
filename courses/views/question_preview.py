"""A draft of a question as people will see it: how it is asked, and what each answer is told."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe

from courses.assembling import check_of
from courses.published import Check
from courses.question_form import FormOption, QuestionForm, with_unsure
from quizzes.models import Question
from quizzes.rules.grading import MULTIPLE
from quizzes.rules.verdicts import Verdict, verdict_of


class ShownForm(QuestionForm):
    """A question that is only looked at: nothing can be chosen, and so nothing sent."""

    @property
    def input_state(self) -> str:
        return "disabled"


@dataclass(frozen=True)
class ToldOption:
    """What an option is told: `text` and `why` are safe HTML; `why` is empty while no reason is written."""

    text: SafeString
    verdict: Verdict
    why: SafeString


def serve_question_preview(request: HttpRequest, question: Question) -> HttpResponse:
    """Stores nothing. Kinds that cannot be answered yet have a stem and no options."""
    question.is_a_draft = True
    check = check_of(question, 1)
    shown = {
        "question": _form(check),
        "told": list(_told(check)),
        "can_be_answered": question.can_be_answered,
    }
    return render(request, "courses/question_preview.html", shown)


def _form(check: Check) -> ShownForm:
    options = [FormOption(option.key, mark_safe(option.html), is_chosen=False) for option in check.options]
    return ShownForm(
        html_id="question",
        action="",
        stem=mark_safe(check.stem),
        options=with_unsure(options, is_unsure=False, is_answered=False),
        is_multiple=check.kind in MULTIPLE,
        is_answered=False,
        is_required=False,
    )


def _told(check: Check) -> Iterator[ToldOption]:
    for option in check.options:
        verdict = verdict_of(is_correct=option.correct, is_unsure=False)
        yield ToldOption(mark_safe(option.html), verdict, mark_safe(option.why))
