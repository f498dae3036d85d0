"""An empty installation filled from a backup."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from tempfile import SpooledTemporaryFile

from django.contrib.contenttypes.models import ContentType
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from audit import heads
from bothways.operations.backup.making import FORMAT
from bothways.operations.backup.progress import Progress, Say
from bothways.operations.backup.row_format import Table, shorten_the_log, tables
from bothways.startup import RESTORING
from gates.bundles import BundleReader, BundleRefused, open_bundle


class CannotRestore(Exception):
    """Why nothing was restored, in a sentence; the database is as it was."""


def restore(path: Path, *, say: Say = lambda _sentence: None) -> dict[str, int]:
    """Fill an empty installation from a backup, compare every table, and bring it up to this version.

    The whole file is read and checked before anything is written. Files go in first, then all rows in one
    transaction that is committed only when every table is as in the backup. From the first write to the
    last a mark keeps everything else from starting on what is half there; the same command goes on.

    Raises: CannotRestore
    """
    try:
        with open_bundle(path) as bundle:
            return _restore(bundle, path, say)
    except FileNotFoundError as problem:
        raise CannotRestore(f"There is no file {path}.") from problem
    except BundleRefused as problem:
        raise CannotRestore(str(problem)) from problem


def _restore(bundle: BundleReader, path: Path, say: Say) -> dict[str, int]:
    if bundle.facts.get("format") != FORMAT:
        raise CannotRestore(
            f"{path.name} was made by another version of Bothways, which this one cannot read."
        )
    wanted = _migrations_of(bundle, path)
    mark, begun = _mark_of(bundle), _interrupted()
    if begun is None:
        _refuse_what_is_in_use()
    elif begun.backup != mark:
        raise CannotRestore(
            f"A restore of another backup than {path.name} was interrupted here. Go on with that one, or "
            "restore into an empty database: another BOTHWAYS_DATA, or another DATABASE_URL."
        )
    if begun is not None and begun.has_rows:
        say("The rows are in already; going on from there.")
    else:
        say(f"Reading {path.name}, made at {bundle.facts.get('made_at')} …")
        bundle.check()
        _begin(mark)
        # Heads of the audit log that were kept in this folder are of the database that stood here before.
        if aside := heads.put_aside(now=timezone.now()):
            say(f"The heads of another audit log were kept here; they lie in {aside.name} now.")
        try:
            say("Loading the uploaded files …")
            _load_uploads(bundle)
            _load_rows(bundle, path, wanted, say)
        except (CannotRestore, BundleRefused):
            _end()  # nothing is in it, and the same command would say the same again
            raise
    # Kept in this process since the tables were made, when kinds of rows had other numbers: rights and the
    # search index, which come next, would be those of other kinds.
    ContentType.objects.clear_cache()
    say("Bringing it up to this version …")
    call_command("migrate", interactive=False, verbosity=0)
    say("Making the search index …")
    call_command("wagtail_update_index", verbosity=0, stdout=StringIO())
    _end()
    tables_in_it = [facts for name, facts in bundle.parts.items() if name.startswith("tables/")]
    rows = bundle.facts.get("rows")
    return {
        "rows": sum(rows.values()) if isinstance(rows, dict) else 0,
        "files": len(bundle.parts) - len(tables_in_it),
    }


def _load_rows(bundle: BundleReader, path: Path, wanted: set[tuple[str, str]], say: Say) -> None:
    """All rows or none, compared before they are committed; the mark says so in the same transaction."""
    say("Making the tables …")
    _migrate_to(wanted)
    columns = bundle.facts.get("columns")
    named = columns if isinstance(columns, dict) else {}
    kept_tables = [table for table in tables(MigrationLoader(connection), also=named) if table.name in named]
    if not named or {table.name: [column.name for column in table.columns] for table in kept_tables} != named:
        raise CannotRestore(
            f"{path.name} has other tables than its version of Bothways. Nothing was restored."
        )
    counts = bundle.facts.get("rows")
    rows = (
        {table.name: int(counts.get(table.name, 0)) for table in kept_tables}
        if isinstance(counts, dict)
        else {}
    )
    progress = Progress(say, rows=2 * sum(rows.values()))  # each is loaded, and each is compared
    with connection.constraint_checks_disabled(), transaction.atomic():
        say("Loading the rows …")
        _load(bundle, kept_tables, rows, progress)
        say("Comparing every table with the backup …")
        for table in kept_tables:
            if _hash(table, rows, progress) != bundle.parts[table.part]["sha256"]:
                raise CannotRestore(
                    f"The table {table.name} did not become as it is in {path.name}. Nothing was restored."
                )
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {RESTORING} SET step = %s", [_ROWS])  # noqa: S608 - a fixed name
    shorten_the_log()


def _mark_of(bundle: BundleReader) -> str:
    """The same for the same backup, whatever its file is called."""
    return hashlib.sha256(json.dumps(bundle.facts, sort_keys=True).encode()).hexdigest()


_BEGUN, _ROWS = "begun", "rows"


@dataclass(frozen=True)
class _Begun:
    """A restore that was interrupted: of which backup, and whether its rows are in."""

    backup: str
    has_rows: bool


def _interrupted() -> _Begun | None:
    if RESTORING not in connection.introspection.table_names():
        return None
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT backup, step FROM {RESTORING}")  # noqa: S608 - a fixed name
        backup, step = cursor.fetchone()
    return _Begun(backup, step == _ROWS)


def _begin(mark: str) -> None:
    """From here on nothing else starts on this database. Said again, it stays as it is."""
    if _interrupted():
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {RESTORING} (backup varchar(64) NOT NULL, step varchar(10) NOT NULL)")
        cursor.execute(f"INSERT INTO {RESTORING} VALUES (%s, %s)", [mark, _BEGUN])  # noqa: S608 - a fixed name


def _end() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {RESTORING}")


def _migrations_of(bundle: BundleReader, path: Path) -> set[tuple[str, str]]:
    names = bundle.facts.get("migrations")
    if not isinstance(names, list) or not all(isinstance(name, str) and "." in name for name in names):
        raise CannotRestore(f"{path.name} does not say which version it is of. Nothing was restored.")
    wanted = {(name.split(".", 1)[0], name.split(".", 1)[1]) for name in names}
    known = set(MigrationLoader(None).disk_migrations)
    if newer := sorted(f"{app}.{name}" for app, name in wanted - known):
        raise CannotRestore(
            f"{path.name} was made by a newer version of Bothways (it knows {newer[0]}). Nothing was restored; "
            "install that version, restore, and go on from there."
        )
    return wanted


def _refuse_what_is_in_use() -> None:
    names = connection.introspection.table_names()
    if "people_employee" not in names:
        return
    with connection.cursor() as cursor:
        for table in ("people_employee", "people_organisation"):
            cursor.execute(f"SELECT COUNT(*) FROM {table}")  # noqa: S608 - two fixed names
            if cursor.fetchone()[0]:
                raise CannotRestore(
                    "This database holds an organisation already, and it was left as it is. Restore into an "
                    "empty one: another BOTHWAYS_DATA, or another DATABASE_URL."
                )


def _migrate_to(wanted: set[tuple[str, str]]) -> None:
    """Tables as of the backup's version, which may be older than this one."""
    loader = MigrationLoader(connection)
    # A later version may have put one migration in the place of several that the backup names.
    done = wanted | {
        key for key, squashed in loader.replacements.items() if wanted.issuperset(squashed.replaces)
    }
    if done.issuperset(loader.graph.nodes):
        call_command("migrate", interactive=False, verbosity=0)
        return
    if extra := sorted(loader.applied_migrations.keys() - done):
        raise CannotRestore(
            f"This database has newer tables than the backup ({extra[0][0]}.{extra[0][1]}). No row was restored; "
            "restore into one without tables: another BOTHWAYS_DATA, or another DATABASE_URL."
        )
    MigrationExecutor(connection).migrate(_leaves(loader.graph, done))


