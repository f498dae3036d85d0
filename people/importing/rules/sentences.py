"""What the rules of a list say to people: sentences with their values, which the edges translate."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or a word that stands in one, before it is translated."""

    message: str
    values: "Mapping[str, Value]" = field(default_factory=dict)


# Several words are said with commas between them: “name, e-mail”.
Value: TypeAlias = str | int | Sentence | tuple[Sentence, ...]


def _(message: str, **values: Value) -> Sentence:
    """Marks a sentence for translation and holds its values; the edges translate it (the rules know no Django)."""
    return Sentence(message, values)
