"""How hard a text is to read, as years of school. Plain rules for English, no dictionary."""

import re
from typing import Final

HARDEST_GRADE: Final = 10
"""What is written for everybody has at most this grade."""

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# A decimal point ends no sentence; a line of a list does, whether or not it has a full stop.
_SENTENCE_END: Final = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)|\n\s*\n|\n(?=\s*(?:[-*+]|\d+\.)\s)")
_VOWELS: Final = re.compile(r"[aeiouyàáâäèéêëìíîïòóôöùúûü]+")
# Two vowels that are said apart, as in ra-dio, re-act, i-de-a; not in so-cial.
_APART: Final = re.compile(
    r"(?<![tc])ia|io(?!n|us)|iu|(?<!p)eo(?!u)|ua(?!r)|uo|creat|react|ea\b|clien|scien|[aeiou]ing\b"
)
_SILENT: Final = re.compile(
    r"(?:[^aeiouyl]e|[aeiouy]le|(?:[aeiouyl]l|[^aeiouytdl])ed|(?:[aeiouy]l|[^aeiouylscxzg])es)$"
)


def syllables(word: str) -> int:
    """How many syllables a word probably has, at least one; letter by letter where it is an abbreviation."""
    if 1 < len(word) <= 5 and word.isupper():
        return len(word) + 2 * word.count("W")
    plain = word.lower().replace("’", "").replace("'", "")
    count = len(_VOWELS.findall(plain)) + len(_APART.findall(plain))
    if count > 1 and _SILENT.search(plain):
        count -= 1
    return max(1, count)


def reading_grade(text: str, *, known: frozenset[str] = frozenset()) -> float:
    """The Flesch–Kincaid grade of a plain text, 0.0 for a text without words; below 0 where it is very easy.

    `known` are words, in lower case, that the text explains elsewhere: each counts as two syllables, however
    long it is. Source: Kincaid, Fishburne, Rogers & Chissom (1975), Derivation of new readability formulas.
    """
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = sum(1 for part in _SENTENCE_END.split(text) if part and _WORD.search(part))
    spoken = sum(min(2, syllables(word)) if word.lower() in known else syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * spoken / len(words) - 15.59
