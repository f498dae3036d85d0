"""Who may sign in, and when somebody who leaves no longer may. Days are those of the organisation."""

from datetime import date


def may_sign_in(*, is_active: bool, has_left: bool) -> bool:
    """False for a closed account and for somebody who has left."""
    return is_active and not has_left


def has_left(left_on: date | None, today: date) -> bool:
    """True from the day after the last day at work; never where none is known."""
    return left_on is not None and left_on < today
