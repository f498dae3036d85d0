"""A company as the rule of planning sees it, the lines of a list, and what a plan says."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from people.importing.rules.columns import Columns, PersonLine
from people.importing.rules.planning import make_plan
from people.importing.rules.plans import Known, Plan
from people.importing.rules.sentences import Sentence
from people.importing.translation import reason_of

TODAY = date(2026, 11, 20)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
FIRST_DAY = date(2024, 3, 1)
FIELDS = "number name email department side manager started_on left_on since".split()
LAST_ADMINISTRATOR = "This is the last administrator. Give somebody else the role, then import again."


def line(number: str, place: int = 2, **fields: Any) -> PersonLine:
    """A line about somebody of IT, as it would be written for a person who is `here`."""
    given: dict[str, Any] = {
        "line": place, "number": number, "name": f"Name {number}", "email": f"{number.lower()}@example.com",
        "side": "business", "department": ("Works", "IT"), "manager": "", "started_on": FIRST_DAY, "left_on": None,
        "since": None,
    }  # fmt: skip
    return PersonLine(**{**given, **fields})


def here(pk: int, number: str, **fields: Any) -> Known:
    given: dict[str, Any] = {
        "pk": pk, "number": number, "name": f"Name {number}", "email": f"{number.lower()}@example.com",
        "side": "business", "manager": None, "started_on": FIRST_DAY, "left_on": None, "department": ("works", "it"),
        "belongs_from": FIRST_DAY, "is_guarded": False, "is_administrator": False,
    }  # fmt: skip
    return Known(**{**given, **fields})


def administrator(pk: int, number: str, **fields: Any) -> Known:
    return here(pk, number, is_guarded=True, is_administrator=True, **fields)


ADMIN = administrator(1, "ADM")
BEN = here(2, "B2")


def planned(
    *lines: PersonLine,
    people: Iterable[Known] = (ADMIN, BEN),
    without: Iterable[str] = (),
    may_change_guarded: bool = False,
    faulty: dict[int, str] | None = None,
) -> Plan:
    fields = [field for field in FIELDS if field not in set(without)]
    return make_plan(
        [(one, [Sentence(faulty[one.line])] if faulty and one.line in faulty else []) for one in lines],
        Columns({field: place for place, field in enumerate(fields)}, len(fields), ()),
        people=people,
        departments={("works",): "Works", ("works", "it"): "Works / IT", ("works", "hr"): "Works / HR"},
        may_change_guarded=may_change_guarded,
        today=TODAY,
    )


def reasons(plan: Plan) -> dict[int, str]:
    return {told.line: reason_of(told) for told in plan.reported}


def notes(plan: Plan) -> dict[int, str]:
    return {told.line: reason_of(told) for told in plan.notes}


def differences(plan: Plan) -> list[tuple[str, str, str]]:
    (change,) = plan.changed
    return list(change.what)
