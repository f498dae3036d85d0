"""Rows as lines of text that are the same from either database, and back."""

import json
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

from bothways.operations.table_scope import tables_that_stay

AT_ONCE = 1000
BYTES_AT_ONCE = 4_000_000
Conversion = Callable[[Any], Any]
_SAID = {"quizzes_drawn": "drawn questions"}  # where the model's own name is no English
TRIES, PAUSE_SECONDS = 20, 0.05
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Column:
    """A column and how its values are written: the same text from either database."""

    name: str
    kind: str


def _instant(value: Any) -> str:
    """SQLite gives an instant without a zone, as text or as datetime; both mean UTC."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return f"{moment.isoformat(timespec='microseconds')}+00:00"


def _canonical(value: Any) -> str:
    return _CANONICAL.encode(json.loads(value) if isinstance(value, str | bytes) else value)


def _uuid(value: Any) -> str:
    """Cut by hand where it is text, as on SQLite: an object for each is most of the time of a table of answers."""
    if isinstance(value, str) and len(value) == 32:
        value = value.lower()
        return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"
    return str(value if isinstance(value, UUID) else UUID(value))


def _uuid_parameter(value: str) -> str:
    return value if connection.features.has_native_uuid_field else value.replace("-", "")


def _instant_parameter(value: str) -> Any:
    """PostgreSQL reads the text itself; what SQLite holds is cut from ours."""
    if connection.vendor == "postgresql":
        return value
    if len(value) == 32 and value.endswith("+00:00"):
        return f"{value[:10]} {value[11:26]}".removesuffix(".000000")
    return connection.ops.adapt_datetimefield_value(datetime.fromisoformat(value))


def _microseconds(value: Any) -> int:
    return int(value / timedelta(microseconds=1)) if isinstance(value, timedelta) else int(value)


def _duration_parameter(value: int) -> Any:
    return timedelta(microseconds=value) if connection.features.has_native_duration_field else value


_WRITE: dict[str, Conversion] = {
    "bool": bool,
    "instant": _instant,
    "date": lambda value: value if isinstance(value, str) else value.isoformat(),
    "time": lambda value: value if isinstance(value, str) else value.isoformat(),
    "uuid": _uuid,
    "json": _canonical,
    "bytes": lambda value: b64encode(bytes(value)).decode(),
    "decimal": str,
    "duration": _microseconds,
}
_READ: dict[str, Conversion] = {
    "instant": _instant_parameter,
    "date": lambda value: connection.ops.adapt_datefield_value(date.fromisoformat(value)),
    "time": lambda value: connection.ops.adapt_timefield_value(time_of_day.fromisoformat(value)),
    "uuid": _uuid_parameter,
    "bytes": b64decode,
    "decimal": Decimal,
    "duration": _duration_parameter,
}
_KINDS = {
    "BooleanField": "bool",
    "DateTimeField": "instant",
    "DateField": "date",
    "TimeField": "time",
    "UUIDField": "uuid",
    "JSONField": "json",
    "BinaryField": "bytes",
    "DecimalField": "decimal",
    "DurationField": "duration",
}


@dataclass(frozen=True)
class Lot:
    """Some rows of a table: how many, and a line for each."""

    rows: int
    text: bytes


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[Column, ...]
    order: str
    model: type[models.Model]
    uploads: tuple[str, ...] = ()  # columns that name an uploaded file

    @property
    def part(self) -> str:
        return f"tables/{self.name}.jsonl"

    @property
    def said(self) -> str:
        """What it holds, in words: "answers"."""
        return _SAID.get(self.name, str(self.model._meta.verbose_name_plural))

    def count(self) -> int:
        """How many rows there are. One query."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(self.name)}")  # noqa: S608
            return int(cursor.fetchone()[0])

    def lots(self) -> Iterator[Lot]:
        """Every row as a line of JSON, by primary key. A query for each thousand, which begins after the last.

        No cursor stays open in between: a pooler of connections keeps none, and on SQLite whoever writes
        meanwhile would fail. That all is of one instant is the caller's transaction.
        """
        quote = connection.ops.quote_name
        names = ", ".join(quote(column.name) for column in self.columns)
        key = [column.name for column in self.columns].index(self.order)
        rows_of = f"SELECT {names} FROM {quote(self.name)}"  # noqa: S608 - our own tables
        by_key = f"ORDER BY {quote(self.order)} LIMIT {AT_ONCE}"
        statement = f"{rows_of} {by_key}"
        after: list[Any] = []
        while True:
            with connection.cursor() as cursor:
                cursor.execute(statement, after)
                rows = cursor.fetchall()
            if rows:
                yield Lot(len(rows), _lines(rows, self._conversions(_WRITE)))
            if len(rows) < AT_ONCE:
                return
            statement, after = f"{rows_of} WHERE {quote(self.order)} > %s {by_key}", [rows[-1][key]]

    def named_uploads(self) -> set[str]:
        """The uploaded files that its rows name. One query a column."""
        quote = connection.ops.quote_name
        names: set[str] = set()
        with connection.cursor() as cursor:
            for column in self.uploads:
                cursor.execute(f"SELECT {quote(column)} FROM {quote(self.name)}")  # noqa: S608 - our own tables
                names |= {name for (name,) in cursor.fetchall() if name}
        return names

    def load(self, lines: Iterable[bytes]) -> Iterator[int]:
        """Rows from lines, by the thousand; after each lot, how many it held.

        COPY on PostgreSQL: one statement for the table, where each row had a round trip of its own.
        """
        quote = connection.ops.quote_name
        table, names = quote(self.name), ", ".join(quote(column.name) for column in self.columns)
        conversions = self._conversions(_READ)
        lots = (_values(lot, conversions) for lot in _by_the_thousand(lines))
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with (
                    connection.wrap_database_errors,
                    cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
                ):
                    for rows in lots:
                        for row in rows:
                            copy.write_row(row)
                        yield len(rows)
                return
            placeholders = ", ".join(["%s"] * len(self.columns))
            statement = f"INSERT INTO {table} ({names}) VALUES ({placeholders})"  # noqa: S608 - our own tables
            for rows in lots:
                cursor.executemany(statement, rows)
                yield len(rows)

    def _conversions(self, known: dict[str, Conversion]) -> list[tuple[int, Conversion]]:
        """The positions in a row whose values are written otherwise than they are held."""
        return [
            (position, known[column.kind])
            for position, column in enumerate(self.columns)
            if column.kind in known
        ]


