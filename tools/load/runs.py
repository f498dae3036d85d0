"""One run: people work until so many answers are acknowledged, a fault strikes meanwhile, then everything is counted."""

import asyncio
import contextlib
import time
from dataclasses import asdict, dataclass
from typing import Any

from tools.load.browser import PATIENCE_SECONDS, Browser, Chance, GaveUp
from tools.load.checker import Verdict
from tools.load.faults import Fault
from tools.load.ground import Ground
from tools.load.history import STUCK_SECONDS, TIME_OUTS
from tools.load.people import Direct, Learner, look_at_the_report

REST_SECONDS = 120  # for tasks of the worker that follow from what was published


@dataclass(frozen=True)
class Outcome:
    """`verdict` is about everything since the installation was set up, the figures are of this run."""

    verdict: Verdict
    fault: str
    acknowledged: int
    doubts: int
    refused: dict[str, int]
    errors: dict[str, int]
    strikes: int
    seconds: float
    slowest_seconds: float
    findings: tuple[str, ...]

    def is_clean(self, *, calm: bool = False) -> bool:
        """`calm`: nobody was to be turned away either. Time-outs are doubts, but say only how slow a machine is."""
        quiet = not calm or not (self.errors.keys() - TIME_OUTS or self.refused)
        return quiet and not self.findings and self.verdict.is_clean()

    def __str__(self) -> str:
        figures = {name: value for name, value in asdict(self).items() if name not in ("verdict", "findings")}
        told = "  ".join(f"{name} {value}" for name, value in figures.items())
        return "\n".join([told, str(self.verdict), *self.findings[:5]])


def attack(
    ground: Ground,
    *,
    answers: int,
    seed: int,
    fault: Fault | None = None,
    direct: bool = False,
    haste: float = 1,
) -> Outcome:
    """Raises: tools.stack.NotStarted where the installation did not come back."""
    try:
        return asyncio.run(_attack(ground, answers, seed, fault, direct, haste))
    except BaseExceptionGroup as group:
        raise _first(group) from group


def _first(error: BaseException) -> BaseException:
    """What a group of failures began with: the others were told to stop by it."""
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


async def _attack(
    ground: Ground, answers: int, seed: int, fault: Fault | None, direct: bool, haste: float
) -> Outcome:
    history, began = ground.history, time.monotonic()
    history.slowest_seconds = 0.0
    found_before, doubts_before, acknowledged_before = (
        len(ground.findings),
        history.doubts,
        history.acknowledged,
    )
    refused_before, errors_before = history.refused.copy(), history.errors.copy()
    planned = fault.strikes(answers) if fault else 0
    strikes = 0

    def acknowledged() -> int:
        return history.acknowledged - acknowledged_before

    def enough() -> bool:
        return acknowledged() >= answers and strikes >= planned

    async def nemesis(fault: Fault) -> None:
        nonlocal strikes
        every = answers // (planned + 1)
        for turn in range(planned):
            await history.until(lambda turn=turn: acknowledged() >= (turn + 1) * every)  # type: ignore[misc]
            chance = Chance(f"{seed}-{fault.name}-{turn}")
            await asyncio.wait_for(fault.strike(ground, chance, turn), STUCK_SECONDS)
            strikes += 1

    async with contextlib.AsyncExitStack() as stack:
        browsers = [
            await stack.enter_async_context(browser_of(ground, person, seed, haste))
            for person in ground.facts["people"]
        ]
        courses, right = ground.facts["courses"], frozenset(ground.facts["right"])
        learners = [Learner(browser, courses, right, enough) for browser in browsers]
        workers = [Direct(browser, courses, enough) for browser in browsers] if direct else learners
        async with asyncio.TaskGroup() as group:
            striking = group.create_task(nemesis(fault)) if fault else None
            async with asyncio.TaskGroup() as people:
                for worker in workers:
                    people.create_task(_until_given_up(worker, ground))
            if striking is not None and any(map(_gave_up, ground.findings[found_before:])):
                striking.cancel()
        seconds = time.monotonic() - began
        if not any(map(_gave_up, ground.findings[found_before:])):  # else nothing would come any more
            await _at_rest(ground)
            for learner in learners:
                await learner.look()
            hr = await stack.enter_async_context(browser_of(ground, ground.facts["hr"], seed, haste))
            await look_at_the_report(hr)
    verdict = await asyncio.to_thread(ground.judge)
    _forget_what_was_seen(ground)
    return Outcome(
        verdict=verdict,
        fault=fault.name if fault else "none",
        acknowledged=acknowledged(),
        doubts=history.doubts - doubts_before,
        refused=dict(history.refused - refused_before),
        errors=dict(history.errors - errors_before),
        strikes=strikes,
        seconds=round(seconds, 1),
        slowest_seconds=round(history.slowest_seconds, 2),
        findings=tuple(ground.findings[found_before:]),
    )


def browser_of(
    ground: Ground,
    person: dict[str, Any],
    seed: int,
    haste: float = 1,
    patience: float = PATIENCE_SECONDS,
) -> Browser:
    chance = Chance(f"{seed}-{person['id']}-{len(ground.history.events)}")
    return Browser(
        ground.stack.address, person["id"], person["session"], ground.history, chance, haste, patience
    )


async def _until_given_up(worker: Learner | Direct, ground: Ground) -> None:
    try:
        await worker.work()
    except GaveUp as error:
        ground.findings.append(f"employee {worker.browser.employee} gave up: {error}")


def _gave_up(finding: str) -> bool:
    return " gave up: " in finding


async def _at_rest(ground: Ground) -> None:
    """Until the worker has done what follows from what was published; the checker says if it has not."""
    until = time.monotonic() + REST_SECONDS
    while time.monotonic() < until and await asyncio.to_thread(ground.editor.ask, "tasks_left"):
        await asyncio.sleep(0.3)


def _forget_what_was_seen(ground: Ground) -> None:
    """Pages of this run say nothing about the rows after the next one."""
    ground.history.events = [event for event in ground.history.events if event["event"] != "seen"]
