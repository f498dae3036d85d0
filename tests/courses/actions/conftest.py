"""A company with two courses, two audiences and two devices."""

from types import SimpleNamespace

import pytest

from tests.conftest import hire
from tests.courses.course import write_course
from tests.worlds import again


@pytest.fixture(scope="module")
def built(world, catalogue_page, published_course):
    with world():
        other = write_course(catalogue_page, "B1", "costs", direction="business-for-technicians")
        return SimpleNamespace(
            course=published_course, other=other, ada=hire("ada", "Employee"),
            ben=hire("ben", "Employee", side="technology"), hr=hire("hr", "HR"),
        )  # fmt: skip


@pytest.fixture
def company(built, db):
    return again(built)
