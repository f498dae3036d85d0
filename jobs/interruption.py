"""Long work of a task ends after the piece at hand when its worker is asked to stop; the next worker goes on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Interrupted(Exception):
    """The worker is to end. What is done is stored; the task waits for the next worker, as if never begun."""


def _never() -> bool:
    return False


_is_asked: ContextVar[Callable[[], bool]] = ContextVar("is_asked", default=_never)


@contextmanager
def stops_when(is_asked: Callable[[], bool]) -> Iterator[None]:
    token = _is_asked.set(is_asked)
    try:
        yield
    finally:
        _is_asked.reset(token)


def stop_if_asked() -> None:
    """Called between two pieces of work. Nothing happens outside of a worker. Raises: Interrupted"""
    if _is_asked.get()():
        raise Interrupted
