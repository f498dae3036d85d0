"""A person is found by name, number or address, each only by whom it concerns; and lists are sorted by their columns."""

import csv
import io

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people.finding import finding, people_named
from people.models import Department, Employee
from reports import queries
from reports.forms import MENU, ReportForm, TypedName
from reports.queries import ReportQuery
from reports.rules.period import read as period
from tests.conftest import hire
from tests.reports.company import TODAY, URL, belong, content, on_the_page

pytestmark = pytest.mark.django_db
FIND = "/reports/people/"


def found(client, typed):
    page = BeautifulSoup(client.get(FIND, {"q": typed}).content, "html.parser")
    status = page.select_one("[role=status]")
    names = [row.get_text().strip() for row in page.select("tbody th")]
    return names, status.get_text(strip=True) if status else ""


@pytest.fixture
def names(company):
    """Three people more, written as they write themselves."""
    for email, name, number in (
        ("jm@example.com", "Jörg Müller-Łukasik", "0042"),
        ("eleni@example.com", "Ελένη Παπαδάκη", None),
        ("oz@example.com", "Ömer Öz", "K_1"),
    ):
        Employee.objects.create_user(email, None, display_name=name, employee_number=number)
    return company


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("muller", ["Jörg Müller-Łukasik"]), ("Mueller jorg", ["Jörg Müller-Łukasik"]), ("lukasik", ["Jörg Müller-Łukasik"]),
        ("0042", ["Jörg Müller-Łukasik"]), ("JM@Example", ["Jörg Müller-Łukasik"]), ("παπαδακη", ["Ελένη Παπαδάκη"]),
        ("k_1", ["Ömer Öz"]), ("k%1", []), ("nobody", []), ("omer muller", []), ("finn", ["Finn"]),
    ],
)  # fmt: skip
def test_hr_finds_a_person_by_parts_of_the_name_the_number_or_the_address(client, names, typed, who):
    assert found(client, typed)[0] == who


def test_the_box_says_how_many_fit_and_shows_nobody_before_something_is_typed(client, names):
    assert found(client, "") == ([], "")
    assert found(client, "finn") == (["Finn"], "1 person fits.")
    assert found(client, "nobody")[1].startswith("Nobody is called so.")
    for number in range(51):
        hire(f"same-{number}", "Employee")
    people, says = found(client, "same-")
    assert len(people) == 50
    assert says.startswith("More than 50 people fit")


@pytest.mark.parametrize(
    "role", ["employee", "manager", "author", "reviewer", "administrator", "steward_business"]
)
def test_nobody_but_hr_finds_anybody(client, request, names, role):
    client.force_login(request.getfixturevalue(role))

    answer = client.get(FIND, {"q": "muller"})

    assert answer.status_code == 403
    assert "Łukasik" not in answer.content.decode()


def test_a_manager_finds_the_own_people_only(client, names):
    client.force_login(names.mia)

    assert on_the_page(client.get("/team/?levels=all&person=ben").content.decode()) == ["Ben B1", "Ben T1"]
    page = client.get("/team/?levels=all&person=dora").content.decode()
    assert "Nobody fits these filters" in page
    assert ">Dora<" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_finding_costs_one_query_however_many_fit(client, names, count):
    for number in range(count):
        belong(hire(f"same-{number}", "Employee"), names.sales)
    client.get(FIND)
    with CaptureQueriesContext(connection) as before:
        client.get(FIND)
    with CaptureQueriesContext(connection) as after:
        client.get(FIND, {"q": "same"})

    assert len(after) - len(before) == 1
    assert found(client, "same")[0] == [f"Same {number}" for number in range(count)]


def test_the_report_and_the_box_mean_the_same_by_a_word(names):
    for typed in ("muller", "a", "k_1", "%", "example.com", "~"):
        report = queries.basis(TODAY).report(ReportQuery(period=period("", TODAY), today=TODAY, person=typed))
        in_the_report = {line.employee_id for line in queries.lines(report)}
        assert in_the_report <= set(people_named(typed).values_list("pk", flat=True))
        everybody = {line.employee_id for line in queries.lines(queries.basis(TODAY).report(ReportQuery(period=period("", TODAY), today=TODAY)))}  # fmt: skip
        assert in_the_report == everybody & set(people_named(typed).values_list("pk", flat=True))
    assert finding(" ") == []


