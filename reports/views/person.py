"""One person: each course with its status and why, for HR and for whoever leads that person."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from courses.rules.overdue import OVERDUE
from courses.views.status_words import state_text
from people.access import Refusal, refused
from people.models import Employee
from people.queries import department_of, refused_address
from people.queries import today as day_of
from reports import audit, queries
from reports.queries import CourseExplanation
from reports.views.access import for_hr, for_managers
from reports.views.labels import requirement_text


@dataclass(frozen=True)
class CourseOfPerson:
    """A line of the page: a course with its status, why it is so, and its days."""

    name: str
    state: str
    status: str
    why: str
    days: list[str]


@require_safe
@for_hr
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Any employee, whoever left included: records refer to them."""
    employee = queries.somebody(pk)
    if employee is None:
        raise Http404
    return _page(
        request,
        employee,
        back=reverse("reports:completion"),
        title=_("Completion report"),
        refused_mail=refused_address(employee.email),
    )


@require_safe
@for_managers
def team_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody below this manager. Whoever is not looks the same as whoever does not exist."""
    employee = queries.somebody(pk)
    if employee is None or not queries.is_below(employee, request.user):
        return refused(
            request,
            Refusal(
                _("This page is for this person’s own line manager."),
                _(
                    "You see your own people only. If somebody is missing, ask HR: they keep who reports to whom."
                ),
            ),
        )
    return _page(request, employee, back=reverse("reports:team"), title=_("Your team"))


def _page(
    request: HttpRequest, employee: Employee, *, back: str, title: str, refused_mail: str = ""
) -> HttpResponse:
    now: datetime = timezone.now()
    today = day_of(now)
    audit.read_person(employee, by=request.user, now=now)
    context = {
        "person": employee,
        "department": department_of(employee, today),
        "courses": [course_of_person(course) for course in queries.explained(employee, today=today)],
        "has_left": employee.has_left(today),
        "today": today,
        "refused_mail": refused_mail,
        "crumbs": [{"label": title, "url": back}],  # the name stands in the heading below
    }
    return render(request, "reports/person.html", context)


def course_of_person(course: CourseExplanation) -> CourseOfPerson:
    return CourseOfPerson(
        name=f"{course.code} {course.title}",
        state=course.state,
        status=state_text(course.status, course.state == OVERDUE),
        why=why(course),
        days=days(course),
    )


def why(course: CourseExplanation) -> str:
    """What the status rests on, and since when it is overdue."""
    sentences = [*course.reasons]
    if course.days_over:
        words = ngettext("It was due %(days)s day ago.", "It was due %(days)s days ago.", course.days_over)
        sentences.append(words % {"days": course.days_over})
    return " ".join(sentences)


def days(course: CourseExplanation) -> list[str]:
    """What is asked and by when, and when the course was begun and completed."""
    if course.is_lapsed:
        words = [_("Was recommended by %(day)s") % {"day": date_format(course.due_on)}]
    else:
        words = [requirement_text(course.requirement) if course.requirement else _("Own choice")]
        if course.due_on:
            words.append(_("Due on %(day)s") % {"day": date_format(course.due_on)})
    if course.started_on:
        words.append(_("Begun on %(day)s") % {"day": date_format(course.started_on)})
    if course.completed_on:
        words.append(_("Completed on %(day)s") % {"day": date_format(course.completed_on)})
    return words
