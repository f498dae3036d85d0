"""What the server tells outbox.js about a form that it sent from a page.

X-Saved names the key of what is stored now, and says that its content is what was sent. X-Final says that
asking again is of no use. With neither, whatever the status, the browser keeps the form and sends it again.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


def is_sender(request: HttpRequest) -> bool:
    """Whether outbox.js sent this, which asks for a part of the page and not for the page."""
    return "X-Fragment" in request.headers


def saved(response: HttpResponse, key: Any) -> HttpResponse:
    """Committed with this key: the browser may forget its own copy."""
    response["X-Saved"] = str(key)
    return response


def final(response: HttpResponse) -> HttpResponse:
    """This will never be taken: the browser may forget its own copy, and shows why."""
    response["X-Final"] = "1"
    return response


def onward(request: HttpRequest, where: str) -> HttpResponse:
    """A click was taken and the person goes on at `where`; outbox.js leads there itself."""
    key = _key(request)
    if not is_sender(request) or key is None:
        return redirect(where)
    response = saved(HttpResponse(status=204), key)
    response["X-Next"] = where
    return response


def _key(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return None
