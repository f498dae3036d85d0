"""`kill -9` in the midst of an import: people see all of the course or nothing, and the next run completes."""

import json
import signal
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.files import EVERYTHING
from tests.killing import ENDS_ITSELF, prepare, run
from tests.soak import spread

pytestmark = [pytest.mark.server, pytest.mark.soak]
IMPORT = f"""{ENDS_ITSELF}
from django.core.management import call_command
with connection.execute_wrapper(end):
    call_command("import_course", sys.argv[2], "--json")
print(count, file=sys.stderr)
"""


def stored(data: Path) -> dict[str, int]:
    (file,) = data.glob("*.sqlite3")
    tables = (
        "courses_coursepage", "courses_lessonpage", "courses_importedfile", "quizzes_bank", "quizzes_question",
        "quizzes_questionversion", "courses_published", "wagtailimages_image", "wagtailcore_revision",
    )  # fmt: skip
    with sqlite3.connect(file) as database:
        assert database.execute("PRAGMA quick_check").fetchone() == ("ok",)
        return {table: database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in tables}


def seen(data: Path) -> int:
    """Pages of courses that people can open."""
    (file,) = data.glob("*.sqlite3")
    with sqlite3.connect(file) as database:
        return int(database.execute("SELECT COUNT(*) FROM courses_published").fetchone()[0])


def test_people_see_nothing_of_a_killed_import_and_the_next_one_goes_on(write: Any, tmp_path: Path) -> None:
    data, other, folder = tmp_path / "data", tmp_path / "other", write()
    prepare(other)
    whole = run(IMPORT, other, "0", str(folder))
    assert json.loads(whole.stdout)["imported"] == EVERYTHING, whole.stderr[-2_000:]
    written = int(whole.stderr.split()[-1])

    for last in spread(1, written - 1):
        data = tmp_path / f"killed-at-{last}"
        prepare(data)
        killed = run(IMPORT, data, str(last), str(folder))
        assert killed.returncode == -signal.SIGKILL, killed.stderr[-2_000:]
        assert seen(data) == 0

        completed = run(IMPORT, data, "0", str(folder))

        lists = json.loads(completed.stdout)
        assert sorted(lists["imported"] + lists["unchanged"]) == EVERYTHING, completed.stderr[-2_000:]
        assert stored(data) == stored(other)
        assert seen(data) == seen(other) == 3
        originals = [path for path in data.rglob("original_images/*") if path.is_file()]
        assert len(originals) == 1  # what a killed run had written was found and taken
