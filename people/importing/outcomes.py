"""What the page of an import tells, as it is kept: how much, the first lines of each kind, and no more."""

from collections.abc import Iterable
from typing import Any

from people.importing.rules.plans import Change, Plan, Told
from people.importing.steps import Step
from people.importing.translation import reason_of

FORMAT = 2
SHOWN = 200  # of a long list: the sentence above it says how many there are


def outcome_of(plan: Plan) -> dict[str, Any]:
    """What a plan would do. Read by later versions too: see the format in docs/decisions/0015."""
    return {
        "format": FORMAT,
        "fingerprint": plan.fingerprint(reason_of),
        "counts": {
            "new": len(plan.new),
            "changed": len(plan.changed),
            "unchanged": len(plan.unchanged),
            "reported": len(plan.reported),
            "withheld": len(plan.withheld),
            "notes": len(plan.notes),
            "departments": len(plan.departments),
            "meanwhile": 0,
            "read": plan.read,
            "joined": plan.joined,
            "only_leaving": plan.only_leaving,
        },
        "new": [
            {
                "name": line.name,
                "number": line.number,
                "email": line.email,
                "department": " / ".join(line.department),
                "side": line.side,
                "manager": plan.named(plan.without_late_manager(line).manager),
                "started_on": line.started_on.isoformat() if line.started_on else "",
                "since": line.since.isoformat() if line.since else "",
                "left_on": line.left_on.isoformat() if line.left_on else "",
            }
            for line in plan.new[:SHOWN]
        ],
        "changed": [
            {
                "name": change.line.name,
                "number": change.line.number,
                "what": _what(plan, change),
            }
            for change in plan.changed[:SHOWN]
        ],
        "reported": _told(plan.reported),
        "withheld": _told(plan.withheld),
        "notes": _told(plan.notes),
        "meanwhile": [],
        "departments": [" / ".join(path) for path in plan.departments[:SHOWN]],
        "unknown": [heading[:60] for heading in plan.columns.unknown[:SHOWN]],
    }


def _what(plan: Plan, change: Change) -> list[list[str]]:
    """What changes, with the names of line managers, and from when a move counts."""
    what = [
        [field, *(plan.named(text) for text in texts)] if field == "manager" else [field, *texts]
        for field, *texts in change.what
    ]
    if change.moves_on:
        what.append(["since", "", change.moves_on.isoformat()])
    return what


def left_out(outcome: dict[str, Any], steps: Iterable[Step], told: list[Told]) -> dict[str, Any]:
    """What is told when lines of a piece were left out after all: they count where they now belong."""
    counts = dict(outcome["counts"])
    kind_of = {step.line.line: "changed" if step.change else "new" for step in steps}
    for entry in told:
        counts[kind_of[entry.line]] -= 1
        counts["meanwhile"] += 1
    return {**outcome, "counts": counts, "meanwhile": [*outcome["meanwhile"], *_told(told)][:SHOWN]}


def only(outcome: dict[str, Any], steps: Iterable[Step]) -> dict[str, Any]:
    """What is told when an import stops before its end: these steps were not done."""
    counts = dict(outcome["counts"])
    for step in steps:
        counts["changed" if step.change else "new"] -= 1
    return {**outcome, "counts": counts}


def _told(told: list[Told]) -> list[dict[str, Any]]:
    return [
        {"line": entry.line, "number": entry.number, "reason": reason_of(entry)} for entry in told[:SHOWN]
    ]
