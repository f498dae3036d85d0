"""Nothing is lost in an upgrade: databases that earlier versions left behind are brought to this one.

Beside this file stand an installation's database (NAME.sqlite3.xz), its uploads (NAME-files.tar.xz,
where there were any), its backup, and what HR exported then. On SQLite the file itself is upgraded,
as `make upgrade` does it; on PostgreSQL the backup is restored into an empty database. What came out
is compared by a reader that knows no code of ours (`comparing.py`). How every version adds one
stands in `make_0_2_0.py`.
"""

import csv
import io
import json
import lzma
import sqlite3
import sys
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from audit import append_only
from tests.soak import ROUNDS
from tests.upgrades import comparing
from tests.upgrades.comparing import Table
from tools import stack
from tools.postgres import Postgres, cluster

pytestmark = pytest.mark.server
HERE = Path(__file__).parent
STORED = sorted(path.name.removesuffix(".sqlite3.xz") for path in HERE.glob("*.sqlite3.xz"))
EVERYBODY = (
    "anonymous", "employee", "technician", "author", "reviewer", "steward_business", "steward_technology",
    "hr", "manager", "outsider", "administrator+wagtail",
)  # fmt: skip
# Each role in the company with the hard cases; elsewhere those who together may open all of our own addresses.
A_FEW = ("employee", "hr", "administrator")
COLUMNS = (  # of HR's files, in every version
    "Person", "Employee number", "Department", "Course", "Asked for", "Due on", "Status", "Days over", "Begun on",
    "Completed on",
)  # fmt: skip
# Secret, or of one machine only: a backup has to leave these behind (docs/operator.md).
NOT_IN_A_BACKUP = frozenset(
    {
        "people_maintenancedoor",
        "people_signinattempt",
        "socialaccount_socialapp",
        "socialaccount_socialtoken",
        "wagtailadmin_editingsession",
        "wagtailcore_apitoken",
    }
)


@dataclass
class Upgraded:
    """An installation after its upgrade, and what it held before. Tests only look at it."""

    name: str
    data: Path
    url: str  # of the PostgreSQL database; empty on SQLite
    said: str
    before: Mapping[str, Table]
    files_before: Mapping[str, str]
    after: Mapping[str, Table]
    files_after: Mapping[str, str]

    @property
    def environment(self) -> dict[str, str]:
        return stack.environment(self.data, database_url=self.url)

    @property
    def lost_on_the_way(self) -> frozenset[str]:
        return NOT_IN_A_BACKUP if self.url else frozenset()

    @property
    def exported_then(self) -> dict[str, str]:
        return dict(json.loads((HERE / f"{self.name}-exports.json").read_text(encoding="utf-8")))

    @cached_property
    def roles(self) -> tuple[str, ...]:
        return EVERYBODY if self.name.endswith("-company") and not self.url else A_FEW

    @cached_property
    def told(self) -> dict[str, Any]:
        """What it says for itself, asked once: the first to ask waits for it."""
        command = [sys.executable, HERE / "after_upgrade.py", ",".join(self.exported_then), *self.roles]
        return dict(json.loads(stack.run(command, env=self.environment).stdout))


def unpacked(name: str, folder: Path) -> Path:
    """The data folder as the earlier version left it."""
    (folder / "media").mkdir(parents=True)
    (folder / "bothways.sqlite3").write_bytes(lzma.decompress((HERE / f"{name}.sqlite3.xz").read_bytes()))
    uploads = HERE / f"{name}-files.tar.xz"
    if uploads.exists():
        with tarfile.open(uploads) as archive:
            archive.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with cluster() as running:
        yield running


def stored_on_both() -> list[Any]:
    missing = Postgres.bin_folder() is None
    reason = "no PostgreSQL on this machine (Debian: apt install postgresql, or set POSTGRES_BIN)"
    marks = [pytest.mark.postgres, pytest.mark.skipif(missing, reason=reason)]
    # Restoring takes a minute of CPU each: in one round those with the hard cases, in soak every one.
    restored = [name for name in STORED if ROUNDS > 1 or name.endswith("-company")]
    return [
        *[pytest.param((name, "sqlite"), id=f"{name}-sqlite") for name in STORED],
        *[
            pytest.param((name, "postgresql"), id=f"{name}-postgresql", marks=[*marks, pytest.mark.soak])
            for name in restored
        ],
    ]


