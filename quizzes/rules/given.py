"""What somebody answered, and why that cannot be taken: the same for a check of a lesson and for a quiz."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from quizzes.rules.grading import SINGLE

UNSURE: Final = "unsure"
"""What a form sends in the place of an option's key: "I'm not sure"."""


class NothingChosen(ValueError):
    """No option and not "I'm not sure"."""


class BothChosenAndUnsure(NothingChosen):
    """Options together with "I'm not sure": what is meant cannot be known."""


class UnknownOption(ValueError):
    """An option that this question does not offer, or several where one is to be chosen."""


@dataclass(frozen=True)
class Given:
    """An answer as it was sent: keys that nobody has compared with the question yet."""

    chosen: tuple[str, ...]
    is_unsure: bool

    @classmethod
    def read(cls, sent: Iterable[str]) -> "Given":
        values = tuple(sent)
        return cls(tuple(value for value in values if value != UNSURE), UNSURE in values)


def accepted(kind: str, offered: Collection[str], chosen: Collection[str], unsure: bool) -> list[str]:
    """The chosen keys, sorted and without repetition.

    Raises:
        NothingChosen, BothChosenAndUnsure, UnknownOption: see there.
    """
    keys = sorted(set(chosen))
    if not keys and not unsure:
        raise NothingChosen
    if keys and unsure:
        raise BothChosenAndUnsure
    if not set(offered).issuperset(keys):
        raise UnknownOption
    if kind in SINGLE and len(keys) > 1:
        raise UnknownOption
    return keys
