"""What HR reads on the page of completion, and of whom what is asked, in figures and names."""

import re
from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import CoursePage
from people.models import Membership
from reports import queries
from reports.queries import ReportQuery
from reports.rules.period import read as period
from reports.views import page as report_page
from tests.reports.company import TODAY, ask, at, belong, content, on_the_page

pytestmark = pytest.mark.django_db


def test_hr_reads_the_share_of_people_and_of_each_course(client, company):
    page = BeautifulSoup(content(client), "html.parser")
    text = " ".join(page.get_text().split())

    # Completed everything that is required: Ada alone. Ben, Dora, Ida, Jan and Mia are overdue.
    assert "1 of 8 people (13 %) have completed their required courses; 5 are overdue." in text
    bars = [" ".join(one.get_text(" ").split()) for one in page.select("ul.bars li")]
    assert bars == [
        "B1 Costs 33 % 1 of 3 people, 0 overdue",
        "T1 Course T1 38 % 3 of 8 people, 5 overdue",
    ]
    rows = page.select("section[aria-labelledby=by-department] tr")[1:]
    assert [[" ".join(cell.get_text().split()) for cell in row.select("th, td")] for row in rows] == [
        ["Commercial", "5", "1", "20 %", "", "3"],
        ["Office", "3", "0", "0 %", "", "2"],
        ["Together", "8", "1", "13 %", "", "5"],
    ]


def test_the_longest_overdue_are_named_and_nobody_else(client, company):
    """Ada completed last year and Cleo last month, Adam is asked for a course without a day, Finn has left."""
    page = content(client)

    assert "Overdue, longest first" in page
    assert on_the_page(page) == ["Ben T1", "Dora T1", "Ida T1", "Jan T1", "Mia T1"]
    cells = [
        cell.get_text().strip()
        for cell in BeautifulSoup(page, "html.parser").select("#list tbody tr")[4].select("th, td")
    ]
    assert cells == [
        "Mia",
        "E7",
        "Commercial",
        "T1 Course T1",
        "Required",
        "20 Oct 2026",
        "Overdue, not started",
        "13",
        "",
        "",
    ]


def around_the_list(page):
    """Title of the list, what is said of its lines, and the words of the links below it."""
    section = BeautifulSoup(page, "html.parser").select_one("#list")
    words = [section.select_one(name) for name in ("h2", "caption", "p:not(.cluster)")]
    return (
        *(" ".join(element.get_text().split()) if element else "" for element in words),
        [" ".join(link.get_text().split()) for link in section.select("p.cluster a")],
    )


EVERYBODY = "Show everybody, person by person"
WHY = "Choose a person to see why."


@pytest.mark.parametrize(
    ("first", "links"), [(5, [EVERYBODY]), (4, ["Show all 5 overdue courses", EVERYBODY])]
)
def test_the_longest_overdue_lead_to_all_others(client, company, monkeypatch, first, links):
    monkeypatch.setattr(report_page, "FIRST", first)

    assert around_the_list(content(client)) == ("Overdue, longest first", WHY, "", links)


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"rows": "all"}, f"11 courses of people fit the filters. {WHY}"),
        ({"state": "overdue"}, f"5 courses of people fit the filters. {WHY}"),
        ({"state": "overdue", "period": "2025"}, ""),
    ],
)
def test_the_whole_list_says_how_many_lines_fit_the_filters(client, company, filters, words):
    nobody = "Nobody has a course with this status. Choose another status, or clear the filters."

    found = around_the_list(content(client, **filters))

    assert found == ("Person by person", words, "" if words else nobody, [])


def test_the_chosen_department_itself_and_who_is_in_none_have_lines_without_a_link(client, company):
    Membership.objects.filter(employee=company.cleo).delete()

    def rows(**filters):
        table = BeautifulSoup(content(client, **filters), "html.parser").select_one(
            "section[aria-labelledby=by-department] tbody"
        )
        return [(row.th.get_text().strip(), row.th.a is not None) for row in table.select("tr")]

    assert rows() == [("Commercial", True), ("Office", True), ("In no department", False)]
    assert rows(department=company.commercial.pk) == [
        ("Commercial itself", False), ("Sales", True), ("Service", True),
    ]  # fmt: skip


def test_nobody_is_overdue_on_the_day_that_is_due(client, company, today):
    today(at(date(2026, 10, 20)))
    assert "Nobody is overdue." in content(client)

    today(at(date(2026, 10, 20), 22))  # midnight in Berlin
    assert on_the_page(content(client)) == ["Ben T1", "Dora T1", "Jan T1", "Mia T1"]


def test_a_year_report_has_twelve_months_december_among_them(client, company):
    table = BeautifulSoup(content(client, period="2025"), "html.parser").select(
        "section[aria-labelledby=by-month] table"
    )[0]
    rows = {
        row.select("th")[0].get_text(): row.select("td")[0].get_text() for row in table.select("tbody tr")
    }

    assert len(rows) == 12
    assert {name: count for name, count in rows.items() if count != "0"} == {"December 2025": "1"}


def test_what_was_completed_is_counted_in_the_month_of_the_companys_calendar(company):
    question = ReportQuery(period=period("2026", TODAY), today=TODAY, recommended=True)
    report = queries.basis(TODAY).report(question)

    found = queries.figures(report)

    assert [counts.total() for counts in found.months] == [0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 0]
    ended = [
        line.completed_on for line in queries.lines(report) if (line.name, line.course.code) == ("Ada", "T2")
    ]
    assert ended == [date(2026, 10, 1)]


# What is asked, and of whom ----------------------------------------------------------------------


