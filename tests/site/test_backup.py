"""A backup is made while people work, holds no secret, and becomes the same installation again elsewhere."""

import json
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothways.operations.backup import CannotRestore, restore
from bothways.operations.backup.row_format import _READ, _WRITE
from tests.journeys import servers
from tests.soak import ROUNDS
from tools import stack
from tools.postgres import cluster

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.server
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452")


def manage(data: Path, *arguments: object, url: str = "", check: bool = True) -> Any:
    return stack.run(
        [sys.executable, "manage.py", *arguments], env=stack.environment(data, database_url=url), check=check
    )


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared installation of forty people, with two uploads. No test changes it."""
    data = tmp_path_factory.mktemp("installation") / "ours"
    stack.run(["cp", "-a", servers.installation("company") / "data", data])
    for name in ("documents/plan.txt", "original_images/a b.png"):
        path = data / "media" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(PNG)
    return data


@pytest.fixture(scope="module")
def backup(installation: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it. No test changes it."""
    file = tmp_path_factory.mktemp("backup") / "backup.zip"
    manage(installation, "backup", file)
    return file


def hashes(file: Path) -> dict[str, str]:
    """Every part of a backup with its hash."""
    with zipfile.ZipFile(file) as archive:
        return {
            name: part["sha256"] for name, part in json.loads(archive.read("manifest.json"))["parts"].items()
        }


def test_restored_elsewhere_every_table_and_file_is_the_same(
    installation: Path, backup: Path, tmp_path: Path
) -> None:
    said = manage(tmp_path / "there", "restore", backup).stdout

    assert "every table is as in the backup" in said
    manage(tmp_path / "there", "backup", tmp_path / "two.zip")
    here = hashes(backup)
    assert hashes(tmp_path / "two.zip") == here
    assert len([name for name in here if name.startswith("tables/")]) > 80
    assert (tmp_path / "there" / "media" / "original_images" / "a b.png").read_bytes() == PNG


@pytest.mark.postgres
@servers.NEEDS_POSTGRES
def test_a_backup_of_sqlite_moves_to_postgresql_and_back(tmp_path: Path) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    manage(servers.installation("company") / "data", "backup", first)
    moved = servers.installation("company-postgres")  # that company, restored from a backup
    stack.run(["cp", "-a", moved / "data", tmp_path / "there"])
    with cluster(moved / "postgres") as postgres:
        url = postgres.url("bothways")
        refused = manage(tmp_path / "there", "restore", first, url=url, check=False)
        manage(tmp_path / "there", "backup", second, url=url)

    said = manage(tmp_path / "again", "restore", second).stdout

    assert "holds an organisation already" in refused.stderr
    assert "every table is as in the backup" in said
    here, there = hashes(first), hashes(second)
    differing = {name for name in here.keys() | there.keys() if here.get(name) != there.get(name)}
    assert differing == set()
    assert len(here) > 80


def test_it_holds_no_secret(installation: Path, backup: Path) -> None:
    with zipfile.ZipFile(backup) as archive:
        names = archive.namelist()
        everything = b"".join(archive.read(name) for name in names)

    assert not [name for name in names if "session" in name or "signinattempt" in name or "token" in name]
    for key in ("secret.key", "audit.key"):
        assert (installation / key).read_bytes().strip() not in everything
    assert backup.stat().st_mode & 0o077 == 0


def test_it_names_the_end_of_the_audit_log(installation: Path, backup: Path) -> None:
    """Kept somewhere else, it shows whether the log was written anew since."""
    with sqlite3.connect(installation / "bothways.sqlite3") as connection:
        head = connection.execute("SELECT number || ':' || seal FROM people_audithead").fetchone()

    with zipfile.ZipFile(backup) as archive:
        assert json.loads(archive.read("manifest.json"))["audit_head"] == (head[0] if head else "")


