"""What it costs to restore a backup, as a multiple of plain INSERTs of the same rows."""

import resource
import shutil
import statistics
import sys
from collections.abc import Callable
from pathlib import Path

from tools.bench.measure import Figures
from tools.stack import ROOT, NotStarted, environment, run

FLOOR = ROOT / "tools" / "bench" / "floor" / "inserts.py"
GOAL = 15
ROUNDS = 2


def figures(data: Path, folder: Path) -> Figures:
    """A backup of this installation restored into an empty one, and its rows inserted by turns, in `folder`.

    With all that a restore does beside: it begins a process, makes the tables, compares every row and makes
    the search index.
    """
    figures = Figures("restore", GOAL)
    folder.mkdir()
    backup = folder / "backup.zip"
    try:
        run([sys.executable, "manage.py", "backup", backup], env=environment(data))
        costs, floors = zip(*(_round(backup, folder / f"{turn}") for turn in range(ROUNDS)), strict=True)
    except NotStarted as error:
        figures.trouble = str(error)
        return figures
    ratios = [cost / floor for cost, floor in zip(costs, floors, strict=True)]
    figures.ratio, figures.lowest, figures.highest = statistics.median(ratios), min(ratios), max(ratios)
    figures.cpu_ms, figures.floor_ms = 1000 * statistics.median(costs), 1000 * statistics.median(floors)
    figures.body_kb = backup.stat().st_size / 1000
    return figures


def _round(backup: Path, fresh: Path) -> tuple[float, float]:
    fresh.mkdir()
    settings = environment(fresh)
    restore = [sys.executable, "manage.py", "restore", backup]
    cost = cpu_seconds(lambda: run(restore, env=settings))
    insert = [sys.executable, FLOOR, fresh / "bothways.sqlite3", fresh / "floor.sqlite3"]
    floor = cpu_seconds(lambda: run(insert, env=settings))
    shutil.rmtree(fresh)
    return cost, floor


def cpu_seconds(work: Callable[[], object]) -> float:
    """Of the processes that `work` begins and waits for."""
    before = _of_children()
    work()
    return _of_children() - before


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