def _by_the_thousand(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Fewer where they are long."""
    lot: list[bytes] = []
    size = 0
    for line in lines:
        lot.append(line)
        size += len(line)
        if len(lot) == AT_ONCE or size > BYTES_AT_ONCE:
            yield lot
            lot, size = [], 0
    if lot:
        yield lot


def _values(lines: list[bytes], conversions: list[tuple[int, Conversion]]) -> list[list[Any]]:
    """What was written, as this database wants it as parameters."""
    rows: list[list[Any]] = json.loads(b"[%b]" % b",".join(lines))
    for position, read in conversions:
        for row in rows:
            if row[position] is not None:
                row[position] = read(row[position])
    return rows


def _lines(rows: Iterable[Iterable[Any]], conversions: list[tuple[int, Conversion]]) -> bytes:
    """The database's values as lines of JSON."""
    values = [list(row) for row in rows]
    for position, write in conversions:
        for row in values:
            if row[position] is not None:
                row[position] = write(row[position])
    return ("\n".join(map(_ENCODER.encode, values)) + "\n").encode()


def tables(loader: MigrationLoader, *, also: Collection[str] = ()) -> list[Table]:
    """The tables as the applied migrations made them, without those whose rows stay where they are.

    `also` names tables to be taken nevertheless: an earlier version may have kept the rows of more.
    """
    applied = list(loader.applied_migrations)
    state = loader.project_state([node for node in applied if node in loader.graph.nodes])
    by_name, stays = {}, tables_that_stay()
    for model in state.apps.get_models(include_auto_created=True):
        meta = model._meta
        if not meta.managed or meta.proxy:
            continue
        if meta.db_table not in stays or meta.db_table in also:
            fields = meta.local_concrete_fields
            columns = tuple(Column(_column(field), _kind(field)) for field in fields)
            uploads = tuple(_column(field) for field in fields if isinstance(field, models.FileField))
            by_name[meta.db_table] = Table(meta.db_table, columns, _column(meta.pk), model, uploads)
    return [by_name[name] for name in sorted(by_name)]


def _column(field: Any) -> str:
    return str(field.column)


def _kind(field: Any) -> str:
    while field.remote_field is not None:
        field = field.target_field
    return _KINDS.get(field.get_internal_type(), "")


def shorten_the_log() -> None:
    """What is committed goes into SQLite's file itself, and the file beside it (-wal) becomes empty again.

    While somebody reads for long, as a backup does, that file only grows. Nobody waits for this: where others
    are just then at work it is tried again, and at the worst the file is shortened another time.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        patience = cursor.fetchone()[0]
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")  # the work; what follows has little left to do
        cursor.execute("PRAGMA busy_timeout = 0")  # else it would hold the lock while it waits for readers
        try:
            for _turn in range(TRIES):
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                if not cursor.fetchone()[0]:
                    return
                time.sleep(PAUSE_SECONDS)
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")
