"""How a word in a text finds its entry in the glossary. Plain rules, no database."""

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Generic, TypeVar

from search.rules.spelling import TOKEN, normalise, stem

Key = TypeVar("Key", bound=Hashable)


@dataclass
class Vocabulary(Generic[Key]):
    """The words of one language, to be found by how they are written in a text."""

    language: str = "en"
    exact: dict[str, set[Key]] = field(default_factory=dict)
    stems: dict[str, set[Key]] = field(default_factory=dict)

    def add(self, key: Key, names: Iterable[str]) -> None:
        for name in names:
            if plain := normalise(name):
                self.exact.setdefault(plain, set()).add(key)
                self.stems.setdefault(stem(name, self.language), set()).add(key)

    def lookup(self, text: str) -> Key | None:
        """The one word that is written so or inflected so; None if there is none or more than one.

        The exact spelling wins: "recovery" is not "recover" where both are words.
        """
        for keys in (self.exact.get(normalise(text)), self.stems.get(stem(text, self.language))):
            if keys:
                return next(iter(keys)) if len(keys) == 1 else None
        return None

    def occurrences(self, text: str) -> list[tuple[int, int, Key]]:
        """Start, end and word of each occurrence in a text, from the left, the longest word first.

        "Service level agreement" is one occurrence and not three; occurrences never overlap.
        """
        tokens = [(match.start(), match.end()) for match in TOKEN.finditer(text)]
        longest = max((len(name.split()) for name in self.exact), default=0)
        occurrences: list[tuple[int, int, Key]] = []
        index = 0
        while index < len(tokens):
            step = 1
            for size in range(min(longest, len(tokens) - index), 0, -1):
                start, end = tokens[index][0], tokens[index + size - 1][1]
                key = self.lookup(text[start:end]) if _is_phrase(text, tokens[index : index + size]) else None
                if key is not None:
                    occurrences.append((start, end, key))
                    step = size
                    break
            index += step
        return occurrences


def _is_phrase(text: str, tokens: Sequence[tuple[int, int]]) -> bool:
    """Only spaces and hyphens stand between the words: a full stop ends a word, a comma does too."""
    gaps = (text[left[1] : right[0]] for left, right in pairwise(tokens))
    return all(re.fullmatch(r"[\s\-‐‑_]+", gap) for gap in gaps)
