"""What a list would do: read from a file, and decided against who is here, with nothing written."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from gates.csv_in import Table
from people.importing import queries
from people.importing.rules.columns import Columns, PersonLine, UnclearHeadings, read_line, recognise
from people.importing.rules.planning import make_plan
from people.importing.rules.plans import Plan
from people.importing.rules.sentences import Sentence
from people.importing.translation import in_words
from people.queries import today

HEARD_EVERY = 2000


class HeadingsRefused(ValueError):
    """The first line does not say what the columns are; the text is a sentence."""


def plan_import(
    stream: BinaryIO,
    *,
    now: datetime,
    may_change_guarded: bool = False,
    heard: Callable[[int], object] = lambda count: None,
) -> Plan:
    """What a file would do, with nothing written and no lock held.

    `heard` is told now and then how many lines are read. Raises: TableRefused, HeadingsRefused.
    """
    table = Table(stream)
    columns = columns_of(table.headings)
    names = queries.department_names()
    return make_plan(
        _lines(table, columns, heard),
        columns,
        people=queries.known_people(names),
        departments=queries.departments_by_key(names),
        may_change_guarded=may_change_guarded,
        today=today(now),
    )


def columns_of(headings: Sequence[str]) -> Columns:
    """The columns by their headings, in any order. Raises: HeadingsRefused."""
    try:
        return recognise(headings)
    except UnclearHeadings as unclear:
        raise HeadingsRefused(in_words(unclear.sentence)) from unclear


def _lines(
    table: Table, columns: Columns, heard: Callable[[int], object]
) -> Iterator[tuple[PersonLine, list[Sentence]]]:
    for count, row in enumerate(table.rows(), start=1):
        yield read_line(row.line, row.cells, columns, is_email=_is_email)
        if count % HEARD_EVERY == 0:
            heard(count)


def _is_email(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True
