"""How long anybody waits for PostgreSQL, and what every thread of a process knows about it.

A statement may be long; a server may not be silent. Neither libpq nor TCP tells one from the other: the
machine of a frozen server goes on to acknowledge what is sent. So whoever has heard nothing for a while
asks on a connection of its own. Is that answered, the statement is only long. Is it not, all threads of
the process give up, and newcomers are told so at once, until the server is heard again.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Generator
from typing import Any, NamedTuple, TypeVar

import psycopg

log = logging.getLogger("bothways.outage")
# libpq takes no less than two seconds.
CONNECT_SECONDS = 2
LISTEN_SECONDS = 0.5
Value = TypeVar("Value")


class Patience(NamedTuple):
    """In seconds. `quiet`: until somebody asks whether the server is there; `longest`: one statement; 0 is for ever."""

    quiet: float
    longest: float


# Somebody sits before a page. A command may wait: an import, a restore or a migration is long, and a machine
# that is copied stands still for half a minute; nothing of that is worth beginning anew.
PAGES = Patience(quiet=2.0, longest=30.0)
COMMANDS = Patience(quiet=60.0, longest=0.0)


class Silent(psycopg.OperationalError):
    """The server does not answer, on this connection or on any other."""

    nothing_sent = False


class KnownSilent(Silent):
    """So nobody tried."""

    nothing_sent = True


class TooLong(psycopg.errors.QueryCanceled):
    """The server is there, and this statement took longer than anybody may wait."""


def watched(
    waiting: Generator[Any, Any, Value], look: Callable[[float, float], None]
) -> Generator[Any, Any, Value]:
    """psycopg's own wait, and `look(quiet, whole)` with seconds each time that nothing has come."""
    began = quiet_since = time.monotonic()
    try:
        state = next(waiting)
        while True:
            ready = yield state
            now = time.monotonic()
            if ready:
                quiet_since = now
            else:
                look(now - quiet_since, now - began)
            state = waiting.send(ready)
    except StopIteration as end:
        value: Value = end.value
        return value


def forget(error: psycopg.Error) -> None:
    """Let go of the half-made connection, which psycopg's frame keeps until somebody collects garbage.

    Its server, once it is back, would count it as one of its few.
    """
    error.__traceback__ = None


class Asking(psycopg.Connection[Any]):
    """The connection of a question: nothing but whether an answer comes."""

    def wait(self, gen: Any, *args: Any, **options: Any) -> Any:
        return super().wait(watched(gen, self._look), *args, **options)

    def _look(self, quiet: float, whole: float) -> None:
        if whole > CONNECT_SECONDS:
            raise Silent("no answer")


class Server:
    """The database server, as the threads of this process know it."""

    def __init__(self) -> None:
        self.parameters: dict[str, Any] = {}
        self._asking = threading.Lock()
        self._silent = False
        self._heard_at = 0.0

    def refuse_if_silent(self) -> None:
        """Raises: KnownSilent, at once, while nobody would answer."""
        if self._silent:
            raise KnownSilent("PostgreSQL has been silent; nothing was sent. It is asked again all the time.")

    def ask(self) -> None:
        """Whether it answers at all. Who comes while another asks hears the same answer.

        Raises: Silent
        """
        came = time.monotonic()
        with self._asking:
            if not self._silent and self._heard_at < came:
                if self.answers():
                    self._heard_at = time.monotonic()
                else:
                    self.is_silent()
        if self._silent:
            raise Silent("PostgreSQL is silent: neither this statement nor a new connection was answered.")

    def is_silent(self) -> None:
        """From now on nobody waits. One thread listens until it is back."""
        if not self._silent:
            self._silent = True
            threading.Thread(target=self._listen, name="listen-to-postgresql", daemon=True).start()

    def answers(self) -> bool:
        """False if nothing came. A refusal is an answer too: somebody is there, and tells whoever waits."""
        try:
            with contextlib.closing(
                Asking.connect(**{**self.parameters, "connect_timeout": CONNECT_SECONDS, "autocommit": True})
            ) as asking:
                asking.execute("SELECT 1")
        except (Silent, psycopg.errors.ConnectionTimeout) as error:
            forget(error)
            return False
        except psycopg.Error:
            return True
        return True

    def _listen(self) -> None:
        began = time.monotonic()
        while not self.answers():
            time.sleep(LISTEN_SECONDS)
        self._heard_at = time.monotonic()
        self._silent = False
        log.warning("outage=away outcome=over seconds=%.1f", time.monotonic() - began)


server = Server()
