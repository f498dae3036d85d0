"""What can happen to something that is under way: it is moved on, taken up, told of, let go.

It is in one hand at a time. Every step is one conditional UPDATE of the row as it is known to whoever does it.
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
    """Somebody else goes on with this: whoever held it was silent for too long. Roll back, and stop."""


def move(
    item: Underway, to: Stage, *, since: Stage, now: datetime, held: bool = False, **values: Any
) -> bool:
    """Bring something from one stage to another; True for the one who did. `held`: the caller goes on with it.

    Whoever holds it moves it as who holds it, everybody else while nobody does.
    """
    first = {"hand": _new_hand(), "tries": 1} if held else {"hand": "", "tries": 0}
    return _changed(item, _rows(item, stage=since), {"stage": to, "told_at": now, **first, **values})


def take_up(item: Underway, *, now: datetime, by_force: bool = False) -> bool:
    """Go on with something, from where it is. True for the one who has it now: it waited, or who had it is silent.

    Reads `item` anew. After the fifth time without a step ahead nobody takes it up any more. `by_force`: all
    the same, and from somebody who is not silent, who stops then.
    """
    item.refresh_from_db()
    rows = _rows(item, stage=item.stage).filter(stage__in=IN_WORK)
    if not by_force:
        rows = rows.filter(Q(hand="") | silent(now), tries__lt=MOST_ATTEMPTS)
    return _changed(item, rows, {"hand": _new_hand(), "told_at": now, "tries": item.tries + 1})


def tell(item: Underway, *, done: int, now: datetime, **values: Any) -> None:
    """How far it is. Said in the transaction of a piece, before anything else, the piece happens once.

    Raises: Overtaken.
    """
    tries = {"tries": 0} if done > item.done else {}
    rows = _rows(item, stage=item.stage, done=item.done)
    if not _changed(item, rows, {"done": done, "told_at": now, **tries, **values}):
        raise Overtaken(item.pk)


def let_go(item: Underway, *, now: datetime, failed: bool = False) -> bool:
    """It waits for the worker again, with what is done so far. `failed`: something went wrong with it.

    How often it was taken up is the row's: a piece that told of a step ahead and was undone is none.
    """
    counted = Greatest("tries", Value(1 if failed else 0))
    return bool(_rows(item, stage=item.stage).update(hand="", told_at=now, tries=counted))


def _rows(item: Underway, **values: Any) -> QuerySet[Any]:
    """The item's row while it is in the hand that is known here, and as it is said."""
    return item._meta.model._default_manager.filter(pk=item.pk, hand=item.hand, **values)


def _new_hand() -> str:
    return secrets.token_hex(16)


def _changed(item: Underway, rows: QuerySet[Any], values: dict[str, Any]) -> bool:
    """True where the row was as it is known here; `item` then says what the row says."""
    if not rows.update(**values):
        return False
    for name, value in values.items():
        setattr(item, name, value)
    return True
