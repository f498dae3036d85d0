"""What the clients did and what they were told: the one thing that the checker believes.

An event is a flat dictionary, so that a history is a file of JSON lines and a planted fault is one change in it:

    invoke  somebody is about to send something under a key; everything that was meant stands in it
    ok      the server acknowledged that key: from now on it must be there, once, as it was meant
    fail    the server refused it for good: unless there was a doubt before, it must not be there
    info    nobody knows: no answer, a time-out, a status that may mean either
    seen    what a page or a file showed at the end
    before  what was there before anybody came: the newest keys of the tables
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

Event = dict[str, Any]
STUCK_SECONDS = 300
# Doubts that a slow machine raises by itself: nobody was turned away, only kept waiting.
TIME_OUTS = frozenset({"ConnectTimeout", "ReadTimeout", "WriteTimeout", "PoolTimeout"})
ANSWER, READ, BEGIN, QUIZ = "answer", "read", "begin", "quiz"


class History:
    """Events in the order in which they happened to the clients, and who waits for how many of them."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.acknowledged = 0  # answers
        self.doubts = 0
        self.errors: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.slowest_seconds = 0.0
        self._began = time.monotonic()
        self._answers: dict[str, float] = {}  # key → when it was first sent
        self._waiting: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []

    def add(self, event: str, **facts: Any) -> None:
        self.events.append({"event": event, "at": round(time.monotonic() - self._began, 3), **facts})
        for wanted, future in self._waiting:
            if wanted() and not future.done():
                future.set_result(None)

    def invoke(self, act: str, key: str, employee: int, **facts: Any) -> None:
        if act == ANSWER:
            self._answers[key] = time.monotonic()
        self.add("invoke", act=act, key=key, employee=employee, **facts)

    def ok(self, key: str, **facts: Any) -> None:
        if key in self._answers:
            self.acknowledged += 1
            self.slowest_seconds = max(self.slowest_seconds, time.monotonic() - self._answers[key])
        self.add("ok", key=key, **facts)

    def fail(self, key: str, reason: str) -> None:
        self.refused[reason] += 1
        self.add("fail", key=key, reason=reason)

    def info(self, key: str, reason: str) -> None:
        """A doubt. Pages that did not come are doubts too, without a key."""
        self.doubts += 1
        self.errors[reason] += 1
        self.add("info", key=key, reason=reason)

    async def until(self, wanted: Callable[[], bool]) -> None:
        """Wait for something that an event brings about. Raises: TimeoutError, where nothing moves any more"""
        if wanted():
            return
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((wanted, future))
        try:
            await asyncio.wait_for(future, STUCK_SECONDS)
        finally:
            self._waiting = [entry for entry in self._waiting if entry[1] is not future]

    def keys_acknowledged(self) -> set[str]:
        """Of answers, until now."""
        return {event["key"] for event in self.events if event["event"] == "ok"} & self._answers.keys()

    def write(self, path: Path, *, count: int | None = None) -> None:
        """All events, or the first `count` of them."""
        with path.open("w") as file:
            file.writelines(json.dumps(event) + "\n" for event in self.events[:count])


def read(path: Path) -> list[Event]:
    with path.open() as file:
        return [json.loads(line) for line in file]
