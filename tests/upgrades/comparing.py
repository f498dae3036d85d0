"""What two states of an installation hold, read without any code of ours, and each difference by name.

Rows are read with `sqlite3` or `psycopg` and brought to one form (that of SQLite), so that a database
can be compared with one of the other kind. Every table counts but those that `LEFT_OUT` names.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

# Nothing that anybody did stands in these: the state of processes, and what is made anew from other rows.
LEFT_OUT = frozenset({"django_migrations", "django_session", "cache", "jobs_heartbeat", "jobs_scheduledrun"})
LEFT_OUT_PREFIXES = ("sqlite_", "wagtailsearch_")
# A new version brings rights, kinds of rows and work for the worker; what was there stays.
MAY_GROW = frozenset(
    {
        "auth_group",
        "auth_group_permissions",
        "auth_permission",
        "django_content_type",
        "django_tasks_database_dbtaskresult",
        "wagtailcore_groupcollectionpermission",
        "wagtailcore_grouppagepermission",
    }
)
# Written anew from what is compared (pages, senses) or from the program's own files; the row itself has to stay.
RENDERED = {
    "courses_published": {"card", "data", "rendered_at"},
    "glossary_publishedword": {"card", "data", "guide", "rendered_at"},
    # What a framework of the program says of its edition: read from its file at every start, and edited by nobody.
    "courses_framework": {"version", "attribution"},
}
GONE = "(gone)"
# Models that stand in another app since: their content types, and with them rights and logs, keep their rows.
MOVED = {
    ("people", "auditentry"): "audit",
    ("people", "audithead"): "audit",
    ("people", "maintenancedoor"): "audit",
    ("people", "outboxmail"): "post",
    ("courses", "courseteam"): "authoring",
    ("courses", "coursecopy"): "authoring",
    ("courses", "upload"): "exchange",
}


@dataclass(frozen=True)
class Difference:
    table: str
    key: str
    column: str
    before: Any
    after: Any

    def __str__(self) -> str:
        values = (str(value)[:80] for value in (self.before, self.after))
        return ", ".join([self.table, self.key, self.column, *values])


@dataclass(frozen=True)
class Table:
    """`rows`: key → values, in the order of the columns."""

    columns: tuple[str, ...]
    key: tuple[str, ...]
    rows: Mapping[tuple[Any, ...], tuple[Any, ...]]


def sqlite_tables(path: Path) -> dict[str, Table]:
    """Every table of an SQLite file, apart from those left out."""
    with closing(sqlite3.connect(path)) as database:
        named = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        )
        found = {}
        for (name,) in named.fetchall():
            if not _is_left_out(name):
                info = database.execute(f'PRAGMA table_info("{name}")').fetchall()
                columns = tuple(row[1] for row in info)
                key = tuple(row[1] for row in info if row[5])
                found[name] = _table(
                    columns, key, database.execute(f'SELECT * FROM "{name}"'), _text_as_it_means
                )
        return found


def postgres_tables(url: str) -> dict[str, Table]:
    """Every table of a PostgreSQL database, apart from those left out, as SQLite would hold it."""
    import psycopg  # only where there is a PostgreSQL

    with psycopg.connect(url.replace("postgres://", "postgresql://")) as database:
        columns: dict[str, list[tuple[str, str]]] = {}
        for table, column, kind in database.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
        ):
            columns.setdefault(table, []).append((column, kind))
        keys: dict[str, list[str]] = {}
        for table, column in database.execute(
            "SELECT c.relname, a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
            "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey) WHERE i.indisprimary ORDER BY a.attnum"
        ):
            keys.setdefault(table, []).append(column)
        found = {}
        for name, described in columns.items():
            if not _is_left_out(name) and name in keys:
                # JSON as text: a driver would make a string and a number of it that are none.
                asked = ", ".join(f'"{column}"' + "::text" * (kind == "jsonb") for column, kind in described)
                rows = database.execute(f'SELECT {asked} FROM "{name}"')  # type: ignore[arg-type]  # our own names
                found[name] = _table(
                    tuple(column for column, _ in described), tuple(keys[name]), rows, _as_sqlite
                )
        return found


def _table(
    columns: tuple[str, ...],
    key: tuple[str, ...],
    rows: Iterable[tuple[Any, ...]],
    form: Callable[[Any], Any],
) -> Table:
    places = [columns.index(name) for name in key]
    formed = (tuple(map(form, row)) for row in rows)
    return Table(columns, key, {tuple(row[place] for place in places): row for row in formed})


def _is_left_out(name: str) -> bool:
    return name in LEFT_OUT or name.startswith(LEFT_OUT_PREFIXES)


def _text_as_it_means(value: Any) -> Any:
    """JSON is the same with its names in another order and other spaces; all other text is as it is."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.dumps(json.loads(value), sort_keys=True, ensure_ascii=False)
        except ValueError:
            return value
    return value


