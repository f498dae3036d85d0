"""The database of every first start, `snapshot.sql`, is what the migrations make: tables, triggers and rows."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bothways.operations import snapshot

ROOT = Path(__file__).resolve().parents[2]
# As a first start, only that no snapshot is found: then the migrations are run one after the other.
MIGRATE = """
import sys
from pathlib import Path
sys.path.insert(0, "site")
import django
django.setup()
from django.core.management import call_command
from bothways.operations import snapshot
snapshot.FILE = Path("no-such-file.sql")
call_command("migrate", interactive=False, verbosity=0)
"""
# What differs from one run of the same migrations to the next.
BY_CHANCE = {("django_migrations", "applied"), ("wagtailcore_page", "translation_key")}
Contents = dict[str, Any]


def contents(database: sqlite3.Connection) -> Contents:
    """What a database holds: "trigger people_…" → its SQL, "rows of …" → its rows without what differs by chance."""
    made = database.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    found: Contents = {f"{kind} {name}": sql for kind, name, sql in made}
    for kind, name, _sql in made:
        if kind == "table":
            cursor = database.execute(f'SELECT * FROM "{name}"')
            columns = [column for column, *_rest in cursor.description]
            kept = [place for place, column in enumerate(columns) if (name, column) not in BY_CHANCE]
            found[f"rows of {name}"] = sorted(repr([row[place] for place in kept]) for row in cursor)
    return found


def differences(one: Contents, other: Contents) -> set[str]:
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def loaded(sql: str) -> Contents:
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(sql)
        return contents(database)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Contents:
    """An empty SQLite database after all migrations were really run, which takes as long as it takes."""
    data = tmp_path_factory.mktemp("migrated")
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"BOTHWAYS_DATA": str(data), "DJANGO_SETTINGS_MODULE": "bothways.settings"}
    subprocess.run([sys.executable, "-c", MIGRATE], cwd=ROOT, env=environment, check=True)
    with closing(sqlite3.connect(data / "bothways.sqlite3")) as database:
        return contents(database)


@pytest.fixture(scope="module")
def text() -> str:
    return snapshot.FILE.read_text(encoding="utf-8")


def test_the_snapshot_is_what_the_migrations_make(migrated: Contents, text: str) -> None:
    assert len(migrated["rows of django_migrations"]) > 100
    assert differences(loaded(text), migrated) == set()


def test_a_trigger_that_is_cut_out_is_found(migrated: Contents, text: str) -> None:
    triggers = [name for name in migrated if name.startswith("trigger ") and name.endswith("_no_update")]
    assert len(triggers) >= 4

    for trigger in triggers:
        name = trigger.removeprefix("trigger ")
        without = re.sub(rf"CREATE TRIGGER {name} .*?; END;\n", "", text, flags=re.DOTALL)
        assert differences(loaded(without), migrated) == {trigger}


@pytest.mark.parametrize(
    ("pattern", "other", "found"),
    [
        (r"INSERT INTO \"auth_group_permissions\" .*\n", "", "rows of auth_group_permissions"),
        (r"'Reviewer'", "'Reviewers'", "rows of auth_group"),
        (r"CREATE UNIQUE INDEX \"?(\w+)\"? .*;\n", "", "index"),
    ],
)
def test_a_row_or_an_index_that_is_not_what_migrations_make_is_found(
    migrated: Contents, text: str, pattern: str, other: str, found: str
) -> None:
    changed, count = re.subn(pattern, other, text, count=1)

    assert count == 1
    (name,) = differences(loaded(changed), migrated)
    assert name.startswith(found)


# --- When it is made anew -----------------------------------------------------------------------------


def test_what_migrations_import_of_ours_counts() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in snapshot.sources()}

    assert names >= {
        "audit/append_only.py", "people/models.py", "people/roles.py", "people/migrations/0001_initial.py",
        "site/bothways/rights.py",
    }  # fmt: skip
    assert "audit/log.py" not in names


def test_every_way_to_import_is_seen(tmp_path: Path) -> None:
    packages = {name: ROOT / name for name in ("people", "courses", "glossary", "jobs")}
    file = tmp_path / "0009_new.py"
    file.write_text(
        "import people.accounts.limits\n"
        "from glossary.rules import matching\n"
        "from courses.queries import standings\n"
        "import django.db, json\n"
        "def forwards(apps, editor):\n"
        "    from jobs.rules.schedule import read\n"
    )

    found = {path.relative_to(ROOT).as_posix() for path in snapshot.imported_by(file, packages)}

    assert found - {"glossary/__init__.py", "glossary/rules/__init__.py", "courses/queries/__init__.py"} == {
        "people/accounts/limits.py", "glossary/rules/matching.py", "courses/queries/standings.py", "jobs/rules/schedule.py",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "audit/append_only.py",
        "people/models.py",
        "site/bothways/rights.py",
        "people/migrations/0001_initial.py",
    ],
)
def test_a_change_of_any_of_them_makes_the_snapshot_one_of_yesterday(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert snapshot.is_current()
    real = Path.read_bytes
    monkeypatch.setattr(
        Path, "read_bytes", lambda path: real(path) + (b"\n# changed" if path == ROOT / name else b"")
    )

    assert not snapshot.is_current()