@pytest.fixture(scope="module", params=stored_on_both())
def upgraded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Upgraded:
    """One stored installation in this version, on one kind of database. Once for all tests."""
    name, kind = request.param
    before = unpacked(name, tmp_path_factory.mktemp("before") / "data")
    tables, files = (
        comparing.sqlite_tables(before / "bothways.sqlite3"),
        comparing.checksums(before / "media"),
    )
    is_demo = next(iter(tables["people_organisation"].rows.values()))[
        tables["people_organisation"].columns.index("is_demo")
    ]
    prepare = ["manage.py", "prepare", *(["--demo"] if is_demo else [])]
    if kind == "sqlite":
        data, url = before, ""
        said = stack.run([sys.executable, *prepare, "--backup"], env=stack.environment(data)).stdout
    else:
        data = tmp_path_factory.mktemp("restored") / "data"
        url = request.getfixturevalue("postgres").make_database(f"restored_{STORED.index(name)}")
        environment = stack.environment(data, database_url=url)
        restore = ["manage.py", "restore", HERE / f"{name}-backup.zip"]
        said = stack.run([sys.executable, *restore], env=environment).stdout
        said += stack.run([sys.executable, *prepare], env=environment).stdout
    after = comparing.postgres_tables(url) if url else comparing.sqlite_tables(data / "bothways.sqlite3")
    return Upgraded(name, data, url, said, tables, files, after, comparing.checksums(data / "media"))


def test_every_row_and_every_file_is_as_it_was(upgraded: Upgraded) -> None:
    without = upgraded.lost_on_the_way
    before = comparing.with_moved_models(upgraded.before)
    rows = comparing.differences(before, upgraded.after, without=without)
    files = comparing.file_differences(upgraded.files_before, upgraded.files_after)
    found = [str(one) for one in [*rows, *files]]

    compared = comparing.count(upgraded.before, without=without)
    assert found[:20] == [], f"{len(found)} differences in {compared} rows"
    assert compared > 3000


def test_the_figures_follow_from_the_answers_and_the_log_is_whole(upgraded: Upgraded) -> None:
    assert upgraded.told["verified"]["verify_records"] == "0 differences"
    assert upgraded.told["verified"]["verify_audit"].endswith("all as they were written")


def test_append_only_tables_refuse_changes_as_before(upgraded: Upgraded) -> None:
    vendor = "postgresql" if upgraded.url else "sqlite"
    expected = {
        (model._meta.db_table, name)
        for model in append_only.declared()
        for name in append_only.triggers(vendor, model._meta.db_table)
    }

    assert {
        (table, name) for table, name in triggers(upgraded) if table in {one for one, _ in expected}
    } == expected


def triggers(upgraded: Upgraded) -> set[tuple[str, str]]:
    """Table and name of each trigger that works."""
    if not upgraded.url:
        with closing(sqlite3.connect(upgraded.data / "bothways.sqlite3")) as database:
            return set(database.execute("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"))
    import psycopg  # only where there is a PostgreSQL

    with psycopg.connect(upgraded.url.replace("postgres://", "postgresql://")) as database:
        found = database.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
        )
        return set(found.fetchall())


def test_hr_gets_the_same_files_for_three_past_quarters(upgraded: Upgraded) -> None:
    then = upgraded.exported_then
    assert len(then) == 3
    assert all(file.count("\n") > 10 for file in then.values()), "a file without people proves nothing"

    now = upgraded.told["exports"]
    assert now.keys() == then.keys()
    for period, file in then.items():
        assert sorted(rows_of(now[period])) == sorted(rows_of(file)), period


def rows_of(file: str) -> list[tuple[str, ...]]:
    """The cells that a file has had in every version. Until 0.2.0 the filters stood above the names of the columns."""
    rows = list(csv.reader(io.StringIO(file.removeprefix("\ufeff"), newline="")))
    start = next(number for number, row in enumerate(rows) if row[:1] == ["Person"])
    head = rows[start]
    cells = [dict(zip(head, row, strict=True)) for row in rows[start + 1 :]]
    return [
        tuple(
            f"{row['Course code']} {row['Course']}" if name == "Course" and "Course code" in row
            # A department whose name another has too is named with those above it.
            else row[name].rpartition(" / ")[2] if name == "Department" else row[name]
            for name in COLUMNS
        )
        for row in cells
    ]  # fmt: skip