def asked(on, **fields):
    """Name of the course → who is asked to take it."""
    question = ReportQuery(period=replace(period("", on), last=on), today=on, **fields)
    found = {}
    for line in queries.lines(queries.basis(on).report(question)):
        found.setdefault(line.course.name, []).append(line.name)
    return found


def test_an_audience_asks_from_its_day_until_before_it_is_closed(company):
    ask(company.t2, made=at(date(2026, 10, 31), 23), closed_on=date(2026, 11, 2))  # 1 November in Berlin

    assert "T2 Course T2" not in asked(date(2026, 10, 31))
    assert len(asked(date(2026, 11, 1))["T2 Course T2"]) == 7
    assert "T2 Course T2" not in asked(date(2026, 11, 2))


def test_a_course_that_is_not_live_is_asked_of_nobody(company):
    CoursePage.objects.filter(pk=company.t1.pk).update(live=False)

    assert list(asked(TODAY)) == ["B1 Costs"]


def test_of_several_audiences_the_strictest_counts(company):
    ask(company.t1, "department", "recommended", department=company.sales, due_on=date(2026, 1, 1))
    ask(company.t1, "side", side="technology", due_on=date(2026, 12, 24))
    ask(company.b1, "side", "recommended", side="business")

    question = ReportQuery(period=period("", TODAY), today=TODAY, recommended=True)
    lines = {
        (line.name, line.course.code): (line.requirement, line.due_on)
        for line in queries.lines(queries.basis(TODAY).report(question))
    }

    assert lines["Ada", "T1"] == ("required", date(2026, 10, 20))
    assert lines["Ben", "T1"] == ("required", date(2026, 10, 20))
    assert lines["Ada", "B1"] == ("recommended", None)
    assert lines["Cleo", "B1"] == ("required", None), "who is of both sides is asked as each"
    assert ("Dora", "T2") not in lines, (
        "who moved away is no longer asked for what the old department is asked"
    )


def test_of_two_places_from_the_same_day_the_one_entered_last_counts(company):
    Membership.objects.filter(employee=company.ada).update(until_on=date(2026, 12, 31))
    belong(company.ada, company.office)

    found = asked(TODAY, department=company.office.pk)

    assert found["T1 Course T1"] == ["Ada", "Adam", "Ben", "Dora"]


def test_departments_stand_as_in_the_chart_each_below_its_own(company):
    departments = queries.basis(TODAY).departments

    assert [(name, depth) for _pk, name, depth in departments.in_order] == [
        ("Commercial", 0),
        ("Sales", 1),
        ("Service", 1),
        ("Office", 0),
    ]
    assert departments.under(company.commercial.pk) == [
        company.commercial.pk,
        company.sales.pk,
        company.service.pk,
    ]
    assert departments.under(company.sales.pk) == [company.sales.pk]
    assert departments.under(0) == []
    assert departments.parent(company.sales.pk) == company.commercial.pk
    assert departments.parent(company.office.pk) is None
    assert (departments.name(company.sales.pk), departments.name(0)) == ("Sales", "")


def test_a_menu_shows_departments_below_each_other(client, company):
    menu = BeautifulSoup(content(client), "html.parser").select("select[name=department] option")

    assert [option.get_text() for option in menu] == [
        "All departments",
        "Commercial",
        "\u2003Sales",
        "\u2003Service",
        "Office",
    ]


def test_a_manager_of_one_level_sees_direct_reports_only(company):
    assert asked(TODAY, manager=company.mia.pk, all_levels=False)["T1 Course T1"] == ["Ada", "Cleo"]
    assert asked(TODAY, manager=company.mia.pk)["T1 Course T1"] == ["Ada", "Ben", "Cleo"]


def test_only_postgresql_holds_a_cursor_open_while_rows_are_read(company):
    """SQLite makes rows one by one by itself; a savepoint around it would only hold back who writes."""
    report = queries.basis(TODAY).report(ReportQuery(period=period("", TODAY), today=TODAY))

    with CaptureQueriesContext(connection) as found:
        assert len(list(queries.lines(report))) == 11

    savepoints = [one["sql"] for one in found.captured_queries if re.match("SAVEPOINT", one["sql"])]
    assert len(savepoints) == (1 if connection.vendor == "postgresql" else 0)


def test_only_who_is_overdue_is_days_over_and_who_stands_nowhere_has_no_department(company):
    Membership.objects.filter(employee=company.mia).delete()
    report = queries.basis(TODAY).report(ReportQuery(period=period("", TODAY), today=TODAY))
    lines = list(queries.lines(report))

    assert {line.name: line.days_over for line in lines if line.course.code == "T1"} == {
        "Ada": 0, "Adam": 0, "Ben": 13, "Cleo": 0, "Dora": 13, "Ida": 13, "Jan": 13, "Mia": 13,
    }  # fmt: skip
    assert {line.department for line in lines if line.name == "Mia"} == {""}


def test_where_nobody_fits_the_report_says_its_name_once(client, company):
    page = BeautifulSoup(content(client, person="nobody of this name"), "html.parser").main

    assert page.h1.get_text(strip=True) == "Completion report"
    assert page.get_text().count("Completion report") == 1
    assert page.select_one(".eyebrow").get_text(strip=True).startswith("As of ")


def test_the_page_of_a_person_says_the_name_once(client, company):
    page = BeautifulSoup(
        client.get(f"/reports/completion/people/{company.cleo.pk}/").content, "html.parser"
    ).main

    assert page.h1.get_text(strip=True) == "Cleo"
    assert page.get_text().count("Cleo") == 1
    assert [link["href"] for link in page.select(".crumbs a")] == ["/reports/completion/"]
