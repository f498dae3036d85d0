"""What the health page says about the last hours: who was killed, whether the clock jumped, what waits."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jobs import queries as jobs

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WAITS_TOO_LONG = timedelta(minutes=15)


def kills(*, now: datetime) -> tuple[bool, str]:
    """Whether this asks for attention, and the sentence. One SQL query and one file."""
    restarts = jobs.restarts_within(HOUR, now=now, folder=settings.DATA)
    if not (restarts.web or restarts.background):
        return False, _("No process was killed in the last hour.")
    web = ngettext("%(count)d web process", "%(count)d web processes", restarts.web) % {"count": restarts.web}
    background = ngettext(
        "%(count)d background worker", "%(count)d background workers", restarts.background
    ) % {"count": restarts.background}
    named = [words for count, words in ((restarts.web, web), (restarts.background, background)) if count]
    return True, _(
        "Killed in the last hour and started again: %(processes)s. Nothing that was saved is lost. Often the "
        "machine has too little memory: look at its own log."
    ) % {"processes": ", ".join(named)}


def clock(*, now: datetime) -> tuple[bool, str]:
    """As above, about the clock of the worker's machine. One SQL query."""
    jump = jobs.clock_jumped_within(DAY, now=now)
    if jump is None:
        return False, _("The clock has run evenly for a day.")
    seconds = timedelta(seconds=abs(jump.seconds))
    sentence = (
        _("The clock was put back by %(time)s. Work goes on; let the machine keep time (NTP).")
        if jump.seconds < 0
        else _("The clock was put forward by %(time)s. Work goes on; let the machine keep time (NTP).")
    )
    return True, sentence % {"time": timesince(now - seconds, now)}


def queue(*, now: datetime) -> tuple[bool, str]:
    """As above, about background tasks that wait. One SQL query."""
    tasks = jobs.task_queue(now=now)
    if not tasks.waiting or tasks.oldest is None:
        return False, _("No background task waits.")
    sentence = ngettext(
        "%(count)d background task waits, for %(time)s.",
        "%(count)d background tasks wait, the oldest for %(time)s.",
        tasks.waiting,
    ) % {"count": tasks.waiting, "time": timesince(now - tasks.oldest, now)}
    return tasks.oldest > WAITS_TOO_LONG, sentence


def successes(*, now: datetime) -> dict[str, int | None]:
    """Seconds since each scheduled job last ended well, for machines. One SQL query."""
    return {
        name: None if age is None else int(age.total_seconds())
        for name, age in jobs.last_successes(now=now).items()
    }