def test_a_name_that_changes_is_found_anew(company):
    person = company.ada
    person.display_name = "Żaneta"
    person.save(update_fields=["display_name"])

    assert list(people_named("zaneta")) == [person]


# The order of a list ------------------------------------------------------------------------------


def rows(client, **values):
    page = BeautifulSoup(content(client, rows="all", **values), "html.parser")
    return page, [cell.get_text().strip() for cell in page.select("#list tbody th")]


def test_the_head_of_a_column_sorts_by_it_and_then_the_other_way(client, company):
    page, _names = rows(client)
    heads = page.select("#list thead th")
    assert [head.get("aria-sort") for head in heads] == ["ascending", *[None] * 9]
    assert "sort=-name" in heads[0].a["href"]

    for place, name in enumerate(("name", "number", "department", "course", "asked", "due", "status", "days", "begun", "completed")):  # fmt: skip
        page, first = rows(client, sort=name)
        head = page.select("#list thead th")[place]
        assert head["aria-sort"] == "ascending"
        assert f"sort=-{name}" in head.a["href"]
        page, last = rows(client, sort=f"-{name}")
        assert page.select("#list thead th")[place]["aria-sort"] == "descending"
        assert sorted(first) == sorted(last)


def test_rows_are_in_the_order_of_the_column_on_the_page_and_in_both_files(client, company):
    def column(name, place):
        return [row.select("th, td")[place].get_text().strip() for row in rows(client, sort=name)[0].select("#list tbody tr")]  # fmt: skip

    assert column("name", 0) == sorted(column("name", 0))
    assert column("-name", 0) == sorted(column("name", 0), reverse=True)
    departments = [name for name in column("department", 2) if name]
    assert departments == sorted(departments)
    assert column("-completed", 9)[:4] == ["5 Oct 2026", "2 Sep 2026", "31 Aug 2026", "10 Dec 2025"]
    assert set(column("-completed", 9)[4:]) == {""}, "what has no day stands last in either direction"
    assert set(column("completed", 9)[4:]) == {""}

    for order in ("-completed", "department", "-name"):
        shown = [f"{row.th.get_text()} {row.select('td')[2].get_text().split()[0]}" for row in rows(client, sort=order)[0].select("#list tbody tr")]  # fmt: skip
        _head, *lines = csv.reader(io.StringIO(content(client, sort=order, format="csv").decode("utf-8-sig")))
        assert [f"{line[0]} {line[6]}" for line in lines] == shown
        sheet = openpyxl.load_workbook(io.BytesIO(content(client, sort=order, format="xlsx"))).worksheets[0]
        assert [f"{row[0]} {row[6]}" for row in sheet.iter_rows(min_row=2, values_only=True)] == shown


def test_an_order_that_is_not_known_is_said(client, company):
    assert client.get(URL, {"sort": "password"}).status_code == 400


# Menus that would be too long ---------------------------------------------------------------------


def form(**values):
    basis = queries.basis(TODAY)
    return ReportForm(
        values, today=TODAY, courses=[], departments=basis.departments, managers=queries.managers()
    )


def test_a_menu_that_is_too_long_is_a_box_that_finds(company):
    top = company.office
    for number in range(MENU):
        Department.objects.get(pk=top.pk).add_child(name=f"Room {number:03}")
    Department.objects.get(pk=company.commercial.pk).add_child(name="Room 007")

    assert isinstance(form().fields["department"], TypedName)
    asked = form(department="office room 099")
    assert asked.is_valid(), asked.errors
    assert queries.basis(TODAY).departments.names[asked.question().department] == "Room 099"
    assert form(department=str(company.sales.pk)).question is not None
    by_key = form(department=str(company.sales.pk))
    assert by_key.is_valid()
    assert by_key.question().department == company.sales.pk, "links and old addresses have the key"
    several = form(department="room 007")
    assert "2 fit: Commercial / Room 007; Office / Room 007." in str(several.errors["department"])
    assert "called so" in str(form(department="nothing").errors["department"])


