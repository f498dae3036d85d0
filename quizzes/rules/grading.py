"""When an answer is right, what a quiz scored and whether that is a pass: plain rules on plain values."""

from collections.abc import Collection
from typing import Final

SINGLE: Final = frozenset({"single_choice", "true_false"})
"""Kinds in which exactly one option is chosen."""

MULTIPLE: Final = frozenset({"multiple_choice"})
"""Kinds in which one or more options are chosen: all or nothing."""

ANSWERABLE: Final = SINGLE | MULTIPLE
"""Kinds that can be asked and graded today. Every other kind is kept and never drawn."""


def grade(kind: str, correct_keys: Collection[str], chosen_keys: Collection[str], unsure: bool) -> bool:
    """True when exactly the correct options were chosen. "I'm not sure" is never correct.

    Raises:
        ValueError: the kind cannot be graded, no option is correct (or more than one where one is to be
            chosen), nothing was chosen, more than one where one is to be chosen, or options together with
            "I'm not sure".
    """
    correct, chosen = frozenset(correct_keys), frozenset(chosen_keys)
    if kind not in ANSWERABLE:
        raise ValueError(f"Questions of the kind {kind!r} cannot be graded.")
    if not correct or (kind in SINGLE and len(correct) != 1):
        raise ValueError("The question does not say which option is correct.")
    if unsure == bool(chosen):
        raise ValueError("Either options or “I'm not sure” must be chosen, not both.")
    if kind in SINGLE and len(chosen) > 1:
        raise ValueError("Only one option can be chosen.")
    return not unsure and chosen == correct


def score_percent(correct: int, asked: int) -> int:
    """Whole per cent, rounded down, so that 100 always means that every answer was right.

    Raises:
        ValueError: nothing was asked, or more were right than were asked.
    """
    if asked < 1 or not 0 <= correct <= asked:
        raise ValueError(f"{correct} of {asked} is not a result.")
    return correct * 100 // asked


def passes(score_percent: int, pass_percent: int) -> bool:
    """True from the pass mark on: the mark itself is a pass."""
    return score_percent >= pass_percent
