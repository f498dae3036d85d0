"""Many old rows go in short transactions: everybody who answers on SQLite waits for each of them."""

from typing import Any

from django.db.models import QuerySet

from jobs.pauses import Pauses

AT_ONCE = 500


def remove(rows: QuerySet[Any], *, at_once: int = AT_ONCE) -> int:
    """Delete what is found, with what hangs on it; how many rows. Interrupted, what is gone is gone.

    Raises: jobs.interruption.Interrupted
    """
    pause, count = Pauses(), 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:at_once]):
        count += rows.filter(pk__in=keys).delete()[0]
        pause()
    return count
