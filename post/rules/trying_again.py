"""When a mail that could not be handed over is tried again, and when it is given up."""

from datetime import timedelta
from typing import Final

GIVE_UP_AFTER: Final = 10
LEASE: Final = timedelta(minutes=10)
"""How long the lease of a sender lasts who is no worker and has no heartbeat: longer than EMAIL_TIMEOUT."""
LONGEST_WAIT: Final = timedelta(days=1)


def back_off(tries: int) -> timedelta:
    """How long to wait after the first, second, … failure: 1, 4, 16, 64 minutes, up to a day.

    Ten tries take four days, so that a mail server which is down over a weekend loses nothing.
    """
    return min(timedelta(minutes=4 ** max(tries - 1, 0)), LONGEST_WAIT)
