"""Error pages that say what happened, what is safe and what to do."""

import logging
import secrets
import sys

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from bothways import outage
from bothways.outage import Outage
from people.models import Theme

log = logging.getLogger("bothways.errors")
PLAIN = "text/plain; charset=utf-8"  # not for people: a header


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", {"exception": str(exception or "")}, status=403)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """The frame may be what is broken, so this page needs neither database nor session.

    Django asks for it inside its `except`, whichever view, middleware or template it was.
    """
    error = sys.exception()
    found = outage.of(error)
    if error is not None and found is not None:
        outage.notice.tell(found, error, request.path)
        return away(request, found)
    reference = secrets.token_hex(4)
    log.error("error page %s for %s", reference, request.path)
    return render(None, "500.html", {"reference": reference}, status=500)


def away(request: HttpRequest, found: Outage) -> HttpResponse:
    """What is safe, and the page comes back by itself; a form is never sent a second time by itself."""
    reads = request.method in {"GET", "HEAD"}
    title, reason = _words(found)
    what = "" if reads else _outcome(found, is_answered=getattr(request, "is_answered", False))
    if "X-Fragment" in request.headers or not request.accepts("text/html"):
        response = HttpResponse(f"{reason} {what}".strip(), content_type=PLAIN)
    else:
        theme = request.COOKIES.get("theme", "")
        context = {
            "title": title,
            "reason": reason,
            "outcome": what,
            "again": found.again if reads else 0,
            "theme": theme if theme in Theme.values else "",
        }
        response = HttpResponse(render_to_string("errors/outage.html", context))
    response.status_code = found.status
    response["Retry-After"] = str(found.again)
    response["Cache-Control"] = "no-store"
    response._has_been_logged = True  # type: ignore[attr-defined]  # by outage.notice; Django would add a traceback
    return response


def _words(found: Outage) -> tuple[str, str]:
    name = settings.BRAND
    return {
        "away": (
            _("We are back in a moment"),
            _("%(name)s does not reach its database at the moment.") % {"name": name},
        ),
        "busy": (
            _("That took too long"),
            _("So much is being saved at this moment that %(name)s could not wait any longer.")
            % {"name": name},
        ),
        "read-only": (
            _("Nothing can be saved at the moment"),
            _("The database of %(name)s takes no changes at the moment.") % {"name": name},
        ),
        "full": (
            _("There is no room to save"),
            _(
                "The disk of %(name)s is full. Whoever runs it has to make room; nothing else needs to be repaired."
            )
            % {"name": name},
        ),
    }[found.kind]


def _outcome(found: Outage, *, is_answered: bool) -> str:
    """What became of a form that was sent."""
    if found.nothing_saved and not is_answered:
        return _("Nothing was saved by this click. Go back, wait a moment, and send it again.")
    return _("Whether this click was saved is not known yet. Go back and look before you send it again.")
