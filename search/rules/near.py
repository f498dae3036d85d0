"""Which known words somebody may have meant who made typing mistakes, found by equality alone.

A word is cut into more pieces than it may have mistakes, so that one piece at least stays whole; each piece is kept
with the length of its word and where it began. Whoever looks for a word asks for the pieces that it could share.
So a database needs one index and no list of all words. Any one mistake is found, and any two letters that were
changed, added or left out in a word of six or more; two swaps over the edges of pieces may hide a word.

Source: the partition of Li, Deng, Wang and Feng, "Pass-Join" (2011), with Damerau's swap of two neighbours.
"""

from collections.abc import Iterable
from typing import Final

from search.rules.spelling import distance, mistakes_allowed

SHORTEST: Final = 4  # letters; below this every word is near to every other
LONGEST: Final = 24  # letters of a word that anybody mistypes
MOST: Final = 5  # words that are as near as the nearest
HEAD: Final = 3  # letters by which beginnings are looked up


def _cuts(length: int) -> list[tuple[int, int]]:
    """Start and size of the pieces of a word."""
    count = min(length, max(3, mistakes_allowed("x" * length) + 1))
    short, longer = divmod(length, count)
    cuts, start = [], 0
    for number in range(count):
        size = short + (number >= count - longer)
        cuts.append((start, size))
        start += size
    return cuts


def is_kept(word: str) -> bool:
    """Whether a word can have been mistyped: numbers and single letters cannot."""
    return SHORTEST <= len(word) <= LONGEST and word.isalpha()


def pieces(word: str, language: str) -> list[str]:
    """Under which a known word is kept: its beginning, then its pieces."""
    cut = [f"{language}:{len(word)}:{start}:{word[start : start + size]}" for start, size in _cuts(len(word))]
    return [beginning(word, language), *cut]


def beginning(word: str, language: str) -> str:
    return f"{language}^{word[:HEAD]}"


def asked_pieces(typed: str, language: str) -> list[str]:
    """Pieces of which a word near to what was typed has one."""
    if not is_kept(typed):
        return []
    allowed = mistakes_allowed(typed)
    wanted: dict[str, None] = {}
    for length in range(max(SHORTEST, len(typed) - allowed), len(typed) + allowed + 1):
        for start, size in _cuts(length):
            for at in range(max(0, start - allowed), min(len(typed) - size, start + allowed) + 1):
                wanted[f"{language}:{length}:{start}:{typed[at : at + size]}"] = None
    return list(wanted)


def nearest(typed: str, words: Iterable[str]) -> list[str]:
    """Those of the words that take the fewest mistakes, at most `MOST`; none is as typed."""
    allowed = mistakes_allowed(typed)
    near: list[tuple[int, bool, str]] = []
    for word in set(words) - {typed}:
        if abs(len(word) - len(typed)) > allowed or _letters_apart(word, typed) > 2 * allowed:
            continue
        apart = distance(typed, word)
        if apart <= allowed:
            near.append((apart, word[:1] != typed[:1], word))
    near.sort()
    return [word for apart, _first, word in near if apart == near[0][0]][:MOST]


def _letters_apart(first: str, second: str) -> int:
    """Letters that one has and the other has not; each mistake makes at most two. Cheaper than the distance."""
    rest = list(first)
    missing = 0
    for letter in second:
        if letter in rest:
            rest.remove(letter)
        else:
            missing += 1
    return missing + len(rest)
