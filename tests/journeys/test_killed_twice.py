"""Worker after worker is killed in the midst of a piece of an import: the third one ends it, and nobody did anything.

How long it takes is printed and not asserted: a hand is free after 35 seconds of silence, and a worker counts as
dead after 40 to 55. `SOAK=2` and more run it; each import takes minutes, in which nothing happens.
"""

import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest

from tests.journeys import servers
from tests.journeys.test_imports_beside import Desk, archive
from tests.patience import until
from tests.people.importing.lists import people
from tests.soak import ROUNDS
from tools.load.ground import Editor
from tools.stack import Stack

pytestmark = [
    pytest.mark.server,
    pytest.mark.soak,
    pytest.mark.skipif(ROUNDS == 1, reason="takes minutes; SOAK=2 runs it"),
]
serve = servers.serve
LINES, LESSONS, CODE = 1_500, 12, "J1"
LONG = 600  # far longer than it takes, on whatever machine


@dataclass(frozen=True)
class Case:
    """What is imported, which table shows that a piece of it is being written, and what is stored of it."""

    role: str
    address: str
    table: str
    upload: str
    done: str
    file: Callable[[Path], tuple[str, bytes]]
    stored: Callable[[Editor], Any]
    log: tuple[str, str, int]
    added: Any


CASES = {
    "people": Case(
        "HR", "/people/import/", "people_employee", "people_peopleupload", "people are imported",
        lambda place: ("people.csv", people(LINES).encode()),
        lambda editor: editor.ask("people_known"),
        ("people.imported", "new", LINES),
        LINES,
    ),
    "course": Case(
        "Author", "/write/import/", "wagtailcore_revision", "courses_upload", "What was imported",
        lambda place: (f"{CODE}.zip", archive(place, CODE)),
        lambda editor: editor.ask("lessons_of", code=CODE),
        ("course.imported", "imported", LESSONS + 3),
        LESSONS + 1,
    ),
}  # fmt: skip


@pytest.fixture
def company(serve: servers.Serve) -> Iterator[tuple[Stack, Editor]]:
    stack = serve("company", with_worker=False)
    editor = Editor(stack.environment)
    yield stack, editor
    editor.end()


def worker(stack: Stack, ends_at: str = "") -> "Popen[bytes]":
    """As the stack starts one; it ends with the stack. `ends_at`: see `ending_settings`."""
    if ends_at:
        stack.environment |= {"DJANGO_SETTINGS_MODULE": "tests.journeys.ending_settings", "ENDS_AT": ends_at}
    else:
        stack.environment.pop("DJANGO_SETTINGS_MODULE", None)
    stack.worker = stack._begin("worker", [sys.executable, "manage.py", "worker"])
    return stack.worker


def asked(stack: Stack, question: str) -> list[tuple[Any, ...]]:
    """Rows, read beside whoever writes."""
    (file,) = stack.data.glob("*.sqlite3")
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)) as database:
        return database.execute(question).fetchall()


def seconds_until(true: Callable[[], Any], what: str) -> None:
    began = time.monotonic()
    until(true, LONG)
    sys.stdout.write(f"{what}: {time.monotonic() - began:.0f} s\n")


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_an_import_goes_on_by_itself_when_two_workers_are_killed_one_after_the_other(
    case: Case, company: tuple[Stack, Editor], tmp_path: Path
) -> None:
    stack, editor = company
    person = editor.ask("sign_in_as", role=case.role)
    before = editor.ask("people_known") if case.role == "HR" else 0
    upload = f"SELECT done, hand, stage FROM {case.upload}"
    with Desk(stack.address, person, patience=LONG) as desk, ThreadPoolExecutor(1) as room:
        name, content = case.file(tmp_path)
        first = worker(stack, f"{case.table}:3")
        whole = room.submit(desk.import_file, case.address, name, content, done=case.done)
        until(lambda: first.poll() is not None or whole.done(), LONG)
        assert first.poll() == -signal.SIGKILL
        ((done, hand, stage),) = asked(stack, upload)
        assert (stage, bool(hand), done > 0) == ("importing", True, True)
        left = done

        second = worker(stack, f"{case.table}:3")
        seconds_until(lambda: asked(stack, upload)[0][1] != hand, "from the first kill to going on")
        until(lambda: second.poll() is not None or whole.done(), LONG)
        assert second.poll() == -signal.SIGKILL
        ((done, hand, stage),) = asked(stack, upload)
        assert (stage, bool(hand), done > left) == ("importing", True, True)

        worker(stack)
        seconds_until(lambda: asked(stack, upload)[0][1] != hand, "from the second kill to going on")
        seconds_until(lambda: asked(stack, upload)[0][2] == "imported", "from there to the end")
        whole.result()

    assert case.stored(editor) == before + case.added
    verb, field, count = case.log
    (entry,) = [one for one in editor.ask("imported") if one["actor_id"] == person["id"]]
    assert (entry["verb"], entry["detail"][field]) == (verb, count)
    assert asked(stack, "SELECT COUNT(*) FROM jobs_heartbeat WHERE was_killed") == [(2,)]
