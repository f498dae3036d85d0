"""make mutants: puts small faults into rules, actions, queries and gates, and says which no test notices.

    make mutants                                       24 of every module
    make mutants ARGS="--module publishing/reviewing --each 0"     all of one module
    make mutants ARGS="--changed main"                 modules that differ from a revision

Prints a row per module and a line per fault that was not noticed, and writes var/mutants.json. The
first run asks every test which lines it reaches, which takes as long as the suite; later ones ask only
test files whose grounds have changed. A fault is judged by the tests that reach it, the cheapest files first,
for a minute at most. Faults that make no difference stand in equivalent.tsv beside this.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from tools.mutants.orders import order  # noqa: E402 - after the path
from tools.mutants.reached import Reached  # noqa: E402 - after the path
from tools.mutants.targets import Mutant, chosen, equivalent, key, sample  # noqa: E402

VAR = ROOT / "var"
Order = dict[str, Any]
Fates = dict[int, dict[str, Any]]


def main(arguments: list[str]) -> int:
    asked = _arguments(arguments)
    began = time.monotonic()
    mutants = [
        mutant
        for module in chosen(asked.module, asked.changed)
        for mutant in sample(
            module, (ROOT / module).read_text(encoding="utf-8"), seed=asked.seed, each=asked.each
        )
    ]
    if not mutants:
        sys.exit("No module of rules, actions, queries or gates is meant by that, so nothing was tried.")
    reached = Reached(VAR / "mutants-reached.json")
    reached.refresh(asked.tests, _say)
    for name in reached.failing():
        _say(f"Fails as things are, and judges nothing: {name}")
    harmless = equivalent()
    orders = [
        order(number, mutant, reached) for number, mutant in enumerate(mutants) if key(mutant) not in harmless
    ]
    judged = fates_of(orders, lambda some: _judge(some, asked.at_once))
    nothing = {"fate": "equivalent", "by": ""}
    fates = [judged.get(number, nothing) for number in range(len(mutants))]
    _tell(mutants, fates)
    _say(f"{time.monotonic() - began:.0f} s")
    return 0


def fates_of(orders: list[Order], judge: Callable[[list[Order]], Fates]) -> Fates:
    """The number of each mutant → its fate. One that no test reaches survives, and nothing is run for it."""
    fates = judge([mutant for mutant in orders if mutant["tests"]])
    return fates | {
        mutant["number"]: {"fate": "survived", "by": "no test reaches it"}
        for mutant in orders
        if not mutant["tests"]
    }


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants")
    parser.add_argument(
        "--module", action="append", default=[], help="a path, or a part of one; may be repeated"
    )
    parser.add_argument("--changed", default="", metavar="REVISION", help="only modules that differ from it")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--each", type=int, default=24, metavar="N", help="faults of a module; 0: all of them"
    )
    parser.add_argument("--tests", nargs="*", default=["tests"], help="folders or files that may judge")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1, metavar="N")
    return parser.parse_args(arguments)


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


# --- Judging ------------------------------------------------------------------------------------------


def _judge(orders: list[Order], at_once: int) -> Fates:
    """The number of each mutant → its fate."""
    if not orders:
        return {}
    inside = [mutant for mutant in orders if not mutant["at_import"]]
    fates = _carry_out(None, [_control(orders), *inside], at_once)
    control = fates.pop(-1)
    if control["fate"] != "survived":
        sys.exit(f"The tests do not pass although nothing was changed: {control}")
    again = {number for number, fate in fates.items() if fate["fate"] == "again"}
    by_module: dict[str, list[Order]] = defaultdict(list)
    for mutant in orders:
        if mutant["at_import"] or mutant["number"] in again:
            by_module[mutant["module"]].append(mutant)
    for module, theirs in by_module.items():
        fates |= _carry_out(module, theirs, at_once)
    return fates


def _control(orders: list[Order]) -> Order:
    """A mutant that is none, judged by one test of every file: it must survive."""
    first: dict[str, str] = {}
    for mutant in orders:
        for name in mutant["tests"]:
            first.setdefault(name.split("::")[0], name)
    return {"number": -1, "module": "", "change": None, "seconds": 60, "tests": list(first.values())}


def _carry_out(module: str | None, orders: list[Order], at_once: int) -> Fates:
    file = VAR / "mutants-order.json"
    results = file.with_suffix(".results")
    results.unlink(missing_ok=True)
    database = VAR / "mutants.sqlite3"
    file.write_text(
        json.dumps({"module": module, "database": str(database), "at_once": at_once, "mutants": orders})
    )
    done = subprocess.run(
        [sys.executable, "-m", "tools.mutants.forked", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = results.read_text().splitlines() if results.exists() else []
    fates = {}
    for line in lines:
        told = json.loads(line)
        fates[told.pop("number")] = told
    if missing := [mutant["number"] for mutant in orders if mutant["number"] not in fates]:
        sys.exit(
            f"{len(missing)} mutants of {module or 'all modules'} were not judged:\n{done.stdout[-2000:]}{done.stderr[-3000:]}"
        )
    return fates


# --- What is told -------------------------------------------------------------------------------------


def _tell(mutants: list[Mutant], fates: list[dict[str, Any]]) -> None:
    by_module: dict[str, Counter[str]] = defaultdict(Counter)
    for mutant, fate in zip(mutants, fates, strict=True):
        by_module[mutant.module][fate["fate"]] += 1
    for mutant, fate in zip(mutants, fates, strict=True):
        if fate["fate"] == "survived":
            _say(f"not noticed{' (no test reaches it)' if fate['by'] else ''}: {mutant.name}")
    _say("late: stopped because it took too long, which counts as noticed")
    _say(f"{'module':40} {'noticed':>9} {'share':>6}  equivalent  late")
    together: Counter[str] = Counter()
    for module, counted in [*sorted(by_module.items()), ("together", together)]:
        _say(_row(module, counted))
        together.update(counted)
    VAR.mkdir(exist_ok=True)
    rows = [
        {"module": mutant.module, **vars(mutant.change), **fate}
        for mutant, fate in zip(mutants, fates, strict=True)
    ]
    (VAR / "mutants.json").write_text(json.dumps(rows, indent=1, ensure_ascii=False))


def _row(module: str, counted: Counter[str]) -> str:
    total = counted.total() - counted["equivalent"]
    noticed = total - counted["survived"]
    share = f"{100 * noticed // total} %" if total else "–"
    return f"{module:40} {f'{noticed}/{total}':>9} {share:>6} {counted['equivalent']:>11} {counted['timeout']:>5}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
