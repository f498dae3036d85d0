"""What the rules of a list say to people: sentences with their values, which the edges translate."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or a word that stands in one, before it is translated.

    A value may be such a word, or a tuple of them, which are said with commas between them: “name, e-mail”.
    """

    message: str
    values: Mapping[str, object] = field(default_factory=dict)


def _(message: str, **values: object) -> Sentence:
    """Marks a sentence for translation and holds its values; the edges translate it (the rules know no Django)."""
    return Sentence(message, values)
