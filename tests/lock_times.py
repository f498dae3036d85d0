"""How long each outermost transaction holds the one write lock of SQLite, in CPU seconds of its thread.

CPU time does not depend on what else the machine does, so a literal bound is fair. In a world, which is a
transaction itself, the outermost one is the outermost of what runs inside `lock_times()`.
"""

import gc
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.transaction import Atomic, get_connection

LONGEST = 0.2
"""CPU seconds that one transaction may hold the lock while people answer."""
HERE = Path(__file__).resolve()
ROOT = HERE.parents[1]
WRITING = ("INSERT", "UPDATE", "DELETE", "REPLACE")


@dataclass
class Turn:
    """One outermost transaction: where it was begun, its CPU seconds from BEGIN to COMMIT, its statements.

    Or a statement that writes outside of any, which is a transaction of its own.
    """

    where: str
    seconds: float = 0.0
    statements: int = 0
    sql_seconds: float = 0.0

    def __str__(self) -> str:
        return (
            f"{self.where}: {self.seconds:.3f} CPU s, {self.sql_seconds:.3f} of them in "
            f"{self.statements} statements"
        )


@dataclass
class LockTimes:
    """The transactions of all threads, in the order of their ends; beside them the single statements."""

    turns: list[Turn] = field(default_factory=list)
    statements: list[Turn] = field(default_factory=list)

    @property
    def longest(self) -> Turn:
        assert self.turns or self.statements, "Nothing was written, so nothing can be said about the longest."
        return max(self.turns + self.statements, key=lambda turn: turn.seconds)

    def too_long(self, bound: float = LONGEST) -> list[str]:
        """A line for each transaction over the bound. That nothing was written at all is an error."""
        if not self.longest:
            return []
        return [str(turn) for turn in self.turns + self.statements if turn.seconds > bound]


@dataclass
class _Open(threading.local):
    """What this thread has begun."""

    depth: int = 0
    turn: Turn | None = None
    began: float = 0.0
    wrapper: ExitStack | None = None

    def end(self, into: LockTimes) -> None:
        if self.turn is None or self.wrapper is None:
            return
        self.turn.seconds = time.thread_time() - self.began
        self.wrapper.close()
        into.turns.append(self.turn)
        self.turn, self.depth = None, 0


@contextmanager
def measured() -> Iterator[LockTimes]:
    """What is begun inside is measured, in whichever thread. What follows a commit no longer counts.

    All the rest of a test process is no garbage: looking through it would fall into some transaction.
    """
    times, mine = LockTimes(), _Open()
    enter, leave, hooks = Atomic.__enter__, Atomic.__exit__, BaseDatabaseWrapper.run_and_clear_commit_hooks

    def entered(block: Atomic) -> None:
        enter(block)  # waiting for the lock is no CPU time, and the lock is held from here on
        mine.depth += 1
        if mine.depth == 1:
            turn = mine.turn = Turn(_where())
            mine.wrapper = ExitStack()
            mine.wrapper.enter_context(get_connection(block.using).execute_wrapper(_counting(turn)))
            mine.began = time.thread_time()

    def left(block: Atomic, *problem: Any) -> None:
        outermost = mine.turn if mine.depth == 1 else None
        if outermost is None:
            mine.depth = max(mine.depth - 1, 0)
        try:
            leave(block, *problem)
        finally:
            if outermost is not None and mine.turn is outermost:
                mine.end(times)

    def after_commit(connection: BaseDatabaseWrapper) -> None:
        mine.end(times)
        hooks(connection)

    def said(run: Callable[..., Any], cursor: CursorWrapper, sql: str, *arguments: Any) -> Any:
        if mine.turn is not None or not sql.lstrip().startswith(WRITING):
            return run(cursor, sql, *arguments)
        turn, began = Turn(_where(), statements=1), time.thread_time()
        try:
            return run(cursor, sql, *arguments)
        finally:
            turn.seconds = turn.sql_seconds = time.thread_time() - began
            times.statements.append(turn)

    with (
        mock.patch.object(CursorWrapper, "execute", _around(CursorWrapper.execute, said)),
        mock.patch.object(CursorWrapper, "executemany", _around(CursorWrapper.executemany, said)),
        mock.patch.object(Atomic, "__enter__", entered),
        mock.patch.object(Atomic, "__exit__", left),
        mock.patch.object(BaseDatabaseWrapper, "run_and_clear_commit_hooks", after_commit),
    ):
        gc.collect()
        gc.freeze()
        try:
            yield times
        finally:
            gc.unfreeze()


@pytest.fixture
def lock_times() -> Callable[[], AbstractContextManager[LockTimes]]:
    """`with lock_times() as times:`, and then `assert times.too_long() == []`."""
    return measured


def _around(run: Callable[..., Any], said: Callable[..., Any]) -> Callable[..., Any]:
    return lambda cursor, sql, *arguments: said(run, cursor, sql, *arguments)


def _counting(turn: Turn) -> Callable[..., Any]:
    def count(execute: Callable[..., Any], *arguments: Any) -> Any:
        turn.statements += 1
        began = time.thread_time()
        try:
            return execute(*arguments)
        finally:
            turn.sql_seconds += time.thread_time() - began

    return count


def _where() -> str:
    """The nearest line of ours that asked for the transaction."""
    frame = sys._getframe(2)
    while frame.f_back is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(ROOT) and ".venv" not in path.parts and path != HERE:
            return f"{path.relative_to(ROOT)}:{frame.f_lineno}"
        frame = frame.f_back
    return "outside of our code"