def _leaves(graph: MigrationGraph, done: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """The last of each app. To the executor, an earlier one that is planned already means the way back."""
    here = done & graph.nodes.keys()
    return sorted(
        node
        for node in here
        if not any(child.key in here and child.key[0] == node[0] for child in graph.node_map[node].children)
    )


def _load(bundle: BundleReader, kept_tables: list[Table], rows: dict[str, int], progress: Progress) -> None:
    with connection.cursor() as cursor:
        for table in kept_tables:  # what migrations themselves put in: languages, root page, rights
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table.name)}")  # noqa: S608
    for table in kept_tables:
        progress.follow("Loading", table, rows.get(table.name, 0), table.load(bundle.lines(table.part)))
    connection.check_constraints()
    statements = connection.ops.sequence_reset_sql(no_style(), [table.model for table in kept_tables])
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _hash(table: Table, rows: dict[str, int], progress: Progress) -> str:
    digest = hashlib.sha256()

    def compared() -> Iterator[int]:
        for lot in table.lots():
            digest.update(lot.text)
            yield lot.rows

    progress.follow("Comparing", table, rows.get(table.name, 0), compared())
    return digest.hexdigest()


def _load_uploads(bundle: BundleReader) -> None:
    for part in (name for name in bundle.parts if name.startswith("media/")):
        name = part.removeprefix("media/")
        if default_storage.exists(name):  # half of it, where this was interrupted before
            default_storage.delete(name)
        with SpooledTemporaryFile(max_size=1 << 20) as file:
            for block in bundle.blocks(part):
                file.write(block)
            file.seek(0)
            try:
                default_storage.save(name, File(file))
            except OSError:  # a full disk: half a file is worse than none
                default_storage.delete(name)
                raise
