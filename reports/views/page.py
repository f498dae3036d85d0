"""What the page of HR and the page of a manager share: figures, bars, months, departments and the list."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.rules.overdue import OVERDUE
from courses.views.status_words import state_text
from gates.paging import Part, number_asked, part_of
from reports import queries
from reports.forms import TeamForm
from reports.queries import Line, Report
from reports.rules.figures import STATES, Figures, Parts
from reports.rules.order import COLUMNS as COLUMN_NAMES
from reports.views.chart import Month, chart
from reports.views.labels import COLUMNS, as_of, filters_used, requirement_text

LINES = 50  # on a page of the list
FIRST = 10  # overdue ones on the first page


@dataclass(frozen=True)
class Cell:
    """A figure of a table and the heading of its column."""

    label: str
    value: int


@dataclass(frozen=True)
class CourseRow:
    """A course with how many people are in each state."""

    code: str
    title: str
    name: str
    url: str
    parts: Parts
    cells: list[Cell]


@dataclass(frozen=True)
class DepartmentRow:
    """The people of a department; `url` narrows the report to it, and is empty where it cannot be narrowed."""

    name: str
    url: str
    parts: Parts


@dataclass(frozen=True)
class PageLink:
    number: int
    url: str
    current: bool


@dataclass(frozen=True)
class Link:
    url: str
    label: str


@dataclass(frozen=True)
class ListedLine:
    """A line of the list: a course of a person."""

    line: Line
    url: str
    asked: str
    state: str
    status: str


@dataclass(frozen=True)
class Head:
    """The head of a column; its link puts the list into the order of the column."""

    label: str
    url: str  # none where the list has one order only
    aria_sort: str  # ascending or descending in the column of the order
    is_figure: bool


@dataclass(frozen=True)
class FiltersShown:
    """How many filters are set, and what they leave, in words."""

    label: str
    is_open: bool
    sentence: str


@dataclass(frozen=True)
class Listing:
    """The list of lines: everything that the filters ask for, or who is overdue for longest."""

    title: str
    caption: str
    nobody: str  # said where there is no line
    heads: list[Head]
    lines: list[ListedLine]
    pages: list[PageLink]  # none where one page holds the whole list
    links: list[Link]  # to lists that hold more


def context(
    request: HttpRequest, report: Report, form: TeamForm, *, person_url: str, now: datetime
) -> dict[str, Any]:
    """Everything the template shows. At most 2 SQL queries."""
    question = report.question
    found, counted_at = queries.figures_lately(report, FIRST, now=now)
    listing = (
        _whole_list(request, report, found, person_url)
        if _wanted(request, report)
        else _longest_overdue(request, report, found, person_url)
    )
    months = [
        Month(date_format(first, "F Y"), date_format(first, "M"), counts.total())
        for (first, _last), counts in zip(queries.months_of(report), found.months, strict=True)
    ]
    in_period: Counter[int] = sum(found.months, Counter())
    has_period = question.period.first is not None
    return {
        "form": form,
        "figures": found,
        "question": question,
        "as_of": as_of(question, counted_at),
        "is_past": question.on < question.today,
        "people": found.people,
        "completions": in_period.total(),
        "courses": [
            CourseRow(
                code=report.courses[index].code,
                title=report.courses[index].title,
                name=report.courses[index].name,
                url=address(request, course=report.courses[index].key),
                parts=found.courses[index],
                cells=cells(found.courses[index], in_period[index] if has_period else None),
            )
            for index in report.chosen
            if index in found.courses
        ],
        "all_courses": cells(found.pairs, in_period.total() if has_period else None),
        "months": months,
        "chart": chart(months),
        "listing": listing,
        "csv_url": address(request, format="csv"),
        "xlsx_url": address(request, format="xlsx"),
        "filters": filters_shown(form),
        "asks_anybody": bool(report.courses),
    }


def cells(parts: Parts, in_period: int | None) -> list[Cell]:
    """The figures of a line of the table of courses; `in_period` is None in a report without a period."""
    figures = [
        Cell(_("People"), parts.total),
        Cell(_("Completed"), parts.completed),
        Cell(_("In progress"), parts.in_progress),
        Cell(_("Not started"), parts.not_started),
        Cell(_("Overdue"), parts.overdue),
    ]
    if in_period is not None:
        figures.append(Cell(_("Completed in the period"), in_period))
    return figures


def _whole_list(request: HttpRequest, report: Report, found: Figures, person_url: str) -> Listing:
    """A page of all lines that fit the filters. 1 SQL query."""
    total = sum(getattr(found.pairs, state) for state in report.question.states or STATES)
    part = part_of(total, LINES, number_asked(request.GET.get("page", "")))
    fitting = ngettext(
        "%(counter)s course of a person fits the filters.",
        "%(counter)s courses of people fit the filters.",
        total,
    )
    lines = queries.page_of(report, part.start, LINES)
    return Listing(
        title=_("Person by person"),
        caption=f"{fitting % {'counter': total}} {_('Choose a person to see why.')}",
        nobody=_("Nobody has a course with this status. Choose another status, or clear the filters."),
        heads=heads(request, report.question.order),
        lines=[_listed(line, person_url) for line in lines],
        pages=_pages(request, part),
        links=[],
    )


def _longest_overdue(request: HttpRequest, report: Report, found: Figures, person_url: str) -> Listing:
    """The lines that are overdue for longest, with the way to all others. 1 SQL query, or none."""
    lines = queries.lines_of(report, found.longest_overdue)
    total = found.pairs.overdue
    links = []
    if total > len(lines):
        words = ngettext("Show the %(counter)s overdue course", "Show all %(counter)s overdue courses", total)
        links.append(Link(address(request, state=OVERDUE) + "#list", words % {"counter": total}))
    links.append(Link(address(request, rows="all") + "#list", _("Show everybody, person by person")))
    return Listing(
        title=_("Overdue, longest first"),
        caption=_("Choose a person to see why."),
        nobody=_("Nobody is overdue."),
        heads=heads(request, None),
        lines=[_listed(line, person_url) for line in lines],
        pages=[],
        links=links,
    )


def address(request: HttpRequest, **changed: Any) -> str:
    """The same page with other filters; the number of the list's page begins anew."""
    values: dict[str, list[str]] = {
        name: filled
        for name, many in request.GET.lists()
        if name not in ("page", "format", *changed) and (filled := [value for value in many if value])
    }
    values |= {name: [str(value)] for name, value in changed.items() if value not in (None, "")}
    return f"{request.path}?{urlencode(values, doseq=True)}" if values else request.path


