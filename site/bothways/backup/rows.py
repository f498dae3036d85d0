"""Rows as lines of text that are the same from either database, and back."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

AT_ONCE = 1000
SECRET_OR_LOCAL = frozenset(
    {
        "sessions.session",
        "people.signinattempt",
        "people.maintenancedoor",
        "jobs.heartbeat",
        "socialaccount.socialapp",
        "wagtailadmin.editingsession",
        "wagtailcore.apitoken",
        "socialaccount.socialtoken",
        "wagtailsearch.indexentry",
        "wagtailsearch.sqliteftsindexentry",
    }
)
"""Models whose rows stay where they are: secret, of one machine only, or built anew."""


@dataclass(frozen=True)
class Column:
    """A column and how its values are written: the same text from either database."""

    name: str
    kind: str

    def written(self, value: Any) -> Any:
        """The database's value as JSON can hold it."""
        return None if value is None else _WRITE.get(self.kind, _as_it_is)(value)

    def read(self, value: Any) -> Any:
        """What was written, as this database wants it as a parameter."""
        return None if value is None else _READ.get(self.kind, _as_it_is)(value)


def _as_it_is(value: Any) -> Any:
    return value


def _instant(value: Any) -> str:
    """SQLite gives an instant without a zone, as text or as datetime; both mean UTC."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return str(moment.isoformat(timespec="microseconds"))


def _canonical(value: Any) -> str:
    return json.dumps(
        json.loads(value) if isinstance(value, str | bytes) else value,
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _uuid_parameter(value: str) -> Any:
    return UUID(value) if connection.features.has_native_uuid_field else UUID(value).hex


def _microseconds(value: Any) -> int:
    return int(value / timedelta(microseconds=1)) if isinstance(value, timedelta) else int(value)


def _duration_parameter(value: int) -> Any:
    return timedelta(microseconds=value) if connection.features.has_native_duration_field else value


_WRITE: dict[str, Callable[[Any], Any]] = {
    "bool": bool,
    "instant": _instant,
    "date": lambda value: value if isinstance(value, str) else value.isoformat(),
    "time": lambda value: value if isinstance(value, str) else value.isoformat(),
    "uuid": lambda value: str(value if isinstance(value, UUID) else UUID(value)),
    "json": _canonical,
    "bytes": lambda value: b64encode(bytes(value)).decode(),
    "decimal": str,
    "duration": _microseconds,
}
_READ: dict[str, Callable[[Any], Any]] = {
    "instant": lambda value: connection.ops.adapt_datetimefield_value(datetime.fromisoformat(value)),
    "date": lambda value: connection.ops.adapt_datefield_value(date.fromisoformat(value)),
    "time": lambda value: connection.ops.adapt_timefield_value(time.fromisoformat(value)),
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
class Table:
    name: str
    columns: tuple[Column, ...]
    order: str
    model: type[models.Model]
    uploads: tuple[str, ...] = ()  # columns that name an uploaded file

    @property
    def part(self) -> str:
        return f"tables/{self.name}.jsonl"

    def lines(self) -> Iterator[bytes]:
        """Every row as a line of JSON, by primary key. One query, in chunks."""
        quote = connection.ops.quote_name
        names = ", ".join(quote(column.name) for column in self.columns)
        with connection.chunked_cursor() as cursor:
            cursor.execute(f"SELECT {names} FROM {quote(self.name)} ORDER BY {quote(self.order)}")  # noqa: S608
            while rows := cursor.fetchmany(AT_ONCE):
                for row in rows:
                    values = [column.written(value) for column, value in zip(self.columns, row, strict=True)]
                    yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    def named_uploads(self) -> set[str]:
        """The uploaded files that its rows name. One query a column."""
        quote = connection.ops.quote_name
        names: set[str] = set()
        with connection.cursor() as cursor:
            for column in self.uploads:
                cursor.execute(f"SELECT {quote(column)} FROM {quote(self.name)}")  # noqa: S608 - our own tables
                names |= {name for (name,) in cursor.fetchall() if name}
        return names

    def load(self, lines: Iterator[bytes]) -> int:
        """Rows from lines; how many."""
        quote = connection.ops.quote_name
        names = ", ".join(quote(column.name) for column in self.columns)
        places = ", ".join(["%s"] * len(self.columns))
        statement = f"INSERT INTO {quote(self.name)} ({names}) VALUES ({places})"  # noqa: S608
        count = 0
        with connection.cursor() as cursor:
            while lot := list(islice(lines, AT_ONCE)):
                rows = [
                    [column.read(value) for column, value in zip(self.columns, json.loads(line), strict=True)]
                    for line in lot
                ]
                cursor.executemany(statement, rows)
                count += len(rows)
        return count


def tables(loader: MigrationLoader, *, also: Collection[str] = ()) -> list[Table]:
    """The tables as the applied migrations made them, without those whose rows stay where they are.

    `also` names tables to be taken nevertheless: an earlier version may have kept the rows of more.
    """
    applied = list(loader.applied_migrations)
    state = loader.project_state([node for node in applied if node in loader.graph.nodes])
    found = {}
    for model in state.apps.get_models(include_auto_created=True):
        meta = model._meta
        if not meta.managed or meta.proxy:
            continue
        if meta.label_lower not in SECRET_OR_LOCAL or meta.db_table in also:
            fields = meta.local_concrete_fields
            columns = tuple(Column(_column(field), _kind(field)) for field in fields)
            uploads = tuple(_column(field) for field in fields if isinstance(field, models.FileField))
            found[meta.db_table] = Table(meta.db_table, columns, _column(meta.pk), model, uploads)
    return [found[name] for name in sorted(found)]


def _column(field: Any) -> str:
    return str(field.column)


def _kind(field: Any) -> str:
    while field.remote_field is not None:
        field = field.target_field
    return _KINDS.get(field.get_internal_type(), "")


@contextmanager
def one_instant() -> Iterator[None]:
    """Everything read inside is of the same instant, and nobody who writes has to wait.

    Not `atomic`: on SQLite that takes the one right to write (our transactions are IMMEDIATE).
    """
    begin = "BEGIN" if connection.vendor == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    with connection.cursor() as cursor:
        cursor.execute(begin)
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT 1 FROM django_migrations LIMIT 1"
            )  # the instant is that of the first reading
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
