"""What an import writes, in the order in which it does, and as it is kept until all of it is written.

A manager's line stands before the lines of those who report to them, so a piece never waits for a later one.
Kept with the import, so that whoever goes on with it does what was looked at, and nothing else.
"""

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from people.importing.rules.columns import PersonLine
from people.importing.rules.plans import Change, Plan

FORMAT = 1
PIECE = 100
"""How much one transaction writes. What a line weighs is measured in people who are hired and not invited."""
WEIGHT_OF_A_CHANGE = 5
WEIGHT_OF_AN_INVITATION = 9


@dataclass(frozen=True, slots=True)
class Step:
    """A line that is written: somebody new, or what changes about somebody who is here."""

    level: int
    line: PersonLine
    change: Change | None


@dataclass(frozen=True)
class Steps:
    """All that an import writes. `today`: the day on which it was decided, whenever a piece is written."""

    today: date
    leaves: bool  # whether the list says who leaves
    departments: list[tuple[str, ...]]
    steps: list[Step]

    def pieces(self, since: int, *, invite: bool) -> Iterator[list[Step]]:
        """What is left after so many lines, in pieces; in none of them somebody waits for somebody else in it."""
        piece: list[Step] = []
        weight = 0
        for step in self.steps[since:]:
            more = WEIGHT_OF_A_CHANGE if step.change else 1 + WEIGHT_OF_AN_INVITATION * invite
            if piece and (piece[0].level != step.level or weight + more > PIECE):
                yield piece
                piece, weight = [], 0
            piece.append(step)
            weight += more
        if piece:
            yield piece


def steps_of(plan: Plan, today: date) -> Steps:
    """What carrying out a plan writes."""

    def level(line: PersonLine) -> int:
        return plan.levels.get(line.number, 0)

    def bare(line: PersonLine) -> PersonLine:
        return plan.without_late_manager(line)

    steps = [Step(level(line), bare(line), None) for line in plan.new]
    steps += [Step(level(change.line), change.line, change) for change in plan.changed]
    steps.sort(key=lambda step: step.level)
    return Steps(today, plan.columns.has("left_on"), plan.departments, steps)


def packed(steps: Steps) -> bytes:
    """As the database keeps it."""
    content = {
        "format": FORMAT,
        "today": steps.today.isoformat(),
        "leaves": steps.leaves,
        "departments": steps.departments,
        "steps": [_said(step) for step in steps.steps],
    }
    return zlib.compress(json.dumps(content, ensure_ascii=True, separators=(",", ":")).encode())


def unpacked(data: bytes) -> Steps:
    """What `packed` kept. Raises: ValueError for a format of a later version."""
    content = json.loads(zlib.decompress(data))
    if content["format"] != FORMAT:
        # not for people: it is told to the log, and the list is imported again
        raise ValueError(f"steps of format {content['format']}")
    return Steps(
        today=date.fromisoformat(content["today"]),
        leaves=content["leaves"],
        departments=[tuple(path) for path in content["departments"]],
        steps=[_read(step) for step in content["steps"]],
    )


def _said(step: Step) -> list[Any]:
    line, change = step.line, step.change
    return [
        step.level,
        [
            line.line, line.number, line.name, line.email, line.side, line.department, line.manager,
            *(day.isoformat() if day else "" for day in (line.started_on, line.left_on, line.since)),
        ],
        [change.pk, change.what, change.seen] if change else None,
    ]  # fmt: skip


def _read(row: list[Any]) -> Step:
    level, cells, changed = row
    *texts, started_on, left_on, since = cells
    texts[5] = tuple(texts[5])
    line = PersonLine(
        *texts, *(date.fromisoformat(day) if day else None for day in (started_on, left_on, since))
    )
    if changed is None:
        return Step(level, line, None)
    pk, what, seen = changed
    return Step(level, line, Change(line, pk, tuple(tuple(item) for item in what), seen))
