"""The same figures once more, slowly and in the plainest way: one person, one course, one day at a time.

Nothing here is shared with `reports`: it reads the tables and counts with if and for.
"""

from collections import defaultdict
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from courses.models import Audience, CourseRecord
from people.models import Department, Employee, Membership

ZONE = ZoneInfo("Europe/Berlin")


class Company:
    """All rows, read once."""

    def __init__(self) -> None:
        self.people = list(Employee.objects.prefetch_related("groups"))
        self.memberships = defaultdict(list)
        for membership in Membership.objects.all():
            self.memberships[membership.employee_id].append(membership)
        self.departments = {row.pk: row for row in Department.objects.all()}
        self.audiences = list(Audience.objects.select_related("course"))
        self.records = {(row.employee_id, str(row.course_key)): row for row in CourseRecord.objects.all()}

    def department(self, person: Employee, on: date) -> int:
        department = 0
        for membership in sorted(self.memberships[person.pk], key=lambda membership: membership.from_on):
            if membership.from_on <= on and (membership.until_on is None or on <= membership.until_on):
                department = membership.department_id
        return department

    def is_there(self, person: Employee, on: date) -> bool:
        if person.started_on and person.started_on > on:
            return False
        if person.left_on and person.left_on < on:
            return False
        return "Employee" in [group.name for group in person.groups.all()]

    def asks(self, audience: Audience, person: Employee, on: date) -> bool:
        if audience.made_at.astimezone(ZONE).date() > on:
            return False
        if audience.closed_on is not None and audience.closed_on <= on:
            return False
        if audience.scope == "everyone":
            return True
        if audience.scope == "side":
            return person.side in (audience.side, "both")
        own = self.department(person, on)
        if not own:
            return False
        return self.departments[own].path.startswith(self.departments[audience.department_id].path)

    def lines(self, on: date, *, recommended: bool = False) -> list[dict[str, Any]]:
        lines = []
        for person in self.people:
            if not self.is_there(person, on):
                continue
            for key in {str(audience.course_key) for audience in self.audiences}:
                mine = [
                    audience
                    for audience in self.audiences
                    if str(audience.course_key) == key and self.asks(audience, person, on)
                ]
                strict = [audience for audience in mine if audience.requirement == "required"]
                if not strict and not recommended:
                    continue
                counting = strict or mine
                if not counting:
                    continue
                days = [audience.due_on for audience in counting if audience.due_on is not None]
                due_on = min(days) if days else None
                record = self.records.get((person.pk, key))
                started = completed = None
                if record is not None and record.started_at.astimezone(ZONE).date() <= on:
                    started = record.started_at.astimezone(ZONE).date()
                    if record.completed_at and record.completed_at.astimezone(ZONE).date() <= on:
                        completed = record.completed_at.astimezone(ZONE).date()
                state = "completed" if completed else "in_progress" if started else "not_started"
                if strict and not completed and due_on is not None and due_on < on:
                    state = "overdue"
                lines.append(
                    {"person": person.pk, "department": self.department(person, on), "course": key,
                     "due_on": due_on, "state": state, "started": started, "completed": completed}
                )  # fmt: skip
        return lines


def by_person(lines: list[dict[str, Any]]) -> dict[int, str]:
    """Overdue before all; completed only with everything; in progress with anything done or begun."""
    states = defaultdict(list)
    for line in lines:
        states[line["person"]].append(line["state"])
    state_of = {}
    for person, all_states in states.items():
        if "overdue" in all_states:
            state_of[person] = "overdue"
        elif all(state == "completed" for state in all_states):
            state_of[person] = "completed"
        elif all(state == "not_started" for state in all_states):
            state_of[person] = "not_started"
        else:
            state_of[person] = "in_progress"
    return state_of
