"""Which tables are append-only, that their triggers stand, and that no migration loses them for good."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, migrations, models, transaction
from django.db.migrations.state import ProjectState
from django.db.models import Q
from django.db.models.signals import post_migrate
from django.utils import timezone

from audit import append_only
from audit import log as audit_log
from audit.append_only import AppendOnly
from audit.models import AuditEntry

pytestmark = pytest.mark.sql

TABLE = "people_auditentry"
# What makes Django build an SQLite table anew: create, copy, drop, rename.
REBUILDS = {
    "a column with a default": migrations.AddField(
        "AuditEntry", "remark", models.CharField(max_length=40, default="none")
    ),
    "an altered column": migrations.AlterField(
        "AuditEntry", "origin", models.CharField(max_length=80, blank=True, default="")
    ),
    "a constraint": migrations.AddConstraint(
        "AuditEntry", models.CheckConstraint(condition=Q(number__gte=1), name="entries_count_from_one")
    ),
}


def expected() -> dict[str, set[str]]:
    tables = [model._meta.db_table for model in append_only.declared()]
    return {table: set(append_only.triggers(connection.vendor, table)) for table in tables}


def standing() -> dict[str, set[str]]:
    """The append-only triggers of the database, by table; the search index has triggers of its own."""
    ours = ("_no_update", "_no_delete", "_append_only")
    rows = append_only.existing_triggers().items()
    standing = {table: {name for name in names if name.endswith(ours)} for table, names in rows}
    return {table: names for table, names in standing.items() if names}


@cache
def before() -> ProjectState:
    return ProjectState.from_apps(apps)


def change_table(operation: Any, *, back: bool = False) -> None:
    """What a migration with this operation does to the database."""
    after = before().clone()
    operation.state_forwards("audit", after)
    with connection.schema_editor() as editor:
        if back:
            operation.database_backwards("audit", editor, after, before())
        else:
            operation.database_forwards("audit", editor, before(), after)


@contextmanager
def changed(operation: Any) -> Iterator[None]:
    """The database after a migration with this operation; afterwards it is as before."""
    change_table(operation)
    try:
        yield
    finally:
        change_table(operation, back=True)
        append_only.make_again()


def end_of_migrate() -> None:
    """The signal that every `migrate` sends for the app when all tables are as they will be."""
    audit = apps.get_app_config("audit")
    post_migrate.send(
        sender=audit, app_config=audit, verbosity=0, interactive=False, using="default", plan=[], apps=apps
    )


def assert_refused() -> None:
    before = list(AuditEntry.objects.values())
    assert before
    for change in (lambda: AuditEntry.objects.update(origin="x"), lambda: AuditEntry.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert list(AuditEntry.objects.values()) == before


@pytest.fixture
def entry(transactional_db: None) -> AuditEntry:
    return audit_log.record(actor=None, verb=audit_log.Verb.REPORT_VIEWED, now=timezone.now())


def test_what_was_done_answered_published_signed_and_logged_is_declared() -> None:
    assert sorted(model.__name__ for model in append_only.declared()) == [
        "Answer", "AuditEntry", "Criterion", "Drawn", "Evidence", "QuestionVersion", "SenseVersion", "Signature",
        "VersionSense",
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_fresh_database_has_the_triggers_of_all_declared_tables_and_no_others() -> None:
    assert standing() == expected()


@pytest.mark.django_db
def test_where_nothing_is_missing_it_takes_one_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert append_only.make_again() == []


@pytest.mark.parametrize("operation", REBUILDS.values(), ids=REBUILDS)
def test_a_table_that_a_migration_builds_anew_refuses_changes_again(
    operation: Any, entry: AuditEntry
) -> None:
    with changed(operation):
        lost = TABLE not in standing()
        assert lost == (connection.vendor == "sqlite"), "PostgreSQL alters the table that is there"

        end_of_migrate()

        assert standing() == expected()
        assert_refused()


def test_a_trigger_that_somebody_took_away_or_switched_off_is_made_again(entry: AuditEntry) -> None:
    take_away = {
        "sqlite": f"DROP TRIGGER {TABLE}_no_delete",
        "postgresql": f"ALTER TABLE {TABLE} DISABLE TRIGGER {TABLE}_append_only",
    }
    with connection.cursor() as cursor:
        cursor.execute(take_away[connection.vendor])
    assert standing() != expected()

    end_of_migrate()

    assert standing() == expected()
    assert_refused()


def test_the_operation_of_a_migration_may_meet_triggers_that_stand_already(entry: AuditEntry) -> None:
    """Somebody migrated back to before it, and that `migrate` made them at its end."""
    operation = AppendOnly("AuditEntry")
    change_table(operation, back=True)
    assert TABLE not in standing()
    end_of_migrate()

    change_table(operation)

    assert standing() == expected()
    assert_refused()
