"""The rules of a list of people know no model; what they say of one is what the models say."""

from datetime import date

import pytest

from people.importing.rules import columns
from people.models import Department, Employee, Side


def test_the_sides_of_a_list_are_those_of_people():
    assert set(columns._SIDES.values()) == set(Side.values)


def test_a_cell_may_be_as_long_as_the_database_keeps_it():
    assert Employee._meta.get_field("email").max_length == columns.EMAIL_LENGTH
    assert Department._meta.get_field("name").max_length == columns.DEPARTMENT_LENGTH


@pytest.mark.parametrize(
    ("written", "day", "is_clear"),
    [
        ("30/11/2026", date(2026, 11, 30), True),
        ("11/30/2026", date(2026, 11, 30), True),
        ("07/07/2026", date(2026, 7, 7), True),
        ("12/11/2026", None, False),
        ("13/13/2026", None, True),
        ("30.11.2026", date(2026, 11, 30), True),
    ],
)
def test_a_day_with_slashes_is_read_where_only_one_reading_is_possible(written, day, is_clear):
    assert columns._as_day(written) == (day, is_clear)
