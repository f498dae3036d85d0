"""The rows as the database holds them, by plain SQL: from a running one, a copy of one, or a backup.

No model of the product is asked, so nothing of what it computes is believed.
"""

import json
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

Row = dict[str, Any]
Rows = dict[str, list[Row]]

# What is read, and how each column is written down: u a UUID, j JSON, b true or false, t an instant, = as it is.
COLUMNS: Mapping[str, tuple[str, str]] = {
    "answers": (
        "quizzes_answer",
        "id= key:u employee_id= version_id= question_key:u drawn_id= context_key:u chosen:j is_unsure:b "
        "is_correct:b confidence= answered_at:t",
    ),
    "attempts": (
        "quizzes_attempt",
        "id= public_id:u employee_id= quiz_key:u number= pass_percent= question_count= started_at:t finished_at:t "
        "correct_count= score_percent= passed:b",
    ),
    "drawn": ("quizzes_drawn", "id= attempt_id= position= version_id="),
    "versions": ("quizzes_questionversion", "id= question_key:u kind= payload:j"),
    "evidence": ("courses_evidence", "id= employee_id= course_key:u lesson_key:u kind= at:t"),
    "criteria": ("courses_criterion", "id= course_key:u number= rule:j"),
    "records": (
        "courses_courserecord",
        "id= employee_id= course_key:u criterion_id= status= started_at:t completed_at:t lessons_done= "
        "lessons_needed= best_score_percent= progress:j",
    ),
    "pages": ("wagtailcore_page", "id= url_path= translation_key:u"),
}


def read(database: str) -> Rows:
    """Of a postgres:// address or an SQLite file. One transaction, so all tables are of one instant."""
    if database.startswith("postgres"):
        import psycopg

        with psycopg.connect(database, connect_timeout=20) as postgres, postgres.transaction():
            postgres.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            return {name: list(_rows(postgres, name)) for name in COLUMNS}
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=20)) as sqlite:
        sqlite.execute("BEGIN")
        return {name: list(_rows(sqlite, name)) for name in COLUMNS}


def quick_check(database: Path) -> str:
    """ "ok", or what SQLite says is wrong with a file."""
    with closing(sqlite3.connect(database)) as sqlite:
        return "; ".join(row[0] for row in sqlite.execute("PRAGMA quick_check"))


def keys_in_backup(file: Path) -> set[str]:
    """The keys of all answers that a backup holds."""
    with zipfile.ZipFile(file) as archive:
        position = json.loads(archive.read("manifest.json"))["columns"]["quizzes_answer"].index("key")
        lines = archive.read("tables/quizzes_answer.jsonl").decode().splitlines()
    return {json.loads(line)[position] for line in lines}


def _rows(connection: Any, name: str) -> Iterator[Row]:
    table, written = COLUMNS[name]
    columns = [(word[:-1], "=") if word.endswith("=") else word.split(":") for word in written.split()]
    names = ", ".join(column for column, _kind in columns)
    for row in connection.execute(f"SELECT {names} FROM {table} ORDER BY id"):  # noqa: S608 - names from above
        yield {column: _read(kind, value) for (column, kind), value in zip(columns, row, strict=True)}


def _read(kind: str, value: Any) -> Any:
    if value is None or kind == "=":
        return value
    if kind == "u":
        return str(value if isinstance(value, UUID) else UUID(value))
    if kind == "j":
        return json.loads(value) if isinstance(value, str) else value
    if kind == "b":
        return bool(value)
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
