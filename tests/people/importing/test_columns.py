"""The rules of a list of people know no model; what they say of one is what the models say."""

from people.importing import columns
from people.models import Department, Employee, Side


def test_the_sides_of_a_list_are_those_of_people():
    assert set(columns._SIDES.values()) == set(Side.values)


def test_a_cell_may_be_as_long_as_the_database_keeps_it():
    assert Employee._meta.get_field("email").max_length == columns.EMAIL_LENGTH
    assert Department._meta.get_field("name").max_length == columns.DEPARTMENT_LENGTH
