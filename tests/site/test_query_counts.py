"""What a page asks of the database does not grow with courses, people or words: 15 questions at most."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses import actions
from courses.models import Audience
from tests.courses import course as courses

# Every one of them with one course and one person, and with three of each.
PAGES = {
    "/": 7,
    "/courses/": 5,
    "/courses/course-1/": 5,
    "/courses/course-1/hours/": 4,
    "/courses/course-1/session-plan/": 3,
    "/courses/course-1/quiz/": 4,
    "/glossary/": 3,
    "/search/?q=hours": 7,
    "/me/": 7,
}


def _company(count: int, make_course: Any, hired: Any, person: Any) -> None:
    for number in range(1, count + 1):
        course = make_course(
            code=f"T{number}",
            slug=f"course-{number}",
            session_kind="tour",
            session_plan="## Purpose\n\nTalk.",
        )
        actions.add_audience(
            course=course.page,
            scope=Audience.Scope.EVERYONE,
            requirement=Audience.Requirement.REQUIRED,
            due_on=courses.NOW.date(),
            now=courses.NOW,
        )
        others = [hired(f"colleague-{number}-{other}", "Employee") for other in range(count)]
        for learner in [person, *others]:
            actions.begin_course(employee=learner, course=course.row, now=courses.NOW + timedelta(hours=1))


@pytest.mark.sql
@pytest.mark.parametrize("count", [1, 3])
def test_pages_take_as_many_queries_for_three_as_for_one(
    count: int, make_course: Any, hired: Any, employee: Any, client: Any
) -> None:
    _company(count, make_course, hired, employee)
    client.force_login(employee)

    counted = {}
    for path in PAGES:
        client.get(path)  # the organisation, rows of courses and the frame of the page are kept for a while
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counted[path] = len(queries)

    assert counted == PAGES
