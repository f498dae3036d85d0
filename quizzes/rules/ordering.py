"""Which of several answers to one check counts: the one rule about their order, in plain Python.

Answers arrive late: a laptop without network keeps one for days. Whatever the order of arrival, the
same answer counts, because the moment at which it was given follows from what the browser can know
for certain: how long ago that was (the difference of two readings of its own clock), and which answer
its page already showed. No clock is compared with another one.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

LONGEST_KEPT = timedelta(days=30)  # as long as outbox.js keeps an answer
MOMENT = timedelta(microseconds=1)
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


def given_at(*, now: datetime, age: timedelta, knew: datetime | None) -> datetime:
    """When an answer was given that arrives now and is `age` old.

    `knew` is when the newest answer was given that the person's page showed. Who saw that one answered
    later, even where the server's clock was put back in between.
    """
    at = now - min(max(age, timedelta(0)), LONGEST_KEPT)
    return at if knew is None else max(at, knew + MOMENT)


def sort_key(answer: Mapping[str, Any]) -> tuple[datetime, str]:
    """The greatest counts. `answer` has `given` (ISO 8601) and `key`.

    An answer of an earlier version has neither: it stands before all others, and of two such ones the
    one that is asked about later counts.
    """
    if "given" not in answer:
        return _BEFORE_ALL, ""
    return datetime.fromisoformat(answer["given"]), answer["key"]
