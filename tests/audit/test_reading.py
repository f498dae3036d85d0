"""The audit log is read in ranges: with no cursor on the server, in little memory, while people go on working."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit import log as audit_log
from audit import verifying
from audit.append_only import maintenance
from audit.models import AuditEntry
from audit.rules import sealing
from audit.verifying import Fault

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)


def write(count: int) -> None:
    for number in range(count):
        audit_log.record(actor=None, verb="published", about=f"page:{number}", now=NOW)


@pytest.fixture(autouse=True)
def short_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "_READ_AT_ONCE", 3)


@pytest.mark.parametrize(("count", "queries"), [(0, 2), (2, 2), (3, 3), (7, 4)])
def test_a_query_for_each_range_and_one_for_the_end(count: int, queries: int) -> None:
    write(count)

    with CaptureQueriesContext(connection) as asked:
        reading = verifying.read()

    assert (reading.entries, reading.is_whole) == (count, True)
    assert len(asked) == queries


def test_a_fault_is_found_in_every_range() -> None:
    write(8)
    with maintenance("a forger"):
        AuditEntry.objects.filter(number__in=[2, 3, 8]).update(about="page:99")
        AuditEntry.objects.filter(number=5).delete()

    faults = list(verifying.faults())

    assert [fault for fault in faults if fault.what in {"altered", "missing"}] == [
        Fault(2, "altered"), Fault(3, "altered"), Fault(5, "missing"), Fault(8, "altered"),
    ]  # fmt: skip


def test_an_end_that_was_cut_off_is_found() -> None:
    write(6)
    with maintenance("a forger"):
        AuditEntry.objects.filter(number__gte=5).delete()

    assert list(verifying.faults()) == [Fault(6, "end is missing")]


def test_what_is_written_while_it_is_read_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the last range and the end of the log that `AuditHead` knows, somebody signs in."""
    write(4)
    late = iter([2, 1])
    verified = sealing.marked

    def marked(entry: AuditEntry, key: str) -> Any:
        found = verified(entry, key)
        if entry.number in {4, 6} and not writing:
            writing.append(1)
            write(next(late, 0))
            writing.clear()
        return found

    writing: list[int] = []
    monkeypatch.setattr(sealing, "marked", marked)

    reading = verifying.read()

    assert (reading.entries, reading.is_whole) == (7, True)
