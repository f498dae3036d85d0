"""A backup of every earlier version comes back, an interrupted restore goes on, and a backup says what it lacks."""

import io
import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from bothways.management.commands import restore as restore_command
from people.models import Organisation
from tests import killing
from tests.journeys import servers
from tests.soak import ROUNDS
from tools import stack
from tools.postgres import cluster

pytestmark = pytest.mark.server
STORED = Path(__file__).resolve().parents[1] / "upgrades"
# Made by the code of 22 November 2026 (809218d), before the last migrations of people and courses.
OLDER = STORED / "before-0.2.0-backup.zip"
BACKENDS = [pytest.param(False, id="sqlite")]
if ROUNDS > 1:  # in every run the stored company of 0.2.0 goes into PostgreSQL (tests/upgrades)
    marks = [pytest.mark.postgres, pytest.mark.soak, servers.NEEDS_POSTGRES]
    BACKENDS.append(pytest.param(True, id="postgresql", marks=marks))


def manage(data: Path, *arguments: object, url: str = "", check: bool = True) -> Any:
    return stack.run(
        [sys.executable, "manage.py", *arguments], env=stack.environment(data, database_url=url), check=check
    )


@pytest.fixture
def database(postgres: bool) -> Iterator[str]:
    """The address of an empty database: none for SQLite."""
    if not postgres:
        yield ""
        return
    with cluster() as running:
        yield running.make_database("restored")


def rows_in(backup: Path) -> dict[str, list[str]]:
    """table -> its lines, read by nothing of ours."""
    with zipfile.ZipFile(backup) as archive:
        names = [name for name in archive.namelist() if name.startswith("tables/")]
        return {
            name.removeprefix("tables/").removesuffix(".jsonl"): archive.read(name).decode().splitlines()
            for name in names
        }


@pytest.mark.parametrize("postgres", BACKENDS)
def test_a_backup_of_an_older_version_comes_back(tmp_path: Path, database: str) -> None:
    there = tmp_path / "there"

    said = manage(there, "restore", OLDER, url=database).stdout

    assert "every table is as in the backup" in said
    assert "[ ]" not in manage(there, "showmigrations", "--plan", url=database).stdout
    manage(there, "backup", tmp_path / "again.zip", url=database)
    before, after = rows_in(OLDER), rows_in(tmp_path / "again.zip")
    happened = (
        "quizzes_answer",
        "courses_courserecord",
        "glossary_signature",
        "people_auditentry",
        "people_membership",
    )
    assert {name: len(before[name]) for name in happened if name in before} == {
        name: len(after[name]) for name in happened if name in before
    }
    # A later version has put a column behind those of then; of an answer of then it holds nothing.
    assert [line.removesuffix("]") + ",null]" for line in before["quizzes_answer"]] == after["quizzes_answer"]
    assert len(before["quizzes_answer"]) > 100


# Ends itself after a step of its work: no handler runs.
KILLED_AFTER = """
import os, signal, sys
from bothways.operations.backup import restoring
from django.core.management import call_command
step = getattr(restoring, sys.argv[2])
def end(*arguments):
    step(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(restoring, sys.argv[2], end)
call_command("restore", sys.argv[1])
"""
# The disk is full in the midst of the second upload.
FULL_DISK = """
import errno, sys
from django.core.files.storage import FileSystemStorage
from django.core.management import CommandError, call_command
save, names = FileSystemStorage._save, []
def half(self, name, content):
    names.append(name)
    if len(names) == 2:
        save(self, name, type(content)(__import__("io").BytesIO(content.read()[:3])))
        raise OSError(errno.ENOSPC, "No space left on device")
    return save(self, name, content)
FileSystemStorage._save = half
try:
    call_command("restore", sys.argv[1])
except CommandError as reason:
    sys.exit(str(reason))
"""


@pytest.fixture(scope="module")
def installation(tmp_path_factory: Any) -> Path:
    """A prepared installation of forty people with two uploads; no test changes it."""
    data = tmp_path_factory.mktemp("ours") / "data"
    stack.run(["cp", "-a", servers.installation("company") / "data", data])
    for name in ("documents/plan.txt", "documents/second.txt"):
        path = data / "media" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"what {name} says")
    return data


@pytest.fixture(scope="module")
def backup(installation: Path, tmp_path_factory: Any) -> Path:
    file = tmp_path_factory.mktemp("backups") / "backup.zip"
    manage(installation, "backup", file)
    return file


def people(data: Path) -> int:
    with sqlite3.connect(data / "bothways.sqlite3") as database:
        return int(database.execute("SELECT COUNT(*) FROM people_employee").fetchone()[0])


