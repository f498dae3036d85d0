"""Long lists in pages: which one somebody asks for, and the links to the others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A page of a list: `number` of `last`, both counted from 1, with `size` lines on each but the last."""

    number: int
    last: int
    size: int

    @property
    def start(self) -> int:
        """How many lines stand on the pages before it."""
        return (self.number - 1) * self.size

    @property
    def near(self) -> list[int]:
        """The pages that a list of links names: those around it, the first and the last."""
        around = range(max(self.number - 2, 1), min(self.number + 2, self.last) + 1)
        return sorted({1, self.last, *around})


@dataclass(frozen=True)
class PageLink:
    """A link to a page of a list."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class PageLinks:
    """The links to the pages of a list; `previous` and `next` are those beside the one that is shown."""

    every: tuple[PageLink, ...]
    previous: PageLink | None
    next: PageLink | None


def number_asked(typed: str) -> int:
    """The number of a page as an address names it; 1 where it is no number of at most seven figures."""
    return max(int(typed), 1) if typed.isascii() and typed.isdigit() and len(typed) < 8 else 1


def part_of(total: int, size: int, number: int) -> Part:
    """The page of this number, or the last where there are fewer."""
    last = max((total + size - 1) // size, 1)
    return Part(min(number, last), last, size)


def even_size(total: int, about: int) -> int:
    """How many lines a page has where all have as many: about so many, less than half as many again."""
    pages = max((2 * total + about) // (2 * about), 1)
    return max((total + pages - 1) // pages, 1)


def page_links(part: Part, labels: Mapping[int, str], address: Callable[[int], str]) -> PageLinks | None:
    """Links to the pages that have a label, by their numbers; None where one page holds the whole list."""
    if part.last == 1:
        return None
    links = {
        number: PageLink(label, address(number), number == part.number) for number, label in labels.items()
    }
    return PageLinks(tuple(links.values()), links.get(part.number - 1), links.get(part.number + 1))