def test_every_address_answers_in_each_role(upgraded: Upgraded) -> None:
    found = upgraded.told

    assert found["broken"] == []
    assert found["published"] == [200]
    assert found["doors"]["hr"]["/reports/completion/"] == 200
    assert found["doors"]["administrator"]["/admin/"] == 200
    assert found["doors"]["employee"]["/reports/completion/"] == 403
    assert found["opened"] > 50 * len(upgraded.roles)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The database with the hard cases, as version 0.2.0 left it."""
    folder = unpacked("0.2.0-company", tmp_path_factory.mktemp("company") / "data")
    with closing(sqlite3.connect(folder / "bothways.sqlite3")) as database:
        yield database


@pytest.mark.parametrize(
    ("what", "least", "query"),
    [
        ("a closed audience", 1, "courses_audience WHERE closed_on IS NOT NULL"),
        ("a draft that is not public", 3, "wagtailcore_page WHERE NOT live AND depth > 2"),
        ("a page with a newer draft", 2, "wagtailcore_page WHERE live AND has_unpublished_changes"),
        ("a draft that goes live by itself", 1, "wagtailcore_revision WHERE approved_go_live_at IS NOT NULL"),
        ("a running review", 1, "wagtailcore_workflowstate WHERE status = 'in_progress'"),
        ("an approved review", 1, "wagtailcore_workflowstate WHERE status = 'approved'"),
        ("a review that was sent back", 1, "wagtailcore_workflowstate WHERE status = 'needs_changes'"),
        ("a course that was taken offline", 1, "wagtailcore_page WHERE NOT live AND slug = 'ordering-it' AND first_published_at IS NOT NULL"),
        ("a waiting mail", 1, "people_outboxmail WHERE state = 'waiting' AND tries = 0"),
        ("a mail that failed once", 1, "people_outboxmail WHERE state = 'waiting' AND tries = 1"),
        ("a mail that was given up", 1, "people_outboxmail WHERE state = 'failed' AND tries = 10"),
        ("a leaver", 1, "people_employee WHERE left_on IS NOT NULL"),
        ("ended memberships", 4, "people_membership WHERE until_on IS NOT NULL"),
        ("a person who moved twice", 1, "(SELECT 1 FROM people_membership GROUP BY employee_id HAVING COUNT(*) = 3)"),
        ("a question in two versions", 1, "quizzes_questionversion WHERE number = 2"),
        ("a sense in three versions", 1, "glossary_senseversion WHERE number = 3"),
        ("courses with several criteria", 2, "courses_criterion WHERE number = 2"),
        ("signatures", 4, "glossary_signature"),
        ("relations", 1, "glossary_relation"),
        ("answers", 300, "quizzes_answer"),
        ("open attempts", 3, "quizzes_attempt WHERE finished_at IS NULL"),
        ("failed attempts", 3, "quizzes_attempt WHERE NOT passed"),
        ("missed sign-ins", 3, "people_signinattempt"),
        ("entries of the log", 500, "people_auditentry"),
        ("a picture with a rendition", 1, "wagtailimages_rendition"),
        ("a document", 1, "wagtaildocs_document"),
        ("a course that waits for its import", 1, "courses_upload"),
        ("a list of people that waits", 1, "people_peopleupload"),
        ("an open report of a reader", 1, "courses_problemreport WHERE answered_at IS NULL"),
        ("an answer that a reader has seen", 1, "courses_problemreport WHERE seen_at IS NOT NULL"),
        ("marks of imports", 10, "glossary_importmark"),
        ("a remark on a draft", 1, "wagtailcore_comment"),
        ("work that waits for the worker", 1, "django_tasks_database_dbtaskresult WHERE status = 'READY'"),
    ],
)  # fmt: skip
def test_the_stored_company_holds_the_hard_cases(
    company: sqlite3.Connection, what: str, least: int, query: str
) -> None:
    assert company.execute(f"SELECT COUNT(*) FROM {query}").fetchone()[0] >= least, what
