"""What the worker does by itself, with much to do: nobody who saves an answer waits for it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from bothways import tasks
from courses.models import CourseRecord, Criterion
from courses.rules import record_facts
from courses.tasks import refresh_records
from jobs.actions import forget_old
from jobs.models import Stage
from people.models import Employee, PeopleUpload
from people.tasks import forget_lists
from post.delivery import deliver_waiting_mail
from post.models import OutboxMail
from tests.courses.course import NOW
from tests.lock_times import LockTimes

pytestmark = pytest.mark.django_db
Meter = Callable[[], AbstractContextManager[LockTimes]]
LONG_AGO = NOW - timedelta(days=40)
NIGHTLY = ("publish", "quizzes", "standings", "records", "database", "audit")


def employees(count: int) -> list[Employee]:
    return Employee.objects.bulk_create(
        Employee(email=f"n{number}@example.com", display_name=f"N {number}", side="business", started_on=NOW)
        for number in range(count)
    )


def records_in_progress(course: Any, count: int) -> None:
    criterion = Criterion.objects.get(course_key=course.page.translation_key)
    kept = record_facts.empty()
    record_facts.add_started(kept, NOW)
    CourseRecord.objects.bulk_create(
        CourseRecord(
            employee=person,
            course=course.page,
            course_key=course.page.translation_key,
            criterion=criterion,
            status="in_progress",
            started_at=NOW,
            progress=kept,
        )
        for person in employees(count)
    )
    Criterion.objects.create(
        course=course.page,
        course_key=course.page.translation_key,
        number=criterion.number + 1,
        rule={**criterion.rule, "pass_percent": 61},
        made_at=NOW,
    )


def test_a_thousand_records_see_a_new_rule_in_short_transactions(course: Any, lock_times: Meter) -> None:
    records_in_progress(course, 1000)

    with lock_times() as times:
        refresh_records.call(str(course.page.translation_key))

    assert (len(times.turns), times.too_long()) == (50, [])
    assert not CourseRecord.objects.exclude(criterion__number=2).exists()


def test_twenty_thousand_old_sessions_go_in_short_transactions(lock_times: Meter) -> None:
    Session.objects.bulk_create(
        Session(session_key=f"s{number}", session_data="x" * 200, expire_date=LONG_AGO)
        for number in range(20_000)
    )

    with lock_times() as times:
        tasks.clear_sessions(now=NOW)

    assert (len(times.turns), times.too_long()) == (40, [])
    assert not Session.objects.exists()


def test_twenty_thousand_finished_tasks_go_in_short_transactions(lock_times: Meter) -> None:
    DBTaskResult.objects.bulk_create(
        DBTaskResult(
            task_path="courses.tasks.refresh_records",
            args_kwargs={"args": [str(number)], "kwargs": {}},
            backend_name="background",
            queue_name="background",
            status="SUCCESSFUL",
            run_after=LONG_AGO,
            finished_at=LONG_AGO,
        )
        for number in range(20_000)
    )

    with lock_times() as times:
        forget_old(now=NOW)

    assert (len(times.turns), times.too_long()) == (40, [])
    assert not DBTaskResult.objects.exists()


def test_lists_as_large_as_they_may_be_go_one_by_one(hr: Any, lock_times: Meter) -> None:
    for number in range(3):
        PeopleUpload.objects.create(
            uploader=hr, name=f"{number}.csv", content=b"x" * 10_000_000, stage=Stage.IMPORTED if number else Stage.READ,
            made_at=LONG_AGO, told_at=LONG_AGO, total=90_000,
        )  # fmt: skip

    with lock_times() as times:
        forget_lists(NOW)

    assert len(times.turns) == 3
    assert times.too_long() == []


def test_a_thousand_mails_go_out_one_by_one(lock_times: Meter, settings: Any) -> None:
    settings.OUTBOX_DELIVERY_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    OutboxMail.objects.bulk_create(
        OutboxMail(to=f"n{number}@example.com", subject="Hello", body="x" * 2000, made_at=NOW, try_at=NOW)
        for number in range(1000)
    )

    with lock_times() as times:
        sent = [deliver_waiting_mail(now=NOW) for _turn in range(21)]

    assert sent == [50] * 20 + [0]
    assert times.too_long() == []


def test_what_looks_through_everything_and_finds_nothing_wrong_never_takes_the_lock(
    course: Any, settings: Any, lock_times: Meter
) -> None:
    with lock_times() as times:
        for name in NIGHTLY:
            run: Callable[[datetime], None] = import_string(settings.SCHEDULES[name][0])
            run(now=NOW)  # type: ignore[call-arg]

    assert (times.turns, times.statements) == ([], [])
