"""Which options may be told to be right, which are explained, and how each is marked.

- In a lesson everything is told once the check is answered: it is there to learn from.
- In a quiz nothing is told that would help to pass it: until the person has passed, the right options are
  not named, and after an answer that was not quite right only chosen options that are not right are
  explained. Nothing then depends on what was not chosen.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


@dataclass(frozen=True)
class AnsweredOptions:
    """The keys of a question's options in the order in which they stand, with what is right and what was chosen."""

    keys: tuple[str, ...]
    correct: frozenset[str]
    chosen: frozenset[str]

    @classmethod
    def of(cls, options: Iterable[Mapping[str, Any]], chosen: Collection[str]) -> "AnsweredOptions":
        """`options` as a published question holds them, with `key` and `correct`."""
        rows = list(options)
        return cls(
            keys=tuple(row["key"] for row in rows),
            correct=frozenset(row["key"] for row in rows if row["correct"]),
            chosen=frozenset(chosen),
        )


@dataclass(frozen=True)
class Explained:
    """Keys of options whose explanations are shown. `missed`: right ones that were not chosen."""

    chosen: tuple[str, ...]
    missed: tuple[str, ...] = ()


def check_reveals(*, is_answered: bool) -> bool:
    """Whether a lesson tells which options of a check are right."""
    return is_answered


def quiz_reveals(*, passed: bool, has_passed: bool) -> bool:
    """Whether a result tells which options are right: this attempt or another of this person passed this quiz."""
    return passed or has_passed


def explained(options: AnsweredOptions, *, reveals: bool, is_correct: bool) -> Explained:
    """What is explained after an answer, in the order of the options."""
    chosen = [key for key in options.keys if key in options.chosen]
    if not reveals:
        return Explained(tuple(key for key in chosen if (key in options.correct) == is_correct))
    missed = (key for key in options.keys if key in options.correct and key not in options.chosen)
    return Explained(tuple(chosen), tuple(missed))


def right(options: AnsweredOptions, *, reveals: bool) -> tuple[str, ...]:
    """The right options, in their order; none where they may not be told."""
    return tuple(key for key in options.keys if key in options.correct) if reveals else ()


class Mark(StrEnum):
    """What a page says about an option of an answered question; NOTHING where it says nothing."""

    NOTHING = ""
    RIGHT = "right"  # and not chosen
    CHOSEN = "chosen"
    CHOSEN_RIGHT = "chosen_right"
    CHOSEN_WRONG = "chosen_wrong"


def mark(options: AnsweredOptions, key: str, *, reveals: bool) -> Mark:
    """How an option of an answered question is marked."""
    if key not in options.chosen:
        return Mark.RIGHT if reveals and key in options.correct else Mark.NOTHING
    if not reveals:
        return Mark.CHOSEN
    return Mark.CHOSEN_RIGHT if key in options.correct else Mark.CHOSEN_WRONG
