"""What is said of one person is of this person alone."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from reports.queries import explained
from tests.reports.company import TODAY, ask, stand

pytestmark = pytest.mark.django_db


def test_what_another_person_did_is_not_said_of_somebody(
    course: SimpleNamespace, employee: Any, technician: Any
) -> None:
    stand(technician, course.page, date(2026, 9, 1), date(2026, 9, 2))

    assert explained(employee, today=TODAY) == []
    (done,) = explained(technician, today=TODAY)
    assert (done.code, done.status, done.completed_on) == ("T2", "completed", date(2026, 9, 2))

    ask(course.page)

    (asked,) = explained(employee, today=TODAY)
    assert (asked.code, asked.status, asked.started_on) == ("T2", "not_started", None)
