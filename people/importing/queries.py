"""What is known before an import: everybody who is here, and the departments."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef

from people import queries as people
from people import roles
from people.importing.planning import Key, Known, key_of
from people.models import Department, Employee, Membership, PeopleUpload


def department_names() -> dict[str, tuple[str, ...]]:
    """Tree path → names from the top down. 1 SQL query."""
    found: dict[str, tuple[str, ...]] = {}
    for path, name in Department.objects.order_by("path").values_list("path", "name"):
        found[path] = (*found.get(path[: -Department.steplen], ()), name)
    return found


def departments_by_key(names: dict[str, tuple[str, ...]]) -> dict[Key, str]:
    """Department, whatever its case → its names in one line. No SQL."""
    return {key_of(parts): " / ".join(parts) for parts in names.values()}


def known_people(names: dict[str, tuple[str, ...]]) -> Iterator[Known]:
    """Everybody, with where they belong now or belonged last. 3 SQL queries, for any number of people."""
    administration = Employee.groups.through._default_manager.filter(
        employee=OuterRef("pk"), group__name=roles.ADMINISTRATOR
    )
    guarded = {
        pk: is_active and (is_superuser or is_administrator)
        for pk, is_active, is_superuser, is_administrator in people.guarded()
        .order_by()
        .values_list("pk", "is_active", "is_superuser", Exists(administration))
    }
    # Sorted, so that of several memberships the newest is the one that stays.
    memberships = Membership.objects.order_by("from_on", "pk").values_list(
        "employee_id", "department__path", "from_on"
    )
    newest = {employee: (path, from_on) for employee, path, from_on in memberships.iterator(chunk_size=5000)}
    keys = {path: key_of(parts) for path, parts in names.items()}
    columns = Employee.objects.order_by("pk").values_list(
        "pk", "employee_number", "email", "display_name", "side", "manager_id", "started_on", "left_on"
    )
    for pk, number, email, name, side, manager, started_on, left_on in columns.iterator(chunk_size=5000):
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


def upload_of(employee: Employee) -> PeopleUpload | None:
    """The file that somebody has uploaded and not imported yet; nobody else's. 1 SQL query."""
    return PeopleUpload.objects.filter(uploader=employee).order_by("-made_at").first()


def newest_memberships(employees: list[int]) -> dict[int, Membership]:
    """Employee → where they belong now or belonged last. 1 SQL query."""
    rows = Membership.objects.filter(employee__in=employees).order_by("from_on", F("pk"))
    return {row.employee_id: row for row in rows}
