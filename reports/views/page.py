"""What the page of HR and the page of a manager share: figures, bars, months, departments and the list."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format

from reports import queries
from reports.forms import TeamForm
from reports.queries import Line, Report
from reports.rules.figures import OVERDUE, Figures, Parts
from reports.views.labels import COLUMNS, as_of, requirement_text, state_text

LINES = 50  # on a page of the list
FIRST = 10  # overdue ones on the first page
CHART_HEIGHT, CHART_WIDTH, COLUMN = 200, 560, 44


def context(
    request: HttpRequest, report: Report, form: TeamForm, *, person_url: str, now: datetime
) -> dict[str, Any]:
    """Everything the template shows. At most 2 SQL queries."""
    question = report.question
    found, counted_at = queries.figures_lately(report, FIRST, now=now)
    wanted = _wanted(request, report)
    total = getattr(found.pairs, question.state) if question.state else found.pairs.total
    number = _page_number(request, total)
    if wanted:
        listed = queries.page_of(report, (number - 1) * LINES, LINES)
    else:
        total = found.pairs.overdue
        listed = queries.lines_of(report, found.longest_overdue)
    monthly = [
        (first, counts.total())
        for (first, _last), counts in zip(queries.months_of(report), found.months, strict=True)
    ]
    in_period: Counter[int] = sum(found.months, Counter())
    return {
        "form": form,
        "figures": found,
        "question": question,
        "as_of": as_of(question, counted_at),
        "is_past": question.on < question.today,
        "people": found.people,
        "pairs": found.pairs,
        "has_period": question.period.first is not None,
        "completions": in_period.total(),
        "courses": [
            {
                "name": report.courses[index].name,
                "code": report.courses[index].code,
                "title": report.courses[index].title,
                "url": address(request, course=report.courses[index].key),
                "parts": found.courses[index],
                "in_period": in_period[index],
            }
            for index in report.chosen
            if index in found.courses
        ],
        "months": [
            {
                "name": date_format(first, "F Y"),
                "short": date_format(first, "M"),
                "count": count,
            }
            for first, count in monthly
        ],
        "chart": chart([(date_format(first, "M"), count) for first, count in monthly]),
        "listed": wanted,
        "lines": [_shown(line, person_url) for line in listed],
        "columns": COLUMNS,
        "lines_total": total,
        "pages": _pages(request, number, total) if wanted else [],
        "all_overdue_url": address(request, state=OVERDUE) + "#list",
        "everybody_url": address(request, rows="all") + "#list",
        "csv_url": address(request, format="csv"),
        "xlsx_url": address(request, format="xlsx"),
        "has_filters": any(value for name, value in request.GET.items() if name in form.fields),
        "asks_anybody": bool(report.courses),
    }


def address(request: HttpRequest, **changed: Any) -> str:
    """The same page with other filters; the number of the list's page begins anew."""
    values = {name: value for name, value in request.GET.items() if value and name not in ("page", "format")}
    values |= {name: str(value) for name, value in changed.items() if value not in (None, "")}
    for name, value in changed.items():
        if value in (None, ""):
            values.pop(name, None)
    return f"{request.path}?{urlencode(values)}" if values else request.path


def _wanted(request: HttpRequest, report: Report) -> bool:
    """Whether the list shows everything that the filters ask for, and not only who is overdue for longest."""
    question = report.question
    narrowed = question.state or question.department is not None or question.course
    return bool(narrowed or request.GET.get("rows") == "all")


def _page_number(request: HttpRequest, total: int) -> int:
    asked = request.GET.get("page", "")
    last = max((total + LINES - 1) // LINES, 1)
    return min(max(int(asked), 1), last) if asked.isascii() and asked.isdigit() and len(asked) < 8 else 1


def _pages(request: HttpRequest, number: int, total: int) -> list[dict[str, Any]]:
    last = (total + LINES - 1) // LINES
    if last < 2:
        return []
    near = sorted({1, last, *range(max(number - 2, 1), min(number + 2, last) + 1)})
    return [
        {"number": one, "url": address(request, page=one) + "#list", "current": one == number} for one in near
    ]


def _shown(line: Line, person_url: str) -> dict[str, Any]:
    return {
        "line": line,
        "url": reverse(person_url, args=[line.employee_id]),
        "asked": requirement_text(line.requirement),
        "state": OVERDUE if line.is_overdue else line.status,
        "status": state_text(line.status, line.is_overdue),
    }


def departments(request: HttpRequest, report: Report, found: Figures) -> list[dict[str, Any]]:
    """People by department: those right below the chosen one with all under them, then who is in none of these."""
    chart_of = report.departments
    root = report.question.department
    sums: dict[int, Parts] = defaultdict(Parts)
    for place, parts in found.departments.items():
        sums[_row_of(report, place, root)] += parts
    rows = []
    for pk, name, _depth in chart_of.in_order:
        if pk in sums:
            rows.append(
                {
                    "name": name,
                    "url": "" if pk == root else address(request, department=pk),
                    "is_own": pk == root,
                    "parts": sums[pk],
                }
            )
    if 0 in sums:
        rows.append({"name": "", "url": "", "is_own": False, "parts": sums[0]})
    return rows


def _row_of(report: Report, place: int, root: int | None) -> int:
    """The department under which somebody's place is shown: a child of the chosen one, or that one itself."""
    above = report.departments.parent
    while place and place != root:
        parent = above(place)
        if parent == root or parent is None:
            return place
        place = parent
    return place


def chart(values: list[tuple[str, int]]) -> dict[str, Any]:
    """Columns of a small drawing: places and heights in its own units, with room for a number above each."""
    top = max((count for _label, count in values), default=0)
    step = (CHART_WIDTH - 20) / max(len(values), 1)
    floor, room = CHART_HEIGHT - 30, CHART_HEIGHT - 70
    columns = []
    for place, (label, count) in enumerate(values):
        height = round(room * count / top) if top else 0
        height = max(height, 2) if count else 0
        middle = round(10 + step * (place + 0.5))
        columns.append(
            {
                "label": label,
                "count": count,
                "x": middle - COLUMN // 2 if step > COLUMN else middle - round(step * 0.35),
                "width": COLUMN if step > COLUMN else round(step * 0.7),
                "y": floor - height,
                "height": height,
                "middle": middle,
                "number_y": floor - height - 8,
            }
        )
    return {
        "columns": columns,
        "floor": floor,
        "width": CHART_WIDTH,
        "height": CHART_HEIGHT,
        "label_y": floor + 22,
    }
