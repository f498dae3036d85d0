"""Whoever leaves is out, whatever else is not right with the line: the day is imported and the cell reported."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.formats import date_format

from people.accounts.backends import may_sign_in
from people.importing import import_people
from people.importing.rules.columns import _HEADINGS
from people.importing.rules.plans import Plan
from people.importing.translation import reason_of
from people.models import Employee
from tests.people.importing.lists import NOW, stream
from tests.people.importing.rules.planning.company import ADMIN, BEN, LAST_ADMINISTRATOR, here, line, planned

TODAY = NOW.date()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
COLUMNS = [name for name in _HEADINGS if name not in {"first_name", "last_name"}]
GOOD = {
    "number": "B2", "name": "Ben Birch", "email": "ben@example.com", "department": "Works / IT", "side": "business",
    "manager": "A1", "started_on": "2025-01-15", "left_on": YESTERDAY.isoformat(), "since": "",
}  # fmt: skip
# For each column what may stand wrong in it, and what the report says; a new column needs a line.
BAD: dict[str, list[tuple[str, str]]] = {
    "number": [("", "The number is missing.")],
    "name": [("", "The name is missing."), ("=Ben", "begins with “=”"), ("B" * 151, "longer than 150"), ("Be\x07n", "has a hidden sign (U+0007) after “Be”")],
    "email": [
        ("", "The e-mail address is missing."), ("ben at example", "is not an e-mail address"), ("anna@example.com", "stands on line 2 too"),
        ("cleo@example.com", "belongs to number C3"), (f"{'b' * 60}@{'e' * 60}.{'x' * 190}.com", "is not an e-mail address"),
    ],
    "department": [("/", "has no name"), ("@Works", "begins with “@”"), (" / ".join("abcdefghijklm"), "more than 12 levels")],
    "side": [("sales", "is no side")],
    "manager": [("K999", "no line manager with number K999"), ("B2", "own line manager"), ("-1", "begins with “-”")],
    "started_on": [("31.02.2024", "is not a day"), ("03/04/2026", "two ways")],
    "since": [("soon", "is not a day")],
    "left_on": [],  # below: there is no other day than this one
}  # fmt: skip


def row(**cells: str) -> str:
    values = {**GOOD, **cells}
    return ";".join(values[name] for name in COLUMNS)


HEADINGS = ";".join({"started_on": "start", "left_on": "leave"}.get(name, name) for name in COLUMNS)


def load(*rows: str) -> Plan:
    return import_people(stream(*rows, head=HEADINGS), by=None, now=NOW)


ANNA = row(number="A1", name="Anna Ash", email="anna@example.com", manager="", left_on="")
CLEO = row(number="C3", name="Cleo Elm", email="cleo@example.com", manager="", left_on="")


@pytest.fixture
def here_already(db: None) -> None:
    load(ANNA, CLEO, row(left_on=""))
    assert may_sign_in(Employee.objects.get(employee_number="B2"), NOW)


def test_every_column_has_its_faults() -> None:
    assert set(BAD) == set(COLUMNS)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "cell", "reason"), [(column, *fault) for column, faults in BAD.items() for fault in faults]
)
def test_no_other_cell_holds_a_leaving_back(here_already: None, column: str, cell: str, reason: str) -> None:
    plan = load(ANNA, row(**{column: cell}))

    (told,) = [told for told in plan.reported if told.line == 3]
    assert reason in reason_of(told)
    assert reason_of(told).endswith("The leave date is imported all the same.")
    (change,) = plan.changed
    assert change.what == (("left_on", "", YESTERDAY.isoformat()),)
    ben = Employee.objects.get(employee_number="B2")
    assert (ben.left_on, ben.display_name, ben.email, ben.manager.employee_number) == (
        YESTERDAY, "Ben Birch", "ben@example.com", "A1",
    )  # fmt: skip
    assert not may_sign_in(ben, NOW)
    again = load(ANNA, row(**{column: cell}))
    assert (again.changed, len(again.reported)) == ([], len(plan.reported))


@pytest.mark.django_db
def test_a_move_that_is_too_early_does_not_hold_it_back(here_already: None) -> None:
    load(row(left_on="", department="Works / HR", since=(TODAY + timedelta(days=40)).isoformat()))

    plan = load(row())

    assert "is later than this move" in reason_of(plan.reported[0])
    assert Employee.objects.get(employee_number="B2").left_on == YESTERDAY


@pytest.mark.django_db
def test_two_lines_about_one_person_close_the_account_where_they_agree(here_already: None) -> None:
    plan = load(row(), row())

    assert [reason_of(told) for told in plan.reported] == [
        f"The number stands on line {other} too. The e-mail address stands on line {other} too. "
        "The leave date is imported all the same."
        for other in (3, 2)
    ]
    assert [change.line.line for change in plan.changed] == [2]
    assert Employee.objects.get(employee_number="B2").left_on == YESTERDAY


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rows",
    [
        [row(), row(left_on="")],
        [row(), row(left_on=TODAY.isoformat())],
        [row(side="x", email="cleo@example.com", name="Cleo Elm")],
        [row(side="x", number="", name="Somebody Else")],
        [row(side="x", number="B9")],
        [row(side="x") + ";more"],
        [row(name='"Ben\nBirch"')],
        [row(side="x", left_on="31.02.2026")],
        [row(side="x", left_on="2024-12-31")],
        [row(side="x", started_on=TODAY.isoformat())],
        [row(side="x", left_on="")],
    ],
    ids=[
        "another line says stays", "another line says another day", "somebody else's address and name", "no number, another name",
        "another number", "a cell too many", "two lines in a cell", "no day", "before the first day", "starts again later", "stays",
    ],
)  # fmt: skip
def test_where_it_is_not_certain_nobody_leaves(here_already: None, rows: list[str]) -> None:
    plan = load(*rows)

    assert plan.changed == []
    assert len(plan.reported) == len(rows)
    assert not Employee.objects.filter(left_on__isnull=False).exists()


@pytest.mark.django_db
def test_hr_reads_both_before_and_after(here_already: None, client: Any, hr: Any) -> None:
    client.force_login(hr)
    data = stream(row(manager="K999"), head=HEADINGS)
    sent = client.post("/people/import/", {"file": SimpleUploadedFile("people.csv", data.read())})

    before = client.get(sent.url)
    client.post(sent.url, {"do": "import", "fingerprint": before.context["plan"].fingerprint})
    after = client.get(sent.url)

    for page in (before, after):
        text = page.content.decode()
        assert "no line manager with number K999. The leave date is imported all the same." in text
        assert f"leaves on: – → {date_format(YESTERDAY, 'j M Y')}" in text
    assert Employee.objects.get(employee_number="B2").left_on == YESTERDAY


def reasons(plan: Plan) -> dict[int, str]:
    return {told.line: reason_of(told) for told in plan.reported}


@pytest.mark.parametrize(
    ("before", "day", "imported"),
    [
        (None, YESTERDAY, True),
        (None, TOMORROW, True),
        (TOMORROW, TODAY, True),
        (TOMORROW, TOMORROW, False),
        (TODAY, TOMORROW, False),
        (YESTERDAY, date(2026, 11, 1), False),
        (YESTERDAY, TOMORROW, False),
    ],
)
def test_a_reported_line_brings_a_leaving_forward_and_never_puts_it_off(
    before: date | None, day: date, imported: bool
) -> None:
    plan = planned(line("B2", left_on=day), people=(ADMIN, here(2, "B2", left_on=before)), faulty={2: "Bad."})

    assert [change.what for change in plan.changed] == (
        [(("left_on", before.isoformat() if before else "", day.isoformat()),)] if imported else []
    )
    assert reasons(plan) == {2: "Bad. The leave date is imported all the same." if imported else "Bad."}


def test_what_is_left_out_of_a_leaving_is_said() -> None:
    plan = planned(line("B2", left_on=TODAY, is_torn=True), faulty={2: "Bad."})

    assert (plan.changed, reasons(plan)) == ([], {2: "Bad. The leave date is left out too."})


def test_the_last_administrator_stays_whatever_else_is_wrong() -> None:
    plan = planned(line("ADM", left_on=TODAY), faulty={2: "Bad."})

    assert (plan.changed, reasons(plan)) == ([], {2: f"Bad. {LAST_ADMINISTRATOR}"})


def test_of_two_administrators_one_may_leave_by_a_reported_line() -> None:
    plan = planned(
        line("ADM", left_on=TODAY), line("AD3", place=3, left_on=TODAY),
        people=(ADMIN, BEN, here(3, "AD3", is_guarded=True, is_administrator=True)), faulty={2: "Bad.", 3: "Bad."},
    )  # fmt: skip

    assert [change.pk for change in plan.changed] == [1]
    assert reasons(plan) == {
        2: "Bad. The leave date is imported all the same.",
        3: f"Bad. {LAST_ADMINISTRATOR}",
    }


def test_somebody_without_a_number_is_known_by_the_address() -> None:
    nameless: Any = here(5, "", email="eve@example.com", name="Eve")

    plan = planned(line("E5", email="eve@example.com", name="EVE", left_on=TODAY), people=(ADMIN, nameless), faulty={2: "Bad."})  # fmt: skip

    assert [(change.pk, change.what) for change in plan.changed] == [
        (5, (("left_on", "", TODAY.isoformat()),))
    ]
