"""kill -9 in the midst of an import: nothing half, and the next one completes it."""

import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from tests.journeys import servers
from tests.journeys.servers import Serve
from tools.stack import ROOT, environment

serve = servers.serve
pytestmark = pytest.mark.server
PEOPLE = 3_000


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    with path.open("w") as file:
        file.write("Number,Name,E-mail,Department,Manager\n")
        for number in range(PEOPLE):
            boss = f"Z{number // 50}" if number else ""
            file.write(f"Z{number},Name {number},z{number}@example.com,Works / Team {number % 40},{boss}\n")
    return path


def test_an_import_that_is_killed_leaves_nothing_and_is_done_again(serve: Serve, people) -> None:
    stack = serve(with_worker=False)
    command = [sys.executable, "manage.py", "import_people", str(people)]
    settings = environment(stack.data)

    def imported():
        with sqlite3.connect(f"file:{stack.data / 'bothways.sqlite3'}?mode=ro", uri=True) as database:
            return database.execute(
                "SELECT (SELECT COUNT(*) FROM people_employee WHERE employee_number LIKE 'Z%'), "
                "(SELECT COUNT(*) FROM people_membership m JOIN people_employee e ON e.id = m.employee_id "
                " WHERE e.employee_number LIKE 'Z%'), "
                "(SELECT COUNT(*) FROM people_auditentry WHERE verb = 'people.imported')"
            ).fetchone()

    log = stack.data / "bothways.sqlite3-wal"
    for megabytes in (0, 1, 2):  # killed further and further on, by what has reached the disk
        process = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.DEVNULL)
        before = log.stat().st_size if log.exists() else 0
        until = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < until:
            if log.exists() and log.stat().st_size > before + megabytes * 1_000_000:
                break
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
        people_in, memberships, noted = imported()
        assert (people_in, memberships, noted > 0) in {(0, 0, False), (PEOPLE, PEOPLE, True)}

    done = subprocess.run(command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, check=True, text=True)

    assert imported()[:2] == (PEOPLE, PEOPLE)
    assert done.stdout.count("\n") >= PEOPLE
