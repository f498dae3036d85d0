"""What differs between two texts of a meaning, for a reader who compares."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any


@dataclass(frozen=True)
class Piece:
    """Words of a text that go or come, or stay where they do neither."""

    text: str
    goes: bool = False
    comes: bool = False


@dataclass(frozen=True)
class Change:
    """One text of a meaning before and after; `field` is its name in the model."""

    field: str
    before: str
    after: str

    @property
    def pieces(self) -> list[Piece]:
        """The text cut where words go and come."""
        old, new = self.before.split(), self.after.split()
        pieces: list[Piece] = []
        for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if kind == "equal":
                pieces.append(Piece(" ".join(old[start:end])))
                continue
            if end > start:
                pieces.append(Piece(" ".join(old[start:end]), goes=True))
            if last > first:
                pieces.append(Piece(" ".join(new[first:last]), comes=True))
        return pieces


def changes(before: Mapping[str, Any], after: Mapping[str, Any], names: Iterable[str]) -> list[Change]:
    """The texts that differ, in the order of `names`; a text that one of the two does not hold counts as empty."""
    pairs = ((name, str(before.get(name) or ""), str(after.get(name) or "")) for name in names)
    return [Change(name, old, new) for name, old, new in pairs if old != new]
