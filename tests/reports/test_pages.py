"""The page, the files, and one person: the same rows, in words that name no score."""

import csv
import io
import re
import uuid
from datetime import date, datetime, timedelta

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people import actions as people
from tests.reports.company import NOW, TODAY

pytestmark = pytest.mark.django_db
URL = "/reports/completion/"


@pytest.fixture
def company(departments, belongs, short_course, asked, stands, employee, technician, manager, today, hired):
    """Four people: one completed, one overdue, one in progress, one not begun."""
    one, two = short_course("T1"), short_course("B1", direction="business-for-technicians")
    asked(one, due_on=date(2026, 10, 20))
    asked(two, scope="side", side="technology")
    newcomer = hired("newcomer", "Employee", side="technology", started_on=date(2026, 10, 26))
    for person, place in (
        (employee, "Sales"),
        (technician, "Technology"),
        (manager, "Commercial"),
        (newcomer, "Service"),
    ):
        belongs(person, place)
    stands(employee, one, started=date(2026, 9, 1), completed=date(2026, 10, 2))
    stands(technician, one, started=date(2026, 10, 1))
    stands(newcomer, two, started=date(2026, 10, 28), completed=date(2026, 11, 1))
    return {"one": one, "two": two, "newcomer": newcomer}


@pytest.fixture
def read(client, hr):
    """A function: HR asks for a page or a file."""

    def get(path=URL, **values):
        client.force_login(hr)
        answer = client.get(path, values)
        return b"".join(answer.streaming_content) if answer.streaming else answer.content.decode()

    return get


def shown(page):
    """The cells of the list on a page, days as the machine reads them."""
    rows = []
    for row in BeautifulSoup(page, "html.parser").select("#list tbody tr"):
        cells = []
        for cell in row.select("th, td"):
            day = cell.select("time")
            cells.append(day[0]["datetime"] if day else " ".join(cell.get_text().split()))
        rows.append(cells)
    return rows


def csv_rows(data):
    head, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return as_shown(head, rows)


def xlsx_rows(data):
    def said(value):
        return (
            "" if value is None else value.date().isoformat() if isinstance(value, datetime) else str(value)
        )

    rows = [[said(cell.value) for cell in row] for row in openpyxl.load_workbook(io.BytesIO(data)).active]
    return as_shown(rows[0], rows[1:])


def as_shown(head, rows):
    """Rows of a file with the columns of the page."""
    columns = [head.index(name) for name in head if name in ON_THE_PAGE]
    shown_rows = []
    for row in rows:
        cells = [row[column] for column in columns]
        cells[3] = f"{row[head.index('Course code')]} {cells[3]}"
        shown_rows.append(cells)
    return shown_rows


ON_THE_PAGE = ("Person", "Employee number", "Department", "Course", "Asked for", "Due on", "Status", "Days over",
               "Begun on", "Completed on")  # fmt: skip


@pytest.mark.sql
@pytest.mark.parametrize(
    "filters",
    [{"rows": "all"}, {"state": "overdue"}, {"state": "completed"}, {"state": ["not_started", "completed"]},
     {"state": "not_completed", "sort": "-due"}, {"sort": "-name"}, {"sort": "department"}, {"sort": "completed"},
     {"side": "technology", "rows": "all"},
     {"direction": "business-for-technicians", "rows": "all"}, {"period": "2026-10", "rows": "all"}],
)  # fmt: skip
def test_screen_csv_and_xlsx_hold_the_same_cells(read, company, filters):
    page = shown(read(**filters))

    assert page
    assert csv_rows(read(**filters, format="csv")) == page
    assert xlsx_rows(read(**filters, format="xlsx")) == page


def test_the_sentence_and_the_bars_say_who_stands_where(read, company):
    page = read()

    assert re.search(r"<b>\d of \d</b> people", page)
    assert "are overdue" in page
    assert "Overdue, longest first" in page


@pytest.mark.sql
def test_by_course_and_by_department_add_up_to_the_same(read, company, today):
    from reports import queries
    from reports.queries import ReportQuery
    from reports.rules.period import read as period

    figures = queries.figures(queries.basis(TODAY).report(ReportQuery(period=period("", TODAY), today=TODAY)))

    assert sum(parts.total for parts in figures.courses.values()) == sum(
        parts.total for parts in figures.pairs_of_departments.values()
    )
    assert sum(parts.total for parts in figures.departments.values()) == figures.people.total


