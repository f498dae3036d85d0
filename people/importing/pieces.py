"""A piece of an import is written: some departments, or some people, in one short transaction of the caller's.

What somebody else has changed since the import was decided is never overwritten: such a line is left out, and told.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction

from people import actions, roles
from people.importing import queries
from people.importing.rules.columns import PersonLine
from people.importing.rules.plans import Change, Key, Known, Told, changed_meanwhile, key_of
from people.importing.steps import Step
from people.models import Department, Employee, Membership, Side

# As the audit log names what a list calls otherwise.
AUDITED = {"number": "employee_number", "name": "display_name"}


def make_departments(paths: Sequence[tuple[str, ...]]) -> None:
    """Those of them that are not here yet, from the top down."""
    # By key: names are kept in order, so a new department may give others a new place.
    pks = dict(Department.objects.values_list("path", "pk"))
    pk_of = {key_of(parts): pks[path] for path, parts in queries.department_names().items()}
    for path in paths:
        key, above = key_of(path), pk_of.get(key_of(path[:-1]))
        if key in pk_of:
            continue
        if len(path) == 1:
            pk_of[key] = Department.add_root(name=path[-1]).pk
        elif above is not None:
            pk_of[key] = Department.objects.get(pk=above).add_child(name=path[-1]).pk


class Piece:
    """Some lines of an import. `told`: of those that were left out; `changed`: employee → names of fields."""

    def __init__(
        self,
        steps: Sequence[Step],
        *,
        today: date,
        leaves: bool,
        invite: bool,
        may_change_guarded: bool,
        now: datetime,
    ) -> None:
        self.hired = [step.line for step in steps if step.change is None]
        self.changes = [step.change for step in steps if step.change is not None]
        self.today = today
        self.leaves = leaves
        self.invite = invite
        self.may_change_guarded = may_change_guarded
        self.now = now
        self.told: list[Told] = []
        self.changed: dict[int, set[str]] = {}
        self.departments: dict[Key, Department] = {}
        self.pk_of: dict[str, int] = {}

    def write(self) -> None:
        names = queries.department_names()
        lines = [*self.hired, *(change.line for change in self.changes)]
        wanted = {key_of(line.department) for line in lines if line.department}
        key_of_path = {path: key for path, parts in names.items() if (key := key_of(parts)) in wanted}
        self.departments = {
            key_of_path[row.path]: row for row in Department.objects.filter(path__in=list(key_of_path))
        }
        self.pk_of = queries.by_number({line.manager for line in lines if line.manager})
        if self.hired:
            self._hire()
        if self.changes:
            self._change(names)

    def _leave_out(self, line: PersonLine) -> None:
        self.told.append(changed_meanwhile(line.line, line.number))

    def _hire(self) -> None:
        """As `people.actions.hire`, for many people with a few statements."""
        numbers, emails = queries.taken(
            {line.number for line in self.hired}, {line.email for line in self.hired}
        )
        lines = []
        for line in self.hired:
            is_free = line.number not in numbers and line.email not in emails
            if is_free and self._has_its_place(line) and (not line.manager or line.manager in self.pk_of):
                lines.append(line)
            else:
                self._leave_out(line)
        people = Employee.objects.bulk_create(
            Employee(
                email=line.email,
                employee_number=line.number,
                display_name=line.name,
                side=line.side or Side.BUSINESS,
                manager_id=self.pk_of.get(line.manager) if line.manager else None,
                started_on=line.started_on or min(filter(None, (self.today, line.left_on))),
                left_on=line.left_on,
                password=make_password(None),
            )
            for line in lines
        )
        through = Employee.groups.through
        group = Group.objects.get(name=roles.EMPLOYEE)
        through.objects.bulk_create(through(employee_id=person.pk, group_id=group.pk) for person in people)
        Membership.objects.bulk_create(
            Membership(
                employee=person,
                department=self.departments[key_of(line.department)],
                from_on=self._first_day(line, person),
                until_on=max(line.left_on, self._first_day(line, person)) if line.left_on else None,
            )
            for line, person in zip(lines, people, strict=True)
            if line.department
        )
        if self.invite:
            for person in people:
                actions.invite(person, now=self.now)

    def _has_its_place(self, line: PersonLine) -> bool:
        return not line.department or key_of(line.department) in self.departments

    @staticmethod
    def _first_day(line: PersonLine, person: Employee) -> date:
        first: date = line.since or person.started_on  # type: ignore[assignment]  # everybody hired here has one
        return first

    def _change(self, names: dict[str, tuple[str, ...]]) -> None:
        people = Employee.objects.select_for_update().in_bulk([change.pk for change in self.changes])
        known = {person.pk: person for person in queries.known_people(names, list(people))}
        newest = queries.newest_memberships(list(people))
        above = queries.managers_above(self.pk_of.values()) if self.pk_of else {}
        for change in self.changes:
            person = people.get(change.pk)
            if person is None or not self._is_as_it_was(change, known[change.pk], above):
                self._leave_out(change.line)
                continue
            try:
                with transaction.atomic():
                    self._change_one(person, change, newest.get(change.pk))
            except actions.GuardedAccount:  # who imports is no administrator any more
                self._leave_out(change.line)
            else:
                above[person.pk] = person.manager_id

    def _is_as_it_was(self, change: Change, person: Known, above: dict[int, int | None]) -> bool:
        """False where what was decided is not right any more, by what somebody else has done since."""
        fields = {name for name, _before, _after in change.what}
        line = change.line
        if person.mark != change.seen:
            return False
        if "department" in fields and not self._has_its_place(line):
            return False
        if "manager" in fields and line.manager:
            boss = self.pk_of.get(line.manager)
            if boss is None or _stands_above(person.pk, boss, above):
                return False
        leaves = "left_on" in fields and line.left_on is not None
        return not (
            leaves and person.is_administrator and queries.is_last_administrator(person.pk, self.today)
        )

    def _change_one(self, person: Employee, change: Change, newest: Membership | None) -> None:
        line = change.line
        fields = {name for name, _before, _after in change.what}
        values = {
            "number": ("employee_number", line.number),
            "name": ("display_name", line.name),
            "email": ("email", line.email),
            "side": ("side", line.side),
            "manager": ("manager_id", self.pk_of.get(line.manager) if line.manager else None),
            "started_on": ("started_on", line.started_on),
        }
        left_on = line.left_on if self.leaves else person.left_on
        returns = person.has_left(self.today)
        if person.left_on and (left_on is None or "department" in fields or _starts_again(line, person)):
            # Taken back first, so that a move before the last day, or a second time here, can follow.
            actions.stay(person, now=self.now)
        actions.change_details(
            person,
            dict(values[field] for field in values if field in fields),
            may_change_guarded=self.may_change_guarded,
            now=self.now,
        )
        self.changed[person.pk] = {AUDITED.get(field, field) for field in fields}
        if "department" in fields:
            on = line.since or (self.today if newest else (person.started_on or self.today))
            on = max(on, self.today) if returns else on
            actions.move(person, self.departments[key_of(line.department)], on)
        if left_on and person.left_on != left_on:
            actions.leave(person, left_on, self.now)


def _starts_again(line: PersonLine, person: Employee) -> bool:
    return bool(line.started_on and person.left_on and line.started_on > person.left_on)


def _stands_above(upper: int, lower: int, above: dict[int, int | None]) -> bool:
    """Whether somebody is met on the way up from somebody else."""
    way: set[int] = set()
    number: int | None = lower
    while number is not None and number not in way:
        if number == upper:
            return True
        way.add(number)
        number = above.get(number)
    return False
