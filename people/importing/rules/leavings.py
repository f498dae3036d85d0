"""Leavings of lines that are reported: whoever leaves must not stay because another cell is not right.

Plain Python. The day is taken where it is certain who is meant and that the day is meant; else the line waits
with everything that it says.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from people.importing.rules.columns import PersonLine
from people.importing.rules.sentences import Sentence, _
from people.rules.may_sign_in import has_left

if TYPE_CHECKING:  # for the names only
    from people.importing.rules.plans import Known, Told


class Leavings:
    """What a list says about who leaves when, and which of its lines are reported."""

    def __init__(
        self, by_number: "Mapping[str, Known]", by_email: "Mapping[str, Known]", today: date
    ) -> None:
        self.by_number = by_number
        self.by_email = by_email
        self.today = today
        self.days: dict[int, set[date | None]] = {}  # person → the leave dates of all lines about them
        self.held: list[PersonLine] = []  # lines that are reported
        self.taken: list[tuple[PersonLine, Known]] = []
        self.refused: set[int] = set()  # lines of the last administrator, who may not leave

    def note(self, line: PersonLine) -> None:
        """A line of the list, whether right or not."""
        for person in self._named(line):
            self.days.setdefault(person.pk, set()).add(line.left_on)

    def take(self) -> None:
        """The leave dates of reported lines, each with whom it is about; the line says nothing else any more."""
        for line in self.held:
            person = self._certainly(line)
            if person is not None and self._closes(line, person):
                bare = replace(
                    line, number=person.number, name=person.name, email=person.email, side="", department=(),
                    manager="", started_on=None, since=None,
                )  # fmt: skip
                self.taken.append((bare, person))

    def refuse(self, line: PersonLine) -> None:
        """Take back what `take` took from a line."""
        self.taken = [pair for pair in self.taken if pair[0] is not line]
        self.refused.add(line.line)

    def once(self) -> "list[tuple[PersonLine, Known]]":
        """What was taken, once for each person."""
        found = {person.pk: (line, person) for line, person in reversed(self.taken)}
        return list(reversed(found.values()))

    def said(self, reported: "Iterable[Told]") -> "list[Told]":
        """One sentence more about each reported line that has a leave date: whether it is imported."""
        taken = {line.line for line, _person in self.taken}
        left_out = self._left_out() - taken - self.refused
        found: dict[int, Told] = {}
        for told in reported:  # two about the last administrator, where something else is not right either
            before = found.get(told.line)
            found[told.line] = replace(told, reasons=(*before.reasons, *told.reasons)) if before else told
        for line, told in found.items():
            if line in taken:
                found[line] = _longer(told, _("The leave date is imported all the same."))
            elif line in left_out:
                found[line] = _longer(told, _("The leave date is left out too."))
        return list(found.values())

    def _left_out(self) -> Set[int]:
        return {
            line.line for line in self.held if any(self._closes(line, person) for person in self._named(line))
        }

    def _named(self, line: PersonLine) -> "list[Known]":
        """Whom the number and the address of a line name: nobody, one person, or two."""
        found = (self.by_number.get(line.number), self.by_email.get(line.email) if line.email else None)
        return [person for person in dict.fromkeys(found) if person is not None]

    def _certainly(self, line: PersonLine) -> "Known | None":
        """Whom a line is about, where nothing in the list speaks for another person or another day."""
        named = self._named(line)
        if line.is_torn or not named or len(self.days[named[0].pk]) > 1:
            return None
        by_number = self.by_number.get(line.number)
        if by_number is not None and named == [by_number]:
            return by_number
        # Else the name decides: the number is missing, or somebody else has the address.
        person = by_number or named[0]
        is_other = bool(line.number and person.number and line.number != person.number)
        return person if _same_name(line.name, person.name) and not is_other else None

    def _closes(self, line: PersonLine, person: "Known") -> bool:
        """Whether the leave date ends what goes on: a line that is reported never opens an account."""
        day = line.left_on
        if day is None or any(start and day < start for start in (line.started_on, person.started_on)):
            return False
        return person.left_on is None or (day < person.left_on and not has_left(person.left_on, self.today))


def _same_name(one: str, other: str) -> bool:
    return one.casefold().split() == other.casefold().split()


def _longer(told: "Told", sentence: Sentence) -> "Told":
    return replace(told, reasons=(*told.reasons, sentence))
