"""Rows by the thousand: in and out the same on either database, in few statements, with little memory."""

import json
import sqlite3
import tracemalloc
import uuid
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from bothways.operations.backup import row_format
from bothways.operations.backup.progress import Progress
from bothways.operations.backup.row_format import Column, Table
from tests.journeys import servers
from tests.site.test_backup import hashes, manage
from tests.soak import ROUNDS
from tools import stack
from tools.postgres import cluster

HARD = "tab\there, a line\nand \r, \\N, \\. and 'quotes', \"more\", %s, ё, \U0001f600, {1,2}, ends with \\"
MEMORY_MB = 24
"""What reading or writing a table may take beside itself, however long it is."""
ON_BOTH = [pytest.param(False, id="sqlite")]
if ROUNDS > 1:
    marks = [pytest.mark.postgres, servers.NEEDS_POSTGRES]
    ON_BOTH.append(pytest.param(True, id="postgresql", marks=marks))


@pytest.fixture
def scratch(db: None) -> Iterator[Table]:
    """An empty table with a column of every kind."""
    with isolate_apps("people"):

        class Scratch(models.Model):
            text = models.TextField(null=True)
            number = models.FloatField(null=True)
            flag = models.BooleanField(null=True)
            at = models.DateTimeField(null=True)
            day = models.DateField(null=True)
            hour = models.TimeField(null=True)
            key = models.UUIDField(null=True)
            data = models.JSONField(null=True)
            content = models.BinaryField(null=True)
            price = models.DecimalField(null=True, max_digits=9, decimal_places=1)
            span = models.DurationField(null=True)

            class Meta:
                app_label = "people"

            def __str__(self) -> str:
                return str(self.text)

        kinds = [
            "",
            "",
            "",
            "bool",
            "instant",
            "date",
            "time",
            "uuid",
            "json",
            "bytes",
            "decimal",
            "duration",
        ]
        fields = Scratch._meta.concrete_fields
        columns = tuple(Column(str(field.column), kind) for field, kind in zip(fields, kinds, strict=True))
        statement, parameters = connection.schema_editor().table_sql(Scratch)
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters or None)
        yield Table(Scratch._meta.db_table, columns, "id", Scratch)


def line(pk: int, /, **fields: Any) -> bytes:
    row = {
        "text": HARD, "number": 1.5, "flag": True, "at": "2026-02-28T23:59:59.000001+00:00", "day": "2026-02-28",
        "hour": "23:59:59", "key": "00112233-4455-6677-8899-aabbccddeeff", "data": '{"a":[1,"\\n"],"b":null}',
        "content": "AP+A", "price": "12.5", "span": 90_000_001, **fields,
    }  # fmt: skip
    return json.dumps([pk, *row.values()], ensure_ascii=False, separators=(",", ":")).encode()


EMPTY = dict.fromkeys(
    ["text", "number", "flag", "at", "day", "hour", "key", "data", "content", "price", "span"]
)


def text_of(table: Table) -> bytes:
    return b"".join(lot.text for lot in table.lots())


@pytest.mark.sql
def test_every_kind_of_value_comes_back_the_same_and_is_what_django_reads(scratch: Table) -> None:
    lines = [
        line(1),
        line(2, **EMPTY),
        line(3, text="", at="1999-12-31T00:00:00.000000+00:00", flag=False, data='"text"', span=-1),
    ]

    assert sum(scratch.load(lines)) == 3

    assert text_of(scratch) == b"\n".join(lines) + b"\n"
    first, empty, other = scratch.model._default_manager.order_by("pk").values()
    assert first == {
        "id": 1,
        "text": HARD,
        "number": 1.5,
        "flag": True,
        "at": datetime(2026, 2, 28, 23, 59, 59, 1, tzinfo=UTC),
        "day": date(2026, 2, 28),
        "hour": time(23, 59, 59),
        "key": uuid.UUID("00112233-4455-6677-8899-aabbccddeeff"),
        "data": {"a": [1, "\n"], "b": None},
        "content": first["content"],
        "price": Decimal("12.5"),
        "span": timedelta(seconds=90, microseconds=1),
    }
    assert bytes(first["content"]) == b"\x00\xff\x80"
    assert set(empty.values()) == {2, None}
    assert other["at"] == datetime(1999, 12, 31, tzinfo=UTC)
    assert (other["text"], other["data"]) == ("", "text")


