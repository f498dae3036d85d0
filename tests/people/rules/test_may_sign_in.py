"""Somebody works on the last day and is out on the next."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from people.rules.may_sign_in import has_left, may_sign_in

days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(days)
def test_the_last_day_at_work_is_worked(last: date) -> None:
    assert not has_left(last, last)
    assert has_left(last, last + timedelta(days=1))


@given(st.none() | days, days)
def test_who_has_left_does_not_come_back_by_itself(left_on: date | None, today: date) -> None:
    assert not has_left(left_on, today) or has_left(left_on, today + timedelta(days=1))
    assert not has_left(None, today)


@given(st.booleans())
def test_a_closed_account_opens_nothing(has_left: bool) -> None:
    assert not may_sign_in(is_active=False, has_left=has_left)
    assert may_sign_in(is_active=True, has_left=has_left) != has_left
