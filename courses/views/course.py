"""A course: what it is for, its lessons with where the person stands, and the way in."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses import actions, queries
from courses.forms import new_key
from courses.rules.completion import COMPLETED, IN_PROGRESS, NOT_STARTED
from courses.views import outbox


@dataclass(frozen=True)
class LessonStanding:
    """A lesson with where the person stands in it; `is_now` marks the one to go on with."""

    title: str
    objective: str
    url: str
    minutes: int
    status: str
    is_now: bool


@require_safe
def course(request: HttpRequest, course: str) -> HttpResponse:
    row = queries.published_course(course, request.user)
    record = queries.record_of(request.user, row.course_key)
    standing = queries.standing_in(row, record, request.user, now=timezone.now())
    done = set(queries.assessment_of(row.as_course.rule, record).lessons_done)
    answered = record.progress["answered"] if record else {}
    lessons = []
    is_now_found = False
    for lesson in row.as_course.lessons:
        begun = any(check in answered for check in lesson.checks)
        status = COMPLETED if lesson.key in done else IN_PROGRESS if begun else NOT_STARTED
        is_now = status != COMPLETED and not is_now_found and standing.status == IN_PROGRESS
        is_now_found = is_now_found or is_now
        lessons.append(
            LessonStanding(lesson.title, lesson.objective, lesson.url, lesson.minutes, status, is_now)
        )
    context = {
        "course": row.as_course,
        "standing": standing,
        "lessons": lessons,
        "key": new_key(),
        "results": record.progress["results"] if record else [],
    }
    return render(request, "courses/course.html", context)


@require_POST
def start(request: HttpRequest, course: str) -> HttpResponse:
    """Begin the course and open its first lesson; there is no enrolment beside this."""
    row = queries.published_course(course, request.user)
    actions.begin_course(employee=request.user, course=row, now=timezone.now())
    lessons = row.as_course.lessons
    return outbox.onward(request, lessons[0].url if lessons else row.as_course.url)


@require_safe
def session_plan(request: HttpRequest, course: str) -> HttpResponse:
    """The plan of the live session, made to be printed and taken along."""
    row = queries.published_course(course, request.user)
    session = row.as_course.session
    if not session or not session.plan:
        raise Http404(_("This course has no session plan."))
    return render(
        request,
        "courses/session_plan.html",
        {"course": row.as_course, "session": session, "plan": mark_safe(session.plan)},
    )
