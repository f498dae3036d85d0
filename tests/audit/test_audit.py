"""The audit log: append-only, sealed, and without a word that somebody wrote."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from audit import log as audit_log
from audit import verifying
from audit.append_only import maintenance
from audit.models import AuditEntry, AuditHead
from audit.rules import facts

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
NOW = datetime(2026, 11, 20, 9, 30, 15, 123456, tzinfo=UTC)


def write(actor, count=5):
    return [
        audit_log.record(
            actor=actor,
            verb=audit_log.Verb.REPORT_VIEWED,
            about=f"department:{number}",
            detail={"rows": number, "status": ["overdue", "completed"], "on": "2026-11-20", "past": None},
            now=NOW + timedelta(seconds=number),
        )
        for number in range(1, count + 1)
    ]


def test_an_entry_says_who_did_what_about_whom_and_when(hr):
    entry = write(hr, 1)[0]

    stored = AuditEntry.objects.get()
    assert (stored.actor, stored.verb, stored.about, stored.at) == (
        hr,
        "report.viewed",
        "department:1",
        entry.at,
    )
    assert stored.detail == {"rows": 1, "status": ["overdue", "completed"], "on": "2026-11-20", "past": None}
    assert stored.origin == "page"
    assert verifying.is_whole()


def test_a_log_that_nobody_touched_is_whole(hr):
    assert verifying.is_whole()

    write(hr)
    audit_log.record(actor=None, verb="sign_in.failed", now=NOW)

    assert list(verifying.faults()) == []
    assert AuditHead.objects.get().number == 6


@pytest.mark.parametrize("change", [{"verb": "published"}, {"actor": None}, {"detail": {}}])
def test_the_database_refuses_to_change_an_entry(hr, change):
    write(hr)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(number=2).update(**change)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(number=2).delete()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("number", 9),
        ("at", NOW + timedelta(microseconds=1)),
        ("actor", None),
        ("verb", "report.exported"),
        ("about", "department:99"),
        ("origin", "command"),
        ("detail", {"rows": 0}),
        ("previous", "0" * 64),
        ("seal", "0" * 64),
    ],
)
@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_changed_column_is_found_at_every_place(hr, column, value, number):
    write(hr)

    with maintenance("a test tampers"):
        AuditEntry.objects.filter(number=number).update(**{column: value})

    assert not verifying.is_whole()


@pytest.mark.parametrize("numbers", [[1], [3], [5], [1, 2], [4, 5], [1, 2, 3, 4, 5]])
def test_removed_entries_are_found(hr, numbers):
    write(hr)

    with maintenance("a test tampers"):
        AuditEntry.objects.filter(number__in=numbers).delete()

    assert not verifying.is_whole()


@pytest.mark.parametrize(("one", "other"), [(1, 2), (2, 4), (4, 5), (1, 5)])
def test_entries_that_changed_places_are_found(hr, one, other):
    write(hr)

    with maintenance("a test tampers"):
        AuditEntry.objects.filter(number=one).update(number=100)
        AuditEntry.objects.filter(number=other).update(number=one)
        AuditEntry.objects.filter(number=100).update(number=other)

    assert not verifying.is_whole()


def test_a_removed_entry_whose_gap_was_closed_is_found(hr):
    write(hr)

    with maintenance("a test tampers"):
        AuditEntry.objects.filter(number=3).delete()
        AuditEntry.objects.filter(number=4).update(number=3)
        AuditEntry.objects.filter(number=5).update(number=4)
        AuditHead.objects.update(number=4)

    assert {fault.what for fault in verifying.faults()} >= {"does not follow", "altered"}


def test_what_is_rolled_back_was_never_logged(hr):
    write(hr, 1)

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit_log.record(actor=hr, verb="people.imported", now=NOW)
        _ = 1 / 0

    assert AuditEntry.objects.count() == 1
    assert verifying.is_whole()


def test_an_unknown_verb_is_refused(hr):
    with pytest.raises(audit_log.UnknownVerb):
        audit_log.record(actor=hr, verb="looked", now=NOW)


@pytest.mark.parametrize("text", ["Anna Example", "anna@example.com", "Ä", "a\x00", "x" * 81, "a\nb"])
def test_no_text_that_somebody_wrote_gets_into_the_log(hr, text):
    with pytest.raises(facts.NotAnId):
        audit_log.record(actor=hr, verb="report.viewed", about=text, now=NOW)
    with pytest.raises(facts.NotAnId):
        audit_log.record(actor=hr, verb="report.viewed", detail={"q": [text]}, now=NOW)

    assert not AuditEntry.objects.exists()


def test_the_log_is_sealed_in_what_the_database_gives_back(hr):
    """The seal is of the stored row: an instant in another zone or a set must not break it."""
    local = datetime.fromisoformat("2026-11-20T10:30:15.5+01:00")
    audit_log.record(actor=hr, verb="report.viewed", detail={"ids": (3, 4), "share": "12.5"}, now=local)

    assert verifying.is_whole()


def test_writing_an_entry_takes_three_statements(hr, django_assert_num_queries):
    write(hr, 1)

    with django_assert_num_queries(3 + 2):  # and a savepoint with its release
        write(hr, 1)
