"""What an entry of the log says: who missed a password from where, who got which role, and what is no id."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Group

from audit import log as audit_log
from audit import verifying
from audit.append_only import maintenance
from audit.models import AuditEntry, AuditHead
from audit.rules import facts
from audit.verifying import Fault
from people.accounts import audit_entries, limits

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def missed(email: str) -> AuditEntry:
    audit_entries.record_missed_sign_in(email=email, network="203.0.113.7", now=NOW)
    return AuditEntry.objects.latest("number")


@pytest.mark.parametrize("written", ["employee@example.com", " EMPLOYEE@example.com "])
def test_a_missed_password_names_the_account_and_the_place_by_a_hash(employee: Any, written: str) -> None:
    entry = missed(written)

    assert (entry.actor, entry.verb, entry.about, entry.at) == (
        None,
        "sign_in.failed",
        f"employee:{employee.pk}",
        NOW,
    )
    assert entry.origin == f"address-{limits.network_key('203.0.113.7')[:12]}"
    assert entry.detail == {"account": limits.account_key("employee@example.com")[:12]}
    assert len(entry.origin) == len("address-") + 12
    assert len(entry.detail["account"]) == 12


def test_a_missed_password_for_an_account_that_is_none_names_nobody(employee: Any) -> None:
    assert missed("nobody@example.com").about == ""


def test_roles_that_somebody_got_and_lost_stand_in_the_log_in_order(employee: Any, hr: Any) -> None:
    before = audit_entries.roles_held(employee)
    team = Group.objects.create(name="Team of T2")
    employee.groups.set([*Group.objects.filter(name__in=["Reviewer", "Author", "HR"]), team])

    audit_entries.record_roles(actor=hr, employee=employee, before=before, origin=audit_log.COMMAND, now=NOW)

    entry = AuditEntry.objects.get()
    assert before == {"Employee"}
    assert (entry.actor, entry.verb, entry.about, entry.origin) == (
        hr, "roles.changed", f"employee:{employee.pk}", "command",
    )  # fmt: skip
    assert entry.detail == {"given": ["Author", "HR", "Reviewer", f"group:{team.pk}"], "taken": ["Employee"]}
    assert entry.at == NOW


def test_roles_that_stay_as_they_are_are_not_logged(employee: Any) -> None:
    audit_entries.record_roles(
        actor=None, employee=employee, before=frozenset({"Employee"}), origin=audit_log.PAGE, now=NOW
    )

    assert not AuditEntry.objects.exists()


def test_who_is_not_stored_yet_holds_nothing(employee: Any) -> None:
    assert audit_entries.roles_held(type(employee)()) == frozenset()


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (date(2026, 11, 20), "2026-11-20"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ("x" * 80, "x" * 80),
        ("course:a-b_c.d/e,f", "course:a-b_c.d/e,f"),
        (("b", "a"), ["b", "a"]),
        ([1, ["a", None]], [1, ["a", None]]),
        ({"a"}, ["a"]),
    ],
)
def test_ids_codes_figures_and_days_are_facts(given: Any, stored: Any) -> None:
    entry = audit_log.record(actor=None, verb="published", detail={"fact": given}, now=NOW)

    assert AuditEntry.objects.get(number=entry.number).detail == {"fact": stored}


@pytest.mark.parametrize(
    "given", ["x" * 81, "two words", "a@example.com", "Ölm", ["fine", "not fine"], 1.5 + 2j]
)
def test_text_is_no_fact(given: Any) -> None:
    with pytest.raises(facts.NotAnId, match="reason"):
        audit_log.record(actor=None, verb="published", detail={"reason": given}, now=NOW)

    assert not AuditEntry.objects.exists()


def test_the_first_entry_follows_nothing_and_each_other_the_one_before() -> None:
    first, second = (
        audit_log.record(actor=None, verb="published", about=about, now=NOW) for about in ("a:1", "a:2")
    )

    assert (first.number, first.previous) == (1, "")
    assert (second.number, second.previous) == (2, first.seal)
    assert (first.origin, first.detail) == ("page", {})
    head = AuditHead.objects.get()
    assert (head.pk, head.number, head.seal) == (1, 2, second.seal)


def test_the_end_of_the_log_is_row_one_whatever_was_there_before() -> None:
    AuditHead.objects.create(pk=1).delete()

    audit_log.record(actor=None, verb="published", now=NOW)

    assert list(AuditHead.objects.values_list("pk", "number")) == [(1, 1)]


def three() -> None:
    for number in (1, 2, 3):
        audit_log.record(actor=None, verb="published", about=f"a:{number}", now=NOW)


def test_a_removed_entry_is_named_by_its_number() -> None:
    three()
    with maintenance("a test tampers"):
        AuditEntry.objects.filter(number=2).delete()

    assert list(verifying.faults()) == [Fault(2, "missing"), Fault(3, "does not follow")]
    assert verifying.read().is_whole is False


def test_a_cut_end_is_named_by_what_the_head_knows() -> None:
    three()
    with maintenance("a test tampers"):
        AuditEntry.objects.filter(number=3).delete()

    assert list(verifying.faults()) == [Fault(3, "end is missing")]


def test_a_log_without_its_head_is_not_whole() -> None:
    three()
    AuditHead.objects.all().delete()

    assert list(verifying.faults()) == [Fault(0, "end is missing")]


def test_an_altered_entry_is_named_once_and_the_next_still_follows() -> None:
    three()
    with maintenance("a test tampers"):
        AuditEntry.objects.filter(number=2).update(about="a:9")

    assert list(verifying.faults()) == [Fault(2, "altered")]


def test_a_log_that_was_never_written_is_whole() -> None:
    assert list(verifying.faults()) == []
    assert verifying.read().is_whole is True
