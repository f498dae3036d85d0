"""`kill -9` in the midst of an import, again and again: what comes out is what would have come out without."""

import json
import random
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.killing import ENDS_ITSELF, prepare, run
from tests.soak import ROUNDS

pytestmark = [pytest.mark.server, pytest.mark.soak]
HERE = 40
NEW = 120
# Forked, so that Django starts once: each child imports until its n-th written row, and is killed there.
IMPORT = f"""{ENDS_ITSELF}
import json
from django.core.management import call_command
from django.db import connections
for last in json.loads(sys.argv[3]):
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            with connection.execute_wrapper(end):
                call_command("import_people", sys.argv[2], "--invite", "--json", stdout=open(os.devnull, "w"))
        finally:
            os._exit(7)
    _, status = os.waitpid(child, 0)
    print(f"{{last}}:{{os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status)}}")
"""
TABLES = {
    "people": "SELECT p.employee_number, p.email, p.display_name, p.side, p.started_on, p.left_on, b.employee_number "
    "FROM people_employee p LEFT JOIN people_employee b ON b.id = p.manager_id ORDER BY 1",
    "memberships": "SELECT p.employee_number, d.name, m.from_on, m.until_on FROM people_membership m "
    "JOIN people_employee p ON p.id = m.employee_id JOIN people_department d ON d.id = m.department_id ORDER BY 1, 3, 2",
    "departments": "SELECT path, depth, numchild, name FROM people_department ORDER BY path",
    "roles": "SELECT p.employee_number, g.name FROM people_employee_groups r "
    "JOIN people_employee p ON p.id = r.employee_id JOIN auth_group g ON g.id = r.group_id ORDER BY 1, 2",
    "invitations": 'SELECT "to", subject, COUNT(*) FROM people_outboxmail GROUP BY 1, 2 ORDER BY 1, 2',
    "log": "SELECT a.verb, a.detail, p.employee_number, COUNT(*) FROM people_auditentry a "
    "LEFT JOIN people_employee p ON 'employee:' || p.id = a.about GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    "lists": "SELECT COUNT(*) FROM people_peopleupload",
}


def listed(first: int, last: int, *, team: int, name: str) -> list[str]:
    boss = {number: "" if number == 0 else f"Z{number // 15}" for number in range(first, last)}
    return [
        f"Z{number},{name} {number},z{number}@example.com,Works / Team {team + number % 7},{boss[number]},2024-03-01"
        for number in range(first, last)
    ]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A list, and one of later: everybody has moved and is called otherwise, and three times as many are new."""
    folder, head = tmp_path_factory.mktemp("lists"), "Number,Name,E-mail,Department,Manager,Start"
    before, after = folder / "before.csv", folder / "after.csv"
    before.write_text("\n".join([head, *listed(0, HERE, team=0, name="Name"), ""]))
    after.write_text("\n".join([head, *listed(0, HERE + NEW, team=5, name="Called"), ""]))
    return before, after


@pytest.fixture(scope="module")
def begun(files: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first list is in."""
    data = tmp_path_factory.mktemp("begun") / "data"
    prepare(data)
    assert imports(data, files[0], [0]) == ["0:-7"]
    return data


@pytest.fixture(scope="module")
def whole(begun: Path, files: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Where the second list came in without interruption."""
    data = tmp_path_factory.mktemp("whole") / "data"
    shutil.copytree(begun, data)
    assert imports(data, files[1], [0]) == ["0:-7"]
    return stored(data)


def imports(data: Path, file: Path, kills: list[int]) -> list[str]:
    """How each of them ended: by signal 9, or by itself with -7."""
    done = run(IMPORT, data, "0", str(file), json.dumps(kills))
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout.split()


def stored(data: Path) -> dict[str, Any]:
    (file,) = data.glob("*.sqlite3")
    with sqlite3.connect(file) as database:
        assert database.execute("PRAGMA quick_check").fetchone() == ("ok",)
        return {name: database.execute(question).fetchall() for name, question in TABLES.items()}


def test_the_whole_is_what_it_should_be(whole: dict[str, Any]) -> None:
    assert len(whole["people"]) == HERE + NEW
    assert len(whole["memberships"]) == HERE * 2 + NEW
    assert len(whole["departments"]) == 13
    assert [count for *_, count in whole["invitations"]] == [1] * (HERE + NEW)
    (entry,) = [
        json.loads(detail)
        for verb, detail, *_ in whole["log"]
        if verb == "people.imported" and '"changed": 40' in detail
    ]
    assert (entry["new"], entry["changed"], entry["departments"], entry["left_out"]) == (NEW, HERE, 5, 0)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_an_import_that_is_killed_ten_times_ends_as_one_that_was_not(
    turn: int, begun: Path, whole: dict[str, Any], files: tuple[Path, Path], tmp_path: Path
) -> None:
    """Each run goes on where the one before was killed: at the border of a piece, where the row says so first, or in it."""
    data = tmp_path / "data"
    shutil.copytree(begun, data)
    dice = random.Random(turn)
    kills = [2, *(dice.randrange(2, 40) for _kill in range(9))]

    assert imports(data, files[1], [*kills, 0]) == [*(f"{last}:9" for last in kills), "0:-7"]
    assert stored(data) == whole