@pytest.mark.sql
def test_after_a_move_last_quarters_figures_show_last_quarters_people(read, company, departments, employee):
    people.move(employee, departments["Technology"], date(2026, 10, 10))

    sales, technology = departments["Sales"].pk, departments["Technology"].pk

    assert "Employee" in str(shown(read(department=sales, period="2026-q3")))
    assert "Employee" not in str(shown(read(department=technology, period="2026-q3")))
    assert "Employee" in str(shown(read(department=technology)))
    assert "Employee" in str(shown(read(department=technology, period="2026-q3", members="now")))


@pytest.mark.sql
def test_a_department_has_those_below_it(read, company, departments):
    names = {row[0] for row in shown(read(department=departments["Commercial"].pk))}

    assert {"Employee", "Manager", "Newcomer"} <= names
    assert "Technician" not in names


@pytest.mark.sql
def test_who_left_is_counted_until_the_last_day(read, company, employee):
    people.leave(employee, date(2026, 10, 15), NOW)

    assert "Employee" in str(shown(read(period="2026-q3", rows="all")))
    assert "Employee" not in {row[0] for row in shown(read(rows="all"))}


@pytest.mark.sql
def test_the_reason_names_what_is_missing_and_never_a_score(client, hr, employee, course, asked, today):
    from courses import actions

    asked(course.page, due_on=date(2026, 10, 20))
    actions.begin_course(employee=employee, course=course.row, now=NOW)
    attempt = actions.start_quiz(employee=employee, course=course.row, now=NOW)
    for drawn in attempt.drawn.order_by("position"):
        wrong = drawn.version.payload["options"][1]["key"]
        actions.answer_quiz(employee=employee, attempt=attempt, position=drawn.position, key=uuid.uuid4(), chosen=[wrong],
                            unsure=False, confidence=3, now=NOW, course=course.row)  # fmt: skip
    client.force_login(hr)

    page = client.get(f"/reports/completion/people/{employee.pk}/").content.decode()

    assert "Quiz not passed yet." in page
    main = BeautifulSoup(page, "html.parser").select_one("main").get_text()
    assert "%" not in main
    assert "CANARY" not in page


def test_without_an_audience_the_page_says_so(read, departments, today):
    assert "No data yet" in read()


def test_a_filter_that_fits_nobody_says_so_and_exports_an_empty_table(read, company, departments):
    empty = departments["Service"].add_child(name="Empty")

    assert "Nobody fits these filters" in read(department=empty.pk)
    assert csv_rows(read(department=empty.pk, format="csv")) == []


@pytest.mark.sql
@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number(client, hr, hired, belongs, company, count):
    for number in range(count):
        belongs(hired(f"more-{number}", "Employee"), "Sales")
    client.force_login(hr)
    client.get(URL)

    with CaptureQueriesContext(
        connection,
    ) as captured:
        client.get(URL)

    # One of these is the savepoint of the test, which is a transaction outside it.
    assert len([query for query in captured.captured_queries if "SAVEPOINT" not in query["sql"]]) == 10


@pytest.mark.sql
def test_figures_are_counted_once_a_minute_and_the_page_says_as_of_when(
    monkeypatch, read, company, technician, employee, asked, stands, today
):
    kept = LocMemCache("kept", {"TIMEOUT": 60})
    monkeypatch.setattr("reports.queries.completion.caches", {"reports": kept})
    first = read()
    record = technician.records.get()
    record.status, record.completed_at = "completed", NOW
    record.save()
    today(NOW + timedelta(minutes=1))

    again = read()

    assert "as of" in as_of(first)
    assert as_of(again) == as_of(first)
    assert "Technician" in str(shown(first))
    assert "Technician" not in str(shown(again)), "the list is of now: nobody is called late who is not"
    assert bars(first) == bars(again)

    asked(company["two"], due_on=date(2026, 10, 25), scope="everyone")
    assert bars(read()) != bars(first), "what HR asks for is seen at once"
    kept.clear()
    assert as_of(read()) != as_of(first)


def as_of(page):
    return BeautifulSoup(page, "html.parser").select_one("header .eyebrow").get_text()


def bars(page):
    return [
        bar.get_text(" ", strip=True) for bar in BeautifulSoup(page, "html.parser").select(".eyebrow ~ *")
    ]


@pytest.mark.sql
def test_a_manager_exports_direct_reports_or_all_levels(client, manager, technician, hired, company):
    hired("below", "Employee", manager=technician)
    client.force_login(manager)

    def names(**values):
        return {
            row[0]
            for row in csv_rows(b"".join(client.get("/team/", values | {"format": "csv"}).streaming_content))
        }

    assert names() == {"Employee", "Technician"}
    assert names(levels="all") == {"Employee", "Technician", "Below"}
