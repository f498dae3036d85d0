"""What a machine asks about one node: does the process live, and may requests be sent to it?

/health/live asks nothing and nobody: a node is never restarted for what lies outside it. /health/ready is
for whoever distributes requests, and looks only at what this node needs in order to answer one. What people
should look after stands on /health/, and takes no node out: see bothways/operations/health.py.
"""

from collections.abc import Callable
from functools import cache

from django.core.exceptions import DisallowedHost
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bothways.operations import health
from bothways.startup import RESTORING, static_trouble

LIVE = "/health/live"
PROBES = ("/health/", LIVE, "/health/ready")


def by_any_name(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A probe knows a node by its address, so these three answer whatever Host says, with or without a last slash."""
    exact = {path.rstrip("/"): path for path in PROBES}

    def middleware(request: HttpRequest) -> HttpResponse:
        path = exact.get(request.path_info.removesuffix("/"))
        if path is not None:
            request.path = request.path_info = path
            try:
                request.get_host()
            except DisallowedHost:
                request.META["HTTP_HOST"] = "localhost"  # always allowed, and never shown
        return get_response(request)

    return middleware


@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers. No SQL query."""
    return HttpResponse("live", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 if this node can answer requests, else 503 with the reasons in words. Two SQL queries."""
    reasons = [*database_reasons(), *node_reasons()]
    # not for people: two words that machines compare
    answer = {"state": "not ready" if reasons else "ready", "reasons": reasons}
    return health.unlogged(JsonResponse(answer, status=503 if reasons else 200))


def database_reasons() -> list[str]:
    """Why this node cannot answer from its database. Two SQL queries."""
    try:
        tables = set(connection.introspection.table_names())
        if RESTORING in tables:
            return [_("A restore into the database has begun and has not finished.")]
        if not {"django_migrations", "people_employee"} <= tables:
            return [_("The database is empty: it was not prepared yet.")]
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            applied = set(cursor.fetchall())
    except DatabaseError:
        connection.close()
        return [_("The database does not answer.")]
    if newest_migrations() <= applied:  # more than these: another node has a newer version already
        return []
    return [_("The database is of an older version: it was not migrated yet.")]


@cache
def newest_migrations() -> frozenset[tuple[str, str]]:
    """The last migration of each package, as this process knows them: its files never change."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def node_reasons() -> list[str]:
    """Why this node cannot answer although the database does."""
    room = health.disk()
    reasons = [room.sentence] if room.state == health.RED else []
    if sentence := static_trouble():
        reasons.append(sentence)
    return reasons
