"""An empty installation filled from a backup."""

import hashlib
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from tempfile import SpooledTemporaryFile

from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from bothways.backup.making import FORMAT
from bothways.backup.rows import Table, one_instant, tables
from gates.bundles import BundleReader, BundleRefused, open_bundle

Say = Callable[[str], object]


class CannotRestore(Exception):
    """Why nothing was restored, in a sentence; the database is as it was."""


def restore(path: Path, *, say: Say = lambda _sentence: None) -> dict[str, int]:
    """Fill an empty installation from a backup, bring it up to this version, and compare every table.

    Rows go in in one transaction: interrupted or refused, the database is as empty as before.

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
    _refuse_what_is_in_use()
    say("Making the tables …")
    _migrate_to(wanted)
    loader = MigrationLoader(connection)
    found = tables(loader)
    if {table.name: [column.name for column in table.columns] for table in found} != bundle.facts.get(
        "columns"
    ):
        raise CannotRestore(
            f"{path.name} has other tables than its version of Bothways. Nothing was restored."
        )
    say("Loading the rows …")
    rows = _load(bundle, found)
    say("Comparing every table with the backup …")
    with one_instant():
        for table in found:
            if _hash(table) != bundle.parts[table.part]["sha256"]:
                raise CannotRestore(
                    f"The table {table.name} is not as in the backup. Do not use this database."
                )
    files = _load_uploads(bundle)
    say("Bringing it up to this version …")
    call_command("migrate", interactive=False, verbosity=0)
    say("Making the search index …")
    call_command("wagtail_update_index", verbosity=0, stdout=StringIO())
    return {"rows": rows, "files": files}


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
    # Squashed migrations stand in the graph for those that they replace; a backup names both.
    everything = set(MigrationLoader(None).graph.nodes)
    if everything <= wanted:
        call_command("migrate", interactive=False, verbosity=0)
        return
    MigrationExecutor(connection).migrate(sorted(wanted & everything))
    extra = MigrationRecorder(connection).applied_migrations().keys() - wanted
    if extra:
        raise CannotRestore(
            "This database has newer tables than the backup. Restore into one that is really empty."
        )


def _load(bundle: BundleReader, found: list[Table]) -> int:
    rows = 0
    with connection.constraint_checks_disabled(), transaction.atomic():
        with connection.cursor() as cursor:
            for table in found:  # what migrations themselves put in: languages, root page, rights
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table.name)}")  # noqa: S608
        for table in found:
            rows += table.load(bundle.lines(table.part))
        connection.check_constraints()
        statements = connection.ops.sequence_reset_sql(no_style(), [table.model for table in found])
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    return rows


def _hash(table: Table) -> str:
    digest = hashlib.sha256()
    for line in table.lines():
        digest.update(line)
    return digest.hexdigest()


def _load_uploads(bundle: BundleReader) -> int:
    names = [name for name in bundle.parts if name.startswith("media/")]
    for part in names:
        name = part.removeprefix("media/")
        if default_storage.exists(name):
            default_storage.delete(name)
        with SpooledTemporaryFile(max_size=1 << 20) as file:
            for block in bundle.blocks(part):
                file.write(block)
            file.seek(0)
            default_storage.save(name, File(file))
    return len(names)
