"""An import is carried out: all of it in one transaction, or nothing."""

import hashlib
import io
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import BinaryIO, TypeVar

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction

from gates.csv_in import Table
from people import actions, audit, roles
from people.importing import queries
from people.importing.columns import Columns, PersonLine, read_line, recognise
from people.importing.planning import Change, Key, Plan, key_of, make_plan
from people.models import Department, Employee, Membership, Organisation, PeopleUpload, Side
from people.queries import today

BATCH = 1000
# As the audit log names what a list calls otherwise.
AUDITED = {"number": "employee_number", "name": "display_name"}
Item = TypeVar("Item")


class PlanChanged(Exception):
    """Since somebody looked, the file would do something else. Nothing was written."""


@transaction.atomic
def import_people(
    stream: BinaryIO,
    *,
    by: Employee | None,
    now: datetime,
    expected: str = "",
    invite: bool = False,
    origin: str = audit.PAGE,
    may_change_guarded: bool = False,
) -> Plan:
    """Read a file and do what it says; the plan that was carried out.

    Importing the same file again changes nothing. `expected`: the fingerprint of the plan that was
    looked at, if it was. `invite`: mail a link for the first sign-in to everybody who is new.
    Raises: TableRefused, HeadingsRefused, PlanChanged; nothing was written then.
    """
    # One import at a time: what the second knows is what the first has written.
    list(Organisation.objects.select_for_update().filter(pk=1))
    plan = plan_import(stream, now=now, may_change_guarded=may_change_guarded)
    if expected and plan.fingerprint != expected:
        raise PlanChanged
    carried_out = _Import(plan, now=now, invite=invite, may_change_guarded=may_change_guarded)
    carried_out.run()
    stream.seek(0)
    audit.record_changes(carried_out.changed.items(), actor=by, origin=origin, now=now)
    audit.record(
        actor=by,
        verb=audit.Verb.PEOPLE_IMPORTED,
        origin=origin,
        detail={
            "new": len(plan.new),
            "changed": len(plan.changed),
            "unchanged": len(plan.unchanged),
            "reported": len(plan.reported),
            "withheld": len(plan.withheld),
            "departments": len(plan.departments),
            "sha256": hashlib.file_digest(stream, "sha256").hexdigest(),  # type: ignore[arg-type]  # any file will do
        },
        now=now,
    )
    return plan


def plan_import(stream: BinaryIO, *, now: datetime, may_change_guarded: bool = False) -> Plan:
    """What a file would do, with nothing written. 4 SQL queries. Raises: TableRefused, HeadingsRefused."""
    table = Table(stream)
    columns = recognise(table.headings)
    names = queries.department_names()
    return make_plan(
        _lines(table, columns),
        columns,
        people=queries.known_people(names),
        departments=queries.departments_by_key(names),
        may_change_guarded=may_change_guarded,
        today=today(now),
    )


def _lines(table: Table, columns: Columns) -> Iterator[tuple[PersonLine, list[str]]]:
    for row in table.rows():
        yield read_line(row.line, row.cells, columns)


class _Import:
    def __init__(self, plan: Plan, *, now: datetime, invite: bool, may_change_guarded: bool) -> None:
        self.plan = plan
        self.now = now
        self.today = today(now)
        self.invite = invite
        self.may_change_guarded = may_change_guarded
        self.changed: dict[int, set[str]] = {}  # employee → names of fields
        self.departments: dict[Key, Department] = {}
        self.pk_of: dict[str, int] = {}

    def run(self) -> None:
        if not self.plan.imported_count:
            return
        self._departments()
        numbered = Employee.objects.exclude(employee_number=None).values_list("employee_number", "pk")
        self.pk_of = {str(number): pk for number, pk in numbered.iterator(chunk_size=5000)}
        for change in self.plan.changed:  # a new number of somebody known may be a manager's
            self.pk_of[change.line.number] = change.pk
        for level in self._levels():
            for batch in _batches(level):
                self._hire(batch)
        for changes in _batches(self.plan.changed):
            self._change(changes)

    def _departments(self) -> None:
        names = queries.department_names()
        rows = {row.path: row for row in Department.objects.all()}
        self.departments = {key_of(parts): rows[path] for path, parts in names.items()}
        for path in self.plan.departments:  # from the top down
            above = self.departments.get(key_of(path[:-1]))
            if above is None:
                made = Department.add_root(name=path[-1])
            else:
                made = Department.objects.get(pk=above.pk).add_child(name=path[-1])
            self.departments[key_of(path)] = made
        # Names are kept in order, so a new department may have given others a new path.
        if self.plan.departments:
            fresh = Department.objects.in_bulk([row.pk for row in self.departments.values()])
            self.departments = {key: fresh[row.pk] for key, row in self.departments.items()}

    def _levels(self) -> Iterator[list[PersonLine]]:
        """New people so that managers come before those who report to them."""
        reports: dict[str, list[PersonLine]] = {}
        new = {line.number for line in self.plan.new}
        level = []
        for line in self.plan.new:
            if line.manager in new:
                reports.setdefault(line.manager, []).append(line)
            else:
                level.append(line)
        while level:
            yield level
            level = [below for line in level for below in reports.get(line.number, ())]

    def _hire(self, lines: list[PersonLine]) -> None:
        """As `people.actions.hire`, for a thousand people with four statements."""
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
        self.pk_of.update((line.number, person.pk) for line, person in zip(lines, people, strict=True))
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

    @staticmethod
    def _first_day(line: PersonLine, person: Employee) -> date:
        first: date = line.since or person.started_on  # type: ignore[assignment]  # everybody hired here has one
        return first

    def _change(self, changes: list[Change]) -> None:
        people = Employee.objects.select_for_update().in_bulk([change.pk for change in changes])
        newest = queries.newest_memberships(list(people))
        for change in changes:
            self._change_one(people[change.pk], change, newest.get(change.pk))

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
        left_on = line.left_on if self.plan.columns.has("left_on") else person.left_on
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


def _batches(items: list[Item]) -> Iterator[list[Item]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch


@transaction.atomic
def keep_upload(
    *, uploader: Employee, name: str, content: bytes, invite: bool, now: datetime
) -> PeopleUpload:
    """Keep a file until its uploader has decided; an earlier one of the same person goes."""
    PeopleUpload.objects.filter(uploader=uploader).delete()
    return PeopleUpload.objects.create(
        uploader=uploader, name=name[:100], content=content, invite=invite, made_at=now
    )


@transaction.atomic
def import_upload(upload: PeopleUpload, *, expected: str, may_change_guarded: bool, now: datetime) -> Plan:
    """Import a file that was kept, and keep it no longer. Raises: as `import_people`; the file stays then."""
    plan = import_people(
        io.BytesIO(bytes(upload.content)),
        by=upload.uploader,
        now=now,
        expected=expected,
        invite=upload.invite,
        may_change_guarded=may_change_guarded,
    )
    upload.delete()
    return plan


def forget_upload(*, uploader: Employee) -> None:
    """Remove somebody's file. Doing it twice changes nothing."""
    PeopleUpload.objects.filter(uploader=uploader).delete()


def forget_old_uploads(*, before: datetime) -> int:
    """Remove files that were looked at and never imported; how many."""
    return PeopleUpload.objects.filter(made_at__lt=before).delete()[0]
