"""Which questions an attempt asks and in which order their options stand.

A draw is a function of its seed: the same seed, pool and history give the same questions, on any
machine and in any version of Python. Order comes from hashes, not from `random`, for that reason.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from quizzes.rules.availability import is_available
from quizzes.rules.grading import ANSWERABLE


@dataclass(frozen=True)
class Candidate:
    """A question that might be drawn, in its current version."""

    version_id: int
    question_key: str
    outcome: str
    purpose: str
    kind: str
    is_live: bool = True

    @property
    def can_be_drawn(self) -> bool:
        """Checks and probes are asked elsewhere; other kinds cannot be answered yet."""
        return self.is_live and self.purpose == "quiz" and self.kind in ANSWERABLE


def drawable(pool: Iterable[Candidate]) -> dict[str, Candidate]:
    """What can be drawn, each question once, by its key."""
    return {candidate.question_key: candidate for candidate in pool if candidate.can_be_drawn}


def draw(*, seed: int, pool: Iterable[Candidate], seen: Mapping[str, int], count: int) -> list[Candidate]:
    """`count` different questions, in the order in which to ask them.

    Questions that the person has not seen come first, then those seen longest ago: `seen` maps the key
    of a question to the number of the latest attempt that asked it. Among equally fresh questions the
    outcome that was drawn least so far is served next, so the draw spreads over the outcomes as far as
    the pool allows.

    Raises:
        ValueError: fewer than `count` questions can be drawn, or `count` is below 1.
    """
    by_key = drawable(pool)
    if not is_available(asked=count, drawable=len(by_key)):
        raise ValueError(f"{count} questions were asked for and {len(by_key)} can be drawn.")
    left = [by_key[key] for key in shuffled(seed, by_key)]
    drawn: list[Candidate] = []
    per_outcome: dict[str, int] = {}
    while len(drawn) < count:
        # min() keeps the first of equals, so the shuffled order decides between them.
        best = min(left, key=lambda item: (seen.get(item.question_key, 0), per_outcome.get(item.outcome, 0)))
        left.remove(best)
        drawn.append(best)
        per_outcome[best.outcome] = per_outcome.get(best.outcome, 0) + 1
    # Shuffled once more: the order of asking must not tell which questions are the familiar ones.
    order = {key: position for position, key in enumerate(shuffled(seed + 1, by_key))}
    return sorted(drawn, key=lambda item: order[item.question_key])


def shuffled(seed: int, keys: Iterable[str]) -> list[str]:
    """The keys in an order that only the seed decides, whatever order they came in."""
    return sorted(keys, key=lambda key: hashlib.sha256(f"{seed}/{key}".encode()).digest())
