"""The end of a lesson: whether it and its course are done, and what comes next. A stored answer brings it along."""

from dataclasses import dataclass
from typing import NamedTuple

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.models import Published
from courses.published import PublishedLesson
from courses.queries import Past
from courses.question_form import Link
from courses.rendering import KEY_SLOT
from courses.rules.completion import is_lesson_done
from courses.views.following import following
from gates import kept_pages


@dataclass(frozen=True)
class LessonEnd:
    """What stands below a lesson. `said` is empty until the lesson is done.

    `onward` is the black button, unless the person is still asked to read; `more` is a second way on.
    """

    said: str
    asks_to_read: bool
    onward: Link
    is_next_lesson: bool
    more: Link | None


class Reached(NamedTuple):
    """How far somebody is, as the end of a lesson depends on it. `next_course` follows a course that is complete."""

    is_done: bool
    is_complete: bool
    has_passed: bool
    next_course: Link | None = None


def lesson_end(lesson: PublishedLesson, reached: Reached) -> LessonEnd:
    next_lesson = None
    if lesson.next:
        next_lesson = Link(lesson.next.url, _("Next: %(title)s") % {"title": lesson.next.title})
    if reached.is_complete:
        onward, more = reached.next_course or _to_the_course(lesson), next_lesson
        said = _("You have completed this lesson, and the course is complete.")
    else:
        onward, more = next_lesson or _after_the_last_lesson(lesson, reached), None
        said = _("You have completed this lesson.")
    return LessonEnd(
        said=said if reached.is_done else "",
        asks_to_read=not reached.is_done and not lesson.questions,
        onward=onward,
        is_next_lesson=onward is next_lesson,
        more=more,
    )


def _to_the_course(lesson: PublishedLesson) -> Link:
    return Link(lesson.course_url, _("Back to the course"))


def _after_the_last_lesson(lesson: PublishedLesson, reached: Reached) -> Link:
    """To the quiz, until it is passed; then to the course, which shows the lessons that are left."""
    if reached.has_passed:
        return Link(lesson.course_url, _("Go on with the lessons"))
    if lesson.quiz_url:
        return Link(lesson.quiz_url, _("Go to the quiz"))
    return _to_the_course(lesson)


_ends = kept_pages.Kept()


def end_html(request: HttpRequest, row: Published, past: Past) -> str:
    """The end with slots for token and key. No SQL, or 3 queries where the course is complete."""
    lesson, progress = row.as_lesson, past.progress
    reached = Reached(
        is_done=is_lesson_done(
            lesson.key, lesson.questions, read=progress["reads"], answered=progress["answered"]
        ),
        is_complete=past.is_complete,
        has_passed=any(passed for _at, _score, passed in progress["results"]),
        next_course=following(request.user) if past.is_complete else None,
    )
    state = row.pk, row.rendered_at, get_language(), reached
    if row.pk is not None and state in _ends:
        return _ends[state]
    context = {
        "lesson": lesson,
        "end": lesson_end(lesson, reached),
        "key": KEY_SLOT,
        "csrf_token": kept_pages.TOKEN,
    }
    html = render_to_string("courses/lesson_end.html", context)
    return html if row.pk is None else _ends.put(state, html)  # a draft changes as its author writes
