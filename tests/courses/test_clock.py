"""The clock of the server is put back while people learn: order is that of what happened."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses import actions, queries
from courses.models import CourseRecord, Evidence, Published
from quizzes.models import Answer, Attempt, Drawn
from tests.courses.course import NOW
from tests.courses.test_records import answer, read, take_quiz
from tests.soak import ROUNDS
from tests.worlds import again

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
EARLIER = NOW - timedelta(hours=1)


def answer_one(
    person: Any, course: Any, attempt: Attempt, position: int, now: Any, *, right: bool = True
) -> None:
    drawn = Drawn.objects.select_related("version").get(attempt=attempt, position=position)
    options = drawn.version.payload["options"]
    actions.answer_quiz(
        employee=person, course=Published.objects.get(pk=course.row.pk), attempt=attempt, position=position,
        key=uuid.uuid4(), chosen=[next(one["key"] for one in options if one["correct"] is right)],
        unsure=False, confidence=None, now=now,
    )  # fmt: skip


def start(person: Any, course: Any, now: Any) -> Attempt:
    return actions.start_quiz(employee=person, course=Published.objects.get(pk=course.row.pk), now=now)


def test_an_attempt_ends_no_earlier_than_it_began_and_than_its_last_answer(
    employee: Any, course: Any
) -> None:
    attempt = start(employee, course, NOW)
    answer_one(employee, course, attempt, 1, EARLIER)
    answer_one(employee, course, attempt, 2, NOW + timedelta(minutes=5))
    answer_one(employee, course, attempt, 3, EARLIER)

    attempt = Attempt.objects.get()
    instants = list(Answer.objects.order_by("drawn__position").values_list("answered_at", flat=True))
    assert instants == [NOW, NOW + timedelta(minutes=5), NOW]
    assert attempt.finished_at == NOW + timedelta(minutes=5)
    assert CourseRecord.objects.get().progress["results"] == [["2026-11-02T09:05:00+00:00", 100, True]]
    assert list(queries.record_differences()) == []


def test_the_next_attempt_begins_no_earlier_than_the_one_before_ended(employee: Any, course: Any) -> None:
    first = take_quiz(employee, course, right=1, now=NOW)

    second = take_quiz(employee, course, right=3, now=EARLIER)

    assert (first.finished_at, second.started_at, second.finished_at) == (NOW, NOW, NOW)
    assert [score for _at, score, _passed in CourseRecord.objects.get().progress["results"]] == [33, 100]
    assert list(queries.record_differences()) == []


def test_nothing_in_a_course_is_earlier_than_its_beginning(employee: Any, course: Any) -> None:
    actions.begin_course(employee=employee, course=course.row, now=NOW)

    answer(employee, course, now=EARLIER)
    read(employee, course, now=EARLIER)

    assert Answer.objects.get().answered_at == NOW
    assert set(Evidence.objects.values_list("at", flat=True)) == {NOW}
    assert CourseRecord.objects.get().started_at == NOW


def test_what_an_earlier_version_wrote_while_the_clock_was_put_back_has_no_differences(
    employee: Any, course: Any
) -> None:
    """It noted results in the order in which they came, with whatever the clock said."""
    for right in (1, 3):
        take_quiz(employee, course, right=right)
    record = CourseRecord.objects.get()
    for number, finished_at in ((1, NOW), (2, EARLIER)):
        Attempt.objects.filter(number=number).update(finished_at=finished_at)
        record.progress["results"][number - 1][0] = finished_at.isoformat()
    record.save()

    differences = [difference for difference in queries.record_differences() if "progress" in difference]

    assert differences == []


@settings(max_examples=3 * ROUNDS, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.integers(-5_000, 5_000), min_size=9, max_size=9))
def test_whatever_the_clock_does_a_person_s_course_adds_up(
    employee_in_a_course: Any, steps: list[int]
) -> None:
    person, course = employee_in_a_course
    with transaction.atomic():
        now = NOW
        moments = []
        for step in steps:
            now += timedelta(seconds=step)
            moments.append(now)
        answer(person, course, 0, now=moments[0])
        answer(person, course, 1, now=moments[1])
        read(person, course, now=moments[2])
        for offset, right in ((3, False), (6, True)):
            attempt = start(person, course, moments[offset])
            for position in (1, 2, 3):
                answer_one(person, course, attempt, position, moments[offset + position - 1], right=right)

        record = CourseRecord.objects.get(employee=person)
        first, second = Attempt.objects.filter(employee=person).order_by("number")
        assert record.started_at <= first.started_at <= first.finished_at <= second.started_at
        assert second.started_at <= second.finished_at
        assert record.completed_at is not None
        assert record.completed_at >= second.finished_at
        for attempt in (first, second):
            instants = Answer.objects.filter(drawn__attempt=attempt).values_list("answered_at", flat=True)
            assert all(attempt.started_at <= at <= attempt.finished_at for at in instants)
        assert list(queries.record_differences()) == []
        transaction.set_rollback(True)


@pytest.fixture
def employee_in_a_course(employee: Any, course: Any) -> tuple[Any, Any]:
    return employee, again(course)
