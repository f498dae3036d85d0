"""`kill -9` in the midst of an export: nothing half is kept, and the next one is whole."""

import json
import signal
from pathlib import Path

import pytest

from tests.killing import prepare, run
from tests.soak import spread

pytestmark = [pytest.mark.server, pytest.mark.soak]
PEOPLE = 400
COMPANY = """
import sys
from datetime import date
from django.contrib.auth.models import Group
from django.utils import timezone
from courses.models import Audience, CataloguePage, CoursePage, Criterion
from people.models import Employee, Organisation
Organisation.objects.update_or_create(pk=1, defaults={"name": "Example Ltd", "time_zone": "UTC"})
page = CataloguePage.objects.get().add_child(instance=CoursePage(
    code="T1", title="One", slug="one", summary="One.", direction="technology-for-business"))
Criterion.objects.create(course=page, course_key=page.translation_key, number=1, made_at=timezone.now(),
    rule={"lessons": [], "quiz_required": False, "pass_percent": 80})
Audience.objects.create(course=page, course_key=page.translation_key, scope="everyone", requirement="required",
    made_at=timezone.now())
names = ["hr", *(f"p{number:03}" for number in range(int(sys.argv[1])))]
people = Employee.objects.bulk_create(
    Employee(email=f"{name}@example.com", display_name=name, side="business", password="!") for name in names)
hr, everybody = (Group.objects.get(name=name) for name in ("HR", "Employee"))
member = Employee.groups.through
member.objects.bulk_create(member(employee=person, group=everybody) for person in people)
people[0].groups.set([hr])
"""
# Ends itself before the n-th piece of the file goes out; 0 lets it finish.
EXPORT = """
import json, os, signal, sys, tempfile
from django.test import Client
from audit import verifying
from people.models import Employee
from audit.models import AuditEntry
client = Client()
client.force_login(Employee.objects.get(email="hr@example.com"), backend="people.accounts.backends.EmployeeBackend")
answer = client.get("/reports/completion/", {"format": sys.argv[1]}, headers={"host": "localhost"})
got = b""
for number, part in enumerate(answer.streaming_content, start=1):
    if number == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    got += part
print(json.dumps([got.count(b"\\r\\n"), got[:2].decode("latin-1"), AuditEntry.objects.count(), verifying.read().is_whole,
    os.listdir(tempfile.gettempdir())]))
"""


def test_a_killed_export_leaves_nothing_and_the_next_one_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, scratch = tmp_path / "data", tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    prepare(data)
    made = run(COMPANY, data, str(PEOPLE))
    assert made.returncode == 0, made.stderr[-2_000:]

    parts = [*(("csv", part) for part in spread(2, 3)), ("xlsx", 1)]
    for kind, part in parts:
        killed = run(EXPORT, data, kind, str(part))
        assert killed.returncode == -signal.SIGKILL, killed.stderr[-2_000:]

    lines, _head, entries, is_whole, left = json.loads(run(EXPORT, data, "csv", "0").stdout)
    assert lines > PEOPLE
    # Who exported is in the log before the first byte goes out, also where the file never arrived.
    assert (entries, is_whole, left) == (len(parts) + 1, True, [])
    assert json.loads(run(EXPORT, data, "xlsx", "0").stdout)[1] == "PK"
