"""make bench: CPU per request as a multiple of a bare Django view, waiting times, memory, felt speed; and of
a restore as a multiple of plain INSERTs.

    make bench                           SQLite and PostgreSQL, 10,000 employees, 12 courses
    make bench ARGS=--quick              200 employees, SQLite only, within a minute or so
    make bench ARGS=--growth             how pages grow with 5,000 words and 60 courses, SQLite only
    make bench ARGS=--felt               felt speed alone, in Chromium

Prints tables and writes bench.json in the data folder after every figure, so that what ends early keeps
what it has. A figure that misses its goal is marked and makes the exit code 1; an answer that never came
is said in its row, and the rest is measured. CPU ratios hold to about a tenth on a shared machine;
waiting times do not.
"""

import argparse
import json
import os
import platform
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)] if str(ROOT) not in sys.path else []

from tools.bench import restoring  # noqa: E402 - after the path
from tools.bench.measure import (  # noqa: E402
    PATIENCE_SECONDS,
    Cpu,
    Figures,
    Target,
    Unexpected,
    floor_requests,
    pss_mib,
    ratio_to_floor,
    targets_of_employees,
    targets_of_growth,
    targets_of_hr,
    waits,
)
from tools.postgres import Postgres, cluster  # noqa: E402
from tools.stack import NotStarted, Stack, environment, prepare, run  # noqa: E402

FLOOR = ROOT / "tools" / "bench" / "floor" / "server.py"
MEMORY_GOAL_MIB = 240
SCALE = ("employees", "courses", "words", "records", "answers")
HEAD = (
    f"{'page':12} {'CPU ÷ floor':>11} {'goal':>5}   {'from–to':11} {'CPU ms':>7} {'floor':>6} {'db':>4} {'KB':>4}"
    "   4 connections p50/p95 ms   16 connections"
)


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    employees: int
    people: int  # signed in, taking turns
    rounds: int
    count: int  # requests in a round
    waits: int  # requests per figure of waiting times
    words: int = 5_000  # after growth
    courses: int = 60


SMALL = 200  # employees
FULL = Size(employees=10_000, people=400, rounds=15, count=80, waits=400)
QUICK = Size(employees=SMALL, people=40, rounds=7, count=30, waits=80)


