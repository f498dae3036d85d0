"""What is done to an installation while people work with it. Counted by acknowledged answers, never by the clock.

A fault strikes once for every so many answers. A strike is over when the fault is: the server is back, the disk has
room again. People go on all the while, so each strike is met by answers on their way.
"""

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tools.load.browser import Chance
from tools.load.course import write_course
from tools.load.ground import Ground
from tools.load.rows import keys_in_backup, quick_check
from tools.load.supervised import WEB, WORKER

DOUBTS = 5  # how many times somebody has to be turned away before a disk has room or a database goes on
WHILE_AWAY = 6  # answers while a lesson is offline
PEOPLE_IMPORTED = 300
HOUR = 3600

Strike = Callable[[Ground, Chance, int], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    name: str
    words: str
    every: int  # answers between two strikes
    strike: Strike
    only: str = ""  # sqlite or postgres
    turns_away: bool = True  # people meet doubts by it, and are expected to
    turns: int = 1  # strikes that belong together: the last of them puts right what the first did
    most: int = (
        10**6
    )  # strikes of a long run: the supervisor waits longer each time before it begins something again

    def strikes(self, answers: int) -> int:
        """How often it strikes: once for every so many answers, evenly spread; the last ones drain."""
        return min(max((answers // self.every - 1) // self.turns, 1) * self.turns, self.most)

    def reason_not(self, ground: Ground) -> str:
        """Why it cannot be done here; empty where it can."""
        if self.only and (self.only == "sqlite") != ground.is_sqlite:
            return f"{self.name} is for {self.only} only"
        if self.strike is _fill_the_disk and ground.disk is None:
            return "only root may mount a disk of its own"
        return ""


FAULTS: dict[str, Fault] = {}


def fault(name: str, words: str, *, every: int, **more: Any) -> Callable[[Strike], Strike]:
    def add(strike: Strike) -> Strike:
        FAULTS[name] = Fault(name, words, every, strike, **more)
        return strike

    return add


@fault("kill-web", "kill -9 of a web worker", every=20)
async def _kill_a_web_worker(ground: Ground, chance: Chance, _turn: int) -> None:
    while True:
        with contextlib.suppress(psutil.NoSuchProcess, IndexError):
            chance.choice(ground.stack.web_workers()).kill()
            return
        await asyncio.sleep(0.05)  # gunicorn is just beginning another one


@fault("kill-master", "kill -9 of the web server's master", every=60, most=8)
async def _kill_the_master(ground: Ground, _chance: Chance, _turn: int) -> None:
    await asyncio.to_thread(_kill_and_wait, ground, WEB)


@fault("kill-worker", "kill -9 of the background worker", every=60, most=8, turns_away=False)
async def _kill_the_worker(ground: Ground, _chance: Chance, _turn: int) -> None:
    await asyncio.to_thread(_kill_and_wait, ground, WORKER)


def _kill_and_wait(ground: Ground, name: str) -> None:
    process = ground.stack.process(name)
    if process is None:
        raise RuntimeError(f"there is no {name} to kill")
    process.kill()
    ground.stack.wait_for_another(name, process)


@fault("kill-all", "kill -9 of everything, the supervisor too; then started again", every=60)
async def _kill_everything(ground: Ground, _chance: Chance, _turn: int) -> None:
    for process in ground.stack.processes():
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    if ground.stack.web is not None:
        ground.stack.web.wait()
    await asyncio.to_thread(ground.stack.begin)


@fault("restart", "PostgreSQL restarted with -m immediate", every=40, only="postgres")
async def _restart_postgresql(ground: Ground, _chance: Chance, _turn: int) -> None:
    if ground.postgres is not None:
        await asyncio.to_thread(ground.postgres.restart_immediately)


@fault("freeze", "PostgreSQL stopped in the midst of it (SIGSTOP), then going on", every=60, only="postgres")
async def _freeze_postgresql(ground: Ground, _chance: Chance, _turn: int) -> None:
    if ground.postgres is not None:
        with _stopped(ground.postgres.processes()):
            await _doubts(ground)


async def _doubts(ground: Ground) -> None:
    wanted = ground.history.doubts + DOUBTS
    await ground.history.until(lambda: ground.history.doubts >= wanted)


@contextlib.contextmanager
def _stopped(processes: list[psutil.Process]) -> Iterator[None]:
    def tell(number: signal.Signals) -> None:
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    tell(signal.SIGSTOP)
    try:
        yield
    finally:
        tell(signal.SIGCONT)


@fault("disk-full", "no room on the disk of the database, then room again", every=60, only="sqlite")
async def _fill_the_disk(ground: Ground, _chance: Chance, _turn: int) -> None:
    if ground.disk is None:
        return
    filler = ground.disk / "filler"
    try:
        _fill(filler)
        await _doubts(ground)
    finally:
        filler.unlink(missing_ok=True)


def _fill(file: Path) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        for size in (1 << 20, 1 << 12):
            with contextlib.suppress(OSError):  # full
                while os.write(handle, b"\0" * size):
                    pass
    finally:
        os.close(handle)


@fault(
    "clock", "the clock one hour ahead, right, one hour behind, right", every=15, turns_away=False, turns=4
)
async def _set_the_clock(ground: Ground, _chance: Chance, turn: int) -> None:
    ground.set_clock((HOUR, 0, -HOUR, 0)[turn % 4])


@fault("edits", "questions, lessons and the pass mark changed while people answer", every=30)
async def _edit(ground: Ground, chance: Chance, turn: int) -> None:
    course = ground.facts["courses"][turn % 2]
    ask = ground.editor.ask
    if turn % 3 == 0:
        await asyncio.to_thread(ask, "change_keys", url=course["url"])
    elif turn % 3 == 1:
        lesson = chance.choice([lesson for lesson in course["lessons"] if lesson["checks"]])
        await asyncio.to_thread(ask, "take_offline", url=lesson["url"])
        wanted = ground.history.acknowledged + WHILE_AWAY
        await ground.history.until(lambda: ground.history.acknowledged >= wanted)
        await asyncio.to_thread(ask, "bring_back", url=lesson["url"])
    else:
        await asyncio.to_thread(
            ask, "set_pass_mark", url=course["url"], percent=chance.choice([34, 50, 66, 75])
        )


@fault("imports", "a list of people and a course imported beside", every=60, most=10)
async def _import(ground: Ground, chance: Chance, turn: int) -> None:
    name = f"{chance.getrandbits(32):08x}"
    people, course = ground.folder / f"people-{name}.csv", ground.folder / f"course-{name}"
    people.write_text(_list_of_people(name))
    write_course(course, f"L{name}", lessons=3)
    said = await asyncio.gather(
        asyncio.to_thread(ground.manage, "import_people", people),
        asyncio.to_thread(ground.manage, "import_course", course),
    )
    if said[0].count("imported") != PEOPLE_IMPORTED or "reported" in said[0] + said[1]:
        ground.findings.append(f"import {turn}: {said[0][-500:]} {said[1][-500:]}")


def _list_of_people(name: str) -> str:
    lines = ["number,name,email,department,side,manager,started on"]
    for number in range(PEOPLE_IMPORTED):
        manager = f"{name}-{number // 10}" if number >= 10 else ""
        lines.append(
            f"{name}-{number},Imported {name} {number},i-{name}-{number}@example.com,Works / Team {number % 7},"
            f"business,{manager},2026-01-05"
        )
    return "\n".join(lines) + "\n"


@fault("backup", "manage.py backup", every=60, turns_away=False)
async def _back_up(ground: Ground, chance: Chance, _turn: int) -> None:
    file = ground.folder / f"backup-{chance.getrandbits(32):08x}.zip"
    acknowledged = ground.history.keys_acknowledged()
    await asyncio.to_thread(ground.manage, "backup", file)
    missing = acknowledged - keys_in_backup(file)
    ground.findings += [f"{file.name} lacks answer {key}, acknowledged before it began" for key in missing]
    file.unlink()


@fault(
    "copies",
    "all processes stopped, the files of the database copied, as a snapshot of the disk is",
    every=30,
    only="sqlite",
)
async def _copy_the_files(ground: Ground, chance: Chance, _turn: int) -> None:
    folder = ground.folder / f"copy-{chance.getrandbits(32):08x}"
    folder.mkdir()
    copy = folder / "bothways.sqlite3"
    with _stopped(ground.stack.processes()):
        for suffix in ("", "-wal"):
            if (file := Path(f"{ground.database}{suffix}")).exists():
                await asyncio.to_thread(shutil.copyfile, file, f"{copy}{suffix}")
        told = len(ground.history.events)  # what was answered before the stop has arrived by now
    if (said := await asyncio.to_thread(quick_check, copy)) != "ok":
        ground.findings.append(f"{folder.name} is damaged: {said}")
    verdict = await asyncio.to_thread(ground.judge, str(copy), told)
    ground.findings += [
        f"{folder.name}: {line}"
        for name in ("lost", "doubled", "invented", "altered", "misgraded", "attempts", "records")
        for line in verdict.findings[name]
    ]
    shutil.rmtree(folder)
