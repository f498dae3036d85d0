"""Is everything well? One answer for machines (JSON) and one for people, without a sign-in."""

import os
import shutil
import sqlite3
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta

import django
import wagtail
from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bothways import __version__
from bothways.operations import health_traces
from bothways.redis_cache import PatientRedisCache
from bothways.sizes import size_in_words
from bothways.startup import OWN_PARTS, static_trouble
from gates.private import open_parts
from jobs import queries as jobs
from people import roles
from post.models import OutboxMail

WELL, WARNING, RED = "well", "warning", "red"
STATEMENTS = {
    WELL: gettext_lazy("Everything is well"),
    WARNING: gettext_lazy("Running, with something to know"),
    RED: gettext_lazy("Something needs an operator"),
}
SILENT_AFTER = timedelta(minutes=2)
WAITING_AFTER = timedelta(minutes=15)
FAILED_WITHIN = timedelta(days=1)
DISK_RED_BYTES = 200_000_000
DISK_WARNING_BYTES = 1_000_000_000
# Earlier ones can, rarely, damage a database that several processes write (the WAL-reset bug).
SQLITE_SOUND = (3, 51, 3)
FAILURES_WORTH_SAYING = 3


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: `state` for machines, a sentence for people."""

    name: str
    label: str
    state: str
    sentence: str


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """What people and monitoring should know. 503 only if the database is away: see bothways/probes.py.

    Seven SQL queries, eight for machines, and those that find out who is signed in.
    """
    findings = look(now=timezone.now())
    state = worst(findings)
    is_away = findings[0].state == RED
    status = 503 if is_away else 200
    # Exact versions help whoever looks for a known hole. Without a database nobody can be signed in.
    known = {} if is_away or not is_administrator(request) else versions()
    if wants_json(request):
        facts = {finding.name: {"state": finding.state, "says": finding.sentence} for finding in findings}
        said = {"state": state, "findings": facts} | ({"versions": known} if known else {})
        if not is_away:
            said["seconds_since_success"] = health_traces.successes(now=timezone.now())
        return unlogged(JsonResponse(said, status=status))
    context = {"statement": STATEMENTS[state], "findings": findings, "versions": known.items()}
    frame = None if is_away else request  # drawn without a person
    return unlogged(HttpResponse(render_to_string("health.html", context, request=frame), status=status))


def worst(findings: list[Finding]) -> str:
    """The state of all of them together."""
    states = {finding.state for finding in findings}
    return next((state for state in (RED, WARNING) if state in states), WELL)


def is_administrator(request: HttpRequest) -> bool:
    return request.user.is_authenticated and roles.ADMINISTRATOR in request.user.roles


def unlogged(response: HttpResponse) -> HttpResponse:
    """Red is an answer here, not an error: asked every few seconds, it would bury the log's real lines."""
    response._has_been_logged = True  # type: ignore[attr-defined]  # what Django's log_response looks at
    return response


def wants_json(request: HttpRequest) -> bool:
    if "format" in request.GET:
        return request.GET["format"] == "json"
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def look(*, now: datetime) -> list[Finding]:
    """All findings, the database first; what stands in it is not looked at when it is away."""
    try:
        findings = [
            Finding("database", _("Database"), WELL, _("The database answers.")),
            worker(now=now),
            mail(now=now),
            background(),
            *traces(now=now),
        ]
    except DatabaseError:
        connection.close()
        findings = [Finding("database", _("Database"), RED, _("The database does not answer."))]
    return [*findings, *shared_cache(), static_files(), disk(), data_folder(), *sqlite_version()]


def traces(*, now: datetime) -> list[Finding]:
    """What happened and mended itself: nothing of it is red. 3 SQL queries and one file."""
    looked = [
        ("kills", _("Restarts"), health_traces.kills(now=now)),
        ("clock", _("Clock"), health_traces.clock(now=now)),
        ("queue", _("Waiting tasks"), health_traces.queue(now=now)),
    ]
    return [
        Finding(name, label, WARNING if asks else WELL, sentence) for name, label, (asks, sentence) in looked
    ]


def worker(*, now: datetime) -> Finding:
    label = _("Background worker")
    seen_at = jobs.last_heartbeat(now=now)
    if seen_at is None:
        return Finding("worker", label, RED, _("The worker has never run. Start it: manage.py worker"))
    if now - seen_at > SILENT_AFTER:
        sentence = _("The worker has been silent for %(time)s.") % {"time": timesince(seen_at, now)}
        return Finding("worker", label, RED, sentence)
    return Finding("worker", label, WELL, _("The worker is at work."))


