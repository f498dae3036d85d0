"""HR imports 2,000 people and an author two courses through the pages and the worker, in short transactions."""

import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.models import AuditEntry
from bothways.operations import installation
from courses.models import CoursePage, LessonPage
from gates.archives import pack
from jobs.worker import Worker
from people.models import Employee
from tests.exchange.files import WAGTAILS_FILES
from tests.lock_times import LockTimes
from tests.people.importing.lists import people
from tools.load.course import write_course

pytestmark = [pytest.mark.django_db, WAGTAILS_FILES]
Meter = Callable[[], AbstractContextManager[LockTimes]]
LINES = 2_000


@pytest.fixture(autouse=True)
def queue(settings: Any) -> None:
    """Tasks wait for the worker, as in production."""
    to_the_worker = {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["background"]}
    settings.TASKS = {**settings.TASKS, "background": to_the_worker}
    settings.SCHEDULES = {}


def work() -> int:
    """The worker does all that waits; how many turns it took."""
    worker, turns = Worker(), 0
    while worker.turn():
        turns += 1
    return turns


def import_file(client: Any, address: str, name: str, content: bytes) -> list[int]:
    """Send, let it be read, look at it, press the button, let it be imported; the turns of the worker."""
    where = client.post(address, {"file": SimpleUploadedFile(name, content)}).url
    turns = [work()]
    fingerprint = re.search(r'name="fingerprint" value="([^"]*)"', client.get(where).content.decode())
    client.post(where, {"do": "import", "fingerprint": fingerprint[1] if fingerprint else ""})
    return [*turns, work()]


def archive(files: Iterable[Path], folder: Path) -> bytes:
    return pack((str(file.relative_to(folder)), file.read_bytes()) for file in files if file.is_file())


def test_people_are_read_and_imported_in_short_transactions(client: Any, hr: Any, lock_times: Meter) -> None:
    client.force_login(hr)
    before = Employee.objects.count()

    with lock_times() as times:
        turns = import_file(client, "/people/import/", "people.csv", people(LINES).encode())

    assert times.too_long() == []
    assert turns == [1, 2]
    assert Employee.objects.count() == before + LINES
    assert AuditEntry.objects.get(verb="people.imported").detail["new"] == LINES


def test_two_courses_are_read_and_imported_in_short_transactions(
    client: Any, author: Any, catalogue: Any, tmp_path: Path, lock_times: Meter
) -> None:
    client.force_login(author)
    write_course(tmp_path / "J1", "J1", lessons=12)
    archives = {
        folder.name: archive(sorted(folder.rglob("*")), folder)
        for folder in (installation.CONTENT / "T2", tmp_path / "J1")
    }

    with lock_times() as times:
        turns = [
            import_file(client, "/write/import/", f"{name}.zip", content)
            for name, content in archives.items()
        ]

    assert times.too_long() == []
    assert turns == [[1, 1], [1, 1]]
    lessons = {
        course.code: LessonPage.objects.child_of(course).count() for course in CoursePage.objects.all()
    }
    assert lessons == {"T2": 5, "J1": 13}
    assert AuditEntry.objects.filter(verb="course.imported", actor=author).count() == 2
