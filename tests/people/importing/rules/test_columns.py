"""The rules of a list of people know no model; what they say of one is what the models say."""

from datetime import date

import pytest

from people.importing.rules import columns
from people.importing.translation import in_words
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


def read(**cells: str) -> tuple[columns.PersonLine, list[str]]:
    """What a line says, and what is said about it, where each address is one."""
    given = {"number": "N1", "name": "Nora", "email": "nora@example.com", **cells}
    places = columns.Columns({field: place for place, field in enumerate(given)}, len(given), ())
    line, sentences = columns.read_line(2, list(given.values()), places, is_email=lambda address: True)
    return line, [in_words(sentence) for sentence in sentences]


@pytest.mark.parametrize(
    ("field", "most", "word"),
    [
        ("number", 40, "number"),
        ("name", 150, "name"),
        ("email", 254, "e-mail"),
        ("manager", 40, "manager’s number"),
        ("department", 120, "department"),
    ],
)
def test_a_cell_that_is_too_long_is_reported_and_one_that_just_fits_is_not(field, most, word):
    line, said = read(**{field: "x" * most})
    assert (getattr(line, field), said) == (("x" * most,) if field == "department" else "x" * most, [])

    line, said = read(**{field: "x" * (most + 1)})
    assert said == [f"The {word} is longer than {most} characters."]
    if field in {"email", "department"}:
        assert not getattr(line, field)


def test_the_same_fault_of_several_departments_is_said_once():
    line, said = read(department="=Works / =IT / +Lab / Ops")

    assert line.department == ()
    assert said == [
        "The department begins with “=”, as a formula does.",
        "The department begins with “+”, as a formula does.",
    ]


@pytest.mark.parametrize(("written", "shown"), [("x" * 60, "x" * 60), ("x" * 61, f"{'x' * 60}…")])
def test_a_sentence_quotes_the_beginning_of_a_long_cell(written, shown):
    assert read(side=written)[1] == [f"“{shown}” is no side. Write business, technology or both."]


def test_a_department_has_at_most_twelve_levels():
    assert len(read(department="/".join("abcdefghijkl"))[0].department) == 12
    assert read(department="/".join("abcdefghijklm"))[1] == ["The department has more than 12 levels."]
