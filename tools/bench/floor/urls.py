"""A bare Django view: one query, a template of 30 KB. Every other figure is a multiple of its CPU time."""

import csv
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template import engines
from django.urls import path

from people.models import Employee

PARAGRAPH = "<p>A floor says what a page costs when nothing is done for anybody: one row, one template of plain text.</p>\n"
PAGE = engines["django"].from_string(
    '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{{ person.display_name }}</title></head>\n'
    "<body>\n<h1>{{ person.display_name }}</h1>\n"
    + PARAGRAPH * (30_000 // len(PARAGRAPH))
    + "</body>\n</html>\n"
)


def bare(request: HttpRequest) -> HttpResponse:
    person: Any = Employee.objects.order_by("pk").first()
    return HttpResponse(PAGE.render({"person": person}, request))


ROWS = """
SELECT e.display_name, e.employee_number, d.name, p.title, a.requirement, a.due_on, r.status, r.started_at, r.completed_at
FROM people_employee e
JOIN courses_audience a ON a.scope = 'side' AND a.side = e.side AND a.requirement = 'required'
JOIN wagtailcore_page p ON p.id = a.course_id
LEFT JOIN people_membership m ON m.employee_id = e.id AND m.until_on IS NULL
LEFT JOIN people_department d ON d.id = m.department_id
LEFT JOIN courses_courserecord r ON r.employee_id = e.id AND r.course_key = a.course_key
ORDER BY e.display_name, a.course_id
"""


class Echo:
    def write(self, text: str) -> str:
        return text


def bare_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The rows of the report without a rule: one query, written as they come."""

    def lines() -> Iterator[str]:
        writer = csv.writer(Echo())
        yield writer.writerow(["Person"])
        with connection.cursor() as cursor:
            cursor.execute(ROWS)
            while rows := cursor.fetchmany(200):
                yield "".join([writer.writerow(row) for row in rows])

    return StreamingHttpResponse(lines(), content_type="text/csv")


urlpatterns = [path("", bare), path("csv/", bare_csv)]
