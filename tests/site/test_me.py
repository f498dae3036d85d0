"""The own page: courses with reasons, who can see what, settings."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.formats import date_format

from bothways.views.me import course_line, dates
from courses import queries
from courses.queries import Standing
from people.models import Department, Employee, Membership
from tests.courses.standing_of import standing

pytestmark = pytest.mark.django_db

COURSE = standing(requirement="required", due_on=date(2026, 12, 1))


@pytest.fixture
def standings(monkeypatch: pytest.MonkeyPatch) -> list[Standing]:
    found: list[Standing] = []

    def standings(employee: Employee, *, now: datetime) -> list[Standing]:
        return found

    monkeypatch.setattr(queries, "standings", standings)
    return found


@pytest.fixture
def page(client: Client, employee: Employee) -> Any:
    client.force_login(employee)

    def opened() -> str:
        return client.get("/me/").content.decode()

    return opened


def test_a_course_stands_with_status_reason_and_due_date(page: Any, standings: list[Standing]) -> None:
    standings.append(COURSE)

    text = page()

    for expected in (
        "What 99.9 % really buys",
        "In progress",
        "2 of 5 lessons done.",
        f"Due on {date_format(date(2026, 12, 1))}",
        "Required",
        'href="/courses/availability/sla-slo/"',
    ):
        assert expected in text


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": "completed", "completed_on": date(2026, 10, 2)}, "Completed on"),
        ({"status": "not_started"}, "Not started"),
        ({"status": "not_started", "is_overdue": True}, "Overdue, not started"),
        ({"is_overdue": True}, "Overdue, in progress"),
        ({"requirement": "recommended"}, "Recommended"),
        (
            {"requirement": "recommended", "is_lapsed": True},
            f"Was recommended by {date_format(date(2026, 12, 1))}",
        ),
    ],
)
def test_every_status_is_a_word(
    page: Any, standings: list[Standing], changes: dict[str, Any], expected: str
) -> None:
    standings.append(replace(COURSE, **changes))

    assert expected in page()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"due_on": None}, ["Required"]),
        ({"requirement": "", "due_on": None}, []),
        ({"is_overdue": True}, ["Due on 1 Dec 2026", "Required"]),
        ({"requirement": "recommended"}, ["Due on 1 Dec 2026", "Recommended"]),
        ({"requirement": "recommended", "is_lapsed": True}, ["Was recommended by 1 Dec 2026"]),
        (
            {"status": "completed", "completed_on": date(2026, 10, 2)},
            ["Completed on 2 Oct 2026", "Required"],
        ),
    ],
)
def test_a_course_says_its_day_and_whether_it_is_required(changes: dict[str, Any], words: list[str]) -> None:
    assert dates(replace(COURSE, **changes)) == words


def test_a_course_leads_on_only_to_another_page_than_its_own() -> None:
    assert course_line(COURSE).next_url == "/courses/availability/sla-slo/"
    assert course_line(replace(COURSE, next_url=COURSE.url)).next_url == ""


def test_a_completed_course_shows_no_due_date(page: Any, standings: list[Standing]) -> None:
    standings.append(replace(COURSE, status="completed", completed_on=date(2026, 10, 2)))

    assert "Due on" not in page()


def test_courses_that_nobody_asked_for_and_nobody_began_stay_in_the_catalogue(
    page: Any, standings: list[Standing]
) -> None:
    standings.append(replace(COURSE, requirement="", due_on=None, status="not_started"))

    text = page()

    assert "What 99.9 % really buys" not in text
    assert "No course yet" in text
    assert 'href="/courses/"' in text


def test_the_outsider_learns_what_is_missing_and_whom_to_ask(client: Client, outsider: Employee) -> None:
    client.force_login(outsider)

    text = client.get("/me/").content.decode()

    assert "has no role yet" in text
    assert "Ask HR" in text
    assert 'href="/courses/"' not in text
    assert 'href="/admin/"' not in text
    assert 'id="who-sees-what"' in text


def test_the_table_says_who_can_see_what(page: Any, standings: list[Standing]) -> None:
    text = page()

    assert "HR sees only that you finished" in text
    assert "Your answers, how sure you were, your quiz scores" in text
    assert text.count("<tr>") == 7
    row = text[text.index("When you signed in, set a password, or were refused a page") :].split("</tr>")[0]
    assert 'data-label="HR">In the audit log<' in row
    assert 'data-label="Administrators">In the audit log<' in row
    assert 'data-label="Your line manager">No<' in row


def test_settings_are_kept(client: Client, employee: Employee, standings: list[Standing]) -> None:
    client.force_login(employee)

    response = client.post("/me/", {"theme": "dark", "time_zone": "Asia/Tokyo"}, follow=True)

    stored = Employee.objects.get(pk=employee.pk)
    assert (stored.theme, stored.time_zone, stored.marks_terms) == ("dark", "Asia/Tokyo", False)
    assert "Your settings are saved." in response.content.decode()
    assert response.redirect_chain == [("/me/#main", 302)], "the sentence is in sight"
    assert 'data-theme="dark"' in response.content.decode()


def test_a_zone_that_was_stored_under_an_old_name_is_kept(
    client: Client, employee: Employee, standings: list[Standing]
) -> None:
    Employee.objects.filter(pk=employee.pk).update(time_zone="Asia/Calcutta")
    client.force_login(employee)

    page = client.get("/me/").content.decode()
    client.post("/me/", {"theme": "dark", "time_zone": "Asia/Calcutta"})

    assert page.count('<option value="Asia/Calcutta" selected>Asia/Calcutta</option>') == 1
    assert Employee.objects.get(pk=employee.pk).time_zone == "Asia/Calcutta"


def test_an_unknown_time_zone_is_refused_with_a_summary(
    client: Client, employee: Employee, standings: list[Standing]
) -> None:
    client.force_login(employee)

    response = client.post("/me/", {"theme": "", "time_zone": "Mars/Base"})

    assert response.status_code == 400
    assert 'role="alert"' in response.content.decode()
    assert Employee.objects.get(pk=employee.pk).time_zone == ""


def test_nobody_changes_more_than_the_own_settings(
    client: Client, employee: Employee, standings: list[Standing]
) -> None:
    client.force_login(employee)
    before = Employee.objects.filter(pk=employee.pk).values().get()

    client.post(
        "/me/",
        {
            "theme": "",
            "time_zone": "",
            "marks_terms": "on",
            "is_superuser": "on",
            "is_active": "",
            "email": "boss@example.com",
            "side": "both",
            "groups": "1",
            "manager": "",
            "left_on": "2020-01-01",
            "password": "x",
            "id": "1",
        },
    )

    assert Employee.objects.filter(pk=employee.pk).values().get() == before
    assert Employee.objects.get(pk=employee.pk).roles == {"Employee"}


def test_the_settings_need_the_token_against_forgery(employee: Employee) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(employee)

    assert careful.post("/me/", {"theme": "dark"}).status_code == 403


@pytest.mark.sql
@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_and_three_courses(
    client: Client, employee: Employee, standings: list[Standing], count: int
) -> None:
    standings.extend([COURSE] * count)
    department = Department.add_root(name="Sales")
    Membership.objects.create(employee=employee, department=department, from_on=date(2026, 1, 5))
    client.force_login(employee)
    client.get("/me/")

    with CaptureQueriesContext(connection) as asked:
        text = client.get("/me/").content.decode()

    assert "Sales" in text
    assert len(asked) == 4  # session, person with roles, department, line manager; the standings come on top
