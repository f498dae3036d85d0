"""What an import would do, decided before anything is written: who is new, who changes, and what is not right.

Plain functions on what the file says and on what is known. A plan is made anew whenever it is carried
out, so what HR saw and what is done can be compared.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from people.importing.rules.columns import Columns, PersonLine
from people.importing.rules.leavings import Leavings
from people.importing.rules.plans import Change, Key, Known, Plan, Told, key_of
from people.importing.rules.sentences import Sentence, _
from people.rules.may_sign_in import has_left


def make_plan(
    lines: Iterable[tuple[PersonLine, list[Sentence]]],
    columns: Columns,
    *,
    people: Iterable[Known],
    departments: Mapping[Key, str],
    may_change_guarded: bool,
    today: date,
) -> Plan:
    """What importing these lines would do. `departments`: those that exist, with their path as written."""
    return _Planner(columns, people, departments, may_change_guarded, today).run(lines)


class _Planner:
    def __init__(
        self,
        columns: Columns,
        people: Iterable[Known],
        departments: Mapping[Key, str],
        may_change_guarded: bool,
        today: date,
    ) -> None:
        self.plan = Plan(columns)
        self.columns = columns
        self.today = today
        self.departments = departments
        self.may_change_guarded = may_change_guarded
        self.people = {person.pk: person for person in people}
        self.by_number = {person.number: person for person in self.people.values() if person.number}
        self.by_email = {person.email: person for person in self.people.values()}
        self.lines: dict[str, PersonLine] = {}  # number → the line that may be imported
        self.known: dict[str, Known] = {}  # number → whom the line is about
        self.refused: set[str] = set()  # numbers of lines that are reported
        self.faulty: dict[int, PersonLine] = {}  # lines that are reported for what stands in them alone
        self.in_circle: set[str] = set()  # numbers of which a circle is said
        self.leavings = Leavings(self.by_number, self.by_email, today)

    def run(self, lines: Iterable[tuple[PersonLine, list[Sentence]]]) -> Plan:
        self._take(lines)
        for check in (
            self._whose,
            self._addresses,
            self._managers,
            self._loops,
            self.leavings.take,
            self._last_administrator,
        ):
            check()
        made: dict[Key, tuple[str, ...]] = {}
        for line in self.lines.values():
            self._decide(line)
        for line, person in self.leavings.once():
            what = ("left_on", _iso(person.left_on), _iso(line.left_on))
            self.plan.only_leaving += 1
            self.plan.changed.append(Change(line, person.pk, (what,), person.mark))
        self.plan.reported = self.leavings.said(self.plan.reported)
        for line in (*self.plan.new, *(change.line for change in self.plan.changed)):
            for end in range(1, len(line.department) + 1):
                key = key_of(line.department[:end])
                if key not in self.departments:
                    made.setdefault(key, line.department[:end])
        self.plan.departments = list(made.values())
        self._levels()
        self._name_managers()
        for told in (self.plan.reported, self.plan.withheld, self.plan.notes):
            told.sort(key=lambda item: item.line)
        self.plan.unchanged.sort()
        return self.plan

    def _take(self, lines: Iterable[tuple[PersonLine, list[Sentence]]]) -> None:
        """Lines that are right by themselves, and no two about the same number or address."""
        first: dict[str, PersonLine] = {}
        emails: dict[str, PersonLine] = {}
        doubled: dict[int, dict[str, Sentence]] = {}
        waiting = []
        for line, reasons in lines:
            self.plan.read += 1
            self.plan.joined += line.further
            self.leavings.note(line)
            for kind, value, seen in (("number", line.number, first), ("email", line.email, emails)):
                other = seen.setdefault(value, line) if value else line
                if other is not line:
                    for mine, theirs in ((line, other), (other, line)):
                        doubled.setdefault(mine.line, {}).setdefault(kind, _stands_on(kind, theirs))
            waiting.append((line, reasons))
        for line, reasons in waiting:
            all_reasons = [*reasons, *doubled.get(line.line, {}).values()]
            if all_reasons:
                if _ends_before_it_begins(line) and line.number not in self.by_number:
                    all_reasons.append(_leaves_before())
                self._report(line, *all_reasons)
            else:
                self.lines[line.number] = line
        self.faulty = {line.line: line for line in self.leavings.held}

    def _report(self, line: PersonLine, *reasons: Sentence) -> None:
        self.plan.reported.append(Told(line.line, line.number, reasons))
        self.leavings.held.append(line)
        # Of a line that is left out nothing counts, so nothing is said about a part of it.
        self.plan.withheld = [told for told in self.plan.withheld if told.line != line.line]
        if line.number:
            self.refused.add(line.number)
            if self.lines.get(line.number) is line:
                del self.lines[line.number]

    def _say_more(self, line: PersonLine, reason: Sentence) -> None:
        """Report a line, or give a reason more for one that is reported already."""
        if line.line in self.faulty:
            self.plan.reported.append(Told(line.line, line.number, (reason,)))
        else:
            self._report(line, reason)

    def _whose(self) -> None:
        """Who is meant: by number, else by the address of somebody who has no number yet."""
        for said in list(self.lines.values()):
            line = said
            person = self.by_number.get(line.number)
            if person is None:
                holder = self.by_email.get(line.email)
                if holder is not None and not holder.number:
                    person = holder
            if person is None:
                if _ends_before_it_begins(line):
                    self._report(line, _leaves_before())
                continue
            self.known[line.number] = person
            if self._is_withheld(person) and line.number != person.number:
                self._report(
                    line,
                    _(
                        "This address belongs to somebody with more rights than an employee. Only an "
                        "administrator may give that account a number."
                    ),
                )
                continue
            line = self._withhold(line, person)
            started = line.started_on or person.started_on
            left = self._left_on(line, person)
            if left and started and left < started:
                self._report(line, _leaves_before())
            elif (
                self._moves(line, person)
                and person.belongs_from
                and (line.since or self.today) < person.belongs_from
            ):
                self._report(
                    line,
                    _(
                        "Moved to another department on %(day)s, which is later than this move.",
                        day=person.belongs_from.isoformat(),
                    ),
                )

    def _is_withheld(self, person: Known) -> bool:
        return person.is_guarded and not self.may_change_guarded

    def _withhold(self, line: PersonLine, person: Known) -> PersonLine:
        """The line without what only an administrator may change; the rest of it counts."""
        if not self._is_withheld(person):
            return line
        asked = tuple(
            label
            for label, is_other in (
                (_("e-mail address"), line.email != person.email),
                (_("side"), bool(line.side) and line.side != person.side),
            )
            if is_other
        )
        if not asked:
            return line
        reason = _(
            "Stays as it is: %(what)s. This account has more rights than an employee’s, so only an "
            "administrator may change that.",
            what=asked,
        )
        self.plan.withheld.append(Told(line.line, line.number, (reason,)))
        kept = replace(line, email=person.email, side=person.side)
        self.lines[line.number] = kept
        return kept

    def _addresses(self) -> None:
        """Nobody takes an address that somebody else keeps."""
        for line in [*self.lines.values(), *self.faulty.values()]:
            holder = self.by_email.get(line.email)
            if holder is None or holder is self.known.get(line.number, self.by_number.get(line.number)):
                continue
            if line.line in self.faulty and not (line.number and holder.number):
                continue  # it may well be the same person
            self._say_more(
                line,
                _(
                    "The e-mail address belongs to number %(number)s. Change it there first, then import again.",
                    number=holder.number or "–",
                ),
            )

    def _managers(self) -> None:
        """A manager is here or in the file. One whose own line is reported comes with the next import."""
        for line in [*self.lines.values(), *self.faulty.values()]:
            boss = line.manager
            if not boss or boss in self.by_number or boss in self.lines:
                continue
            if boss != line.number and boss not in self.refused:
                self._say_more(line, _("There is no line manager with number %(number)s.", number=boss))

    def _loops(self) -> None:
        """Nobody manages themselves by way of others, in what the file and the database say together."""
        while rings := self._rings(self.lines):
            for ring in rings:
                for number in ring:
                    if number in self.lines:
                        self._report(self.lines[number], _round(ring, number))
                        self.in_circle.add(number)
        self._loops_of_faulty()

    def _loops_of_faulty(self) -> None:
        """The circles that would be there if all lines were right, told to those that are not: all at once.

        A right line of such a circle is imported, as what stands in a faulty one does not count.
        """
        faulty = {line.number: line for line in reversed(self.faulty.values()) if line.number}
        for ring in self._rings(faulty | self.lines):
            for number in ring:
                if number in faulty and number not in self.lines and number not in self.in_circle:
                    self._say_more(faulty[number], _round(ring, number))

    def _rings(self, lines: Mapping[str, PersonLine]) -> list[list[str]]:
        """The numbers of each circle in which these lines have a part."""
        rings = []
        settled: set[str] = set()
        for start in lines:
            way: dict[str, int] = {}
            number = start
            while number and number not in settled and number not in way:
                way[number] = len(way)
                number = self._manager_of(number, lines)
            if number in way:
                ring = list(way)[way[number] :]
                if any(member in lines for member in ring):
                    rings.append(ring)
            settled.update(way)
        return rings

    def _levels(self) -> None:
        """How many managers stand above each line that counts, when all of it is done."""
        levels = self.plan.levels
        for start in self.lines:
            way: dict[str, None] = {}
            number = start
            while number and number not in levels and number not in way:
                way[number] = None
                number = self._manager_of(number, self.lines)
            above = levels.get(number, -1)
            for member in reversed(way):
                above += 1
                levels[member] = above

    def _manager_of(self, number: str, lines: Mapping[str, PersonLine]) -> str:
        line = lines.get(number)
        if line is not None and self.columns.has("manager"):
            return line.manager
        person = self.by_number.get(number)
        boss = self.people.get(person.manager) if person and person.manager else None
        return boss.number if boss else ""

    def _last_administrator(self) -> None:
        """Somebody must be left who can give rights to others."""
        stay = {
            person.pk
            for person in self.people.values()
            if person.is_administrator and not has_left(person.left_on, self.today)
        }
        if not stay:
            return
        lines = [(line, self.known.get(line.number)) for line in self.lines.values()]
        for line, person in [*lines, *self.leavings.taken]:
            if person is None or person.pk not in stay:
                continue
            if self._left_on(line, person) in {None, person.left_on}:
                continue
            if len(stay) == 1:
                self._report(
                    line,
                    _("This is the last administrator. Give somebody else the role, then import again."),
                )
                self.leavings.refuse(line)
            else:
                stay.remove(person.pk)

    def _left_on(self, line: PersonLine, person: Known) -> date | None:
        return line.left_on if self.columns.has("left_on") else person.left_on

    def _moves(self, line: PersonLine, person: Known) -> bool:
        """True where somebody who is still here belongs elsewhere than the line says."""
        left = self._left_on(line, person)
        is_gone = has_left(left, self.today) and left == person.left_on
        return bool(line.department) and key_of(line.department) != person.department and not is_gone

    def _moves_on(self, line: PersonLine, person: Known) -> date:
        """The first day in the department that a line says; `people.importing.pieces` writes the same."""
        started = line.started_on or person.started_on or self.today
        on = line.since or (self.today if person.belongs_from else started)
        return max(on, self.today) if has_left(person.left_on, self.today) else on

    def _name_managers(self) -> None:
        """Names of everybody who is, was or becomes somebody's line manager by this list."""
        numbers = {line.manager for line in self.plan.new}
        for change in self.plan.changed:
            numbers |= {text for field, *texts in change.what if field == "manager" for text in texts}
        for number in numbers:
            if number in self.lines:
                self.plan.names[number] = self.lines[number].name
            elif number in self.by_number:
                self.plan.names[number] = self.by_number[number].name

    def _decide(self, line: PersonLine) -> None:
        """New, changed or unchanged."""
        person = self.known.get(line.number)
        if person is None:
            if has_left(line.left_on, self.today):
                self.plan.unchanged.append((line.line, line.number))
                self._note(line, _("Has left already, so no account was made."))
                return
            self.plan.new.append(line)
            self._note_manager(line)
            return
        what = self._differences(line, person)
        if what:
            moves_on = self._moves_on(line, person) if self._moves(line, person) else None
            self.plan.changed.append(Change(line, person.pk, tuple(what), person.mark, moves_on))
            self._note_manager(line)
        else:
            self.plan.unchanged.append((line.line, line.number))

    def _note_manager(self, line: PersonLine) -> None:
        if self._is_late(line.manager):
            self.plan.late.add(line.line)
            self._note(
                line,
                _(
                    "Without the line manager %(number)s, whose own line is reported. Correct it and import again.",
                    number=line.manager,
                ),
            )

    def _note(self, line: PersonLine, sentence: Sentence) -> None:
        self.plan.notes.append(Told(line.line, line.number, (sentence,)))

    def _is_late(self, boss: str) -> bool:
        return bool(boss) and boss not in self.by_number and boss not in self.lines

    def _differences(self, line: PersonLine, person: Known) -> list[tuple[str, str, str]]:
        before_after = [
            ("number", person.number, line.number),
            ("name", person.name, line.name),
            ("email", person.email, line.email),
            ("side", person.side, line.side or person.side),
        ]
        if self.columns.has("manager") and not self._is_late(line.manager):
            boss = self.people.get(person.manager) if person.manager else None
            before_after.append(("manager", boss.number or boss.email if boss else "", line.manager))
        if line.started_on:
            before_after.append(("started_on", _iso(person.started_on), _iso(line.started_on)))
        if self.columns.has("left_on"):
            before_after.append(("left_on", _iso(person.left_on), _iso(line.left_on)))
        if self._moves(line, person):
            before = self.departments.get(person.department, "")
            before_after.append(("department", before, " / ".join(line.department)))
        return [item for item in before_after if item[1] != item[2]]


def _stands_on(kind: str, line: PersonLine) -> Sentence:
    if kind == "email":
        return _("The e-mail address stands on line %(line)d too.", line=line.line)
    return _("The number stands on line %(line)d too.", line=line.line)


def _round(ring: list[str], number: str) -> Sentence:
    """Why a circle cannot be, told from where this person stands in it."""
    if len(ring) == 1:
        return _("Nobody is their own line manager.")
    if len(ring) > 8:
        return _("The line managers go round in a circle of %(count)d people.", count=len(ring))
    begins = ring.index(number)
    way = [*ring[begins:], *ring[: begins + 1]]
    return _("The line managers go round in a circle: %(way)s.", way=" → ".join(way))


def _ends_before_it_begins(line: PersonLine) -> bool:
    return bool(line.left_on and line.started_on and line.left_on < line.started_on)


def _leaves_before() -> Sentence:
    return _("The leave date is before the start date.")


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