def _wanted(request: HttpRequest, report: Report) -> bool:
    """Whether the list shows everything that the filters ask for, and not only who is overdue for longest."""
    question = report.question
    narrowed = (
        question.states
        or question.department is not None
        or question.course
        or question.person
        or question.order
    )
    return bool(narrowed or request.GET.get("rows") == "all")


def filters_shown(form: TeamForm) -> FiltersShown:
    """What the fold of the filters says, and the sentence above what they leave."""
    used = filters_used(form)
    label = ngettext("Filters: %(count)s set", "Filters: %(count)s set", len(used)) % {"count": len(used)}
    chosen = "; ".join(f"{name}: {words}" for name, words in used)
    sentence = _("What you see is narrowed to %(filters)s.") % {"filters": chosen} if used else ""
    if "state" in form.used:
        sentence += " " + _("The status narrows the list and the files; the figures count every status.")
    return FiltersShown(label if used else _("Filters"), bool(used or form.errors), sentence)


def heads(request: HttpRequest, order: str | None) -> list[Head]:
    """Of the columns; without links where there is no order to choose. The column of the order turns it round."""
    columns = []
    for position, (name, label) in enumerate(zip(COLUMN_NAMES, COLUMNS, strict=True)):
        url, aria_sort = "", ""
        if order is not None:
            current = (order or COLUMN_NAMES[0]).lstrip("-") == name
            backwards = order.startswith("-")
            aria_sort = ("descending" if backwards else "ascending") if current else ""
            url = (
                address(request, sort=f"-{name}" if current and not backwards else name, rows="all") + "#list"
            )
        columns.append(Head(str(label), url, aria_sort, position == COLUMN_NAMES.index("days")))
    return columns


def _pages(request: HttpRequest, part: Part) -> list[PageLink]:
    if part.last == 1:
        return []
    return [PageLink(page, address(request, page=page) + "#list", page == part.number) for page in part.near]


def _listed(line: Line, person_url: str) -> ListedLine:
    return ListedLine(
        line=line,
        url=reverse(person_url, args=[line.employee_id]),
        asked=requirement_text(line.requirement),
        state=OVERDUE if line.is_overdue else line.status,
        status=state_text(line.status, line.is_overdue),
    )


def departments(request: HttpRequest, report: Report, found: Figures) -> list[DepartmentRow]:
    """People by department: those right below the chosen one with all under them, then who is in none of these."""
    chart_of = report.departments
    root = report.question.department
    sums: dict[int, Parts] = defaultdict(Parts)
    for department, parts in found.departments.items():
        sums[_row_of(report, department, root)] += parts
    rows = []
    for pk, name, _depth in chart_of.in_order:
        if pk in sums and pk == root:
            rows.append(DepartmentRow(_("%(name)s itself") % {"name": name}, "", sums[pk]))
        elif pk in sums:
            rows.append(DepartmentRow(name, address(request, department=pk), sums[pk]))
    if 0 in sums:
        rows.append(DepartmentRow(_("In no department"), "", sums[0]))
    return rows


def _row_of(report: Report, department: int, root: int | None) -> int:
    """The department in whose row people of this one are counted: a child of the chosen one, or that one itself."""
    above = report.departments.parent
    while department and department != root:
        parent = above(department)
        if parent == root or parent is None:
            return department
        department = parent
    return department
