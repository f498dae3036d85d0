"""What answers are worth and where somebody stands by them: written a second time, for the checker alone.

Nothing here may come from the product, or the checker would agree with its mistakes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Row = Mapping[str, Any]


def is_right(version: Row, answer: Row) -> bool:
    """Whether an answer is right by the question as it was frozen: exactly the right options, and no doubt."""
    right = sorted(option["key"] for option in version["payload"]["options"] if option["correct"])
    return not answer["is_unsure"] and sorted(answer["chosen"]) == right


def is_possible(version: Row, answer: Row) -> bool:
    """Whether somebody could answer so: options of this version, one where one is asked for, or not sure."""
    chosen, offered = answer["chosen"], {option["key"] for option in version["payload"]["options"]}
    if answer["is_unsure"]:
        return not chosen and answer["confidence"] is None
    most = len(offered) if version["kind"] == "multiple_choice" else 1
    return 1 <= len(chosen) <= most and len(set(chosen)) == len(chosen) and set(chosen) <= offered


def score(right: int, asked: int) -> int:
    """Whole per cent; never more than was earned."""
    return int(right * 100 / asked + 1e-9)


def effective(answers: Sequence[Row]) -> Row:
    """Of several answers of one person to one check the one that counts: the one that arrived last."""
    return max(answers, key=lambda answer: answer["id"])


@dataclass
class Did:
    """What somebody did in one course, from the rows. First instants count, since done once is done."""

    started: datetime | None = None
    reads: dict[str, datetime] = field(default_factory=dict)
    answers: dict[str, list[Row]] = field(default_factory=dict)  # check → in the order of arrival
    results: list[tuple[datetime, int, bool]] = field(default_factory=list)  # in the order of the attempts

    @property
    def answered(self) -> dict[str, datetime]:
        return {check: answers[0]["answered_at"] for check, answers in self.answers.items()}

    def lesson_done(self, lesson: Mapping[str, Any]) -> datetime | None:
        """When the last of its checks was first answered, or when it was read; None before that."""
        if not lesson["checks"]:
            return self.reads.get(lesson["key"])
        answered = self.answered
        if any(check not in answered for check in lesson["checks"]):
            return None
        return max(answered[check] for check in lesson["checks"])

    def columns(self, rule: Mapping[str, Any]) -> dict[str, Any]:
        """What a record has to say by a rule."""
        needed = [lesson for lesson in rule["lessons"] if lesson["required"]]
        done = [at for lesson in needed if (at := self.lesson_done(lesson)) is not None]
        passes = [at for at, _score, passed in self.results if passed]
        started = min(self._instants(), default=None)
        pieces = [*done, *([min(passes)] if rule["quiz_required"] and passes else [])]
        complete = len(done) == len(needed) and (bool(passes) or not rule["quiz_required"]) and started
        return {
            "status": "completed" if complete else "in_progress",
            "started_at": started,
            "completed_at": max(pieces, default=started) if complete else None,
            "lessons_done": len(done),
            "lessons_needed": len(needed),
            "best_score_percent": max(
                (result[1] for result in self.results if result[1] is not None), default=None
            ),
        }

    def _instants(self) -> Iterable[datetime]:
        yield from [self.started] if self.started else []
        yield from self.reads.values()
        yield from self.answered.values()
        yield from (at for at, _score, _passed in self.results)

    def progress(self) -> dict[str, Any]:
        """What a record has to keep of it, as values that can be compared."""
        counting = {check: effective(answers) for check, answers in self.answers.items()}
        return {
            "started": self.started,
            "reads": self.reads,
            "answered": self.answered,
            "latest": {
                check: (answer["version_id"], sorted(answer["chosen"]), answer["is_unsure"], answer["is_correct"], answer["confidence"])
                for check, answer in counting.items()
            },
            "results": self.results,
        }  # fmt: skip


def progress_said(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The same of what a record keeps. Keys beside these are the product's own business."""
    latest = stored["latest"].items()
    return {
        "started": _instant(stored["started"]),
        "reads": {key: _instant(at) for key, at in stored["reads"].items()},
        "answered": {key: _instant(at) for key, at in stored["answered"].items()},
        "latest": {
            key: (
                answer["version"],
                sorted(answer["chosen"]),
                answer["unsure"],
                answer["correct"],
                answer["confidence"],
            )
            for key, answer in latest
        },
        "results": [(_instant(at), percent, passed) for at, percent, passed in stored["results"]],
    }


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
