"""Whoever changes tables does so alone: of two nodes that start at once, the second waits for the first."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.db import DatabaseError

_TURN = 0x626F7470  # our number among the advisory locks of a database; publishing.publication has another
_WAITS = "Another process prepares this database. This one waits until it has finished, and then goes on."
_held = False  # by this process: `prepare` calls `migrate`, which asks as well


@contextmanager
def alone(connection: Any, say: Callable[[str], object]) -> Iterator[None]:
    """No other process prepares this database meanwhile. The lock ends with this process, however it ends."""
    global _held  # noqa: PLW0603 - as the lock itself: one for the process
    if _held:
        yield
        return
    lock = _postgres if connection.vendor == "postgresql" else _file
    with lock(connection, say):
        _held = True
        try:
            yield
        finally:
            _held = False


@contextmanager
def _postgres(connection: Any, say: Callable[[str], object]) -> Iterator[None]:
    """A lock of a transaction on a connection of its own: one of a session would be lost in a pooler, which
    may give the next statement to another connection of the server.
    """
    holder = connection.copy()
    try:
        holder.set_autocommit(False)
        with holder.cursor() as cursor:
            # It waits for as long as the other works, and is idle for as long as we do.
            for patience in ("idle_in_transaction_session_timeout", "lock_timeout", "statement_timeout"):
                cursor.execute(f"SET LOCAL {patience} = 0")
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_TURN])
            if not cursor.fetchone()[0]:
                say(_WAITS)
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])
        yield
    finally:
        with suppress(DatabaseError):
            holder.rollback()
        holder.close()


@contextmanager
def _file(connection: Any, say: Callable[[str], object]) -> Iterator[None]:
    """A lock on an empty file beside the database: SQLite's own locks are for single transactions."""
    if connection.is_in_memory_db():
        yield
        return
    with Path(f"{connection.settings_dict['NAME']}.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(_WAITS)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
