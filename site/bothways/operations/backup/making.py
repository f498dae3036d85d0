"""One file with everything, while people go on working."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from bothways.operations.backup.progress import Progress, Say
from bothways.operations.backup.row_format import Table, shorten_the_log, tables
from bothways.startup import NotReady, assert_wholly_restored
from gates.bundles import BundleWriter, new_bundle
from jobs.snapshots import one_snapshot

FORMAT = 1


class CannotBackUp(Exception):
    """Why no backup was made, in a sentence; nothing was changed."""


@dataclass(frozen=True)
class Made:
    """What a backup holds, and the files that rows name and that were nowhere to be found."""

    rows: int
    files: int
    missing: tuple[str, ...]


def make_backup(path: Path, *, now: datetime, say: Say = lambda _sentence: None) -> Made:
    """Write everything into one file.

    The file appears when it is complete; until then it is called FILE.unfinished.

    Raises: CannotBackUp
    """
    if path.exists():
        raise CannotBackUp(f"{path} exists already. Nothing was overwritten; choose another name.")
    if not path.parent.is_dir():
        raise CannotBackUp(f"There is no folder {path.parent}. Nothing was written.")
    try:
        assert_wholly_restored()
    except NotReady as reason:
        raise CannotBackUp(f"{reason} Nothing was written.") from reason
    loader = MigrationLoader(connection)
    kept_tables = tables(loader)
    named: set[str] = set()
    with new_bundle(path) as bundle:
        counts = {}
        with one_snapshot():
            there = {table.name: table.count() for table in kept_tables}
            progress = Progress(say, rows=sum(there.values()))
            for table in kept_tables:
                counts[table.name] = _add(bundle, table, there[table.name], progress)
                named |= table.named_uploads()
            head = _audit_head(counts)
        rows = sum(counts.values())
        say(f"{rows:,} rows of {len(counts)} tables")
        if head:
            say(f"the audit log up to {head}")
        files = {name for name in _uploads("") if _add_upload(bundle, name)}
        missing = tuple(sorted(named - files))
        say(f"{len(files)} uploaded files")
        bundle.close(
            {
                "format": FORMAT,
                "made_at": now.isoformat(),
                "database": connection.vendor,
                "migrations": sorted(f"{app}.{name}" for app, name in loader.applied_migrations),
                "columns": {table.name: [column.name for column in table.columns] for table in kept_tables},
                "rows": counts,
                "missing": missing,
                "audit_head": head,  # kept with the backup, it shows whether the log was written anew since
            }
        )
    shorten_the_log()
    return Made(rows, len(files), missing)


def _audit_head(tables: Container[str]) -> str:
    """Number and seal of the newest entry; "" where there is none. Written by hand, as the model may be newer."""
    if "people_audithead" not in tables:
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, seal FROM people_audithead WHERE number > 0")
        row = cursor.fetchone()
    return f"{row[0]}:{row[1]}" if row else ""


def _add(bundle: BundleWriter, table: Table, rows: int, progress: Progress) -> int:
    with bundle.part(table.part) as write:

        def written() -> Iterator[int]:
            for lot in table.lots():
                write(lot.text)
                yield lot.rows

        return progress.follow("Writing", table, rows, written())


def _uploads(folder: str) -> Iterator[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:  # nothing was uploaded yet
        return
    for name in sorted(files):
        yield f"{folder}/{name}" if folder else name
    for name in sorted(folders):
        yield from _uploads(f"{folder}/{name}" if folder else name)


def _add_upload(bundle: BundleWriter, name: str) -> bool:
    """False if the file went away since it was listed."""
    try:
        with default_storage.open(name) as file:
            bundle.add(f"media/{name}", iter(lambda: file.read(1 << 20), b""))
    except FileNotFoundError:
        return False
    return True
