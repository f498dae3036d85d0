"""A check of a lesson as HTML, before and after it is answered."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from courses import feedback
from courses.published import Check, PublishedLesson
from courses.question_form import CheckForm, FormOption, levels, with_unsure
from courses.rendering import KEY_SLOT
from gates import kept_pages
from gates.typography import unbroken_html
from quizzes.rules.given import Given
from quizzes.rules.grading import MULTIPLE
from quizzes.rules.showing import Mark, check_reveals, mark


def render_check(
    check: Check,
    lesson: PublishedLesson,
    latest: Mapping[str, Any] | None = None,
    *,
    error: str = "",
    note: str = "",
    seen: str = "",
    given: Given | None = None,
) -> str:
    """A check with slots for token and key, the same for everybody who gave this answer: see `check_form`."""
    form = check_form(check, lesson, latest, error=error, note=note, seen=seen, given=given)
    context = {"question": form, "key": KEY_SLOT, "csrf_token": kept_pages.TOKEN}
    return unbroken_html(render_to_string("courses/check.html", context))


def check_form(
    check: Check,
    lesson: PublishedLesson,
    latest: Mapping[str, Any] | None,
    *,
    error: str = "",
    note: str = "",
    seen: str = "",
    given: Given | None = None,
) -> CheckForm:
    """`latest` is the answer to show, as `Progress.latest` has it; None asks. `given` is chosen already, and not sent.

    `seen` is the key of the newest answer that the person gave to it; who answers again knows of that one.
    """
    is_answered = latest is not None
    is_unsure = bool(latest["unsure"] if latest else given and given.is_unsure)
    answered = check.answered(latest["chosen"] if latest else given.chosen if given else ())
    reveals = check_reveals(is_answered=is_answered)
    anchor = f"check-{check.number}"
    address = lesson.check_url or lesson.url
    hidden: list[tuple[str, str | int]] = [("check", check.key), ("version", check.version_id)]
    if seen:
        hidden.append(("seen", seen))
    options = [
        FormOption(
            value=option.key,
            text=mark_safe(option.html),
            is_chosen=option.key in answered.chosen,
            mark=mark(answered, option.key, reveals=reveals) if is_answered else Mark.NOTHING,
        )
        for option in check.options
    ]
    return CheckForm(
        html_id=anchor,
        action=f"{address}#{anchor}",
        hidden=tuple(hidden),
        stem=mark_safe(check.stem),
        options=with_unsure(options, is_unsure=is_unsure, is_answered=is_answered),
        is_multiple=check.kind in MULTIPLE,
        is_answered=is_answered,
        is_required=True,
        levels=levels(None) if lesson.asks_confidence and not is_answered else (),
        error=error,
        note=note,
        feedback=feedback.of_check(check, lesson, latest) if latest is not None else None,
        again_url=f"{address}{'&' if '?' in address else '?'}again={check.key}#{anchor}",
        is_preview=bool(lesson.check_url),
    )