def test_a_backup_under_load_is_of_one_instant(installation: Path, tmp_path: Path) -> None:
    """While somebody writes, the tables of a backup fit together and no saving has to wait for it."""
    data = tmp_path / "data"
    stack.run(["cp", "-a", installation, data])
    database = data / "bothways.sqlite3"
    done, slowest = threading.Event(), 0.0
    written: list[int] = []

    def write() -> None:
        nonlocal slowest
        with sqlite3.connect(database, timeout=20, isolation_level=None) as connection:
            while not done.is_set():
                began = time.monotonic()
                connection.execute("BEGIN IMMEDIATE")
                for table in ("bothways_left", "bothways_right"):
                    connection.execute(
                        "INSERT INTO jobs_scheduledrun (name, due_at, started_at, failures, error) VALUES (?, ?, ?, 0, '')",
                        (f"{table}-{len(written)}", "2026-01-01 00:00:00", "2026-01-01 00:00:00"),
                    )
                connection.execute("COMMIT")
                written.append(1)
                slowest = max(slowest, time.monotonic() - began)
                time.sleep(0.002)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        manage(data, "backup", tmp_path / "busy.zip")
    finally:
        done.set()
        writer.join()

    said = manage(tmp_path / "there", "restore", tmp_path / "busy.zip").stdout
    with sqlite3.connect(tmp_path / "there" / "bothways.sqlite3") as restored:
        counts = [
            restored.execute(
                "SELECT COUNT(*) FROM jobs_scheduledrun WHERE name LIKE ?", (f"{side}-%",)
            ).fetchone()[0]
            for side in ("bothways_left", "bothways_right")
        ]
    assert "every table is as in the backup" in said
    assert counts[0] == counts[1]
    assert 0 < counts[0] < len(written)
    assert slowest < 5


@pytest.mark.parametrize("place", [0.3, 0.9])
def test_a_flipped_byte_is_found_and_nothing_is_restored(place: float, backup: Path, tmp_path: Path) -> None:
    content = bytearray(backup.read_bytes())
    content[int(len(content) * place)] ^= 0x01
    flipped = tmp_path / "flipped.zip"
    flipped.write_bytes(content)

    done = manage(tmp_path / "there", "restore", flipped, check=False)

    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert people(tmp_path / "there") == 0


def people(data: Path) -> int:
    try:
        with sqlite3.connect(data / "bothways.sqlite3") as database:
            return int(database.execute("SELECT COUNT(*) FROM people_employee").fetchone()[0])
    except sqlite3.OperationalError:  # not even the tables
        return 0


def refusal(file: Path) -> str:
    """Why it was not restored. This test has no database: touching one would be an error."""
    with pytest.raises(CannotRestore) as refused:
        restore(file)
    return str(refused.value)


def test_what_is_no_backup_or_of_a_newer_version_is_refused_in_a_sentence(
    backup: Path, tmp_path: Path
) -> None:
    (tmp_path / "text.zip").write_text("no zip at all")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as archive:
        archive.writestr("hello.txt", "hello")
    newer = rewritten(
        backup, tmp_path / "newer.zip", lambda facts: facts["migrations"].append("people.9999_x")
    )

    assert "not a backup" in refusal(tmp_path / "text.zip")
    assert "not a backup" in refusal(tmp_path / "empty.zip")
    assert "newer version" in refusal(newer)
    assert "There is no file" in refusal(tmp_path / "missing.zip")
    said = manage(tmp_path / "there", "restore", newer, check=False).stderr
    assert "newer version" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("name", ["media/../../outside.txt", "media/a\\..\\b"])
def test_a_name_that_leads_outside_is_refused(name: str, backup: Path, tmp_path: Path) -> None:
    facts = {"size": 1, "sha256": "0" * 64}
    hostile = rewritten(
        backup,
        tmp_path / "hostile.zip",
        lambda manifest: manifest["parts"].update({name: facts}),
        extra={name: b"x"},
    )

    assert "not used" in refusal(hostile)
    assert not (tmp_path / "outside.txt").exists()


def rewritten(backup: Path, target: Path, change: Any, extra: dict[str, bytes] | None = None) -> Path:
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                facts = json.loads(content)
                change(facts)
                content = json.dumps(facts).encode()
            new.writestr(name, content)
        for name, content in (extra or {}).items():
            new.writestr(name, content)
    return target


