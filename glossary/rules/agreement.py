"""Who may sign a meaning, when it is agreed, and what follows from signatures.

Agreement is derived, never set by hand: a meaning is agreed while its newest text carries the signatures
of two different people, one of each side. A new text starts without signatures.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

SIDES: Final = frozenset({"business", "technology"})
DRAFT, PROPOSED, AGREED, IN_REVIEW, DEPRECATED = "draft", "proposed", "agreed", "in_review", "deprecated"
REVIEW_AFTER_MONTHS: Final = 12


@dataclass(frozen=True)
class Signer:
    """Somebody before a meaning, on a day. `owns`: the sides for which it names them as its owner."""

    works_here: bool
    is_steward: bool
    sides: frozenset[str]
    owns: frozenset[str]


def may_sign(signer: Signer, side: str) -> bool:
    """A steward or whoever owns the meaning for this side, of this side, who still works here."""
    return signer.works_here and side in signer.sides and (side in signer.owns or signer.is_steward)


def is_agreed(signed: Collection[str]) -> bool:
    """Whether a text with the signatures of these sides is agreed."""
    return set(signed) == SIDES


def open_sides(signed: Collection[str]) -> tuple[str, ...]:
    """The sides that have not signed."""
    return tuple(sorted(SIDES - set(signed)))


def status_of(*, is_live: bool, is_replaced: bool, signed: Mapping[int, Collection[str]]) -> str:
    """The status of a meaning. `signed`: number of each of its texts → the sides that signed it."""
    if is_replaced:
        return DEPRECATED
    if is_agreed(signed.get(max(signed, default=0), ())):
        return AGREED
    if any(map(is_agreed, signed.values())):
        return IN_REVIEW
    return PROPOSED if is_live else DRAFT


def review_due(due: date | None, *, status: str, agreed_on: date | None) -> date | None:
    """When a meaning is looked at again: a year after it was agreed, unless a day was set."""
    if status == AGREED and due is None and agreed_on is not None:
        return months_later(agreed_on, REVIEW_AFTER_MONTHS)
    return due


def is_disputed(*, signed: Collection[str], drafting: Collection[str]) -> bool:
    """Whether one side has signed the newest text while somebody of the other keeps another one as a draft.

    `drafting`: the sides of whoever keeps a text that differs; empty where nobody does.
    """
    return bool(signed) and bool(set(drafting) & set(open_sides(signed)))


def months_later(day: date, months: int) -> date:
    """The same day of a later month; its last day where the month is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
