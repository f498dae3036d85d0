"""Guards over style sheets: a sheet in, a sentence for each fault out, which names the rule and the place."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import tinycss2
from tinycss2.color4 import parse_color

# The one sheet where colours are said.
TOKENS = "tokens.css"
# What makes a colour out of figures. color-mix() makes one out of others, which are read one by one.
MAKERS = {"rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color", "device-cmyk"}
NO_COLOUR = {"transparent", "currentcolor"}
# Their values are names that somebody chose: a font may be called Linen.
NAMES = {"font", "font-family", "animation", "animation-name", "grid-area", "view-transition-name"}


@cache
def declarations(text: str) -> list[Any]:
    """Every declaration of a sheet, also inside @media and @supports."""

    def walk(rules: list[Any]) -> Iterator[Any]:
        for rule in rules:
            if rule.type == "declaration":
                yield rule
            elif rule.type in {"qualified-rule", "at-rule"} and rule.content is not None:
                yield from walk(
                    tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
                )

    return list(walk(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)))


def raw_colours(name: str, text: str) -> list[str]:
    """Colours come from the tokens: none is written as figures, none by its name."""
    if name.rpartition("/")[2] == TOKENS:
        return []
    return [
        f"{name}:{rule.source_line} {rule.name}: {colour} is a raw colour; take one of the custom properties of tokens.css."
        for rule in declarations(text)
        for colour in _colours(rule.value, named=rule.lower_name not in NAMES)
    ]


def _colours(tokens: list[Any], *, named: bool) -> Iterator[str]:
    for token in tokens:
        if token.type == "hash":
            yield tinycss2.serialize([token])
        elif token.type == "ident":
            if named and token.lower_value not in NO_COLOUR and parse_color(token) is not None:
                yield token.value
        elif token.type == "function":
            if token.lower_name in MAKERS:
                yield tinycss2.serialize([token])
            else:
                yield from _colours(token.arguments, named=named)
        elif token.type in {"() block", "[] block", "{} block"}:
            yield from _colours(token.content, named=named)


def shouts(name: str, text: str) -> list[str]:
    """`!important` ends a conversation between rules; the layers say what comes first."""
    return [
        f"{name}:{rule.source_line} {rule.name} is !important; the layers of site.css say which rule comes first."
        for rule in declarations(text)
        if rule.important
    ]


def shares_a_line(name: str, text: str) -> list[str]:
    """A declaration has a line of its own, so that a change of it is a line of a review."""
    lines = Counter(rule.source_line for rule in declarations(text))
    return [
        f"{name}:{line} has {count} declarations: one stands on a line."
        for line, count in sorted(lines.items())
        if count > 1
    ]