def test_an_installation_in_use_is_never_overwritten(installation: Path, backup: Path) -> None:
    before = people(installation)

    done = manage(installation, "restore", backup, check=False)

    assert "holds an organisation already" in done.stderr
    assert people(installation) == before > 0
    assert "exists already" in manage(installation, "backup", backup, check=False).stderr


def begin(data: Path, *arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "manage.py", *map(str, arguments)]
    settings = stack.environment(data, PYTHONUNBUFFERED="1")
    return subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, text=True)


def kill(process: "subprocess.Popen[str]") -> None:
    """`kill -9`, of a process that has not ended by itself."""
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL


@pytest.mark.soak
@pytest.mark.parametrize("step", ["Loading the rows …", "Making the tables …"][:ROUNDS])
def test_killed_in_the_midst_a_restore_begins_again(
    installation: Path, backup: Path, tmp_path: Path, step: str
) -> None:
    there = tmp_path / "there"
    process = begin(there, "restore", backup)
    assert process.stdout is not None

    assert any(step in line for line in process.stdout), "it never came so far"
    kill(process)

    assert people(there) == 0
    assert "was interrupted" in manage(there, "prepare", check=False).stderr
    manage(there, "restore", backup)
    assert people(there) == people(installation) > 0


@pytest.mark.soak
def test_killed_in_the_midst_a_backup_is_not_there_and_the_next_one_is_whole(
    installation: Path, backup: Path, tmp_path: Path
) -> None:
    half = tmp_path / "half.zip"
    unfinished = half.with_name("half.zip.unfinished")
    for _round in range(ROUNDS):
        unfinished.unlink(missing_ok=True)
        process = begin(installation, "backup", half)
        while not unfinished.exists():
            assert process.poll() is None, "it ended before it was seen at work"
            time.sleep(0.005)
        kill(process)
        assert not half.exists()
        assert unfinished.exists()

    manage(installation, "backup", half)

    assert not unfinished.exists()
    assert hashes(half) == hashes(backup)


def test_tables_are_backed_up_before_they_change(installation: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    stack.run(["cp", "-a", installation, data])
    with sqlite3.connect(data / "bothways.sqlite3") as database:
        last = database.execute(
            "SELECT app, name FROM django_migrations WHERE app = 'bothways' ORDER BY id DESC LIMIT 1"
        ).fetchone()
        database.execute("DELETE FROM django_migrations WHERE app = ? AND name = ?", last)

    done = stack.run(
        [sys.executable, "manage.py", "prepare"],
        env=stack.environment(data, **stack.NEW),
        check=False,
    )

    # The table is there already, so this upgrade cannot work; what matters is that the way back exists.
    assert "Backing up to" in done.stdout
    assert len(list((data / "backups").glob("before-*.zip"))) == 1


@given(st.datetimes(), st.booleans())
def test_an_instant_is_written_the_same_from_text_and_from_a_datetime(value: Any, as_text: bool) -> None:
    written = _WRITE["instant"](str(value) if as_text else value)

    assert written == _WRITE["instant"](value)
    assert written.endswith("+00:00")


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=8))
def test_json_is_written_the_same_however_the_database_spaced_it(value: Any) -> None:
    written = _WRITE["json"](json.dumps(value))

    assert written == _WRITE["json"](json.dumps(value, indent=3))
    assert json.loads(written) == value


@given(st.binary(), st.timedeltas(), st.uuids())
def test_bytes_durations_and_keys_come_back(content: bytes, duration: Any, key: Any) -> None:
    assert _READ["bytes"](_WRITE["bytes"](content)) == content
    assert _WRITE["duration"](_READ["duration"](_WRITE["duration"](duration))) == _WRITE["duration"](duration)
    assert _WRITE["uuid"](key.hex) == _WRITE["uuid"](str(key)) == _WRITE["uuid"](key) == str(key)


@given(st.datetimes(timezones=st.just(UTC)))
def test_sqlite_gets_an_instant_as_django_writes_it(value: Any) -> None:
    assert _READ["instant"](_WRITE["instant"](value)) == str(value.replace(tzinfo=None))
