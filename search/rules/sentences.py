"""Which sentence of a passage answers a question, and which of its words are marked."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from search.rules.asked import Asked
from search.rules.keys import key, prepared
from search.rules.spelling import TOKEN

LONGEST: Final = 220  # characters of a sentence as shown
BEFORE: Final = 60  # of them before the first marked word, where the sentence is cut
# A letter that a hyphen joins to a word ("e-mail") is part of it.
_WORD: Final = re.compile(rf"(?:[^\W\d_][-‐‑](?=[^\W_]))?{TOKEN.pattern}")
_END: Final = re.compile(r"(?<=[.!?…])[”’\"')\]]*\s+(?=[\"“‘(\[]?[^\W_a-z])")


@dataclass(frozen=True)
class Piece:
    """A part of a sentence; `is_hit`: it is one of the words looked for."""

    text: str
    is_hit: bool


def sentence(text: str, asked: Asked) -> tuple[Piece, ...]:
    """The sentence with most of the words looked for, the first of equals, cut to what fits into a list."""
    text = " ".join(text.split())
    best = max(sentences(text), key=lambda one: len(set(_hits(one, asked).values())), default="")
    return marked(_cut(best, asked), asked)


def sentences(text: str) -> list[str]:
    """The text at its ends of sentences. A point inside "99.9" or "e.g. this" ends none."""
    return [part for part in _END.split(text) if part.strip()]


def marked(text: str, asked: Asked) -> tuple[Piece, ...]:
    """The whole text in pieces; put together they are the text."""
    pieces: list[Piece] = []
    at = 0
    for start, end in _together(text, list(_hits(text, asked))):
        if start > at:
            pieces.append(Piece(text[at:start], False))
        pieces.append(Piece(text[start:end], True))
        at = end
    if at < len(text):
        pieces.append(Piece(text[at:], False))
    return tuple(pieces)


def _together(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Hits that only symbols part are one: "99.9", "P&L"."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        gap = text[merged[-1][1] : start] if merged else " "
        if any(letter.isspace() or letter.isalnum() for letter in gap):
            merged.append((start, end))
        else:
            merged[-1] = (merged[-1][0], end)
    return merged


def _hits(text: str, asked: Asked) -> dict[tuple[int, int], str]:
    """Start and end of each word that is looked for, with the term that it answers."""
    of_key, beginning = asked.term_of_key, asked.beginning
    hits: dict[tuple[int, int], str] = {}
    for match in _WORD.finditer(text):
        word = match[0]
        # Most words are in no way special: what costs time is asked for where it can matter.
        plain = word if word.isalnum() else prepared(word)
        term = of_key.get(key(plain, asked.language))
        if term is None and beginning is not None and plain.casefold().startswith(beginning.word):
            term = beginning.key
        if term is not None:
            hits[match.span()] = term
    return hits


def _cut(text: str, asked: Asked) -> str:
    if len(text) <= LONGEST:
        return text
    first = min((start for start, _end in _hits(text, asked)), default=0)
    begin = 0 if first <= LONGEST - BEFORE else text.rfind(" ", 0, first - BEFORE) + 1
    end = len(text) if len(text) - begin <= LONGEST else text.rfind(" ", begin, begin + LONGEST)
    end = end if end > begin else begin + LONGEST
    return f"{'… ' if begin else ''}{text[begin:end]}{' …' if end < len(text) else ''}"


def best_passage(places: dict[str, Collection[int]], asked: Asked) -> int | None:
    """The number of the passage that holds most terms, the first of equals; `places` are those of each key."""
    terms: dict[int, int] = {}
    for term in asked.terms:
        for number in {number for known in term.keys for number in places.get(known, ())}:
            terms[number] = terms.get(number, 0) + 1
    return min(terms, key=lambda number: (-terms[number], number), default=None)
