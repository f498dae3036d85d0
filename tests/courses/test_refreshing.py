"""A new rule reaches everybody in progress, whatever is killed on the way, and the nightly check sees whom it missed."""

import uuid
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from courses import actions, queries, tasks
from courses.actions import learning
from courses.models import CoursePage, CourseRecord, Criterion
from jobs.actions import claim_task
from jobs.interruption import Interrupted, stops_when
from jobs.worker import Worker
from tests.conftest import hire
from tests.courses.course import NOW, publish, write_course
from tests.courses.test_records import answer, complete
from tests.worlds import again

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


@pytest.fixture(scope="module")
def other_course(world: Any, catalogue_page: Any) -> Any:
    with world():
        return write_course(catalogue_page, "B1", "costs", direction="business-for-technicians")


@pytest.fixture
def other(other_course: Any, db: Any) -> Any:
    return again(other_course)


@pytest.fixture
def queue(settings: Any) -> None:
    """Tasks wait in the database, as in production; nobody takes them."""
    database = {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["background"]}
    settings.TASKS = {**settings.TASKS, "background": database}


def ask_for_the_quiz_no_more(course: Any) -> None:
    page = CoursePage.objects.get(pk=course.page.pk)
    page.quiz_required = False
    publish(page)


def newest(course: Any) -> int:
    return Criterion.objects.filter(course_key=course.page.translation_key).latest("number").pk


def test_the_task_is_a_row_of_the_transaction_that_publishes(
    technician: Any, course: Any, queue: None
) -> None:
    answer(technician, course)

    ask_for_the_quiz_no_more(course)

    (row,) = DBTaskResult.objects.all()
    assert (row.task_path, row.args_kwargs["args"]) == (
        "courses.tasks.refresh_records", [str(course.page.translation_key)],
    )  # fmt: skip


def test_a_publication_that_fails_leaves_no_task(technician: Any, course: Any, queue: None) -> None:
    answer(technician, course)

    with pytest.raises(RuntimeError), transaction.atomic():
        ask_for_the_quiz_no_more(course)
        raise RuntimeError

    assert not DBTaskResult.objects.exists()


def test_whom_a_new_rule_missed_is_found_and_the_sweep_brings_them_to_it(
    employee: Any, technician: Any, course: Any, other: Any, queue: None
) -> None:
    complete(employee, course)
    for taken in (course, other):
        answer(technician, taken)
    ask_for_the_quiz_no_more(course)
    DBTaskResult.objects.all().delete()  # it was given up, and removed a month later
    missed = CourseRecord.objects.get(employee=technician, course=course.page)

    assert list(queries.record_differences()) == [
        f"record {missed.pk} (employee {technician.pk}, course {course.page.translation_key}): "
        "it is in progress by criterion 1, not by the newest"
    ]
    tasks.refresh_stale_records(now=NOW)

    missed.refresh_from_db()
    assert missed.criterion_id == newest(course)
    assert CourseRecord.objects.get(employee=technician, course=other.page).criterion_id == newest(other)
    assert CourseRecord.objects.get(employee=employee).criterion.number == 1
    assert list(queries.record_differences()) == []


@pytest.mark.parametrize(
    ("status", "found"), [("READY", 0), ("RUNNING", 0), ("SUCCESSFUL", 1), ("FAILED", 1)]
)
def test_whom_a_task_on_its_way_will_reach_is_no_difference(
    technician: Any, course: Any, queue: None, status: str, found: int
) -> None:
    answer(technician, course)
    ask_for_the_quiz_no_more(course)
    DBTaskResult.objects.update(status=status)

    assert len(list(queries.record_differences())) == found


def test_a_task_of_another_course_excuses_nobody(
    technician: Any, course: Any, other: Any, queue: None
) -> None:
    answer(technician, course)
    ask_for_the_quiz_no_more(course)
    DBTaskResult.objects.update(args_kwargs={"args": [str(other.page.translation_key)], "kwargs": {}})

    assert len(list(queries.record_differences())) == 1


@pytest.fixture
def many(course: Any, queue: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five people in progress by the old rule; they are brought to the new one in three pieces."""
    monkeypatch.setattr(learning, "RECORDS_AT_ONCE", 2)
    for number in range(5):
        answer(hire(f"many{number}", "Employee"), course)
    ask_for_the_quiz_no_more(course)


def by_the_newest(course: Any) -> int:
    return CourseRecord.objects.filter(criterion=newest(course)).count()


def test_many_records_are_brought_to_the_new_rule_in_pieces(
    course: Any, many: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[int] = []
    monkeypatch.setattr(tasks, "Pauses", lambda: lambda: pauses.append(1))

    with CaptureQueriesContext(connection) as asked:
        tasks.refresh_stale_records(now=NOW)

    updates = [query["sql"] for query in asked if query["sql"].startswith("UPDATE")]
    assert (len(updates), len(pauses)) == (3, 3)
    assert set(CourseRecord.objects.values_list("criterion", flat=True)) == {newest(course)}


@pytest.mark.parametrize("pieces", [1, 2, 3])
def test_a_worker_that_is_to_stop_leaves_the_rest_to_the_next_one(
    course: Any, many: None, monkeypatch: pytest.MonkeyPatch, pieces: int
) -> None:
    worker, written, refresh = Worker(), [], learning._refresh

    def refresh_and_stop(*piece: Any) -> int:
        written.append(refresh(*piece))
        if len(written) == pieces:
            worker.stop()
        return written[-1]

    monkeypatch.setattr(learning, "_refresh", refresh_and_stop)
    worker.run_task(claim_task(backend="background", worker="first", now=timezone.now()))
    row = DBTaskResult.objects.get()
    assert (row.status, row.worker_ids, by_the_newest(course)) == ("READY", [], min(2 * pieces, 5))

    Worker().run_task(claim_task(backend="background", worker="next", now=timezone.now()))

    row.refresh_from_db()
    assert (row.status, row.worker_ids, by_the_newest(course)) == ("SUCCESSFUL", ["next"], 5)
    assert sum(written) == 5  # nobody twice


def test_a_sweep_that_is_interrupted_is_gone_on_with_by_the_next_one(course: Any, many: None) -> None:
    with stops_when(lambda: True), pytest.raises(Interrupted):
        tasks.refresh_stale_records(now=NOW)
    assert by_the_newest(course) == 2

    tasks.refresh_stale_records(now=NOW)

    assert by_the_newest(course) == 5


def test_a_sweep_that_finds_nobody_costs_two_queries(
    technician: Any, course: Any, django_assert_num_queries: Any
) -> None:
    answer(technician, course)
    with django_assert_num_queries(1):  # no course ever changed what it takes
        tasks.refresh_stale_records(now=NOW)
    ask_for_the_quiz_no_more(course)

    with django_assert_num_queries(2):
        tasks.refresh_stale_records(now=NOW)


def test_what_the_check_asks_does_not_grow_with_each_person(
    technician: Any, course: Any, django_assert_num_queries: Any
) -> None:
    answer(technician, course)

    with django_assert_num_queries(9):
        list(queries.record_differences())
    for number in range(3):
        answer(hire(f"more{number}", "Employee"), course)
    with django_assert_num_queries(9):
        list(queries.record_differences())


def test_a_course_without_any_rule_refreshes_nobody() -> None:
    assert actions.refresh_open_records(course_key=str(uuid.uuid4())) == 0
