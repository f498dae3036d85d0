"""Each filter of the report against names that stand here, and against the slow recomputation."""

import csv
import io
from urllib.parse import urlencode

import openpyxl
import pytest
from django.http import QueryDict

from reports import queries
from reports.forms import ReportForm
from reports.rules.period import read as period
from tests.reports.company import TODAY, content, on_the_page
from tests.reports.slow import Company, by_person

pytestmark = pytest.mark.django_db


def address(company, filters):
    """Filters with the numbers of what they name."""
    return {
        name: getattr(company, value).pk if name in ("department", "manager")
        else str(getattr(company, value).translation_key) if name == "course"
        else value.split("+") if name == "state" else value
        for name, value in filters.items()
    }  # fmt: skip


def in_the_csv(data):
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    return [f"{row[0]} {row[6]}" for row in rows[1:]]


def in_the_xlsx(data):
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(data)).active]
    return [f"{row[0]} {row[6]}" for row in rows[1:]]


def said(names):
    return [one.strip() for one in names.split(",")] if names else []


EVERYBODY = "Ada T1, Adam B1, Adam T1, Ben B1, Ben T1, Cleo B1, Cleo T1, Dora T1, Ida T1, Jan T1, Mia T1"
CASES = [
    ({}, EVERYBODY),
    ({"side": "business"}, "Ada T1, Cleo B1, Cleo T1, Dora T1, Ida T1, Jan T1, Mia T1"),
    ({"side": "technology"}, "Adam B1, Adam T1, Ben B1, Ben T1, Cleo B1, Cleo T1"),
    ({"direction": "technology-for-business"},
     "Ada T1, Adam T1, Ben T1, Cleo T1, Dora T1, Ida T1, Jan T1, Mia T1"),
    ({"direction": "business-for-technicians"}, "Adam B1, Ben B1, Cleo B1"),
    ({"course": "b1"}, "Adam B1, Ben B1, Cleo B1"),
    ({"course": "t1", "side": "technology"}, "Adam T1, Ben T1, Cleo T1"),
    ({"course": "b1", "direction": "technology-for-business"}, ""),
    ({"department": "commercial"}, "Ada T1, Cleo B1, Cleo T1, Ida T1, Jan T1, Mia T1"),
    ({"department": "sales"}, "Ada T1, Ida T1"),
    ({"department": "service"}, "Cleo B1, Cleo T1, Jan T1"),
    ({"department": "office"}, "Adam B1, Adam T1, Ben B1, Ben T1, Dora T1"),
    ({"department": "sales", "period": "2026-q3"}, "Ada T1, Dora T1, Finn T1"),
    ({"department": "sales", "period": "2026-q3", "members": "now"}, "Ada T1"),
    ({"department": "office", "period": "2026-q3", "members": "now"}, "Adam B1, Adam T1, Ben B1, Ben T1, Dora T1"),
    ({"manager": "mia"}, "Ada T1, Ben B1, Ben T1, Cleo B1, Cleo T1"),
    ({"manager": "ada"}, "Ben B1, Ben T1"),
    ({"manager": "mia", "side": "business"}, "Ada T1, Cleo B1, Cleo T1"),
    ({"asked": "all", "department": "commercial"},
     "Ada T1, Ada T2, Cleo B1, Cleo T1, Cleo T2, Ida T1, Ida T2, Jan T1, Jan T2, Mia T1, Mia T2"),
    ({"asked": "all", "course": "t2"}, "Ada T2, Cleo T2, Ida T2, Jan T2, Mia T2"),
    ({"state": "completed"}, "Ada T1, Adam T1, Ben B1, Cleo T1"),
    ({"state": "overdue"}, "Ben T1, Dora T1, Ida T1, Jan T1, Mia T1"),
    ({"state": "in_progress"}, "Cleo B1"),
    ({"state": "not_started"}, "Adam B1"),
    ({"state": "not_completed"}, "Adam B1, Ben T1, Cleo B1, Dora T1, Ida T1, Jan T1, Mia T1"),
    ({"state": "not_completed", "department": "sales"}, "Ida T1"),
    ({"state": "overdue+not_started+in_progress"},
     "Adam B1, Ben T1, Cleo B1, Dora T1, Ida T1, Jan T1, Mia T1"),
    ({"state": "in_progress+completed"}, "Ada T1, Adam T1, Ben B1, Cleo B1, Cleo T1"),
    ({"state": "not_completed+completed"}, EVERYBODY),
    ({"person": "ADÁ"}, "Ada T1, Adam B1, Adam T1"),
    ({"person": "e7"}, "Mia T1"),
    ({"person": "cleo@ example"}, "Cleo B1, Cleo T1"),
    ({"person": "%"}, ""),
    ({"person": "a_a"}, ""),
    ({"period": "2026-10", "state": "overdue"}, "Ben T1, Dora T1, Jan T1, Mia T1"),
    ({"period": "2026-q3", "state": "overdue"}, ""),
    ({"period": "2026-q3", "state": "completed"}, "Ada T1, Adam T1, Ben B1, Finn T1"),
    ({"period": "2025", "state": "completed"}, "Ada T1"),
    ({"period": "2025"}, "Ada T1, Ben B1, Ben T1, Cleo B1, Cleo T1, Dora T1, Finn T1, Jan T1, Mia T1"),
]  # fmt: skip


