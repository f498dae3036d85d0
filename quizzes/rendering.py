"""What is asked and graded, as one JSON value. Runs when a question is published, never per request."""

import json
import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from gates.markdown import render_inline, render_markdown, slug
from quizzes.models import Question

FORMAT = 1
"""Of a payload. One without a number was written before payloads had one, and is of format 1."""


def payload_of(question: Question) -> dict[str, Any]:
    """The question as safe HTML with its option keys, which are correct, and where the lesson explains it.

    `text` is the stem without markup, for titles and lists. Kinds that cannot be answered yet keep their
    `settings`, so that nothing is lost until they can be.
    """
    stem = _line(question.stem)
    payload = {
        "format": FORMAT,
        "code": question.code,
        "stem": str(stem),
        "text": _plain(stem),
        "options": [
            {
                "key": str(option.key),
                "html": str(_line(option.text)),
                "correct": option.is_correct,
                "why": str(
                    render_markdown(option.explanation, heading_shift=3, id_prefix=f"{option.key.hex[:8]}-")
                ),
            }
            for option in question.options.all()
        ],
        "shuffle": question.shuffle,
        "outcome": question.outcome,
        "lesson_slug": question.lesson_slug,
        "section": question.section,
        "anchor": anchor_of(question.section),
        "difficulty": question.difficulty,
        "side": question.side,
    }
    if not question.can_be_answered:
        payload["settings"] = question.settings
    # Through JSON, as the database will give it back: comparing with a stored payload then is exact.
    return json.loads(json.dumps(payload))


def readable(payload: Mapping[str, Any]) -> dict[str, Any]:
    """A stored payload of any format up to this version's, as this version would write it.

    Raises ValueError for one of a newer version.
    """
    if payload.get("format", 1) > FORMAT:
        raise ValueError(
            _("A question of format %(number)d needs a newer version of Bothways.")
            % {"number": payload["format"]}
        )
    return {**payload, "format": FORMAT}


def anchor_of(section: str) -> str:
    """The address that the heading `section` has in its lesson; empty where no section is named."""
    return slug(_plain(render_inline(section))) if section.strip() else ""


def _line(text: str) -> str:
    """One line as safe HTML; a figure and its per cent sign stay on one line of the screen."""
    return re.sub(r"(?<=\d) %", "\N{NO-BREAK SPACE}%", render_inline(text))


def _plain(html: str) -> str:
    return " ".join(unescape(strip_tags(html)).split())
