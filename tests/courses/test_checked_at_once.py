"""The nightly check reads while people answer. Real threads, real commits."""

from typing import Any

import pytest

from bothways.operations.installation import make_tree
from courses import queries
from courses.models import CataloguePage
from courses.queries import differences
from tests.at_once import at_once
from tests.conftest import hire
from tests.courses.course import write_course
from tests.courses.test_records import answer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sql]


def test_an_answer_between_two_readings_is_no_false_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    course = write_course(CataloguePage.objects.child_of(make_tree()).get())
    person = hire("ada", "Employee")
    answer(person, course, 0)
    grouped: Any = differences._grouped
    came: list[Any] = []

    def while_somebody_answers(rows: Any) -> Any:
        """The records are not read yet, the evidence is about to be."""
        if not came:
            came.extend(at_once(lambda: answer(person, course, 1)))
        return grouped(rows)

    monkeypatch.setattr(differences, "_grouped", while_somebody_answers)

    assert list(queries.record_differences()) == []
    assert [type(one).__name__ for one in came] == ["Answered"]
