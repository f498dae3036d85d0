"""What somebody gets who meets an outage. No page, no middleware and no database is needed for it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from bothways import outage
from bothways.outage import Outage
from people.models import Theme

PLAIN = "text/plain; charset=utf-8"  # not for people: a header


def no_seat(request: HttpRequest) -> HttpResponse:
    """So many pages wait that this one was not even begun."""
    outage.notice.tell(outage.BUSY, TimeoutError("no-seat"), request.path)
    return away(request, outage.BUSY)


def away(request: HttpRequest, trouble: Outage) -> HttpResponse:
    """What is safe, and the page comes back by itself; a form is never sent a second time by itself."""
    reads = request.method in {"GET", "HEAD"}
    title, reason = _words(trouble)
    what = "" if reads else _outcome(trouble, is_answered=getattr(request, "is_answered", False))
    if "X-Fragment" in request.headers or not request.accepts("text/html"):
        response = HttpResponse(f"{reason} {what}".strip(), content_type=PLAIN)
    else:
        theme = request.COOKIES.get("theme", "")
        context = {
            "title": title,
            "reason": reason,
            "outcome": what,
            "again": trouble.again if reads else 0,
            "theme": theme if theme in Theme.values else "",
        }
        response = HttpResponse(render_to_string("errors/outage.html", context))
    response.status_code = trouble.status
    response["Retry-After"] = str(trouble.again)
    response["Cache-Control"] = "no-store"
    response._has_been_logged = True  # type: ignore[attr-defined]  # by outage.notice; Django would add a traceback
    return response


def _words(trouble: Outage) -> tuple[str, str]:
    name = settings.BRAND
    return {
        "away": (
            _("We are back in a moment"),
            _("%(name)s does not reach its database at the moment.") % {"name": name},
        ),
        "busy": (
            _("That took too long"),
            _("So much is going on at this moment that %(name)s could not wait any longer.") % {"name": name},
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
    }[trouble.kind]


def _outcome(trouble: Outage, *, is_answered: bool) -> str:
    """What became of a form that was sent."""
    if trouble.nothing_saved and not is_answered:
        return _("Nothing was saved by this click. Go back, wait a moment, and send it again.")
    return _("Whether this click was saved is not known yet. Go back and look before you send it again.")
