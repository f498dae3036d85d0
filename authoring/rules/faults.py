"""What can be wrong with a text of a lesson, said so that an author knows what to do. Plain rules, no database."""

from collections.abc import Sequence

from authoring.rules.lacks import Finding, Spot, at


def _(message: str) -> str:
    """Marks a sentence for translation; the edges translate it (this module knows no Django)."""
    return message


def unknown_word(reference: str, meanings: Sequence[str], spot: Spot) -> Finding:
    """A glossary mark that leads nowhere; `meanings` are what could have been meant, as `word#meaning`."""
    if meanings:
        ways = ", ".join(f"[[{meaning}]]" for meaning in meanings)
        message = _("“%(reference)s” has several meanings. Write the one you mean: %(ways)s.")
        return at(spot, message, {"reference": reference, "ways": ways})
    message = _("“%(reference)s” is no word of the glossary. Correct it, or take the brackets away.")
    return at(spot, message, {"reference": reference})


def dead_link(address: str, spot: Spot) -> Finding:
    return at(spot, _("The link to “%(address)s” leads nowhere."), {"address": address})


def no_address(text: str, spot: Spot) -> Finding:
    message = _("“%(text)s” is no address. Write all of it, for example https://example.com/.")
    return at(spot, message, {"text": text})


def shown_as_typed(mark: str, spot: Spot) -> Finding:
    """A glossary mark in a text that knows none: readers would see the brackets."""
    message = _("“%(mark)s” would be shown with its brackets: this field takes plain text. Take them away.")
    return at(spot, message, {"mark": mark})


def refused_drawing(reason: str, spot: Spot) -> Finding:
    return at(spot, _("Figure: %(reason)s"), {"reason": reason})


def unreadable(reason: str, spot: Spot) -> Finding:
    return at(spot, _("This text cannot be shown: %(reason)s"), {"reason": reason})


def left_empty(block: str, field: str, spot: Spot) -> Finding:
    return at(spot, _("%(block)s: “%(field)s” is empty."), {"block": block, "field": field})
