"""What is known before an import: everybody who is here, and the departments."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from jobs.models import Stage
from people import queries as people
from people import roles
from people.importing.rules.plans import Key, Known, key_of
from people.models import Department, Employee, Membership, PeopleUpload

AT_ONCE = 2000  # rows that are read at a time


def department_names() -> dict[str, tuple[str, ...]]:
    """Tree path → names from the top down. 1 SQL query."""
    names: dict[str, tuple[str, ...]] = {}
    for path, name in Department.objects.order_by("path").values_list("path", "name"):
        names[path] = (*names.get(path[: -Department.steplen], ()), name)
    return names


def departments_by_key(names: dict[str, tuple[str, ...]]) -> dict[Key, str]:
    """Department, whatever its case → its names in one line. No SQL."""
    return {key_of(parts): " / ".join(parts) for parts in names.values()}


def known_people(names: dict[str, tuple[str, ...]], only: Collection[int] | None = None) -> Iterator[Known]:
    """Everybody, or who is asked for, with where they belong now or belonged last.

    Two SQL queries for each two thousand people and one more. No reading is left open between them: on SQLite
    whoever reads while somebody else writes cannot write any more.
    """
    administration = Employee.groups.through._default_manager.filter(
        employee=OuterRef("pk"), group__name=roles.ADMINISTRATOR
    )
    with_rights = people.guarded().order_by()
    guarded = {
        pk: is_active and (is_superuser or is_administrator)
        for pk, is_active, is_superuser, is_administrator in (
            with_rights if only is None else with_rights.filter(pk__in=only)
        ).values_list("pk", "is_active", "is_superuser", Exists(administration))
    }
    keys = {path: key_of(parts) for path, parts in names.items()}
    for rows in _in_ranges(only):
        pks = [row[0] for row in rows]
        # Sorted, so that of several memberships the newest is the one that stays.
        newest = {
            employee: (path, from_on)
            for employee, path, from_on in Membership.objects.filter(
                employee__gte=pks[0], employee__lte=pks[-1]
            )
            .filter(*([Q(employee__in=pks)] if only is not None else []))
            .order_by("from_on", "pk")
            .values_list("employee_id", "department__path", "from_on")
        }
        for pk, number, email, name, side, manager, started_on, left_on in rows:
            path, from_on = newest.get(pk, ("", None))
            yield Known(
                pk=pk,
                number=number or "",
                email=email.lower(),
                name=name,
                side=side,
                manager=manager,
                started_on=started_on,
                left_on=left_on,
                department=keys.get(path, ()),
                belongs_from=from_on,
                is_guarded=pk in guarded,
                is_administrator=guarded.get(pk, False),
            )


def _in_ranges(only: Collection[int] | None) -> Iterator[list[Any]]:
    """The rows of everybody in the order of their keys, so many at a time; or of those who are asked for."""
    columns = Employee.objects.order_by("pk").values_list(
        "pk", "employee_number", "email", "display_name", "side", "manager_id", "started_on", "left_on"
    )
    if only is not None:
        if rows := list(columns.filter(pk__in=only)):
            yield rows
        return
    last = 0
    while rows := list(columns.filter(pk__gt=last)[:AT_ONCE]):
        yield rows
        if len(rows) < AT_ONCE:
            return
        last = rows[-1][0]


def uploads_of(employee: Employee) -> QuerySet[PeopleUpload]:
    """The lists that somebody has uploaded, the newest first, without what stands in them; nobody else's."""
    return PeopleUpload.objects.filter(uploader=employee).defer("content", "steps").order_by("-pk")


def being_imported() -> PeopleUpload | None:
    """The one list that is being imported now. 1 SQL query."""
    return PeopleUpload.objects.filter(stage=Stage.IMPORTING).defer("content", "steps").first()


def rights_of(employee: int, today: date) -> frozenset[str]:
    """The roles by which somebody imports people; empty for whoever may not, or not any more. 1 SQL query."""
    here = Q(left_on__isnull=True) | Q(left_on__gte=today)
    held = Employee.objects.filter(
        here, pk=employee, is_active=True, groups__name__in=[roles.HR, roles.ADMINISTRATOR]
    )
    return frozenset(held.values_list("groups__name", flat=True))


def taken(numbers: Collection[str], emails: Collection[str]) -> tuple[set[str], set[str]]:
    """Which of these numbers and addresses somebody has. 1 SQL query."""
    rows = (
        Employee.objects.annotate(lower=Lower("email"))
        .filter(Q(employee_number__in=numbers) | Q(lower__in=emails))
        .values_list("employee_number", "lower")
    )
    pairs = list(rows)
    return {number for number, _email in pairs if number}, {email for _number, email in pairs}


def by_number(numbers: Collection[str]) -> dict[str, int]:
    """Whose numbers these are. 1 SQL query."""
    rows = Employee.objects.filter(employee_number__in=numbers).values_list("employee_number", "pk")
    return {str(number): pk for number, pk in rows}


def managers_above(employees: Iterable[int]) -> dict[int, int | None]:
    """These people and everybody above them → their manager. 1 SQL query for each level."""
    managers: dict[int, int | None] = {}
    asked = set(employees)
    while asked:
        rows = dict(Employee.objects.filter(pk__in=asked).values_list("pk", "manager_id"))
        managers |= rows
        asked = {manager for manager in rows.values() if manager} - managers.keys()
    return managers


def is_last_administrator(employee: int, today: date) -> bool:
    """True where nobody else is left who can give rights to others. 1 SQL query."""
    others = Employee.objects.filter(
        Q(is_superuser=True) | Q(groups__name=roles.ADMINISTRATOR),
        Q(left_on__isnull=True) | Q(left_on__gte=today),
        is_active=True,
    )
    return not others.exclude(pk=employee).exists()


def newest_memberships(employees: list[int]) -> dict[int, Membership]:
    """Employee → where they belong now or belonged last. 1 SQL query."""
    rows = Membership.objects.filter(employee__in=employees).order_by("from_on", F("pk"))
    return {row.employee_id: row for row in rows}
