"""Who may publish a text: somebody else, from the other side than whoever stands behind it."""

from collections.abc import Collection
from typing import Protocol

BOTH = "both"


class Writer(Protocol):
    """A person, as far as this rule needs to know."""

    @property
    def pk(self) -> int: ...
    @property
    def side(self) -> str: ...


def may_publish(
    publisher: Writer, behind: Collection[Writer], *, is_superuser: bool, needs_a_reviewer: bool
) -> bool:
    """True where somebody of the other side stands behind the text; who belongs to both sides is of either.

    Where nobody stands behind it (an import, a file) there is nobody to be the other side of.
    """
    if not behind or is_superuser or not needs_a_reviewer:
        return True
    return any(sides_meet(publisher, person) for person in behind)


def sides_meet(one: Writer, other: Writer) -> bool:
    """Whether two people are not the same one and do not think alike."""
    return one.pk != other.pk and (one.side != other.side or one.side == BOTH)
