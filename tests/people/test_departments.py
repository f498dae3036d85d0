"""Where somebody stands on a day, also when two stays overlap."""

from datetime import date
from typing import Any

import pytest

from people.models import Department, Membership
from people.queries import department_of

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 2)


def test_of_two_stays_the_later_one_says_where_somebody_is(employee: Any) -> None:
    sales, office = Department.add_root(name="Sales"), Department.add_root(name="Office")
    desk = office.add_child(name="Desk")
    sales.refresh_from_db()  # Office took its place before it
    # In this order: an order of the table's own would find the first.
    for department, from_on in ((sales, date(2026, 1, 5)), (desk, date(2026, 10, 1))):
        Membership.objects.create(
            employee=employee, department=department, from_on=from_on, until_on=date(2026, 12, 31)
        )

    assert department_of(employee, ON) == desk
    assert department_of(employee, date(2026, 9, 30)) == sales
    assert department_of(employee, date(2027, 1, 1)) is None
