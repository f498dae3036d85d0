"""What a measurement needs to know from inside: run as a process on the measured installation.

python tools/bench/inside.py COMMAND '{"option": value}'     → one JSON value on standard output
"""

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

import os  # noqa: E402 - after the path, as in manage.py

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bothways.settings")

import django  # noqa: E402

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.auth.models import Group  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from courses import actions, queries  # noqa: E402
from courses.models import CourseRecord, Published  # noqa: E402
from glossary.models import PublishedWord  # noqa: E402
from people import roles  # noqa: E402
from people.models import Employee  # noqa: E402
from quizzes.models import Answer  # noqa: E402


@transaction.atomic
def hire(count: int, password: str, prefix: str = "employee") -> int:
    """So many employees; all share one hash, since hashing is not what is measured."""
    now = timezone.now()
    hashed = make_password(password)
    people = Employee.objects.bulk_create(
        Employee(
            email=f"{prefix}-{number}@example.com",
            display_name=f"{prefix.title()} {number}",
            side="technology" if number % 2 else "business",
            started_on=now.date(),
            password=hashed,
        )
        for number in range(1, count + 1)
    )
    group = Group.objects.get(name=roles.EMPLOYEE)
    through = Employee.groups.through
    through.objects.bulk_create(through(employee_id=person.pk, group_id=group.pk) for person in people)
    return len(people)


def hr_signed_in() -> dict[str, Any] | None:
    """Somebody of HR with a session; the demo has one."""
    employee = Employee.objects.filter(groups__name=roles.HR, is_active=True).order_by("pk").first()
    return (
        session_of(employee) if employee else None
    )  # an installation without a demo may have nobody in HR yet


def session_of(person: Employee) -> dict[str, Any]:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "people.accounts.backends.EmployeeBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return {"id": person.pk, "email": person.email, "session": session.session_key}


def signed_in(count: int) -> list[dict[str, Any]]:
    """So many employees with a session each, as if they had just signed in; evenly taken from all."""
    everyone = Employee.objects.filter(
        is_active=True, left_on__isnull=True, groups__name=roles.EMPLOYEE
    ).order_by("pk")
    keys = list(everyone.values_list("pk", flat=True))
    keys = keys[:: max(len(keys) // count, 1)][:count]
    return [session_of(person) for person in Employee.objects.filter(pk__in=keys).order_by("pk")]


def facts(count: int, attempts: int = 0) -> dict[str, Any]:
    """Addresses, checks and signed-in people; the first `attempts` of them have an open quiz question."""
    course = Published.objects.filter(slug="", page__live=True).order_by("pk").first()
    if course is None:
        raise SystemExit("No course is published: is the starter content loaded?")
    people = signed_in(count)
    for entry in people[:attempts]:
        person = Employee.objects.get(pk=entry["id"])
        attempt = actions.start_quiz(employee=person, course=course, now=timezone.now())
        entry["question"] = f"{course.as_course.url}quiz/{attempt.public_id}/1/"
    lessons = (
        Published.objects.filter(course_key=course.course_key, page__live=True)
        .exclude(slug="")
        .order_by("position")
    )
    words = PublishedWord.objects.order_by("pk").values_list("slug", flat=True)
    return {
        "people": people,
        "hr": hr_signed_in(),
        "course": course.as_course.url,
        "lessons": [lesson_facts(row) for row in lessons],
        "word": f"/glossary/{words[len(words) // 2]}/",
        "employees": Employee.objects.count(),
        "courses": Published.objects.filter(slug="").count(),
        "words": len(words),
        "records": CourseRecord.objects.count(),
        "answers": Answer.objects.count(),
    }


def lesson_facts(row: Published) -> dict[str, Any]:
    checks = [
        {
            "key": key,
            "version": check.version_id,
            "kind": check.kind,
            "options": [option.key for option in check.options],
        }
        for key, check in row.as_lesson.questions.items()
    ]
    return {"url": row.as_lesson.url, "checks": checks}


def answers(after: int = 0) -> dict[str, Any]:
    """The rows, and what the projection of records says differently from them."""
    columns = ("pk", "employee_id", "key", "question_key", "version_id", "chosen", "is_unsure", "confidence")
    rows = Answer.objects.filter(pk__gt=after).order_by("pk").values(*columns)
    return {
        "rows": [{**row, "key": str(row["key"]), "question_key": str(row["question_key"])} for row in rows],
        "differences": list(queries.record_differences()),
    }


COMMANDS: dict[str, Any] = {
    "hire": hire,
    "hr_signed_in": hr_signed_in,
    "signed_in": signed_in,
    "facts": facts,
    "answers": answers,
}

if __name__ == "__main__":
    name, options = sys.argv[1], json.loads(sys.argv[2] if len(sys.argv) > 2 else "{}")
    json.dump(COMMANDS[name](**options), sys.stdout)
