"""A company with two of everything, for whom figures and names can be worked out by hand.

Both sides and somebody of both, two levels of managers, somebody who moved, who left, who comes tomorrow,
an administrator, and somebody who completed a course last year.
"""

from datetime import UTC, date, datetime
from types import SimpleNamespace

from bs4 import BeautifulSoup

from courses.models import Audience, CoursePage, CourseRecord, Criterion
from people.models import Department, Membership
from tests.conftest import hire

URL = "/reports/completion/"
TODAY = date(2026, 11, 2)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


NOW = at(TODAY)


BEFORE_ALL = at(date(2025, 1, 1))


def make_course(catalogue, code, **fields):
    """A live course of one sentence: a report reads records, not pages."""
    catalogue.refresh_from_db()
    values = {"title": f"Course {code}", "slug": code.lower(), "summary": "One.", "live": True} | fields
    page = catalogue.add_child(instance=CoursePage(code=code, locale=catalogue.locale, **values))
    rule = {"lessons": [], "quiz_required": False, "pass_percent": 80}
    Criterion.objects.create(course=page, course_key=page.translation_key, number=1, rule=rule, made_at=NOW)
    return page


def ask(course, scope="everyone", requirement="required", *, made=BEFORE_ALL, **fields):
    return Audience.objects.create(
        course=course, course_key=course.translation_key, scope=scope, requirement=requirement, made_at=made, **fields
    )  # fmt: skip


def stand(person, course, started, completed=None, *, hour=10):
    return CourseRecord.objects.create(
        employee=person, course=course, course_key=course.translation_key,
        criterion=Criterion.objects.get(course_key=course.translation_key),
        status="completed" if completed else "in_progress", started_at=at(started),
        completed_at=at(completed, hour) if completed else None,
        progress={"started": at(started).isoformat(), "reads": {}, "answered": {}, "latest": {}, "results": []},
    )  # fmt: skip


def belong(person, department, from_on=date(2025, 1, 7), until_on=None):
    Membership.objects.create(employee=person, department=department, from_on=from_on, until_on=until_on)


def company_of(catalogue):
    """Ada and Mia speak business, Ben and Adam technology, Cleo both; who they are says each line."""
    commercial = Department.add_root(name="Commercial")
    sales = commercial.add_child(name="Sales")
    commercial.refresh_from_db()
    service = commercial.add_child(name="Service")
    office = Department.add_root(name="Office")
    t1 = make_course(catalogue, "T1", direction="technology-for-business")
    b1 = make_course(catalogue, "B1", direction="business-for-technicians", short_title="Costs")
    t2 = make_course(catalogue, "T2", direction="technology-for-business")
    ask(t1, due_on=date(2026, 10, 20))
    ask(b1, "side", side="technology")
    ask(t2, "department", "recommended", department=commercial)

    hr = hire("hr", "HR")
    mia = hire("mia", "Employee", side="business", started_on=date(2025, 1, 7), employee_number="E7")
    ada = hire("ada", "Employee", side="business", started_on=date(2025, 1, 7), manager=mia)
    ben = hire("ben", "Employee", side="technology", started_on=date(2025, 1, 7), manager=ada)
    cleo = hire("cleo", "Employee", side="both", started_on=date(2025, 1, 7), manager=mia)
    dora = hire("dora", "Employee", side="business", started_on=date(2025, 1, 7))
    hire("emil", "Administrator", side="technology", manager=mia)
    adam = hire("adam", "Employee", "Administrator", side="technology")
    finn = hire("finn", "Employee", started_on=date(2025, 1, 7), left_on=date(2026, 10, 15))
    hire("gina", "Employee", started_on=date(2026, 11, 3))
    ida = hire("ida", "Employee", started_on=TODAY)
    jan = hire("jan", "Employee", started_on=date(2025, 1, 7), left_on=TODAY)

    belong(mia, commercial)
    belong(ada, sales)
    belong(ben, office)
    belong(cleo, service)
    # Dora came to the office in October; her old place was entered until the end of the year.
    belong(dora, sales, until_on=date(2026, 12, 31))
    belong(dora, office, date(2026, 10, 1))
    belong(adam, office)
    belong(finn, sales, until_on=date(2026, 10, 15))
    belong(ida, sales, TODAY)
    belong(jan, service, until_on=TODAY)

    stand(ada, t1, date(2025, 11, 3), date(2025, 12, 10))
    stand(ada, t2, date(2026, 9, 1), date(2026, 9, 30), hour=22)  # October in Berlin
    stand(ben, t1, date(2026, 10, 1))
    stand(ben, b1, date(2026, 8, 1), date(2026, 8, 31))
    stand(cleo, t1, date(2026, 9, 1), date(2026, 10, 5))
    stand(cleo, b1, date(2026, 10, 6))
    stand(finn, t1, date(2026, 9, 1), date(2026, 9, 2))
    stand(adam, t1, date(2026, 9, 1), date(2026, 9, 2))
    return SimpleNamespace(
        commercial=commercial, sales=sales, service=service, office=office, t1=t1, b1=b1, t2=t2,
        mia=mia, ada=ada, cleo=cleo, hr=hr,
    )  # fmt: skip


def content(client, **values):
    answer = client.get(URL, values)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content.decode()


def on_the_page(page):
    rows = BeautifulSoup(page, "html.parser").select("#list tbody tr")
    return [f"{row.select('th')[0].get_text()} {row.select('td')[2].get_text().split()[0]}" for row in rows]
