"""Whom a course is asked of, and where somebody stands in it."""

from datetime import date, timedelta

from courses.models import Audience
from courses.queries import standings
from tests.courses.course import NOW

TODAY = date(2026, 11, 2)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def ask(course, scope="everyone", requirement="required", **fields):
    return Audience.objects.create(
        course=course.page, course_key=course.page.translation_key, scope=scope, requirement=requirement,
        made_at=NOW, **fields,
    )  # fmt: skip


def where(person, course, now=NOW):
    """The standing in one of the courses, as the list has it."""
    return next(
        one for one in standings(person, now=now) if one.course_key == str(course.page.translation_key)
    )


COURSE = "/courses/always-on/"
