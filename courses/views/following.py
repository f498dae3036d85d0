"""What is offered to somebody who has completed a course."""

from django.utils import timezone
from django.utils.translation import gettext as _

from courses import queries
from courses.question_form import Link
from courses.rules.next_step import after
from people.models import Employee


def following(person: Employee) -> Link | None:
    """The course to go on with: see `courses.rules.next_step.after`. 3 SQL queries."""
    course = after(queries.offered_courses(person, now=timezone.now()), person.side)
    return Link(course.url, _("Next course: %(title)s") % {"title": course.title}) if course else None
