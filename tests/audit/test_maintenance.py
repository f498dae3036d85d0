"""The maintenance door: open inside its block and its transaction, and shut again whatever happens there."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction

from audit import log as audit_log
from audit.append_only import AppendOnly, maintenance
from audit.models import AuditEntry, MaintenanceDoor

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def entry(db: None) -> AuditEntry:
    return audit_log.record(actor=None, verb="published", about="course:1", now=NOW)


def is_refused(entry: AuditEntry) -> bool:
    """True where the database refuses to change a row and to remove one."""
    refusals = 0
    for change in (
        lambda rows: rows.update(about="course:2"),
        lambda rows: rows._raw_delete(using="default"),
    ):
        try:
            with transaction.atomic():
                change(AuditEntry.objects.filter(pk=entry.pk))
        except DatabaseError as error:
            assert "append-only" in str(error)
            refusals += 1
    assert refusals in {0, 2}
    return refusals == 2


def test_inside_the_block_a_row_may_be_changed_and_after_it_no_more(entry: AuditEntry) -> None:
    with maintenance("a course was erased"):
        assert MaintenanceDoor.objects.get().reason == "a course was erased"
        AuditEntry.objects.update(about="course:9")

    assert AuditEntry.objects.get().about == "course:9"
    assert not MaintenanceDoor.objects.exists()
    assert is_refused(entry)


def test_an_error_inside_takes_back_what_was_changed_and_shuts_the_door(entry: AuditEntry) -> None:
    with pytest.raises(ZeroDivisionError), maintenance("a course was erased"):
        AuditEntry.objects.update(about="course:9")
        _ = 1 / 0

    assert AuditEntry.objects.get().about == "course:1"
    assert not MaintenanceDoor.objects.exists()
    assert is_refused(entry)


def test_an_error_of_the_database_is_told_as_it_is_and_shuts_the_door(entry: AuditEntry) -> None:
    with pytest.raises(IntegrityError), maintenance("a course was erased"):
        AuditEntry.objects.update(about="course:9")
        AuditEntry(number=entry.number, at=NOW, verb="published", seal="x").save(force_insert=True)

    assert AuditEntry.objects.get().about == "course:1"
    assert not MaintenanceDoor.objects.exists()
    assert is_refused(entry)


def test_a_swallowed_error_of_the_database_leaves_no_door_open(entry: AuditEntry) -> None:
    with maintenance("a course was erased"), suppress(IntegrityError):
        AuditEntry(number=entry.number, at=NOW, verb="published", seal="x").save(force_insert=True)

    assert not MaintenanceDoor.objects.exists()
    assert is_refused(entry)


@pytest.mark.django_db(transaction=True)
def test_nobody_else_ever_sees_the_door() -> None:
    def doors() -> int:
        try:
            return MaintenanceDoor.objects.count()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as elsewhere:
        with maintenance("a course was erased"):
            during = elsewhere.submit(doors).result()
        after = elsewhere.submit(doors).result()

    assert (during, after) == (0, 0)


def test_a_migration_says_what_it_does_and_can_be_written_down() -> None:
    operation = AppendOnly("AuditEntry")

    assert operation.describe() == "Let the database refuse UPDATE and DELETE on AuditEntry"
    assert operation.deconstruct() == ("AppendOnly", ["AuditEntry"], {})
    assert (operation.reversible, operation.reduces_to_sql) == (True, True)


def test_a_migration_makes_the_triggers_and_takes_them_away_again(entry: AuditEntry) -> None:
    state = SimpleNamespace(apps=apps)
    operation = AppendOnly("AuditEntry")
    with connection.cursor() as cursor:
        editor = SimpleNamespace(
            connection=connection, execute=lambda sql, params=None: cursor.execute(sql, params)
        )
        operation.database_backwards("audit", editor, state, state)
        assert not is_refused(entry)

        entry = audit_log.record(actor=None, verb="published", about="course:3", now=NOW)
        operation.database_forwards("audit", editor, state, state)
        assert is_refused(entry)
