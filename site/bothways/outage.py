"""Which errors are an outage: a database or a disk that is away for now, and no fault of the program.

An outage is answered with a page that says what is safe, not with "something broke"; see outage_page.py.
It is told to the log once and then counted, since a full disk must not be filled by its own log.
"""

import errno
import logging
import shutil
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

from django.conf import settings
from django.db import Error as DatabaseTrouble

log = logging.getLogger("bothways.outage")


class Outage(NamedTuple):
    """What is away, and what a caller is told about it."""

    kind: str
    status: int = 503
    # Seconds after which asking again is worth it.
    again: int = 5
    # False where the connection was lost in the midst of it: what was sent may have arrived.
    nothing_saved: bool = True


AWAY: Final = Outage("away", nothing_saved=False)
BUSY: Final = Outage("busy")
READ_ONLY: Final = Outage("read-only", again=15)
FULL: Final = Outage("full", status=507, again=15)

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
# SQLite says "I/O error" or "cannot open" where the write-ahead log found no room; less is no room.
ROOM_BYTES: Final = 1_000_000
_SQLITE: Final = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: AWAY,
    sqlite3.SQLITE_CANTOPEN: AWAY,
}
# By SQLSTATE, the longest beginning first.
_POSTGRESQL: Final = {
    "53100": FULL,
    "25006": READ_ONLY,
    "57014": BUSY,  # a statement that took too long, and was cancelled
    "55P03": BUSY,  # a lock that was not had
    "08": AWAY,
    "57P": AWAY,  # the server stops, starts or crashed
    "53": BUSY,  # no connection or no memory left
    "40": BUSY,  # a deadlock, or two that cannot both be: rolled back, and well another time
}


def of(error: BaseException | None) -> Outage | None:
    """The outage behind an error, also where another error was raised because of it; None for a fault of ours."""
    return next((outage for each in _chain(error) if (outage := _of_one(each)) is not None), None)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _of_one(error: BaseException) -> Outage | None:
    if isinstance(error, DatabaseTrouble):
        return None  # Django's word for what stands behind it
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        outage = None if code is None else _SQLITE.get(code & 0xFF)
        return FULL if outage is AWAY and _no_room() else outage
    if isinstance(error, OSError):
        if error.errno in _FULL:
            return FULL
        return READ_ONLY if error.errno == errno.EROFS else None
    return _of_postgresql(error)


def _of_postgresql(error: BaseException) -> Outage | None:
    """Told by the names of its classes: whoever runs SQLite need not load psycopg."""
    kinds = {f"{kind.__module__}.{kind.__name__}" for kind in type(error).__mro__}
    if "psycopg.Error" not in kinds:
        return None
    state = getattr(error, "sqlstate", None)
    if state:
        return next((outage for begins, outage in _POSTGRESQL.items() if state.startswith(begins)), None)
    # Without a state the server said nothing: not reached, gone, or closed by us since it was silent.
    if not kinds & {"psycopg.OperationalError", "psycopg.InterfaceError"}:
        return None
    return AWAY._replace(nothing_saved=getattr(error, "nothing_sent", False))


def _no_room() -> bool:
    try:
        return shutil.disk_usage(settings.DATA).free < ROOM_BYTES
    except OSError:
        return False


class Notice:
    """One line when it begins, then one line per interval that says how many more there were."""

    def __init__(self, seconds: float = 60.0) -> None:
        self.seconds = seconds
        self._lock = threading.Lock()
        self._more: Counter[str] = Counter()
        self._last: dict[str, float] = {}
        self._open: set[str] = set()

    def tell(self, outage: Outage, error: BaseException, path: str) -> None:
        with self._lock:
            self._last[outage.kind] = time.monotonic()
            if outage.kind in self._open:
                self._more[outage.kind] += 1
                return
            self._open.add(outage.kind)
        log.error(
            "outage=%s status=%d path=%s error=%r more=counted-for-%d-seconds",
            outage.kind, outage.status, path, " ".join(str(error).split())[:300], self.seconds,
        )  # fmt: skip
        self._later(outage.kind)

    def count(self, kind: str) -> None:
        """The end of an interval: say how many there were. After an interval without any, the next is news."""
        with self._lock:
            more = self._more.pop(kind, 0)
            quiet = time.monotonic() - self._last.get(kind, 0.0)
            if not more:
                self._open.discard(kind)
        if more:
            log.error("outage=%s more=%d seconds=%d last=%.0f-seconds-ago", kind, more, self.seconds, quiet)
            self._later(kind)

    def _later(self, kind: str) -> None:
        timer = threading.Timer(self.seconds, self.count, [kind])
        timer.daemon = True
        timer.start()


notice = Notice()