@pytest.mark.parametrize(("filters", "names"), CASES, ids=lambda case: "-".join(case.values()) if isinstance(case, dict) else "")  # fmt: skip
def test_a_filter_leaves_these_people_on_the_screen_and_in_both_files(client, company, filters, names):
    values = address(company, filters)

    assert on_the_page(content(client, **values, rows="all")) == said(names)
    assert in_the_csv(content(client, **values, format="csv")) == said(names)
    assert in_the_xlsx(content(client, **values, format="xlsx")) == said(names)


def slow_lines(company, filters):
    """The lines of the slow recomputation that the filters leave, narrowed in the plainest way."""
    on = period(filters.get("period", ""), TODAY).last
    slow = Company()
    people = {one.pk: one for one in slow.people}
    courses = {str(one.course_key): one.course for one in slow.audiences}

    def leads(manager, person):
        while person.manager_id:
            person = people[person.manager_id]
            if person.pk == manager.pk:
                return True
        return False

    lines = []
    for line in slow.lines(on, recommended=filters.get("asked") == "all"):
        person, course = people[line["person"]], courses[line["course"]]
        if "side" in filters and person.side not in (filters["side"], "both"):
            continue
        if "direction" in filters and course.direction != filters["direction"]:
            continue
        if "course" in filters and course.pk != getattr(company, filters["course"]).pk:
            continue
        if "manager" in filters and not leads(getattr(company, filters["manager"]), person):
            continue
        if "department" in filters:
            department = slow.department(person, TODAY if filters.get("members") == "now" else on)
            top = getattr(company, filters["department"]).path
            if not department or not slow.departments[department].path.startswith(top):
                continue
        words = filters.get("person", "").casefold().replace("á", "a").split()
        if not all(
            word in f"{person.display_name} {person.employee_number} {person.email}".casefold()
            for word in words
        ):
            continue
        lines.append({**line, "name": f"{person.display_name} {course.code}"})
    return lines


@pytest.mark.parametrize(
    "filters", [filters for filters, _names in CASES], ids=lambda filters: "-".join(filters.values())
)
def test_every_figure_under_a_filter_is_that_of_the_slow_recomputation(company, filters):
    asked = QueryDict(urlencode(address(company, filters), doseq=True))
    question = ReportForm(
        asked, today=TODAY, departments=queries.basis(TODAY).departments,
        courses=[(course.key, course.name) for course in queries.basis(TODAY).courses], managers=queries.managers(),
    )  # fmt: skip
    assert question.is_valid()
    report = queries.basis(question.question().on).report(question.question())

    lines = slow_lines(company, filters)

    figures, states = queries.figures(report, 10), list(by_person(lines).values())
    assert vars(figures.people) == {state: states.count(state) for state in vars(figures.people)}
    of_lines = [line["state"] for line in lines]
    assert vars(figures.pairs) == {state: of_lines.count(state) for state in vars(figures.pairs)}
    wanted = filters.get("state", "").replace("not_completed", "overdue+not_started+in_progress")
    assert sorted(f"{line.name} {line.course.code}" for line in queries.lines(report)) == sorted(
        line["name"] for line in lines if not wanted or line["state"] in wanted.split("+")
    )
