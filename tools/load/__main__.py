"""The command line: see the package."""

import argparse
import random
import sys
from pathlib import Path

from tools.load.checker import CATEGORIES
from tools.load.faults import FAULTS, Fault
from tools.load.ground import PEOPLE, ground, scratch
from tools.load.runs import Outcome, attack
from tools.stack import NotStarted
from tools.templates import template

HEAD = (
    "fault",
    "strikes",
    "acked",
    "stored",
    "lost",
    "duplicated",
    "unknown",
    "other",
    "doubts",
    "worst s",
    "answers/s",
)


def main() -> int:
    options = _options()
    out = sys.stdout
    if options.list:
        out.writelines(f"{fault.name:12} {fault.words}\n" for fault in FAULTS.values())
        return 0
    faults: list[Fault | None] = (
        [FAULTS[name] for name in options.fault.split(",")] if options.fault else [None]
    )
    kind = "company-postgres" if options.postgres else "company"
    out.write(
        f"seed {options.seed}: {options.people} people, {options.answers} answers for each fault\n{_line(HEAD)}\n"
    )
    is_clean = True
    with scratch() as folder:
        try:
            made = template(folder / "templates", kind, people=max(options.people, PEOPLE))
            with ground(made, folder, people=options.people) as installation:
                for fault in faults:
                    if fault is not None and (reason := fault.reason_not(installation)):
                        out.write(f"left out: {reason}\n")
                        continue
                    outcome = attack(
                        installation,
                        answers=options.answers,
                        seed=options.seed,
                        fault=fault,
                        direct=options.direct,
                        haste=options.haste,
                    )
                    clean = outcome.is_clean(calm=fault is None or not fault.turns_away)
                    is_clean = is_clean and clean
                    out.write(f"{_figures(outcome)}\n{'' if clean else f'NOT CLEAN {outcome}{chr(10)}'}")
                    out.flush()
                if options.history:
                    installation.history.write(options.history)
        except NotStarted as error:
            sys.stderr.write(f"{error}\n")
            return 2
    out.write("Nothing was lost.\n" if is_clean else "NOT CLEAN\n")
    return 0 if is_clean else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tools.load",
        description="Save answers from many clients and count them against the rows.",
    )
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--answers", type=int, default=2000, help="for each fault")
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--fault", default="", help=f"some of {','.join(FAULTS)}")
    parser.add_argument(
        "--direct", action="store_true", help="send answers to checks only, without loading pages"
    )
    parser.add_argument("--haste", type=float, default=1, help="divides the pauses between two tries")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--history", type=Path, help="write the history as JSON lines")
    parser.add_argument("--list", action="store_true", help="say what can be done to the installation")
    return parser.parse_args()


def _figures(outcome: Outcome) -> str:
    verdict = outcome.verdict
    known = {"lost", "doubled", "unknown"}
    other = sum(verdict.count(name) for name in CATEGORIES if name not in known) + len(outcome.findings)
    return _line(
        (
            outcome.fault, outcome.strikes, outcome.acknowledged, verdict.stored, verdict.count("lost"),
            verdict.count("doubled"), verdict.count("unknown"), other, outcome.doubts, outcome.slowest_seconds,
            round(outcome.acknowledged / outcome.seconds, 1),
        )
    )  # fmt: skip


def _line(cells: tuple[object, ...]) -> str:
    return "".join(f"{cell!s:<12}" for cell in cells).rstrip()


if __name__ == "__main__":
    sys.exit(main())
