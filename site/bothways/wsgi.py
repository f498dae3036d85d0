"""The WSGI application that gunicorn serves: Django behind an entrance that keeps some threads free.

Threads are cheap and pages are not. A process has many threads, and a page needs one of a few seats. So
pages that hang on a database can take every seat, but never the threads that answer whoever asks for a
style sheet, or whether this process is alive. A seat has the database connections: there are no more than
seats, whichever threads sit on them.
"""

import contextlib
import os
import queue
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections

PAGES_AT_ONCE: Final = 4
# SQLite lets a page wait 20 seconds for its turn to write. Both together end before a proxy gives up.
SEAT_SECONDS: Final = 30.0

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bothways.settings")


class Entrance:
    def __init__(
        self, application: Callable[..., Any], seats: int = PAGES_AT_ONCE, patience: float = SEAT_SECONDS
    ) -> None:
        from bothways.middleware import NO_SEAT
        from bothways.probes import LIVE

        self.application, self.patience, self.no_seat = application, patience, NO_SEAT
        self.open_to_all = (LIVE, settings.STATIC_URL)
        # The seat that was left last is taken first: its connections are the freshest.
        self.seats: queue.LifoQueue[dict[str, Any]] = queue.LifoQueue()
        for _number in range(seats):
            self.seats.put({})

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith(self.open_to_all):
            return self._standing(environ, start_response)
        try:
            self._sit_down()
        except queue.Empty:
            return self._standing({**environ, self.no_seat: True}, start_response)
        try:
            answer: Iterable[bytes] = self.application(environ, start_response)
        except BaseException:
            self._leave()
            raise
        if getattr(answer, "streaming", False):
            return _Streamed(answer, self._leave)
        # A finished page needs no seat while it goes to somebody with a slow line.
        self._leave()
        return answer

    def _standing(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """For what needs no page of ours: a file, or a word that there is none."""
        try:
            return self.application(environ, start_response)  # type: ignore[no-any-return]
        finally:
            connections.close_all()  # of a page "not found", and else there are none

    def _sit_down(self) -> None:
        """Raises: queue.Empty"""
        for alias, connection in self.seats.get(timeout=self.patience).items():
            connections[alias] = connection

    def _leave(self) -> None:
        seat = {}
        try:
            close_old_connections()
            for connection in connections.all(initialized_only=True):
                if not connection.allow_thread_sharing:
                    connection.inc_thread_sharing()
                seat[connection.alias] = connection
                del connections[connection.alias]
        finally:
            self.seats.put(seat)


class _Streamed:
    """An answer that is made while it is sent, so its thread keeps the seat until the end."""

    def __init__(self, answer: Iterable[bytes], leave: Callable[[], None]) -> None:
        self.answer, self.leave = answer, leave

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.answer)

    def close(self) -> None:
        with contextlib.ExitStack() as at_last:
            at_last.callback(self.leave)
            self.answer.close()  # type: ignore[attr-defined]


application = Entrance(get_wsgi_application())
