"""An empty, fully migrated SQLite database as SQL, so that a first start need not replay years of migrations.

Replaying them costs about 14 seconds of CPU, nearly all of it for tables that come and go again. The
file says from which migrations it was made; where those differ from what is installed, it is not
used and the migrations are run as ever. `make fix` writes it anew.
"""

import ast
import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import wagtail
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

FILE = Path(__file__).with_name("snapshot.sql")
MADE_FROM = "-- made from: "
_LONG_AGO = "2026-01-01 00:00:00"


def fingerprint() -> str:
    """Changes with every migration that is installed, and every line of ours that takes part in migrating."""
    digest = hashlib.sha256(f"{django.get_version()} {wagtail.__version__}".encode())
    loader = MigrationLoader(None)
    digest.update(repr(sorted(loader.disk_migrations)).encode())
    for file in sources():
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def sources() -> list[Path]:
    """Our migrations, the table of rights, and what these import of ours: SQL of triggers stands there.

    And this module, which writes the file.
    """
    packages = _our_packages()
    files = {file for path in packages.values() for file in (path / "migrations").glob("*.py")}
    files |= {Path(__file__), Path(__file__).parents[1] / "rights.py"}
    imported = {module for file in files for module in imported_by(file, packages)}
    return sorted(files | imported)


def _our_packages() -> dict[str, Path]:
    """Name → folder of each application that is part of this project."""
    paths = {config.name: Path(config.path) for config in apps.get_app_configs()}
    return {
        name: path
        for name, path in paths.items()
        if path.is_relative_to(settings.BASE_DIR) and "site-packages" not in path.parts
    }


def imported_by(file: Path, packages: dict[str, Path]) -> set[Path]:
    """The modules of these packages that a file names in an import, at its top or inside a function."""
    modules = set()
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            package, *rest = name.split(".")
            if package in packages:
                path = packages[package].joinpath(*rest)
                modules |= {
                    there for there in (path.with_suffix(".py"), path / "__init__.py") if there.is_file()
                }
    return modules


def is_current() -> bool:
    """True if the file was made from exactly what is installed."""
    try:
        with FILE.open(encoding="utf-8") as file:
            return file.readline().strip() == MADE_FROM + fingerprint()
    except FileNotFoundError:
        return False


def load(connection: Any) -> None:
    """Fill an empty database. All or nothing."""
    connection.ensure_connection()
    raw: sqlite3.Connection = connection.connection
    try:
        raw.executescript(f"BEGIN IMMEDIATE;\n{FILE.read_text(encoding='utf-8')}\nCOMMIT;")
    except sqlite3.Error:
        if raw.in_transaction:
            raw.rollback()
        raise


def write(connection: Any) -> None:
    """Write the file from a database that was just migrated and holds nothing else."""
    connection.ensure_connection()
    lines = [MADE_FROM + fingerprint(), *_statements(connection.connection)]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _statements(raw: sqlite3.Connection) -> Iterator[str]:
    """Tables with their rows first, then indexes and triggers, which may refuse what a row needs."""
    rows = raw.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
    ).fetchall()
    virtual = [name for kind, name, sql in rows if sql.upper().startswith("CREATE VIRTUAL")]

    def is_shadow(name: str) -> bool:
        return any(name.startswith(f"{table}_") for table in virtual)

    tables = [
        (name, sql)
        for kind, name, sql in rows
        if kind == "table" and not is_shadow(name) and not name.startswith("sqlite_")
    ]
    yield from (f"{sql};" for _, sql in tables)
    for name, _ in tables:
        if name not in virtual:
            yield from _rows(raw, name)
    yield 'DELETE FROM "sqlite_sequence";'  # the last number of each table, whose row may be gone
    yield from _rows(raw, "sqlite_sequence")
    yield from (f"{sql};" for kind, name, sql in rows if kind in {"index", "trigger"} and not is_shadow(name))


def _rows(raw: sqlite3.Connection, table: str) -> Iterator[str]:
    columns = [row[1] for row in raw.execute(f'PRAGMA table_info("{table}")')]
    quoted = ", ".join(f'quote("{column}")' for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    for values in raw.execute(f'SELECT {quoted} FROM "{table}" ORDER BY rowid').fetchall():  # noqa: S608 - our own tables
        kept = list(values)
        if table == "django_migrations":
            kept[columns.index("applied")] = f"'{_LONG_AGO}'"
        yield f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(kept)});'  # noqa: S608 - our own tables
