"""Which days a code of a period means, and which codes a menu offers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.rules.period import MOST_MONTHS, Period, choices, months, months_before, read

TODAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("", None, TODAY),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2026", date(2026, 1, 1), TODAY),
        ("2026-q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-q2", date(2026, 4, 1), date(2026, 6, 30)),
        ("2026-q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2025-q4", date(2025, 10, 1), date(2025, 12, 31)),
        ("2026-q4", date(2026, 10, 1), TODAY),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31)),
        ("2026-09", date(2026, 9, 1), date(2026, 9, 30)),
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31)),
        ("2026-11", date(2026, 11, 1), TODAY),
    ],
)
def test_a_code_means_these_days_and_none_after_today(code, first, last):
    assert read(code, TODAY) == Period(code, first, last)


@pytest.mark.parametrize(
    "code",
    ["soon", "2026-", "2026-q0", "2026-q5", "2026-00", "2026-13", "2026-9", "26", "3026", "0999", "2026-q3 ", "2026-Q3",
     "x2026", "2026-q3-09", "２０２６-0x"],
)  # fmt: skip
def test_what_is_no_period_is_refused(code):
    with pytest.raises(ValueError):
        read(code, TODAY)


@pytest.mark.parametrize("code", ["2027", "2027-q1", "2026-12", "2999"])
def test_a_period_that_only_begins_after_today_is_refused(code):
    with pytest.raises(ValueError, match=code):
        read(code, TODAY)


def test_a_period_that_begins_today_is_that_day():
    assert read("2026-11", date(2026, 11, 1)) == Period("2026-11", date(2026, 11, 1), date(2026, 11, 1))


def test_months_lie_side_by_side_and_end_with_their_last_day():
    assert months(date(2025, 11, 1), date(2026, 3, 15)) == [
        (date(2025, 11, 1), date(2025, 11, 30)),
        (date(2025, 12, 1), date(2025, 12, 31)),
        (date(2026, 1, 1), date(2026, 1, 31)),
        (date(2026, 2, 1), date(2026, 2, 28)),
        (date(2026, 3, 1), date(2026, 3, 15)),
    ]


def test_the_first_and_the_last_month_are_cut_off():
    assert months(date(2026, 9, 17), date(2026, 10, 1)) == [
        (date(2026, 9, 17), date(2026, 9, 30)),
        (date(2026, 10, 1), date(2026, 10, 1)),
    ]
    assert months(date(2026, 9, 17), date(2026, 9, 17)) == [(date(2026, 9, 17), date(2026, 9, 17))]
    assert months(date(2026, 9, 18), date(2026, 9, 17)) == []


def test_a_year_has_twelve_months_the_last_of_them_december():
    period = read("2025", TODAY)

    spans = months(date(2025, 1, 1), period.last)

    assert len(spans) == 12
    assert spans[-1] == (date(2025, 12, 1), date(2025, 12, 31))


def test_a_menu_offers_two_years_five_quarters_and_six_months_newest_first():
    assert choices(TODAY) == [
        "2026", "2025",
        "2026-q4", "2026-q3", "2026-q2", "2026-q1", "2025-q4",
        "2026-11", "2026-10", "2026-09", "2026-08", "2026-07", "2026-06",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("today", "quarter", "month"),
    [
        (date(2026, 1, 31), "2026-q1", "2026-01"),
        (date(2026, 3, 31), "2026-q1", "2026-03"),
        (date(2026, 4, 1), "2026-q2", "2026-04"),
        (date(2026, 12, 31), "2026-q4", "2026-12"),
    ],
)
def test_the_menu_begins_with_the_quarter_and_the_month_of_today(today, quarter, month):
    codes = choices(today)

    assert (codes[2], codes[7]) == (quarter, month)
    assert [read(code, today).code for code in codes] == codes, "each of them can be asked for"


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 11, 30), 0, date(2026, 11, 1)),
        (date(2026, 3, 31), 1, date(2026, 2, 1)),
        (date(2026, 1, 15), 1, date(2025, 12, 1)),
        (date(2026, 11, 2), 23, date(2024, 12, 1)),
    ],
)
def test_months_are_counted_backwards_over_the_year(day, count, expected):
    assert months_before(day, count) == expected


@given(st.dates(date(1990, 1, 1), date(2150, 12, 31)), st.data())
def test_no_period_has_more_months_than_figures_tell_apart(today, data):
    year = today.year - data.draw(st.integers(0, 3))
    endings = ["", *[f"-q{quarter}" for quarter in range(1, 5)], *[f"-{month:02}" for month in range(1, 13)]]
    codes = [*choices(today), *[f"{year}{ending}" for ending in endings]]

    for code in codes:
        try:
            period = read(code, today)
        except ValueError:  # begins after today
            continue
        assert 1 <= len(months(period.first, period.last)) <= MOST_MONTHS
