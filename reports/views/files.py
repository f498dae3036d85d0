"""The rows of a report as a file: the filters and the time at its head, then one line per person and course."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _

from gates.tables import csv_parts, xlsx_parts
from people.queries import organisation
from reports import queries
from reports.forms import TeamForm
from reports.queries import Report
from reports.views.labels import COLUMNS, Said, as_of, filters

CSV, XLSX = "csv", "xlsx"
FORMATS = (CSV, XLSX)
_TYPES = {  # not for people: headers
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_WIDTHS = (30, 18, 26, 40, 16, 14, 24, 12, 14, 14)


def format_in(request: HttpRequest) -> str:
    """csv or xlsx; anything else is the page."""
    asked = request.GET.get("format", "")
    return asked if asked in FORMATS else ""


def answer(report: Report, form: TeamForm, *, format: str, name: str, now: datetime) -> StreamingHttpResponse:
    """The file, made while it is sent. All words are looked up before, in the language of the request."""
    head = [list(row) for row in _head(report, form, now)]
    said = Said()

    def rows() -> Iterator[Sequence[Any]]:
        yield from head
        for line in queries.lines(report):
            yield said.cells(line)

    parts = (
        csv_parts(rows())
        if format == CSV
        else xlsx_parts(rows(), title=_("Completion"), heads=len(head), widths=_WIDTHS)
    )
    response = StreamingHttpResponse(parts, content_type=_TYPES[format])
    response["Content-Disposition"] = f'attachment; filename="{name}-{report.question.on:%Y-%m-%d}.{format}"'
    return response


def _head(report: Report, form: TeamForm, now: datetime) -> Iterator[Sequence[Any]]:
    company = organisation()
    yield [_("Completion report"), company.name if company else ""]
    yield [_("As of"), as_of(report.question, now)]
    yield [_("Last day"), report.question.on]
    yield [_("Time zone"), company.time_zone if company else "UTC"]
    for label, words in filters(form):
        yield [label, words]
    yield []
    yield [str(column) for column in COLUMNS]
