"""Whether a course is overdue is said alike on every screen and in every file: required ones are, recommended never."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from people.queries import today
from tests.reports.company import ask

pytestmark = pytest.mark.django_db
COURSE = "/courses/always-on/"


def statuses(client: Client, path: str, part: str = "main") -> list[str]:
    """The words of every status on a page; the course stands there once."""
    page = BeautifulSoup(client.get(path).content, "html.parser")
    return [one.get_text() for one in page.select(f"{part} .status")]


def sentences(client: Client, path: str) -> str:
    page = BeautifulSoup(client.get(path).content, "html.parser")
    return " ".join(page.select("main")[0].get_text(" ").split())


@pytest.fixture
def yesterday() -> Any:
    return today(timezone.now()) - timedelta(days=1)


@pytest.mark.parametrize("requirement", ["required", "recommended"])
def test_every_screen_and_file_says_the_same(
    client: Client, course: Any, employee: Any, hr: Any, manager: Any, yesterday: Any, requirement: str
) -> None:
    ask(course.page, requirement=requirement, due_on=yesterday)
    late = requirement == "required"

    client.force_login(employee)
    own = {
        "home": statuses(client, "/", ".due"),
        "catalogue": statuses(client, "/courses/", ".entry"),
        "course": statuses(client, COURSE, ".facts"),
        "own page": statuses(client, "/me/"),
    }
    client.force_login(hr)
    report = f"/reports/completion/?asked=all&state={'overdue' if late else 'not_started'}"
    person = statuses(client, f"/reports/completion/people/{employee.pk}/")
    rows = {"page": statuses(client, report, "#list")}
    for kind in ("csv", "xlsx"):
        found = read(kind, exported(client, f"{report}&format={kind}"))
        rows[kind] = [row[10] for row in found if row and row[0] in {str(employee), str(manager)}]
    client.force_login(manager)
    team = statuses(client, f"/team/?asked=all&state={'overdue' if late else 'not_started'}", "#list")

    assert {where: said[:1] for where, said in own.items()} == {
        "home": ["Overdue" if late else f"Was recommended by {date_format(yesterday)}, not started"],
        "catalogue": ["Overdue" if late else "Not started"],
        "course": ["Overdue" if late else "Not started"],
        "own page": ["Overdue, not started" if late else "Not started"],
    }
    said = "Overdue, not started" if late else "Not started"
    assert person == [said]
    assert set(team) == {said}
    assert {where: set(found) for where, found in rows.items()} == {where: {said} for where in rows}


def read(kind: str, data: bytes) -> list[Any]:
    """The rows of a file, the heading included."""
    if kind == "csv":
        return list(csv.reader(StringIO(data.decode("utf-8-sig"))))
    return list(openpyxl.load_workbook(BytesIO(data)).active.values)


def exported(client: Client, address: str) -> bytes:
    answer = client.get(address)
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a file


def test_a_recommendation_whose_day_is_past_is_said_as_one(
    client: Client, course: Any, employee: Any, hr: Any, yesterday: Any
) -> None:
    ask(course.page, requirement="recommended", due_on=yesterday)
    day = date_format(yesterday)

    client.force_login(employee)
    assert f"Was recommended by {day}" in sentences(client, "/courses/")
    assert f"was recommended by {day}" in sentences(client, COURSE)
    assert f"Was recommended by {day}" in sentences(client, "/me/")
    client.force_login(hr)
    one = sentences(client, f"/reports/completion/people/{employee.pk}/")
    assert f"Was recommended by {date_format(yesterday, 'DATE_FORMAT')}" in one
    assert "It was due" not in one


def test_a_recommendation_that_was_begun_says_both(
    client: Client, course: Any, employee: Any, yesterday: Any
) -> None:
    ask(course.page, requirement="recommended", due_on=yesterday)
    client.force_login(employee)
    client.post(f"{COURSE}start/")

    assert statuses(client, "/", ".due") == [f"Was recommended by {date_format(yesterday)}, 0 of 2 lessons"]