@pytest.mark.parametrize(("count", "queries"), [(0, 1), (2, 1), (3, 2), (4, 2), (7, 3)])
@pytest.mark.sql
def test_every_row_is_read_once_in_queries_that_begin_after_the_last(
    count: int, queries: int, scratch: Table, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    """No cursor stays open between them: a pooler of connections would lose it."""
    lines = [line(10 * number) for number in range(count)]
    list(scratch.load(lines))
    monkeypatch.setattr(row_format, "AT_ONCE", 3)

    with django_assert_num_queries(queries) as asked:
        text = text_of(scratch)

    assert text.splitlines() == lines
    assert all(query["sql"].endswith("LIMIT 3") for query in asked.captured_queries)


@pytest.mark.sql
def test_rows_go_in_by_the_thousand_and_long_ones_by_fewer(scratch: Table) -> None:
    sent: list[bool] = []

    def count(execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any) -> Any:
        sent.append(many)
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(count):
        short = list(scratch.load(line(number) for number in range(2_500)))
        long = list(scratch.load(line(number, text="x" * 1_500_000) for number in range(3_000, 3_004)))

    assert short == [1000, 1000, 500]
    assert long == [3, 1]
    # PostgreSQL gets one COPY for each table, which is no statement with parameters.
    assert sent == ([] if connection.vendor == "postgresql" else [True] * 5)


@pytest.mark.soak
@pytest.mark.sql
def test_the_longest_table_takes_no_more_memory_than_a_short_one(scratch: Table) -> None:
    rows = 200_000 if ROUNDS > 1 else 10_000
    tracemalloc.start()
    try:
        assert sum(scratch.load(line(number) for number in range(rows))) == rows
        assert sum(lot.rows for lot in scratch.lots()) == rows
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < MEMORY_MB * 1_000_000


def test_progress_is_said_at_every_hundred_thousand_with_what_is_left(scratch: Table) -> None:
    said: list[str] = []
    clock = iter([0.0, 30.0, 60.0, 290.0])
    progress = Progress(said.append, rows=1_000_000, clock=lambda: next(clock))

    assert progress.follow("Loading", scratch, 250_500, [1_000] * 250 + [500]) == 250_500
    assert progress.follow("Loading", scratch, 40, [40]) == 40
    assert progress.follow("Comparing", scratch, 749_460, [700_000, 49_460]) == 749_460

    assert said == [
        "Loading scratchs: 100,000 of 250,500 rows; about 4 minutes left",
        "Loading scratchs: 200,000 of 250,500 rows; about 4 minutes left",
        "Comparing scratchs: 700,000 of 749,460 rows; less than a minute left",
    ]


@pytest.fixture
def beside(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Somebody who has the database of a company open; 2 MB stand in the file beside it."""
    stack.run(["cp", "-a", servers.installation("company") / "data", tmp_path / "data"])
    with closing(sqlite3.connect(tmp_path / "data" / "bothways.sqlite3", isolation_level=None)) as somebody:
        somebody.execute("PRAGMA wal_autocheckpoint = 0")
        somebody.execute("CREATE TABLE more (text TEXT)")
        somebody.executemany("INSERT INTO more VALUES (?)", [("x" * 10_000,)] * 200)
        yield somebody


@pytest.mark.server
def test_a_backup_leaves_no_long_file_beside_the_database(beside: sqlite3.Connection, tmp_path: Path) -> None:
    log = tmp_path / "data" / "bothways.sqlite3-wal"
    assert log.stat().st_size > 2_000_000

    manage(tmp_path / "data", "backup", tmp_path / "b.zip")

    assert log.stat().st_size == 0


@pytest.mark.server
def test_whoever_reads_meanwhile_keeps_no_backup_from_its_end(
    beside: sqlite3.Connection, tmp_path: Path
) -> None:
    beside.execute("BEGIN")
    beside.execute("SELECT COUNT(*) FROM more").fetchone()

    said = manage(tmp_path / "data", "backup", tmp_path / "b.zip").stdout

    assert "Keep it where only you can read it." in said
    assert (tmp_path / "data" / "bothways.sqlite3-wal").stat().st_size > 2_000_000


@pytest.fixture
def database(postgres: bool) -> Iterator[str]:
    """The address of an empty database: none for SQLite."""
    if not postgres:
        yield ""
        return
    with cluster() as running:
        yield running.make_database("restored")


@pytest.mark.soak
@pytest.mark.server
@pytest.mark.parametrize("postgres", ON_BOTH)
def test_a_large_company_comes_back_and_progress_is_told(tmp_path: Path, database: str) -> None:
    """A million answers in twenty rounds; 3,000 in one."""
    data = tmp_path / "data"
    stack.run(["cp", "-a", servers.installation("demo") / "data", data])
    answers = 50_000 * ROUNDS if ROUNDS > 1 else 3_000
    manage(data, "seed_demo", "--employees", 16, "--courses", 0, "--answers", answers)
    manage(data, "backup", tmp_path / "first.zip")

    said = manage(tmp_path / "there", "restore", tmp_path / "first.zip", url=database).stdout
    manage(tmp_path / "there", "backup", tmp_path / "second.zip", url=database)

    assert "every table is as in the backup" in said
    assert hashes(tmp_path / "first.zip") == hashes(tmp_path / "second.zip")
    with zipfile.ZipFile(tmp_path / "first.zip") as archive:
        rows = json.loads(archive.read("manifest.json"))["rows"]
    assert rows["quizzes_answer"] >= answers
    assert rows["people_auditentry"] > 50
    steps = [
        line for line in said.splitlines() if line.startswith(("Loading answers:", "Comparing answers:"))
    ]
    assert len(steps) == 2 * (rows["quizzes_answer"] // 100_000)
