"""`kill -9` in the midst of an import: all of the course or nothing, and the next run completes."""

import json
import signal
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.courses.importing.files import EVERYTHING
from tests.killing import ENDS_ITSELF, prepare, run
from tests.soak import spread

pytestmark = [pytest.mark.server, pytest.mark.soak]
LAST = 50
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


def test_a_killed_import_leaves_nothing_and_the_next_one_completes(write: Any, tmp_path: Path) -> None:
    data, folder = tmp_path / "data", write()
    prepare(data)
    before = stored(data)

    for last in spread(1, LAST):
        killed = run(IMPORT, data, str(last), str(folder))
        assert killed.returncode == -signal.SIGKILL, killed.stderr[-2_000:]
        assert stored(data) == before

    whole = run(IMPORT, data, "0", str(folder))
    assert json.loads(whole.stdout)["imported"] == EVERYTHING, whole.stderr[-2_000:]
    assert int(whole.stderr.split()[-1]) > LAST  # every kill was in the midst of it
    after = stored(data)
    assert (after["courses_lessonpage"], after["wagtailimages_image"]) == (2, 1)
    again = run(IMPORT, data, "0", str(folder))
    assert json.loads(again.stdout)["unchanged"] == EVERYTHING
    assert stored(data) == after
    originals = [path for path in data.rglob("original_images/*") if path.is_file()]
    assert len(originals) == 1  # what a killed run had written was found and taken
