"""What must be true before a process serves or works: asked once at its start, refused in one sentence."""

import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection
from django.db.backends.signals import connection_created

from bothways import logo
from bothways.environment import WrongSetting
from bothways.operations import keys
from gates.private import close_to_others

log = logging.getLogger(__name__)
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# What settings.py asks of SQLite, as SQLite says it back. 2 is FULL.
PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 20000}


OWN_PARTS: Final = (
    "bothways.sqlite3*", "demo-*", "secret.key", "audit.key", "audit-heads.txt", "web-restarts.txt", "mail", "media", "static", "backups",
)  # fmt: skip
"""What Bothways puts into its data folder. Whatever else lies there is not ours to change."""


class NotReady(ImproperlyConfigured):
    """This process must not start; the message says why and what to do."""


class DatabaseAway(NotReady):
    """The database does not answer. Nobody need change a setting: trying again later is enough."""


AWAY: Final = 75
"""The exit code of a process that may be started again once the database answers (EX_TEMPFAIL of sysexits.h)."""

# What libpq, PostgreSQL and PgBouncer say at the door, where only another setting helps.
_REFUSED = re.compile(
    r"authentication failed|no password supplied|no pg_hba\.conf entry|(?:database|role) \".*\" does not exist"
    r"|no such (?:database|user)|permission denied for database|Name or service not known|nodename nor servname"
    r"|does not support SSL|certificate"
)
_AT_THE_DOOR = re.compile(
    r"(?:connection failed|connection is bad|connection timeout|failed to resolve host)\b"
)


RESTORING = "bothways_restoring"
"""A table that stands from the first to the last write of a restore: see backup/restoring.py."""


def assert_ready() -> None:
    """Raises: NotReady. Three queries and, on SQLite, four pragmas; and a walk through the data folder."""
    close_data_folder()
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
            value = cursor.fetchone()[0]
            if value != wanted:
                raise NotReady(
                    f"SQLite answered {name}={value} where Bothways needs {wanted}; answers could be lost. "
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


def close_data_folder() -> None:
    """What an earlier version, or a copy, left open to other accounts of the machine is closed.

    Where that is not possible, the log says so and the start goes on: the folder is as open as it was.
    """
    try:
        stayed = close_to_others(settings.DATA, OWN_PARTS)
    except OSError as error:
        log.warning("Whether other accounts can read %s could not be looked at: %s.", settings.DATA, error)
        return
    if stayed:
        others = f" and {len(stayed) - 3} more" if len(stayed) > 3 else ""
        log.warning(
            "Other accounts of this machine can read %s%s, which belong to another account than the one that "
            "runs Bothways, so nothing was changed there. As their owner, run: chmod -R go= %s",
            ", ".join(map(str, stayed[:3])), others, settings.DATA,
        )  # fmt: skip


def logo_trouble() -> str:
    """What to say at the start about a logo that cannot be used; empty where all is well. Nothing is refused."""
    reason = logo.trouble()
    if not reason:
        return ""
    return (
        f"BOTHWAYS_LOGO is {settings.BOTHWAYS_LOGO}. {reason} "
        "The name is shown without a logo; everything else works."
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


def explained(error: OperationalError) -> NotReady | None:
    """Why PostgreSQL let nobody in; None for an error of another kind, which keeps its traceback."""
    said = str(error).strip()
    if connection.vendor != "postgresql" or not _AT_THE_DOOR.match(said):
        return None
    reason = said.splitlines()[0].rpartition(" failed: ")[2].removeprefix("FATAL:").strip().rstrip(".")
    if _REFUSED.search(said):
        return NotReady(
            f"DATABASE_URL leads to no database that lets us in: {reason}. Nothing was changed. "
            "Correct DATABASE_URL, or the account on the server."
        )
    return DatabaseAway(
        f"The database of DATABASE_URL does not answer: {reason}. Nothing was changed. Start the database "
        "server, or wait for it, and try again."
    )


@contextmanager
def one_sentence(refused: int = 1) -> Iterator[None]:
    """What an operator can mend ends this process with one sentence on stderr; all else keeps its traceback.

    The exit code is `refused` where something must be changed, AWAY where waiting is enough.
    """
    connected: list[object] = []

    def note(**facts: object) -> None:
        connected.append(facts["connection"])

    connection_created.connect(note)
    try:
        yield
    except (WrongSetting, NotReady) as error:
        refusal: Exception = error
    except OperationalError as error:
        explanation = explained(error)
        if explanation is None:
            raise
        refusal = explanation
    else:
        return
    if not connected:
        keys.unmake()  # it never came to anything that needs them
    if not isinstance(refusal, DatabaseAway):
        sys.stderr.write(f"{refusal}\n")
        sys.exit(refused)
    if os.environ.get("BOTHWAYS_WAITING") != "1":  # else the supervisor has said it, and tries again
        sys.stderr.write(f"{refusal}\n")
    sys.exit(AWAY)


def assert_static_files() -> None:
    """Raises: NotReady, where pages would be served without their style and script."""
    if sentence := static_trouble():
        raise NotReady(f"{sentence} Run: .venv/bin/python manage.py prepare")


def static_trouble() -> str:
    """What is the matter with the static files that this process names in its pages; empty where all is well."""
    from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage

    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        return ""  # the files of the source, for whoever develops
    named = staticfiles_storage.hashed_files.get("css/site.css")
    if named and Path(staticfiles_storage.path(named)).is_file():
        return ""
    return "The static files of this version are not in the data folder: pages would have no style."