def _as_sqlite(value: Any) -> Any:
    match value:
        case bool():
            return int(value)
        case UUID():
            return value.hex
        case datetime():
            return str(value.astimezone(UTC).replace(tzinfo=None))
        case date():
            return value.isoformat()
        case memoryview():
            return bytes(value)
    return _text_as_it_means(value)


def with_moved_models(tables: Mapping[str, Table]) -> dict[str, Table]:
    """What an earlier version held, with its content types named as they are now."""
    types = tables["django_content_type"]
    app, model = types.columns.index("app_label"), types.columns.index("model")
    rows = {}
    for key, row in types.rows.items():
        label = MOVED.get((row[app], row[model]), row[app])
        rows[key] = (*row[:app], label, *row[app + 1 :])
    return {**tables, "django_content_type": Table(types.columns, types.key, rows)}


def differences(
    before: Mapping[str, Table], after: Mapping[str, Table], *, without: Iterable[str] = ()
) -> Iterator[Difference]:
    """What was there and is another now, is gone, or has come to a table that nobody wrote to.

    New tables and new columns are what upgrades bring; a column that went is one difference.
    """
    for name, old in before.items():
        if name in without:
            continue
        new = after.get(name)
        if new is None:
            yield Difference(name, "", "", f"{len(old.rows)} rows", GONE)
            continue
        yield from (
            Difference(name, "", column, "a column", GONE)
            for column in old.columns
            if column not in new.columns
        )
        yield from _row_differences(name, old, new)


def _row_differences(name: str, old: Table, new: Table) -> Iterator[Difference]:
    rendered = RENDERED.get(name, set())
    compared = [
        (column, place, new.columns.index(column))
        for place, column in enumerate(old.columns)
        if column in new.columns and column not in rendered
    ]
    for key, row in old.rows.items():
        found = new.rows.get(key)
        if found is None:
            yield Difference(name, _said(key), "", _summary(old, row), GONE)
            continue
        for column, here, there in compared:
            if row[here] != found[there]:
                yield Difference(name, _said(key), column, row[here], found[there])
    if name not in MAY_GROW:
        for key in new.rows.keys() - old.rows.keys():
            yield Difference(name, _said(key), "", "(nothing)", _summary(new, new.rows[key]))


def _said(key: tuple[Any, ...]) -> str:
    return "/".join(map(str, key))


def _summary(table: Table, row: tuple[Any, ...]) -> str:
    return " ".join(f"{column}={value}" for column, value in zip(table.columns, row, strict=True))


def checksums(folder: Path) -> dict[str, str]:
    """Every file below a folder, by its name there."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def file_differences(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Difference]:
    """Files that are gone, have come or have other bytes."""
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, "(nothing)"), after.get(name, GONE)
        if old != new:
            yield Difference("files", name, "sha256", old, new)


def count(tables: Mapping[str, Table], *, without: Iterable[str] = ()) -> int:
    """How many rows are compared."""
    return sum(len(table.rows) for name, table in tables.items() if name not in without)
