"""Two courses, and people of both sides in departments."""

from datetime import date
from types import SimpleNamespace

import pytest

from people.models import Department, Membership
from tests.conftest import hire
from tests.courses.course import write_course
from tests.worlds import again


@pytest.fixture(scope="module")
def built(world, catalogue_page, published_course):
    """Two courses; Ada in Sales below Commercial, Ben in the office, Cleo of both sides in no department."""
    with world():
        commercial = Department.add_root(name="Commercial")
        sales = commercial.add_child(name="Sales")
        office = Department.add_root(name="Office")
        ada, ben = hire("ada", "Employee"), hire("ben", "Employee", side="technology")
        for person, place in ((ada, sales), (ben, office)):
            Membership.objects.create(employee=person, department=place, from_on=date(2026, 1, 5))
        return SimpleNamespace(
            course=published_course,
            other=write_course(catalogue_page, "B1", "costs", direction="business-for-technicians"),
            commercial=commercial, sales=sales, office=office, ada=ada, ben=ben, cleo=hire("cleo", "Employee", side="both"),
        )  # fmt: skip


@pytest.fixture
def company(built, db):
    return again(built)
