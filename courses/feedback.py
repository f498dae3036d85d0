"""What an answered check shows: the verdict, why, and where to read it again."""

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from courses.published import Check, PublishedLesson
from gates.markdown import slug
from quizzes.rules.given import UNSURE
from quizzes.rules.grading import MULTIPLE
from quizzes.rules.showing import Explained, check_reveals, explained, mark
from quizzes.rules.verdicts import verdict_of


def check_context(
    check: Check, lesson: PublishedLesson, latest: Mapping[str, Any] | None, *, error: str = ""
) -> dict[str, Any]:
    """Context of `components/check.html` for a check of a lesson."""
    answered = latest is not None
    options = check.answered(latest["chosen"] if latest else ())
    reveals = check_reveals(is_answered=answered)
    unsure = bool(latest and latest["unsure"])
    anchor = f"check-{check.number}"
    preview = lesson.check_url
    address = preview or lesson.url
    context: dict[str, Any] = {
        "id": anchor,
        "action": f"{address}#{anchor}",
        "hidden": [("check", check.key), ("version", check.version_id)],
        "stem": mark_safe(check.stem),
        "options": [
            {
                "id": option.key,
                "text": mark_safe(option.html),
                "checked": option.key in options.chosen,
                "mark": mark(options, option.key, reveals=reveals),
            }
            for option in check.options
        ],
        "multiple": check.kind in MULTIPLE,
        "unsure": {
            "id": UNSURE,
            "text": _("I’m not sure"),
            "checked": unsure,
            "mark": "chosen" if unsure else "",
        },
        "ask_sure": lesson.asks_confidence,
        "sure": latest["confidence"] if latest else None,
        "answered": answered,
        "saved": answered and not preview,
        "error": error,
    }
    if latest is not None:
        context["feedback"] = {
            "verdict": verdict_of(is_correct=latest["correct"], is_unsure=unsure),
            "body": why(check, explained(options, reveals=reveals, is_correct=latest["correct"])),
            "link": where(check, lesson),
        }
        context["after"] = format_html(
            '<a class="btn btn--quiet no-print" href="{}{}again={}#{}">{}</a>{}',
            address,
            "&" if "?" in address else "?",
            check.key,
            anchor,
            _("Answer again"),
            format_html('<span class="saved">{}</span>', _("A preview: nothing was stored"))
            if preview
            else "",
        )
    return context


def why(check: Check, told: Explained) -> SafeString:
    """The explanation of what was chosen, then of what is right and was not chosen."""
    by_key = {option.key: option for option in check.options}
    said = [by_key[key] for key in told.chosen]
    missed = [by_key[key] for key in told.missed]
    rows = [(_("You chose:"), option) for option in said if len(said) > 1 or not option.correct]
    rows += [("", option) for option in said if len(said) == 1 and option.correct]
    rows += [(_("Correct:"), option) for option in missed]
    return format_html_join(
        "",
        "<div>{}{}</div>",
        (
            (
                format_html("<p><b>{}</b> {}</p>", lead, mark_safe(option.html)) if lead else "",
                mark_safe(option.why),
            )
            for lead, option in rows
        ),
    )


def where(check: Check, lesson: PublishedLesson) -> dict[str, str] | None:
    """A link to the paragraph that explains it, in this lesson or another of the course."""
    if not check.section:
        return None
    is_here = lesson.url.endswith(f"/{check.lesson_slug}/")
    base = "" if is_here else f"{lesson.course_url}{check.lesson_slug}/"
    return {
        "url": f"{base}#{slug(check.section)}",
        "label": _("Read “%(section)s” again") % {"section": check.section},
    }
