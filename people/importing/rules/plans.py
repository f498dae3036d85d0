"""What an import would do, as values: whom it finds, what it changes, and what it says about lines."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from people.importing.rules.columns import Columns, PersonLine
from people.importing.rules.sentences import Sentence, _

Key = tuple[str, ...]  # a department's names from the top, without case


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who is here already. `department`: of the newest membership, which is open or has ended."""

    pk: int
    number: str
    email: str
    name: str
    side: str
    manager: int | None
    started_on: date | None
    left_on: date | None
    department: Key
    belongs_from: date | None
    is_guarded: bool  # has more rights than an employee: only administrators change address, number and side
    is_administrator: bool  # and may sign in: one must be left

    @property
    def mark(self) -> str:
        """Another one as soon as anything is different about them."""
        return hashlib.sha256(repr(self).encode(errors="surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes different about somebody: (field, before, after), as texts for people."""

    line: PersonLine
    pk: int
    what: tuple[tuple[str, str, str], ...]
    seen: str = ""  # the mark of the person as they were when this was decided
    moves_on: date | None = field(default=None, repr=False)  # first day in the new department


@dataclass(frozen=True, slots=True)
class Told:
    """What is said about a line, one sentence after the other."""

    line: int
    number: str
    reasons: tuple[Sentence, ...]


@dataclass
class Plan:
    """Every line with a cell in it is in exactly one of new, changed, unchanged and reported.

    But for a leaving: a reported line may be among the changed ones too, with its leave date and nothing else.
    """

    columns: Columns
    new: list[PersonLine] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: list[tuple[int, str]] = field(default_factory=list)
    reported: list[Told] = field(default_factory=list)
    withheld: list[Told] = field(
        default_factory=list
    )  # what of a line does not count, while the rest of it does
    notes: list[Told] = field(default_factory=list)
    departments: list[tuple[str, ...]] = field(default_factory=list)
    late: set[int] = field(default_factory=set)  # lines that go in without their manager, who is reported
    levels: dict[str, int] = field(default_factory=dict)  # number → how many managers stand above it
    names: dict[str, str] = field(default_factory=dict)  # number → name, of line managers
    read: int = 0  # lines with a cell in them
    joined: int = 0  # lines of the file that were read as part of another, as a cell has line breaks
    only_leaving: int = 0  # reported lines whose leave date is imported: they are among the changed ones too

    def named(self, number: str) -> str:
        """A line manager as people know them: "Ada Weiss (K1)"."""
        return f"{self.names[number]} ({number})" if number in self.names else number

    @property
    def imported_count(self) -> int:
        return len(self.new) + len(self.changed)

    def without_late_manager(self, line: PersonLine) -> PersonLine:
        """The line as it goes in while the line of its manager is reported."""
        return replace(line, manager="") if line.line in self.late else line

    def fingerprint(self, reason_of: Callable[[Told], str]) -> str:
        """Equal for plans that would do the same. `reason_of`: what somebody reads about a line.

        It is kept while a list waits to be imported, so a later version must come to the same.
        """
        # not for people: the text of a dataclass that had the reason in words, as the first versions did
        told = (
            f"Told(line={entry.line!r}, number={entry.number!r}, reason={reason_of(entry)!r})"
            for entry in (*self.reported, *self.withheld)
        )
        digest = hashlib.sha256()
        for part in (*map(repr, (*self.new, *self.changed)), *told, *map(repr, self.departments)):
            digest.update(part.encode(errors="surrogatepass"))
        digest.update(repr(len(self.unchanged)).encode())
        return digest.hexdigest()


def changed_meanwhile(line: int, number: str) -> Told:
    """Of a line whose person is not any more as they were when the import was looked at."""
    return Told(line, number, (_("Changed meanwhile, so it was left out. Import the list again."),))


def key_of(path: tuple[str, ...]) -> Key:
    """A department whatever the case of its names."""
    return tuple(name.casefold() for name in path)
