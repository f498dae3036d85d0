"""Many strings judged together, and named one by one when something is wrong with them."""

from collections.abc import Callable


def guilty(strings: list[str], is_fine: Callable[[list[str]], bool]) -> list[str]:
    """Those of the strings that are not fine; empty when all of them together are.

    A batch that is not fine is halved until single strings are found, so good strings cost one question a
    batch, and a bad one about two for each halving. Strings that are fine by halves and not together are
    all named.
    """
    if not strings or is_fine(strings):
        return []
    if len(strings) == 1:
        return strings
    middle = len(strings) // 2
    return guilty(strings[:middle], is_fine) + guilty(strings[middle:], is_fine) or strings