# Files ---------------------------------------------------------------------------------------------


def test_the_first_row_of_a_file_names_its_columns(client, company):
    head, *lines = csv.reader(io.StringIO(content(client, format="csv").decode("utf-8-sig")))

    assert head == [
        "Person", "Employee number", "E-mail", "Department", "Department with those above it", "Line manager",
        "Course code", "Course", "Asked for", "Due on", "Status", "Days over", "Begun on", "Completed on",
        "Completed in time",
    ]  # fmt: skip
    cleo = next(line for line in lines if line[0] == "Cleo" and line[6] == "T1")
    assert cleo == [
        "Cleo", "", "cleo@example.com", "Service", "Commercial / Service", "Mia", "T1", "Course T1", "Required",
        "2026-10-20", "Completed", "", "2026-09-01", "2026-10-05", "On time",
    ]  # fmt: skip
    assert all(len(line) == len(head) for line in lines)


def test_a_workbook_has_a_table_and_says_on_its_second_sheet_what_was_asked(client, company):
    book = openpyxl.load_workbook(io.BytesIO(content(client, format="xlsx", state="not_completed")))
    sheet, about = book.worksheets

    (table,) = sheet.tables.values()
    assert table.ref == f"A1:O{sheet.max_row}"
    assert [column.name for column in table.tableColumns] == [cell.value for cell in sheet[1]]
    assert sheet.freeze_panes == "A2"
    notes = {row[0]: row[1] for row in about.iter_rows(values_only=True)}
    assert notes["Status"] == "Not completed"
    assert notes["Time zone"] == "Europe/Berlin"

    empty = openpyxl.load_workbook(io.BytesIO(content(client, format="xlsx", period="2025", state="overdue")))
    assert empty.worksheets[0].tables == {}, "Excel takes a table without a row for damaged"
    assert empty.worksheets[0].auto_filter.ref == "A1:O1"


def test_the_name_of_a_file_says_what_was_asked_and_never_whom_somebody_looked_for(client, company):
    def name(**values):
        return client.get(URL, values | {"format": "csv"})["Content-Disposition"]

    assert name() == 'attachment; filename="completion-2026-11-02.csv"'
    assert (
        name(state="not_completed", department=company.sales.pk, person="ada")
        == 'attachment; filename="completion-2026-11-02-sales-not-completed.csv"'
    )


def test_departments_of_the_same_name_are_told_apart(client, company):
    twin = Department.objects.get(pk=company.office.pk).add_child(name="Sales")
    belong(hire("lena", "Employee"), twin)

    cells = {
        row.th.get_text(): row.select("td")[1].get_text() for row in rows(client)[0].select("#list tbody tr")
    }

    assert (cells["Ada"], cells["Lena"], cells["Cleo"]) == ("Commercial / Sales", "Office / Sales", "Service")


# The sentences -------------------------------------------------------------------------------------


def text(client, **values):
    return " ".join(BeautifulSoup(content(client, **values), "html.parser").get_text().split())


def test_the_page_says_what_narrows_it_and_how_many_filters_are_set(client, company):
    page = BeautifulSoup(content(client), "html.parser")
    assert page.select_one("details.narrowing").get("open") is None
    assert page.select_one("details.narrowing summary").get_text().strip() == "Filters"

    values = {"state": ["overdue", "in_progress"], "department": company.sales.pk}
    page = BeautifulSoup(content(client, **values), "html.parser")
    assert page.select_one("details.narrowing").get("open") is not None
    assert page.select_one("details.narrowing summary").get_text().strip() == "Filters: 2 set"
    assert (
        "What you see is narrowed to Department: Sales; Status: Overdue or In progress. The status narrows the list "
        "and the files; the figures count every status."
    ) in text(client, **values)


def test_a_past_period_says_whether_recommended_courses_count(client, company):
    assert "had completed their required courses;" in text(client, period="2026-q3")
    assert "had completed their required and recommended courses;" in text(
        client, period="2026-q3", asked="all"
    )
