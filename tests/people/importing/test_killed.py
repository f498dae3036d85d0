"""`kill -9` in the midst of an import: nothing half, and the next one completes it."""

import signal
import sqlite3
from pathlib import Path

import pytest

from tests.killing import ENDS_ITSELF, prepare, run
from tests.soak import spread

pytestmark = [pytest.mark.server, pytest.mark.soak]
PEOPLE = 600
LAST = 40
IMPORT = f"""{ENDS_ITSELF}
from django.core.management import call_command
with connection.execute_wrapper(end):
    call_command("import_people", sys.argv[2])
print(count, file=sys.stderr)
"""


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    with path.open("w") as file:
        file.write("Number,Name,E-mail,Department,Manager\n")
        for number in range(PEOPLE):
            boss = f"Z{number // 50}" if number else ""
            file.write(f"Z{number},Name {number},z{number}@example.com,Works / Team {number % 40},{boss}\n")
    return path


def imported(data: Path) -> tuple[int, int, int, int]:
    """People, memberships, departments, and imports in the audit log."""
    (file,) = data.glob("*.sqlite3")
    with sqlite3.connect(file) as database:
        assert database.execute("PRAGMA quick_check").fetchone() == ("ok",)
        row: tuple[int, int, int, int] = database.execute(
            "SELECT (SELECT COUNT(*) FROM people_employee), (SELECT COUNT(*) FROM people_membership), "
            "(SELECT COUNT(*) FROM people_department), "
            "(SELECT COUNT(*) FROM people_auditentry WHERE verb = 'people.imported')"
        ).fetchone()
    return row


def test_an_import_that_is_killed_leaves_nothing_and_is_done_again(people: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    prepare(data)

    for last in spread(1, LAST):
        killed = run(IMPORT, data, str(last), str(people))
        assert killed.returncode == -signal.SIGKILL, killed.stderr[-2_000:]
        assert imported(data) == (0, 0, 0, 0)

    whole = run(IMPORT, data, "0", str(people))
    assert int(whole.stderr.split()[-1]) > LAST, whole.stderr[-2_000:]  # every kill was in the midst of it
    assert whole.stdout.count("\n") >= PEOPLE
    assert imported(data)[:3] == (PEOPLE, PEOPLE, 41)
    assert imported(data)[3] > 0