def mail(*, now: datetime) -> Finding:
    label = _("Mail")
    facts = OutboxMail.objects.aggregate(
        failed=Count("pk", filter=Q(state=OutboxMail.State.FAILED, made_at__gte=now - FAILED_WITHIN)),
        waiting_since=Min("made_at", filter=Q(state=OutboxMail.State.WAITING)),
    )
    if facts["failed"]:
        sentence = ngettext(
            "%(count)d mail of the last 24 hours could not be delivered.",
            "%(count)d mails of the last 24 hours could not be delivered.",
            facts["failed"],
        ) % {"count": facts["failed"]}
        return Finding("mail", label, RED, sentence)
    since = facts["waiting_since"]
    if since is not None and now - since > WAITING_AFTER:
        sentence = _("A mail has been waiting for %(time)s.") % {"time": timesince(since, now)}
        return Finding("mail", label, RED, sentence)
    if "Folder" in settings.OUTBOX_DELIVERY_BACKEND:
        sentence = _(
            "Mails are written to the folder “mail” of the data folder: no mail server is set (EMAIL_URL)."
        )
        return Finding("mail", label, WARNING, sentence)
    return Finding("mail", label, WELL, _("Mail is delivered."))


def background() -> Finding:
    """Scheduled jobs and tasks that keep failing; damage found in the database is red."""
    label = _("Background jobs")
    failing = jobs.failing_jobs(at_least=1)
    if "database" in failing:
        sentence = _("The check of the database found damage. Stop the server and restore the last backup.")
        return Finding("jobs", label, RED, sentence)
    if "audit" in failing:
        sentence = _(
            "The audit log is not as it was written. Keep a copy of the database, and find out with "
            "“manage.py verify_audit” which entries are concerned."
        )
        return Finding("jobs", label, WARNING, sentence)
    often = sorted(name for name, failures in failing.items() if failures >= FAILURES_WORTH_SAYING)
    if often:
        sentence = _("These jobs keep failing: %(names)s. The reason stands in the log.") % {
            "names": ", ".join(often)
        }
        return Finding("jobs", label, WARNING, sentence)
    given_up = jobs.tasks_given_up()
    if given_up:
        sentence = ngettext(
            "%(count)d background task was given up after five attempts.",
            "%(count)d background tasks were given up after five attempts.",
            given_up,
        ) % {"count": given_up}
        return Finding("jobs", label, WARNING, sentence)
    return Finding("jobs", label, WELL, _("All jobs run."))


def shared_cache() -> list[Finding]:
    """Whether Redis answers, where there is one: a cache in the database is part of it."""
    cache = caches["default"]
    if not isinstance(cache, PatientRedisCache):
        return []
    label = _("Cache")
    if cache.answers():
        return [Finding("cache", label, WELL, _("Redis answers."))]
    sentence = _(
        "Redis does not answer (REDIS_URL). Every page works without it, somewhat slower, and the limits on "
        "asking for links hold for each process by itself."
    )
    return [Finding("cache", label, WARNING, sentence)]


def static_files() -> Finding:
    label = _("Static files")
    if static_trouble():
        sentence = _(
            "The static files of this version are not in the data folder: pages have no style. Run "
            "“manage.py prepare” on this node and start it again."
        )
        return Finding("static", label, RED, sentence)
    return Finding("static", label, WELL, _("Style and script of this version are there."))


def disk() -> Finding:
    """Room on the data folder's disk, and a byte really written there."""
    label = _("Disk")
    probe = settings.DATA / f".health-{os.getpid()}"
    try:
        free = shutil.disk_usage(settings.DATA).free
        probe.write_bytes(b"well")
        probe.unlink()
    except OSError:
        return Finding("disk", label, RED, _("The data folder cannot be written."))
    room = _("%(room)s are free.") % {"room": size_in_words(free)}
    if free < DISK_RED_BYTES:
        return Finding("disk", label, RED, room)
    return Finding("disk", label, WARNING if free < DISK_WARNING_BYTES else WELL, room)


def data_folder() -> Finding:
    """Whether other accounts of the machine can read what lies in the data folder; one look, and no walk."""
    label = _("Data folder")
    try:
        readable = open_parts(settings.DATA, OWN_PARTS)
    except OSError:  # which the disk says already
        readable = []
    if readable:
        sentence = _(
            "Other accounts of this machine can read %(names)s in the data folder. A restart closes what belongs "
            "to the account that runs Bothways; else run, as its owner: chmod -R go= and the data folder."
        ) % {"names": ", ".join(path.name for path in readable[:3])}
        return Finding("data", label, WARNING, sentence)
    return Finding("data", label, WELL, _("Nobody else on this machine can read the data folder."))


def sqlite_version() -> list[Finding]:
    if connection.vendor != "sqlite" or sqlite3.sqlite_version_info >= SQLITE_SOUND:
        return []
    sentence = _(
        "SQLite %(version)s has a rare fault that can damage a database written by several processes; "
        "it is mended in 3.51.3. The database is checked every night. Use a newer SQLite, or PostgreSQL."
    ) % {"version": sqlite3.sqlite_version}
    return [Finding("sqlite", _("SQLite version"), WARNING, sentence)]


def versions() -> dict[str, str]:
    known = {
        "Bothways": __version__,
        "Python": ".".join(map(str, sys.version_info[:3])),
        "Django": django.get_version(),
        "Wagtail": wagtail.__version__,
    }
    if connection.vendor == "sqlite":
        return known | {"SQLite": sqlite3.sqlite_version}
    try:
        number = connection.cursor().connection.info.server_version  # no query: said at the handshake
    except DatabaseError:
        return known | {"PostgreSQL": "?"}
    return known | {"PostgreSQL": f"{number // 10000}.{number % 10000}"}
