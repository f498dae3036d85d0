"""What differs between two texts of a meaning, for a reader who compares."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any


@dataclass(frozen=True)
class Change:
    """One text of a meaning before and after; `field` is its name in the model."""

    field: str
    before: str
    after: str

    @property
    def pieces(self) -> list[tuple[str, str]]:
        """The text cut into words that stay (""), go ("del") and come ("ins")."""
        old, new = self.before.split(), self.after.split()
        cut: list[tuple[str, str]] = []
        for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if kind == "equal":
                cut.append(("", " ".join(old[start:end])))
                continue
            if end > start:
                cut.append(("del", " ".join(old[start:end])))
            if last > first:
                cut.append(("ins", " ".join(new[first:last])))
        return cut


def changes(before: Mapping[str, Any], after: Mapping[str, Any], names: Iterable[str]) -> list[Change]:
    """The texts that differ, in the order of `names`; a text that one of the two does not hold counts as empty."""
    pairs = ((name, str(before.get(name) or ""), str(after.get(name) or "")) for name in names)
    return [Change(name, old, new) for name, old, new in pairs if old != new]
