"""What must be true before a process serves or works: asked once at its start, refused in one sentence."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# What settings.py asks of SQLite, as SQLite says it back. 2 is FULL.
PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 20000}


class NotReady(ImproperlyConfigured):
    """This process must not start; the message says why and what to do."""


RESTORING = "bothways_restoring"
"""A table that stands from the first to the last write of a restore: see backup/restoring.py."""


def assert_ready() -> None:
    """Raises: NotReady. Three queries and, on SQLite, four pragmas."""
    assert_pragmas()
    assert_wholly_restored()
    assert_demo_stays_home()


def assert_pragmas() -> None:
    """SQLite ignores a pragma that it cannot follow, so each is read back.

    Raises: NotReady, for example on a network folder that cannot hold a write-ahead log.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for name, wanted in PRAGMAS.items():
            cursor.execute(f"PRAGMA {name}")
            found = cursor.fetchone()[0]
            if found != wanted:
                raise NotReady(
                    f"SQLite answered {name}={found} where Bothways needs {wanted}; answers could be lost. "
                    f"Is {settings.DATA} a network folder? Use a local disk or PostgreSQL."
                )
        if connection.settings_dict["OPTIONS"].get("transaction_mode") != "IMMEDIATE":
            raise NotReady("SQLite must use IMMEDIATE transactions; set OPTIONS['transaction_mode'].")


def assert_wholly_restored() -> None:
    """Raises: NotReady, where a restore was interrupted."""
    if RESTORING in connection.introspection.table_names():
        raise NotReady(
            "A restore into this database was interrupted, or is still at work. Nothing is lost: run the same "
            "`manage.py restore FILE` again, and it goes on where it was. To begin with something else, take "
            "an empty database: another BOTHWAYS_DATA, or another DATABASE_URL."
        )


def is_public_demo() -> bool:
    """A demo that somebody chose to show to others: DEMO_PUBLIC=1."""
    return os.environ.get("DEMO_PUBLIC") == "1"


def assert_demo_stays_home() -> None:
    """Everybody knows the demo's password, so a demo listens on this machine only.

    Raises: NotReady
    """
    from people.models import Organisation

    if settings.HOST in LOOPBACK or is_public_demo():
        return
    if Organisation.objects.filter(is_demo=True).exists():
        raise NotReady(
            f"This is the demo, and everybody knows its password: it does not listen on {settings.HOST}. "
            "Set DEMO_PUBLIC=1 to give the demo people random passwords, or use `make serve`."
        )