def say(line: str = "") -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Report:
    """What was measured so far, in bench.json from the first figure on."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.results: dict[str, Any] = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine(), "missed": []
        }  # fmt: skip

    def save(self) -> None:
        unfinished = self.file.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(self.results, indent=2) + "\n")
        unfinished.replace(self.file)

    def add(self, backend: str, part: str, figures: Figures, **more: Any) -> None:
        rows = self.results.setdefault("backends", {}).setdefault(backend, {}).setdefault(part, [])
        rows.append(asdict(figures) | {"is_met": figures.is_met} | more)
        if not figures.is_met:
            self.miss(f"{backend} {figures.name}")
        self.save()
        say(_row(figures))

    def note(self, backend: str, **facts: Any) -> None:
        self.results.setdefault("backends", {}).setdefault(backend, {}).update(facts)
        self.save()

    def miss(self, name: str) -> None:
        self.results["missed"].append(name)


def measure(backend: str, size: Size, folder: Path, report: Report, seeded: Path | None = None) -> None:
    """Everything about one back end, on an installation that is made for it and thrown away."""
    with ExitStack() as running:
        postgres, url = None, ""
        if backend == "postgresql":
            postgres = running.enter_context(cluster())
            url = postgres.make_database("bothways")
        data = folder / backend
        began = time.monotonic()
        if seeded is not None:
            say(f"\n{backend}: a copy of {seeded} …")
            run(["cp", "-a", seeded, data])
        else:
            say(f"\n{backend}: preparing {size.employees} employees …")
            prepare(data, demo=True, database_url=url)
            _seed(data, size, url)
            if backend == "sqlite" and size.employees == SMALL:
                _restore(data, folder, report)
        if postgres is not None:
            address = ["-h", "127.0.0.1", "-p", postgres.port, "-U", "postgres"]
            run([postgres.bin / "vacuumdb", *address, "--quiet", "--analyze", "bothways"])
        ours = running.enter_context(Stack(data, database_url=url))
        floor = running.enter_context(_floor(data, url))
        facts = ours.ask("facts", count=size.people, attempts=min(size.people, 50))
        say(
            f"{facts['employees']} employees, {facts['courses']} courses, {facts['records']} records, "
            f"{facts['answers']} answers ({time.monotonic() - began:.0f} s)"
        )
        report.note(backend, scale={name: facts[name] for name in SCALE})
        say(HEAD)
        for target in targets_of_employees(facts):
            report.add(backend, "pages", _measured(ours, floor, postgres, target, size))
        memory = {
            "two_workers_mib": pss_mib(ours.web_workers()),
            "with_master_mib": pss_mib(ours.web_processes()),
            "goal_mib": MEMORY_GOAL_MIB,
        }
        report.note(backend, memory=memory)
        if memory["two_workers_mib"] > MEMORY_GOAL_MIB:
            report.miss(f"{backend} memory")
        for target in targets_of_hr(facts):
            report.add(backend, "pages", _measured(ours, floor, postgres, target, size))
        memory["after_reports_mib"] = pss_mib(ours.web_workers())
        report.note(backend, memory=memory)
        say(
            f"memory: {memory['two_workers_mib']:.0f} MiB PSS of the two workers (goal {MEMORY_GOAL_MIB}), "
            f"{memory['with_master_mib']:.0f} with gunicorn's master; "
            f"{memory['after_reports_mib']:.0f} after 16 people took the whole report at once"
        )


def growth(size: Size, folder: Path, report: Report) -> None:
    """Pages with the words and courses of a new installation, and again with those of a large company."""
    with ExitStack() as running:
        data = folder / "growth"
        say(f"\nsqlite: preparing {SMALL} employees …")
        prepare(data, demo=True)
        _seed(data, replace(size, employees=SMALL), "")
        _restore(data, folder, report)
        ours = running.enter_context(Stack(data))
        floor = running.enter_context(_floor(data, ""))
        facts = ours.ask("facts", count=QUICK.people)
        small = _grown(ours, floor, facts, size, report, {})
        say(f"\nGrowing to {size.words} words and {size.courses} courses …")
        command = [sys.executable, "manage.py", "seed_demo", "--employees", QUICK.employees]
        run([*command, "--courses", size.courses - 1, "--words", size.words], env=environment(data))
        _grown(ours, floor, ours.ask("facts", count=QUICK.people), size, report, small)


def _grown(
    ours: Stack, floor: Stack, facts: dict[str, Any], size: Size, report: Report, before: dict[str, Figures]
) -> dict[str, Figures]:
    """Every page's figures, by name; with those of before it says how many times as much a page costs."""
    say(f"{facts['words']} words, {facts['courses']} courses")
    say(HEAD)
    by_name = {}
    for target in targets_of_growth(facts):
        figures = _measured(ours, floor, None, target, replace(size, waits=20))
        times = figures.ratio / before[figures.name].ratio if before and before[figures.name].ratio else 1.0
        report.add("sqlite", "growth", figures, words=facts["words"], courses=facts["courses"], times=times)
        if before:
            say(f"{'':12} {times:10.2f} times what it was")
        by_name[figures.name] = figures
    return by_name


def _seed(data: Path, size: Size, url: str) -> None:
    """So many people beside the demo's, with records in T2 and eleven copies of it."""
    command = [sys.executable, "manage.py", "seed_demo", "--employees", size.employees, "--courses", 11]
    run(command, env=environment(data, database_url=url))


def _restore(data: Path, folder: Path, report: Report) -> None:
    """Of a small installation, in every run: what a restore costs is to be compared with that of other days."""
    say(HEAD)
    report.add("sqlite", "restore", restoring.figures(data, folder / "restore"))


def _floor(data: Path, url: str) -> Stack:
    """The bare view on the same data folder and database, with the same gunicorn settings."""
    return Stack(data, database_url=url, with_worker=False, config=FLOOR, asked="/", log="floor")