def test_interrupted_after_its_rows_a_restore_goes_on_and_nothing_starts_before(
    backup: Path, installation: Path, tmp_path: Path
) -> None:
    there = tmp_path / "there"
    assert killing.run(KILLED_AFTER, there, str(backup), "_load_rows").returncode == -9
    assert people(there) == people(installation)

    started = stack.run(
        [sys.executable, "manage.py", "prepare"], env=stack.environment(there, **stack.NEW), check=False
    )
    other = manage(there, "restore", OLDER, check=False)
    again = manage(there, "restore", backup)

    assert "was interrupted" in started.stderr
    assert "Traceback" not in started.stderr
    assert "another backup" in other.stderr
    assert "going on from there" in again.stdout
    assert "Restored" in again.stdout
    with sqlite3.connect(there / "bothways.sqlite3") as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
        indexed = database.execute("SELECT COUNT(*) FROM wagtailsearch_indexentry").fetchone()[0]
    assert "bothways_restoring" not in tables
    assert indexed > 0
    assert "already" in manage(there, "restore", backup, check=False).stderr


@pytest.mark.soak
@pytest.mark.parametrize("step", ["_load_uploads", "_migrate_to", "_load"][:ROUNDS])
def test_interrupted_before_its_rows_are_in_a_restore_is_the_only_thing_that_starts(
    backup: Path, installation: Path, tmp_path: Path, step: str
) -> None:
    there = tmp_path / "there"
    assert killing.run(KILLED_AFTER, there, str(backup), step).returncode == -9

    for arguments in (["prepare"], ["prepare", "--demo"], ["worker"], ["backup", tmp_path / "half.zip"]):
        refused = stack.run(
            [sys.executable, "manage.py", *arguments], env=stack.environment(there, **stack.NEW), check=False
        )
        assert "A restore into this database was interrupted" in refused.stderr
        assert "Traceback" not in refused.stderr
        assert refused.returncode != 0
    assert not (tmp_path / "half.zip").exists()

    assert "Restored" in manage(there, "restore", backup).stdout
    assert people(there) == people(installation)


@pytest.mark.django_db
@pytest.mark.parametrize(("is_demo", "command"), [(True, "make run"), (False, "make serve")])
def test_the_next_step_fits_what_was_restored(
    is_demo: bool, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Organisation.objects.update(is_demo=is_demo)
    monkeypatch.setattr(restore_command, "restore", lambda *_arguments, **_options: {"rows": 1, "files": 0})
    said = io.StringIO()

    call_command("restore", "backup.zip", stdout=said)

    assert said.getvalue().endswith(f"Start it with: {command}\n")


@pytest.mark.django_db
def test_ctrl_c_is_answered_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(restore_command, "restore", interrupted)

    with pytest.raises(CommandError, match="run the same command again, and it goes on"):
        call_command("restore", "backup.zip")


def test_a_full_disk_is_told_in_a_sentence_leaves_no_half_file_and_the_restore_is_begun_again(
    backup: Path, tmp_path: Path
) -> None:
    there = tmp_path / "there"

    done = killing.run(FULL_DISK, there, str(backup))

    assert "is full" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in sorted((there / "media").rglob("*.txt"))] == ["plan.txt"]
    assert manage(there, "restore", backup).stdout.count("Restored") == 1
    assert (there / "media/documents/second.txt").read_text() == "what documents/second.txt says"


def test_a_backup_says_which_file_a_row_names_that_is_not_there(installation: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(installation, data)
    with sqlite3.connect(data / "bothways.sqlite3") as database:
        for name in ("plan", "lost"):
            database.execute(
                "INSERT INTO wagtaildocs_document (title, file, created_at, collection_id, file_hash) "
                "VALUES (?, ?, '2026-01-01 00:00:00', 1, '')",
                (name, f"documents/{name}.txt"),
            )

    done = manage(data, "backup", tmp_path / "b.zip", check=False)

    assert done.returncode != 0
    assert "holds everything but an uploaded file that a row names: documents/lost.txt." in done.stderr
    assert "plan.txt" not in done.stderr
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert json.loads(archive.read("manifest.json"))["missing"] == ["documents/lost.txt"]
        assert archive.read("media/documents/plan.txt").decode() == "what documents/plan.txt says"


@pytest.mark.parametrize("place", [0.05, 0.5, 0.7])
def test_whichever_byte_is_damaged_the_operator_reads_a_sentence(
    place: float, backup: Path, tmp_path: Path
) -> None:
    content = bytearray(backup.read_bytes())
    start = int(len(content) * place)
    for number in range(start, start + 40):
        content[number] ^= 0xFF
    (tmp_path / "damaged.zip").write_bytes(content)

    done: subprocess.CompletedProcess[str] = manage(
        tmp_path / "there", "restore", tmp_path / "damaged.zip", check=False
    )

    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "damaged" in done.stderr or "cannot be opened" in done.stderr
    # It is known before anything is written.
    assert not (tmp_path / "there" / "media").exists()
    assert "Loading" not in done.stdout
