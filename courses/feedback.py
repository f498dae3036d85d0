"""What an answered check shows: the verdict, why, and where to read it again."""

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gates.markdown import slug
from quizzes.rules.given import UNSURE
from quizzes.rules.grading import MULTIPLE
from quizzes.rules.showing import AnsweredOptions, Explained, check_reveals, explained, mark
from quizzes.rules.verdicts import verdict_of


def check_context(
    question: dict[str, Any], lesson: dict[str, Any], latest: Mapping[str, Any] | None, *, error: str = ""
) -> dict[str, Any]:
    """Context of `components/check.html` for a check of a lesson."""
    answered = latest is not None
    options = AnsweredOptions.of(question["options"], latest["chosen"] if latest else ())
    reveals = check_reveals(is_answered=answered)
    unsure = bool(latest and latest["unsure"])
    anchor = f"check-{question['number']}"
    # A draft has an address of its own for answers, which judges and stores nothing.
    preview = lesson.get("check_url", "")
    address = preview or lesson["url"]
    context: dict[str, Any] = {
        "id": anchor,
        "action": f"{address}#{anchor}",
        "hidden": [("check", question["key"]), ("version", question["version_id"])],
        "stem": mark_safe(question["stem"]),
        "options": [
            {
                "id": option["key"],
                "text": mark_safe(option["html"]),
                "checked": option["key"] in options.chosen,
                "mark": mark(options, option["key"], reveals=reveals),
            }
            for option in question["options"]
        ],
        "multiple": question["kind"] in MULTIPLE,
        "unsure": {
            "id": UNSURE,
            "text": _("I’m not sure"),
            "checked": unsure,
            "mark": "chosen" if unsure else "",
        },
        "ask_sure": lesson["asks_confidence"],
        "sure": latest["confidence"] if latest else None,
        "answered": answered,
        "saved": answered and not preview,
        "error": error,
    }
    if latest is not None:
        context["feedback"] = {
            "verdict": verdict_of(is_correct=latest["correct"], is_unsure=unsure),
            "body": why(question, explained(options, reveals=reveals, is_correct=latest["correct"])),
            "link": where(question, lesson),
        }
        context["after"] = format_html(
            '<a class="btn btn--quiet no-print" href="{}{}again={}#{}">{}</a>{}',
            address,
            "&" if "?" in address else "?",
            question["key"],
            anchor,
            _("Answer again"),
            format_html('<span class="saved">{}</span>', _("A preview: nothing was stored"))
            if preview
            else "",
        )
    return context


def why(question: dict[str, Any], told: Explained) -> SafeString:
    """The explanation of what was chosen, then of what is right and was not chosen."""
    by_key = {option["key"]: option for option in question["options"]}
    said = [by_key[key] for key in told.chosen]
    missed = [by_key[key] for key in told.missed]
    rows = [(_("You chose:"), option) for option in said if len(said) > 1 or not option["correct"]]
    rows += [("", option) for option in said if len(said) == 1 and option["correct"]]
    rows += [(_("Correct:"), option) for option in missed]
    return format_html_join(
        "",
        "<div>{}{}</div>",
        (
            (
                format_html("<p><b>{}</b> {}</p>", lead, mark_safe(option["html"])) if lead else "",
                mark_safe(option["why"]),
            )
            for lead, option in rows
        ),
    )


def where(question: dict[str, Any], lesson: dict[str, Any]) -> dict[str, str] | None:
    """A link to the paragraph that explains it, in this lesson or another of the course."""
    if not question.get("section"):
        return None
    base = (
        ""
        if lesson["url"].endswith(f"/{question['lesson_slug']}/")
        else f"{lesson['course_url']}{question['lesson_slug']}/"
    )
    return {
        "url": f"{base}#{slug(question['section'])}",
        "label": _("Read “%(section)s” again") % {"section": question["section"]},
    }
