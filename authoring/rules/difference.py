"""What differs between two versions of a text, paragraph by paragraph. Plain rules, no database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

ALIKE: Final = 0.5
"""From this share of equal words on, two paragraphs are one that was changed."""
_NEAR: Final = 6
"""Among how many paragraphs the earlier version of a changed one is looked for."""


class Kind(StrEnum):
    SAME = "same"
    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"
    LOOK = "look"


@dataclass(frozen=True)
class Paragraph:
    """`part` names the block or field; `look` holds what else readers get: links, pictures, emphasis.

    Of a field there is one, so other words in it are a change of it.
    """

    part: str
    words: str
    look: str = ""
    is_field: bool = False


@dataclass(frozen=True)
class Difference:
    """A paragraph before and after. LOOK: the words are the same. SAME stands for `count` paragraphs without words."""

    kind: Kind
    part: str = ""
    before: str = ""
    after: str = ""
    count: int = 1


def differences(before: Sequence[Paragraph], after: Sequence[Paragraph]) -> list[Difference]:
    """In the order of the newer version; what did not change is counted. Empty where nothing differs."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    found: list[Difference] = []
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "equal":
            found.append(Difference(Kind.SAME, count=end - start))
        else:
            found += _replaced(before[start:end], after[first:last])
    return found if any(difference.kind != Kind.SAME for difference in found) else []


def _replaced(before: Sequence[Paragraph], after: Sequence[Paragraph]) -> Iterator[Difference]:
    """Paragraphs that stand instead of others: each new one beside the next old one that is like it."""
    position = 0
    for paragraph in after:
        near = range(position, min(position + _NEAR, len(before)))
        match = next((number for number in near if _are_alike(before[number], paragraph)), None)
        if match is None:
            yield Difference(Kind.NEW, paragraph.part, after=paragraph.words)
            continue
        yield from _gone(before[position:match])
        kind = Kind.LOOK if before[match].words == paragraph.words else Kind.CHANGED
        yield Difference(kind, paragraph.part, before[match].words, paragraph.words)
        position = match + 1
    yield from _gone(before[position:])


def _gone(paragraphs: Sequence[Paragraph]) -> Iterator[Difference]:
    for paragraph in paragraphs:
        yield Difference(Kind.GONE, paragraph.part, before=paragraph.words)


def _are_alike(one: Paragraph, other: Paragraph) -> bool:
    if one.part != other.part:
        return False
    if one.words == other.words or (one.is_field and other.is_field):
        return True
    matcher = SequenceMatcher(None, one.words.split(), other.words.split(), autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE
