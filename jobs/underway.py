"""What can happen to an import or a copy under way: it gets another stage, and its lease is taken, prolonged, released.

One process holds the lease at a time; the column `hand` names it. Every step is one conditional UPDATE of the
row as its caller knows it.
"""

import secrets
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Greatest

from jobs.models import Stage, Underway
from jobs.queries import IN_WORK, silent
from jobs.rules.schedule import MOST_ATTEMPTS


class Overtaken(Exception):
    """Another worker has taken the lease, because this one was silent for too long. Roll back, and stop."""


def move(
    item: Underway, to: Stage, *, since: Stage, now: datetime, held: bool = False, **values: Any
) -> bool:
    """Move an import or a copy to another stage. True if this call changed it. `held`: the caller keeps the lease.

    Somebody who holds the lease can move it; everybody else only while nobody does.
    """
    first = {"hand": _new_lease(), "tries": 1} if held else {"hand": "", "tries": 0}
    return _changed(item, _rows(item, stage=since), {"stage": to, "told_at": now, **first, **values})


def take_lease(item: Underway, *, now: datetime, by_force: bool = False) -> bool:
    """Take the lease of an import or a copy. True if this call got it: nobody held it, or its holder is silent.

    Reads `item` anew. After five attempts without progress nobody gets it any more. `by_force` takes it even
    then, and from a holder who is not silent; that holder stops.
    """
    item.refresh_from_db()
    rows = _rows(item, stage=item.stage).filter(stage__in=IN_WORK)
    if not by_force:
        rows = rows.filter(Q(hand="") | silent(now), tries__lt=MOST_ATTEMPTS)
    return _changed(item, rows, {"hand": _new_lease(), "told_at": now, "tries": item.tries + 1})


def store_progress(item: Underway, *, done: int, now: datetime, **values: Any) -> None:
    """Store the progress of an import. Call it first in the transaction of a piece, so that no piece runs twice.

    Raises: Overtaken.
    """
    tries = {"tries": 0} if done > item.done else {}
    rows = _rows(item, stage=item.stage, done=item.done)
    if not _changed(item, rows, {"done": done, "told_at": now, **tries, **values}):
        raise Overtaken(item.pk)


def release(item: Underway, *, now: datetime, failed: bool = False) -> bool:
    """Release the lease; the work waits for a worker again and keeps its progress. `failed`: an error ended it.

    The attempts are counted in the row: a piece that stored progress and was rolled back is no progress.
    """
    counted = Greatest("tries", Value(1 if failed else 0))
    return bool(_rows(item, stage=item.stage).update(hand="", told_at=now, tries=counted))


def _rows(item: Underway, **values: Any) -> QuerySet[Any]:
    """The item's row, as long as the lease is the one that `item` knows and the values are these."""
    return item._meta.model._default_manager.filter(pk=item.pk, hand=item.hand, **values)


def _new_lease() -> str:
    return secrets.token_hex(16)


def _changed(item: Underway, rows: QuerySet[Any], values: dict[str, Any]) -> bool:
    """True if the row was as `item` knows it; `item` has the new values then."""
    if not rows.update(**values):
        return False
    for name, value in values.items():
        setattr(item, name, value)
    return True
