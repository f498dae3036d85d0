"""What the audit log is told about sign-in and roles."""

from datetime import datetime

from django.db.models.functions import Lower

from audit import log as audit_log
from audit.models import AuditEntry
from people import roles
from people.accounts import limits
from people.models import Employee


def record_sign_in(*, employee: Employee, way: str, network: str, now: datetime) -> AuditEntry:
    """That somebody is signed in: by `way` (password, company, demo) and from which network, as a hash."""
    return audit_log.record(
        actor=employee, verb=audit_log.Verb.SIGNED_IN, detail={"by": way}, origin=origin_of(network), now=now
    )


def record_missed_sign_in(*, email: str, network: str, now: datetime) -> AuditEntry:
    """A password that was missed: for whose account, if there is one, and a hash of the network it came from.

    The same work whether the account exists or not. Attempts that the limit refuses are not written:
    nobody outside may fill the log.
    """
    employees = Employee.objects.annotate(lower=Lower("email")).filter(lower=email.strip().lower())
    pk = employees.values_list("pk", flat=True).first()
    return audit_log.record(
        actor=None,
        verb=audit_log.Verb.SIGN_IN_FAILED,
        about=f"employee:{pk}" if pk else "",
        detail={"account": limits.account_key(email)[:12]},
        origin=origin_of(network),
        now=now,
    )


def record_roles(
    *, actor: Employee | None, employee: Employee, before: frozenset[str], origin: str, now: datetime
) -> None:
    """That somebody got or lost roles; nothing where they are as before.

    Groups that the program keeps, such as a course's authors, have free names, so their id is written.
    """
    held = roles_held(employee)
    if held != before:
        audit_log.record(
            actor=actor,
            verb=audit_log.Verb.ROLES_CHANGED,
            about=f"employee:{employee.pk}",
            detail={"given": sorted(held - before), "taken": sorted(before - held)},
            origin=origin,
            now=now,
        )


def roles_held(employee: Employee) -> frozenset[str]:
    """What somebody holds now, as `record_roles` compares it. 1 SQL query."""
    if employee.pk is None:
        return frozenset()
    return frozenset(
        name if name in roles.ALL else f"group:{pk}" for name, pk in employee.groups.values_list("name", "pk")
    )


def origin_of(network: str) -> str:
    """A hash of a network: it can be recognised, and leads to nobody."""
    return f"address-{limits.network_key(network)[:12]}"
