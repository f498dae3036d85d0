"""Who leads whom."""

from collections import Counter

from django.db import connection

from people.models import Employee

TEAM = """
WITH RECURSIVE team(id) AS (
  SELECT id FROM people_employee WHERE manager_id = %s
  UNION SELECT e.id FROM people_employee e JOIN team ON e.manager_id = team.id
) SELECT id FROM team"""
"""SQL: the ids of everybody who reports to somebody, directly or over others. Its value is the manager's id."""


def managers() -> list[tuple[int, str]]:
    """Id and name of everybody to whom somebody reports, by name. 1 SQL query.

    Two of the same name have their employee number behind it.
    """
    rows = list(
        Employee.objects.filter(pk__in=Employee.objects.filter(manager__isnull=False).values("manager"))
        .order_by("sort_key", "pk")
        .values_list("pk", "display_name", "employee_number")
    )
    times = Counter(name for _pk, name, _number in rows)
    return [(pk, f"{name} ({number or pk})" if times[name] > 1 else name) for pk, name, number in rows]


def somebody(pk: int) -> Employee | None:
    """An employee with the line manager. 1 SQL query."""
    return Employee.objects.select_related("manager").filter(pk=pk).first()


def is_below(person: Employee, manager: Employee) -> bool:
    """Whether somebody reports to a manager, directly or over others. 1 SQL query."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM ({TEAM}) t WHERE t.id = %s", [manager.pk, person.pk])  # noqa: S608 - our own text
        return person.pk != manager.pk and cursor.fetchone() is not None
