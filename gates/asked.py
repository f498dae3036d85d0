"""What somebody typed into a search box, as words: nothing of it may be a command to whoever searches.

A search back end has a language of its own (quotation marks, brackets, AND, NEAR, *), in which a lone symbol
is an error, or a word that no text has. So symbols that stand alone go, and those inside a word stay:
`What 99.9 % really buys` asks for What, 99.9, really and buys.
"""

import unicodedata

MOST = 200  # characters; more are cut, so that no search costs more than any other
INSIDE = frozenset(".,'’-‐‑–—/&@+:%#_·")
"""Symbols that a word may hold between two of its letters or figures, and back ends read as part of it."""


def plain_words(typed: str) -> str:
    """The words of a text, in its order and with one space between them; "" where it has none.

    Each begins and ends with a letter or a figure (and what stands above or below it). Symbols inside a word
    stay if they are of `INSIDE`; any other one, a quotation mark or a bracket, parts it in two.
    """
    kept = "".join(_kept(letter) for letter in typed[:MOST])
    words = (_inner(word) for word in kept.split())
    return " ".join(word for word in words if word)


def _kept(letter: str) -> str:
    if letter.isalnum() or letter in INSIDE:
        return letter
    kind = unicodedata.category(letter)
    if kind == "Cf":
        return ""  # a soft hyphen and its like are not seen: they part no word
    return letter if kind.startswith("M") else " "


def _inner(word: str) -> str:
    """From the first letter or figure to the last, with the marks that belong to it."""
    positions = [position for position, letter in enumerate(word) if letter.isalnum()]
    if not positions:
        return ""
    end = positions[-1] + 1
    while end < len(word) and word[end] not in INSIDE:
        end += 1
    return word[positions[0] : end]
