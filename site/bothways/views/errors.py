"""Error pages that say what happened, what is safe and what to do."""

import logging
import secrets
import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bothways import outage, outage_page

log = logging.getLogger("bothways.errors")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", {"exception": str(exception or "")}, status=403)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """The frame may be what is broken, so this page needs neither database nor session.

    Django asks for it inside its `except`, whichever view, middleware or template it was.
    """
    error = sys.exception()
    trouble = outage.of(error)
    if error is not None and trouble is not None:
        outage.notice.tell(trouble, error, request.path)
        return outage_page.away(request, trouble)
    reference = secrets.token_hex(4)
    log.error("error page %s for %s", reference, request.path)
    return render(None, "500.html", {"reference": reference}, status=500)
