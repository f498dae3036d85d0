"""Which worker runs what runs now: a job may write its name beside what it holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_name: ContextVar[str] = ContextVar("worker", default="")


def worker() -> str:
    """The worker's name, as in its heartbeat; "" outside of a worker."""
    return _name.get()


@contextmanager
def at_work(name: str) -> Iterator[None]:
    token = _name.set(name)
    try:
        yield
    finally:
        _name.reset(token)
