"""One process on the installation that is attacked, which answers questions and edits as authors do.

A line of JSON in, `{"command": …, "options": {…}}`, and one out; starting Django for each would cost seconds.
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

from django.conf import settings  # noqa: E402
from django.contrib.auth.models import Group  # noqa: E402
from django.db import close_old_connections  # noqa: E402
from django.utils import timezone  # noqa: E402
from django_tasks_db.models import DBTaskResult  # noqa: E402

from audit import log as audit_log  # noqa: E402
from audit.models import AuditEntry  # noqa: E402
from courses import actions  # noqa: E402
from courses.models import Audience, CoursePage, Evidence, LessonPage, Published  # noqa: E402
from courses.queries import record_differences  # noqa: E402
from exchange.importing.actions import import_folder  # noqa: E402
from jobs.models import ScheduledRun  # noqa: E402
from people import roles  # noqa: E402
from people.models import Employee  # noqa: E402
from quizzes.models import Answer, Attempt, Question, QuestionVersion  # noqa: E402
from tools.bench import inside as bench  # noqa: E402


def facts(count: int, course: str) -> dict[str, Any]:
    """Signed-in people, somebody of HR, the courses that everyone is asked to take, and what was there before.

    `course`: a folder to load beside the one that is there.
    """
    now = timezone.now()
    import_folder(Path(course), now=now)
    for page in CoursePage.objects.live():
        actions.add_audience(
            course=page, scope=Audience.Scope.EVERYONE, requirement=Audience.Requirement.REQUIRED, now=now
        )
    people = bench.signed_in(count)
    if bench.hr_signed_in() is None:
        hr = Employee.objects.create_user(
            "hr-of-load@example.com", None, display_name="HR of Load", side="both", started_on=now.date()
        )
        hr.groups.set(Group.objects.filter(name__in=[roles.HR, roles.EMPLOYEE]))
    rows = Published.objects.filter(slug="", page__live=True).order_by("course_slug")
    return {
        "people": people,
        "hr": bench.hr_signed_in(),
        "names": {str(pk): name for pk, name in Employee.objects.values_list("pk", "display_name")},
        "courses": [_course(row) for row in rows],
        "right": [
            option["key"]
            for version in QuestionVersion.objects.all()
            for option in version.payload["options"]
            if option["correct"]
        ],
        "before": {
            "answers": _newest(Answer),
            "attempts": _newest(Attempt),
            "evidence": _newest(Evidence),
        },
    }


def _newest(model: Any) -> int:
    return model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _course(row: Published) -> dict[str, Any]:
    lessons = (
        Published.objects.filter(course_key=row.course_key, page__live=True)
        .exclude(slug="")
        .order_by("position")
    )
    return {
        "key": str(row.course_key),
        "name": f"{row.as_course.code} {row.as_course.short_title}",
        "url": row.as_course.url,
        "lessons": [bench.lesson_facts(lesson) for lesson in lessons],
    }


def change_keys(url: str) -> bool:
    """Publish every question of a course's quiz anew, with another right option."""
    course = CoursePage.objects.get(slug=_slug(url))
    for question in Question.objects.filter(bank=course.bank_id, purpose="quiz", live=True).order_by("pk"):
        options = list(question.options.order_by("sort_order", "pk"))
        right = [option.is_correct for option in options]
        for option, is_correct in zip(options, right[-1:] + right[:-1], strict=True):
            option.is_correct = is_correct
        question.options = options
        question.save_revision().publish()
    return True


def versions() -> int:
    """How many versions of questions there are."""
    return QuestionVersion.objects.count()


def people_known() -> int:
    return Employee.objects.count()


def sign_in_as(role: str) -> dict[str, Any]:
    """Somebody new with this role beside that of everybody, with a session."""
    person = Employee.objects.create_user(
        f"{role.lower()}-of-load@example.com",
        None,
        display_name=f"{role} of Load",
        side="technology",
        started_on=timezone.now().date(),
    )
    person.groups.set(Group.objects.filter(name__in=[role, roles.EMPLOYEE]))
    return bench.session_of(person)


def imported() -> list[dict[str, Any]]:
    """What the audit log says of imports: by whom, of what, how much."""
    verbs = [audit_log.Verb.PEOPLE_IMPORTED, audit_log.Verb.COURSE_IMPORTED]
    rows = AuditEntry.objects.filter(verb__in=verbs).order_by("number")
    return list(rows.values("actor_id", "verb", "detail"))


def lessons_of(code: str) -> int:
    """How many lessons a course has, live or not."""
    return LessonPage.objects.child_of(CoursePage.objects.get(code=code)).count()


def take_offline(url: str) -> bool:
    LessonPage.objects.get(slug=_slug(url)).unpublish()
    return True


def bring_back(url: str) -> bool:
    LessonPage.objects.get(slug=_slug(url)).save_revision().publish()
    return True


def set_pass_mark(url: str, percent: int) -> int:
    page = CoursePage.objects.get(slug=_slug(url))
    page.pass_percent = percent
    page.save_revision().publish()
    return CoursePage.objects.get(pk=page.pk).pass_percent


def differences() -> list[str]:
    """What the nightly check of the records would say."""
    return list(record_differences())


def latest_due() -> float:
    """Seconds until the last of the jobs that run every few seconds or minutes is due."""
    often = [name for name, (_function, when) in settings.SCHEDULES.items() if when.startswith("every")]
    latest = ScheduledRun.objects.filter(name__in=often).latest("due_at").due_at
    return float((latest - timezone.now()).total_seconds())


def tasks_left() -> int:
    """Background tasks that are waiting or at work."""
    return DBTaskResult.objects.filter(status__in=["READY", "RUNNING"]).count()


def _slug(url: str) -> str:
    return url.strip("/").rpartition("/")[2]


COMMANDS: dict[str, Any] = {
    "facts": facts,
    "change_keys": change_keys,
    "versions": versions,
    "people_known": people_known,
    "sign_in_as": sign_in_as,
    "imported": imported,
    "lessons_of": lessons_of,
    "take_offline": take_offline,
    "bring_back": bring_back,
    "set_pass_mark": set_pass_mark,
    "differences": differences,
    "latest_due": latest_due,
    "tasks_left": tasks_left,
}

if __name__ == "__main__":
    for line in sys.stdin:
        asked = json.loads(line)
        close_old_connections()
        try:
            said = {"said": COMMANDS[asked["command"]](**asked["options"])}
        except Exception as error:  # noqa: BLE001 - whoever asked decides
            said = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
