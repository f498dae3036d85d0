"""The page of a lesson: kept for everybody in the same state, with slots for the person's own checks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.checks import render_check
from courses.forms import new_key
from courses.margin_notes import without_margin_notes
from courses.models import Published
from courses.published import Neighbour
from courses.queries import Past
from courses.rendering import KEY_SLOT
from courses.views.lesson_end import end_html
from gates import kept_pages
from glossary.linking import unmarked
from people.frames import frame_key
from quizzes.rules.given import Given


def show(
    request: HttpRequest,
    row: Published,
    past: Past,
    *,
    again: str = "",
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
    chosen: dict[str, Given] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page. `again` is a check to answer once more; `errors` maps checks to what is missing.

    `given` are answers that are not stored: of a preview. `chosen` is what somebody chose and could not send.
    """
    errors = errors or {}
    latest = past.progress["latest"] | (given or {})
    html = _page(request, row, has_errors=bool(errors))
    html = html.replace(_END_SLOT, end_html(request, row, past))
    for key in row.as_lesson.questions:
        answer = None if key == again or key in errors else latest.get(key)
        seen = latest.get(key, {}).get("key", "")
        check = check_html(row, key, answer, errors.get(key, ""), seen=seen, chosen=(chosen or {}).get(key))
        html = html.replace(_check_slot(key), check)
    return HttpResponse(kept_pages.fill(html.replace(KEY_SLOT, new_key()), request), status=status)


@dataclass(frozen=True)
class Turn:
    """A lesson to turn to."""

    label: str
    url: str


@dataclass(frozen=True)
class Guide:
    """The lessons before and after a lesson, above it."""

    previous: Turn | None
    next: Turn | None


def _turn(neighbour: Neighbour | None) -> Turn | None:
    return Turn(neighbour.title, neighbour.url) if neighbour else None


_pages = kept_pages.Kept()
_END_SLOT = "\ue000end\ue001"  # not for people: replaced before anybody sees it


def _page(request: HttpRequest, row: Published, *, has_errors: bool) -> str:
    """The lesson with slots for its checks, its end and the person: the same for everybody."""
    marks_terms = getattr(request.user, "marks_terms", True)
    key = frame_key(request)
    state = (row.pk, row.rendered_at, has_errors, marks_terms, *key)
    # A draft has no row; messages are for one person once.
    is_shared = row.pk is not None and not len(messages.get_messages(request))
    if is_shared and state in _pages:
        return _pages[state]
    context = _page_context(row, has_errors=has_errors, marks_terms=marks_terms)
    if not is_shared:
        return render_to_string("courses/lesson.html", context, request=request)
    shared = kept_pages.SharedRequest(request.path_info, key)
    return _pages.put(state, render_to_string("courses/lesson.html", context, request=shared))


def _page_context(row: Published, *, has_errors: bool, marks_terms: bool) -> dict[str, Any]:
    """What the template shows, from what stands in the key of the page and nothing else."""
    return {
        "lesson": row.as_lesson,
        "objective": _objective(row.as_lesson.objective),
        "guide": Guide(_turn(row.as_lesson.previous), _turn(row.as_lesson.next)),
        "parts": list(_parts(row, marks_terms=marks_terms)),
        "pops": mark_safe(row.as_lesson.pops if marks_terms else ""),
        "end": mark_safe(_END_SLOT),
        "marks_terms": marks_terms,
        "errors": has_errors,
    }


def _objective(objective: str) -> str:
    """What people can do after the lesson; only a draft may not say it."""
    if not objective.strip():
        return _("A draft: it does not say yet what people can do after this lesson.")
    return _("After this you can %(objective)s.") % {"objective": objective}


def _parts(row: Published, *, marks_terms: bool) -> Iterator[dict[str, Any]]:
    check_sets = 0
    for part in row.as_lesson.parts:
        if part.checks is None:
            html = part.html or ""
            yield {"html": mark_safe(html if marks_terms else without_margin_notes(unmarked(html)))}
            continue
        check_sets += 1
        anchor = "check-yourself" if check_sets == 1 else f"check-yourself-{check_sets}"
        keys = [key for key in part.checks if key in row.as_lesson.questions]
        yield {"checks": mark_safe("".join(map(_check_slot, keys))), "id": anchor}


def unanswered(row: Published) -> dict[str, Any]:
    """The lesson with its checks as nobody has answered them, for the template of a page around a draft."""
    parts = list(_parts(row, marks_terms=True))
    for part in parts:
        if "checks" in part:
            html = str(part["checks"])
            for key in row.as_lesson.questions:
                html = html.replace(_check_slot(key), check_html(row, key, None))
            part["checks"] = mark_safe(html)
    return {"lesson": row.as_lesson, "parts": parts, "pops": mark_safe(row.as_lesson.pops)}


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
    chosen: Given | None = None,
) -> str:
    """One check: unanswered as publishing made it, answered with what was chosen and why.

    `seen` is the key of the newest answer that the person gave to it; who answers again knows of that one.
    """
    check = row.as_lesson.questions[key]
    options = {option.key for option in check.options}
    if latest is not None and not (latest["unsure"] or set(latest["chosen"]) <= options):
        latest = None  # the options are new: the question stands again, the lesson stays complete
    if error or (latest is None and (seen or chosen)):
        html = render_check(check, row.as_lesson, error=error, seen=seen, given=chosen)
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
