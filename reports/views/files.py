"""The rows of a report as a file: one line per person and course below the names of the columns.

What was asked for stands in the file's name, and in XLSX on a second sheet: a program that reads the file finds
its columns in the first row.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _

from gates.tables import csv_parts, xlsx_parts
from people.queries import organisation
from reports import queries
from reports.forms import TeamForm
from reports.queries import Report
from reports.views.labels import FILE_COLUMNS, Said, as_of, filters, filters_used

CSV, XLSX = "csv", "xlsx"
FORMATS = (CSV, XLSX)
_TYPES = {  # not for people: headers
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_WIDTHS = (28, 17, 32, 24, 36, 26, 13, 36, 15, 13, 24, 12, 13, 15, 20)
_NAME_LIMIT = 80  # characters of the filters in a file's name


def format_in(request: HttpRequest) -> str:
    """csv or xlsx; anything else is the page."""
    asked = request.GET.get("format", "")
    return asked if asked in FORMATS else ""


def answer(report: Report, form: TeamForm, *, format: str, name: str, now: datetime) -> StreamingHttpResponse:
    """The file, made while it is sent. All words are looked up before, in the language of the request."""
    columns = [str(column) for column in FILE_COLUMNS]
    notes = [list(row) for row in _notes(report, form, now)]
    said = Said()

    def rows() -> Iterator[Sequence[Any]]:
        for line in queries.lines(report):
            yield said.cells(line)

    parts = (
        csv_parts(chain([columns], rows()))
        if format == CSV
        else xlsx_parts(
            rows(),
            title=_("Completion"),
            columns=columns,
            widths=_WIDTHS,
            notes=notes,
            notes_title=_("About this file"),
        )
    )
    response = StreamingHttpResponse(parts, content_type=_TYPES[format])
    filename = f"{name}-{report.question.on:%Y-%m-%d}{_filters_in_a_name(form)}.{format}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename)
    return response


def _filters_in_a_name(form: TeamForm) -> str:
    """ "-sales-not-completed"; what somebody typed to find a person is personal and stays out."""
    words = [chosen for label, chosen in filters_used(form) if label != str(form["person"].label)]
    text = slugify(" ".join(words), allow_unicode=True)[:_NAME_LIMIT].strip("-")
    return f"-{text}" if text else ""


def _notes(report: Report, form: TeamForm, now: datetime) -> Iterator[Sequence[Any]]:
    company = organisation()
    yield [_("Completion report"), company.name if company else ""]
    yield [_("As of"), as_of(report.question, now)]
    yield [_("Last day"), report.question.on]
    yield [_("Time zone"), company.time_zone if company else "UTC"]
    for label, words in filters(form):
        yield [label, words]
