"""A steady pace: everybody saves an answer each second while something else is going on, and nobody may be turned away.

The one part that goes by the clock, since how long people wait is what it asks.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from tools.load.browser import PATIENCE_SECONDS, GaveUp
from tools.load.checker import Verdict
from tools.load.ground import Ground
from tools.load.history import TIME_OUTS
from tools.load.people import Direct
from tools.load.runs import browser_of

PACE_SECONDS = 1.0
A_PAGE_AFTER = 10  # answers: now and then somebody looks at another page


@dataclass(frozen=True)
class Latencies:
    """How long each answer took until it was acknowledged, and which requests were turned away on the way."""

    seconds: list[float]  # in ascending order
    while_at_work: int  # answers acknowledged between the beginning and the end of the work
    failed: dict[str, int]
    verdict: Verdict

    def percentile(self, percent: int) -> float:
        """The time within which so many per cent of the answers were acknowledged."""
        return self.seconds[min(len(self.seconds) * percent // 100, len(self.seconds) - 1)]

    @property
    def turned_away(self) -> dict[str, int]:
        """Failed requests but for time-outs, which the latencies tell as well."""
        return {reason: count for reason, count in self.failed.items() if reason not in TIME_OUTS}

    def __str__(self) -> str:
        told = "  ".join(f"p{percent} {self.percentile(percent):.2f} s" for percent in (50, 95, 99, 100))
        return f"{len(self.seconds)} answers, {self.while_at_work} of them meanwhile  {told}  failed {self.failed}\n{self.verdict}"


@dataclass
class _Steady(Direct):
    seconds: list[float] = field(default_factory=list)

    async def save(self, url: str, check: Any) -> None:
        if len(self.seconds) % A_PAGE_AFTER == A_PAGE_AFTER - 1:
            await self.browser.open(
                self.browser.chance.choice([url, *(course["url"] for course in self.courses)])
            )
        began = time.monotonic()
        await super().save(url, check)
        took = time.monotonic() - began
        self.seconds.append(took)
        await asyncio.sleep(max(PACE_SECONDS - took, 0))


def answers_while(
    ground: Ground, work: Callable[[], object], *, seed: int = 1, patience: float = PATIENCE_SECONDS
) -> Latencies:
    """Everybody has saved an answer before the work begins, and saves another one after it has ended.

    `patience`: how many seconds somebody waits for an answer before the request has failed.

    Raises: what the work raises
    """
    return asyncio.run(_answers_while(ground, work, seed, patience))


async def _answers_while(ground: Ground, work: Callable[[], object], seed: int, patience: float) -> Latencies:
    history = ground.history
    before, first = history.errors + history.refused, history.acknowledged
    over = False
    async with AsyncExitStack() as stack:
        people = [
            _Steady(
                await stack.enter_async_context(browser_of(ground, person, seed, patience=patience)),
                ground.facts["courses"],
                lambda: over,
            )
            for person in ground.facts["people"]
        ]
        tasks = [asyncio.create_task(person.work()) for person in people]
        try:
            await _each_once_more(ground, people)
            began = history.acknowledged
            await asyncio.to_thread(work)
            ended = history.acknowledged
            await _each_once_more(ground, people)
        finally:
            over = True
            done = await asyncio.gather(*tasks, return_exceptions=True)
    for failure in done:
        if isinstance(failure, GaveUp):
            raise failure
    seconds = sorted(took for person in people for took in person.seconds)
    if len(seconds) != history.acknowledged - first:
        raise RuntimeError(
            f"{len(seconds)} answers were timed and {history.acknowledged - first} acknowledged"
        )
    failed = dict(history.errors + history.refused - before)
    return Latencies(seconds, ended - began, failed, await asyncio.to_thread(ground.judge))


async def _each_once_more(ground: Ground, people: list[_Steady]) -> None:
    wanted = [len(person.seconds) + 1 for person in people]
    await ground.history.until(
        lambda: all(len(person.seconds) >= count for person, count in zip(people, wanted, strict=True))
    )
