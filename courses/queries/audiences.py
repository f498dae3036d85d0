"""Who is asked to take which course, and how many of them have completed it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from courses.models import Audience, CoursePage, CourseRecord
from courses.queries.codes import in_code_order
from people import roles
from people.models import Employee, Membership, Side
from people.queries import memberships_on


@dataclass(frozen=True)
class Reach:
    """How many people an audience asks on a day, and how many of them had completed the course by then."""

    people: int
    completed: int


def audiences(*, closed: bool, on: date) -> list[Audience]:
    """The audiences that ask on a day, or those that are closed by then, the newest closed first. 1 SQL query."""
    rows = Audience.objects.select_related("course", "department", "made_by")
    if closed:
        return list(rows.filter(closed_on__lte=on).order_by("-closed_on", "-pk"))
    return list(
        rows.filter(Q(closed_on=None) | Q(closed_on__gt=on)).order_by(*in_code_order("course__code"), "pk")
    )


def reach(asked: Sequence[Audience], *, on: date) -> list[Reach]:
    """Of each audience, saved or not, how many it asks and how many have completed. 2 SQL queries.

    Counted are people who take courses and work here on that day, with the department of that day:
    the same people as in the report on completion.
    """
    here = people_here(on).annotate(place=_place(OuterRef("pk"), on)).order_by()
    everybody = [
        (side, place or "", count)
        for side, place, count in here.values_list("side", "place").annotate(Count("pk"))
    ]
    done: dict[str, list[tuple[str, str, int]]] = {}
    records = (
        CourseRecord.objects.filter(
            status=CourseRecord.Status.COMPLETED,
            course_key__in={row.course_key for row in asked},
            employee__in=people_here(on).order_by().values("pk"),
        )
        .annotate(place=_place(OuterRef("employee_id"), on))
        .order_by()
        .values_list("course_key", "employee__side", "place")
        .annotate(Count("pk"))
    )
    for key, side, place, count in records:
        done.setdefault(str(key), []).append((side, place or "", count))
    return [
        Reach(people=_sum(row, everybody), completed=_sum(row, done.get(str(row.course_key), ())))
        for row in asked
    ]


def people_here(on: date) -> QuerySet[Employee]:
    """Who takes courses and works here on a day."""
    return Employee.objects.filter(
        Q(started_on=None) | Q(started_on__lte=on),
        Q(left_on=None) | Q(left_on__gte=on),
        groups__name=roles.EMPLOYEE,
    )


def same_audience(wanted: Audience, *, on: date) -> Audience | None:
    """An audience that already asks the same people the same thing, whatever its due date. 1 SQL query."""
    return Audience.objects.filter(
        Q(closed_on=None) | Q(closed_on__gt=on),
        course_key=wanted.course_key,
        scope=wanted.scope,
        side=wanted.side,
        department=wanted.department_id,
        requirement=wanted.requirement,
    ).first()


def courses_to_ask() -> QuerySet[CoursePage]:
    """Live courses, by code; a translation is the same course as its source."""
    return CoursePage.objects.live().filter(alias_of=None).order_by(*in_code_order(), "pk")


def _place(employee: Any, on: date) -> Subquery:
    """The tree path of somebody's department on a day."""
    rows = Membership.objects.filter(memberships_on(on), employee=employee).order_by("-from_on", "-pk")
    return Subquery(rows.values("department__path")[:1])


def _sum(audience: Audience, groups: Iterable[tuple[str, str, int]]) -> int:
    if audience.scope == Audience.Scope.SIDE:
        sides = {audience.side, Side.BOTH.value}
        return sum(count for side, _place, count in groups if side in sides)
    if audience.scope == Audience.Scope.DEPARTMENT:
        path = audience.department.path  # type: ignore[union-attr]  # the database refuses one without
        return sum(count for _side, place, count in groups if place.startswith(path))
    return sum(count for _side, _place, count in groups)
