"""What relations between senses may say together. Plain rules on pairs of ids.

Source: SKOS Reference, 8.6.6: no idea is both related to another and, over any number of steps,
broader than it. https://www.w3.org/TR/skos-reference/#L2422
"""

from collections.abc import Callable, Iterable, Set

Pair = tuple[int, int]


def _(message: str) -> str:
    """Marks a sentence for translation; the edges translate it (this module knows no Django)."""
    return message


class Contradiction(ValueError):
    """The relations would contradict each other; the text is a sentence that an edge translates."""


def above(start: int, broader: Iterable[Pair]) -> set[int]:
    """Everything broader than `start` over any number of steps. A pair is (narrow, broad)."""
    steps: dict[int, set[int]] = {}
    for narrow, broad in broader:
        steps.setdefault(narrow, set()).add(broad)
    reached: set[int] = set()
    waiting = [start]
    while waiting:
        for broad in steps.get(waiting.pop(), ()):
            if broad not in reached:
                reached.add(broad)
                waiting.append(broad)
    return reached


def in_order(first: int, second: int) -> Pair:
    """A symmetric pair as it is stored: the smaller id first."""
    return (first, second) if first < second else (second, first)


def as_stored(kind: str, source: int, target: int) -> Pair:
    """A relation as it is stored: `related` is symmetric, of `broader` the narrow one stands first."""
    return in_order(source, target) if kind == "related" else (source, target)


def check_relation(kind: str, pair: Pair, *, pairs: Callable[[str], Set[Pair]]) -> None:
    """Raises `Contradiction` if the pair may not be of this kind. `pairs` gives all there are of a kind."""
    if kind == "related":
        check_related(*pair, broader=pairs("broader"))
    else:
        check_broader(*pair, broader=pairs("broader"), related=pairs("related"))


def check_friends(first: int, second: int) -> None:
    """Raises `Contradiction` if somebody would take a sense for itself."""
    if first == second:
        raise Contradiction(_("A sense is not its own false friend."))


def check_related(first: int, second: int, *, broader: Iterable[Pair]) -> None:
    """Raises `Contradiction` if one of two senses is broader than the other."""
    broader = list(broader)
    if first == second:
        raise Contradiction(_("A sense is not related to itself."))
    if second in above(first, broader) or first in above(second, broader):
        raise Contradiction(_("One of the two is broader than the other, so they are not merely related."))


def check_broader(narrow: int, broad: int, *, broader: Iterable[Pair], related: Set[Pair]) -> None:
    """Raises `Contradiction` if `broad` may not be broader than `narrow`: a circle, or a related pair on the way."""
    everything = [*broader, (narrow, broad)]
    if narrow == broad or narrow in above(broad, everything):
        raise Contradiction(_("A sense is not broader than itself, not even over several steps."))
    senses = {sense for pair in everything for sense in pair}
    for sense in senses:
        for higher in above(sense, everything):
            if in_order(sense, higher) in related:
                raise Contradiction(
                    _("Two senses on this way are related, so none of them is broader than the other.")
                )
