"""Who read or exported what about whom: the one module from which reports write into the audit log."""

from datetime import datetime

from audit import log as audit_log
from people.models import Employee
from reports.queries import ReportQuery


def read(question: ReportQuery, *, by: Employee, about: str, file: str, now: datetime) -> None:
    """Somebody read a report, or took it away as a file. Two SQL writes and a query."""
    verb = audit_log.Verb.REPORT_EXPORTED if file else audit_log.Verb.REPORT_VIEWED
    facts = {
        "file": file,
        "period": question.period.code,
        "on": question.on.isoformat(),
        "department": question.department,
        "members_now": question.members_now,
        "course": question.course,
        "direction": question.direction,
        "side": question.side,
        "manager": question.manager,
        "all_levels": question.all_levels,
        "recommended": question.recommended,
        "state": ",".join(question.states),
        "person": bool(question.person),  # that somebody was looked for, not what was typed
        "order": question.order,
    }
    detail = {name: value for name, value in facts.items() if value not in (None, "", False)}
    audit_log.record(actor=by, verb=verb, about=about, detail=detail, now=now)


def read_person(person: Employee, *, by: Employee, now: datetime) -> None:
    """Somebody read where another person stands."""
    audit_log.record(actor=by, verb=audit_log.Verb.PERSON_VIEWED, about=f"employee:{person.pk}", now=now)
