"""Which days a report is about: a year, a quarter or a month, written as 2026, 2026-q3 or 2026-09. Plain Python."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

MOST_MONTHS = 12
"""Of the longest period. `reports.rules.figures` keeps so many apart: it takes its width from this."""
_FORM = re.compile(r"(?P<year>[12]\d{3})(?:-(?:q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")


@dataclass(frozen=True)
class Period:
    """Both days included; `first` is None where nothing bounds the beginning."""

    code: str
    first: date | None
    last: date


def read(code: str, today: date) -> Period:
    """The period of a code, cut off at today; "" is everything until today.

    Raises: ValueError for what is no period, or begins only after today.
    """
    if not code:
        return Period("", None, today)
    match = _FORM.fullmatch(code)
    if match is None:
        raise ValueError(code)
    year, month, months = int(match["year"]), 1, MOST_MONTHS
    if match["quarter"]:
        month, months = 3 * int(match["quarter"]) - 2, 3
    elif match["month"]:
        month, months = int(match["month"]), 1
    first = date(year, month, 1)
    if first > today:
        raise ValueError(code)
    return Period(code, first, min(_months_later(first, months) - timedelta(days=1), today))


def months(first: date, last: date) -> list[tuple[date, date]]:
    """First and last day of each calendar month between two days, the outer ones cut off there."""
    spans = []
    while first <= last:
        end = min(_months_later(first.replace(day=1), 1) - timedelta(days=1), last)
        spans.append((first, end))
        first = end + timedelta(days=1)
    return spans


def choices(today: date) -> list[str]:
    """What a menu offers, newest first: this and the last year, five quarters, six months."""
    quarters: list[str] = []
    at = today
    while len(quarters) < 5:
        quarters.append(f"{at.year}-q{(at.month + 2) // 3}")
        at = months_before(at, 3)
    last = [months_before(today, number) for number in range(6)]
    return [str(today.year), str(today.year - 1), *quarters, *[f"{day:%Y-%m}" for day in last]]


def months_before(day: date, count: int) -> date:
    """The first day of the month so many months before the one of a day."""
    return _months_later(day.replace(day=1), -count)


def _months_later(first: date, count: int) -> date:
    """The first day of the month so many months later."""
    total = first.year * 12 + first.month - 1 + count
    return date(total // 12, total % 12 + 1, 1)