def _measured(ours: Stack, floor: Stack, postgres: Postgres | None, target: Target, size: Size) -> Figures:
    figures = Figures(target.name, target.goal)
    try:
        with ExitStack() as running:
            stack = running.enter_context(ours.with_other(**target.settings)) if target.settings else ours
            figures = _ratio(stack, floor, postgres, target, size)
            for connections in (4, 16):
                figures.waits_ms[str(connections)] = waits(
                    stack.port, target, connections=connections, count=max(size.waits // target.weight, 20)
                )
    except (Unexpected, OSError, NotStarted) as error:  # one page that fails leaves the others
        figures.trouble = f"{type(error).__name__}: {error}"
    return figures


def _ratio(ours: Stack, floor: Stack, postgres: Postgres | None, target: Target, size: Size) -> Figures:
    return ratio_to_floor(
        target,
        Cpu(ours, postgres),
        Cpu(floor, postgres),
        floor_requests(target.floor),
        rounds=size.rounds,
        count=max(size.count // target.weight, 2),
    )


def _row(figures: Figures) -> str:
    waited = "   ".join(
        f"{wait['p50']:6.1f} /{wait['p95']:7.1f} {wait['per_second']:5.0f}/s"
        + (f" ({wait['too_slow']:.0f} not within {PATIENCE_SECONDS} s)" if wait["too_slow"] else "")
        for wait in figures.waits_ms.values()
    )
    mark = " " if figures.is_met else "✗"
    goal = f"{figures.goal:5.1f}" if figures.goal else "    –"
    span = f"{figures.lowest:.2f}–{figures.highest:.2f}"
    return (
        f"{figures.name:12} {figures.ratio:10.2f}{mark} {goal}   {span:11} {figures.cpu_ms:7.2f} {figures.floor_ms:6.2f} "
        f"{100 * figures.database_share:3.0f}% {figures.body_kb:4.0f}   {waited}"
        + (f"   NOT MEASURED WHOLE: {figures.trouble[:200]}" if figures.trouble else "")
    )


def machine() -> dict[str, Any]:
    return {
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load": [round(value, 2) for value in os.getloadavg()],
        "system": platform.platform(),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure what a page costs, and how fast it feels.")
    parser.add_argument("--quick", action="store_true", help="few people, few rounds, SQLite only")
    parser.add_argument("--growth", action="store_true", help="growth alone: many words and courses, SQLite")
    parser.add_argument("--words", type=int, help="another number of words after growth")
    parser.add_argument("--courses", type=int, help="another number of courses after growth")
    parser.add_argument("--felt", action="store_true", help="felt speed alone, in Chromium")
    parser.add_argument("--no-felt", action="store_true", help="without felt speed")
    parser.add_argument("--backend", choices=["sqlite", "postgresql"], help="only this one")
    parser.add_argument("--employees", type=int, help="another number of employees")
    parser.add_argument("--rounds", type=int, help="another number of rounds per page")
    parser.add_argument("--data", type=Path, help="measure a copy of this seeded SQLite data folder")
    options = parser.parse_args()
    size = QUICK if options.quick else FULL
    names = ("employees", "rounds", "words", "courses")
    asked = {name: getattr(options, name) for name in names}
    size = replace(size, **{name: value for name, value in asked.items() if value})
    backend = "sqlite" if options.quick or options.data else options.backend
    backends = [backend] if backend else ["sqlite", "postgresql"]
    folder = Path(os.environ.get("BOTHWAYS_DATA", ROOT / "var"))
    folder.mkdir(parents=True, exist_ok=True)
    report = Report(folder / "bench.json")
    # A polite end unwinds every `with`, so that no server is left behind.
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda number, _frame: sys.exit(128 + number))
    with tempfile.TemporaryDirectory(prefix="bothways-bench-") as temporary:
        try:
            if not (options.felt or options.growth):
                _both(backends, size, Path(temporary), report, seeded=options.data)
            if options.growth or not (options.quick or options.felt):
                growth(size, Path(temporary), report)
            if options.felt or not (options.no_felt or options.quick or options.growth):
                _felt(Path(temporary), report)
        except (NotStarted, Unexpected) as error:
            sys.stderr.write(f"{error}\n")
            return 2
    missed = report.results["missed"]
    say(f"\nWritten: {report.file}")
    say("All goals are met." if not missed else f"Missed: {', '.join(missed)}")
    return 1 if missed else 0


def _both(backends: list[str], size: Size, folder: Path, report: Report, *, seeded: Path | None) -> None:
    for backend in backends:
        if backend == "postgresql" and Postgres.bin_folder() is None:
            say(
                "\npostgresql: skipped, there is no PostgreSQL on this machine (Debian: apt install postgresql)"
            )
            continue
        measure(backend, size, folder, report, seeded if backend == "sqlite" else None)


def _felt(folder: Path, report: Report) -> None:
    from tools import felt

    figures = felt.measure(folder / "felt", say=say)
    if figures is not None:
        report.results["felt"] = figures
        report.results["missed"] += figures["missed"]
        report.save()


if __name__ == "__main__":
    sys.exit(main())
