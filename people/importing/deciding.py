"""What a list would do: read from a file, and decided against who is here, with nothing written."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import BinaryIO

from gates.csv_in import Table
from people.importing import queries
from people.importing.columns import Columns, PersonLine, read_line, recognise
from people.importing.planning import make_plan
from people.importing.plans import Plan
from people.queries import today

HEARD_EVERY = 2000


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
    columns = recognise(table.headings)
    names = queries.department_names()
    return make_plan(
        _lines(table, columns, heard),
        columns,
        people=queries.known_people(names),
        departments=queries.departments_by_key(names),
        may_change_guarded=may_change_guarded,
        today=today(now),
    )


def _lines(
    table: Table, columns: Columns, heard: Callable[[int], object]
) -> Iterator[tuple[PersonLine, list[str]]]:
    for count, row in enumerate(table.rows(), start=1):
        yield read_line(row.line, row.cells, columns)
        if count % HEARD_EVERY == 0:
            heard(count)
