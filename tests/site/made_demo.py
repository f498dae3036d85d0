"""A demo for the tests of a file, and what it stored."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from bothways import rights
from bothways.operations import installation
from bothways.operations.demo import make_demo
from courses.models import Audience, CoursePage, CourseRecord, Evidence
from courses.queries import standings
from people.models import Department, Employee, Membership, Organisation
from people.queries import organisation
from quizzes.models import Answer, Attempt

NOW = timezone.now()
SIX_MONTHS = timedelta(days=182)


@contextmanager
def a_demo(starter_content: str, blocker: Any) -> Iterator[None]:
    """A demo for all tests of a file; each test undoes what it changed, the last one the demo."""
    with override_settings(STARTER_CONTENT=starter_content), blocker.unblock(), transaction.atomic():
        rights.set_up_rights()
        installation.make_tree()
        installation.load_first_courses(say=lambda _sentence: None, now=NOW)
        make_demo(now=NOW)
        yield
        transaction.set_rollback(True)
    organisation.cache_clear()


def person(mailbox: str) -> Employee:
    return Employee.objects.get(email=f"{mailbox}@example.com")


def standing(mailbox: str) -> Any:
    return next(row for row in standings(person(mailbox), now=NOW) if row.code == "T2")


def history_of(code: str) -> dict[str, Any]:
    """Who stands where in a course, and when: the same in every demo, unlike numbers of rows."""
    records = CourseRecord.objects.filter(course__code=code).order_by("employee__email")
    key = CoursePage.objects.get(code=code).translation_key
    answers = Answer.objects.filter(context_key=key).values_list("employee__email", "answered_at")
    attempts = Attempt.objects.filter(quiz_key=key).values_list("employee__email", "number", "score_percent")
    return {
        "records": list(records.values_list("employee__email", "status", "started_at", "completed_at")),
        "answers": sorted(answers),
        "attempts": sorted(attempts, key=str),
    }


def all_rows() -> list[Any]:
    return [
        list(model.objects.order_by("pk").values_list())
        for model in (
            Organisation,
            Department,
            Employee,
            Membership,
            Audience,
            Evidence,
            CourseRecord,
            Answer,
            Attempt,
        )
    ]
