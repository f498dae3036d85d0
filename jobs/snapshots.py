"""Reading what belongs together as it was at one instant."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Everything read inside is of the same instant, and nobody who writes has to wait.

    Not `atomic`: on SQLite that takes the one right to write (our transactions are IMMEDIATE), and on
    PostgreSQL each of its statements sees an instant of its own. Inside a transaction it is that
    transaction's, which on PostgreSQL is no snapshot.
    """
    if connection.in_atomic_block:
        yield
        return
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("BEGIN" if is_sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            if is_sqlite:
                cursor.execute("PRAGMA query_only = 1")
            # The instant is that of the first reading.
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
            yield
        finally:
            cursor.execute("ROLLBACK")
            if is_sqlite:
                cursor.execute("PRAGMA query_only = 0")
