"""Pages that were refused to somebody who is signed in: into the audit log, without letting anybody fill it."""

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import timezone
from wagtail.admin import auth

from audit import log as audit_log
from people.models import Employee

_PLACE = re.compile(r"<[^>]*>|\([^)]*\)")  # what an address has in the place of an id
_OTHER = re.compile(r"[^A-Za-z0-9_./-]")


def listen() -> None:
    """Wagtail turns its refusals into a message and the way home; noted here, they are told from other redirects."""
    refuse = auth.permission_denied

    def permission_denied(request: HttpRequest) -> HttpResponse:
        request.was_refused = True  # type: ignore[attr-defined]  # read by `log`
        response: HttpResponse = refuse(request)
        return response

    auth.permission_denied = permission_denied


def log(request: HttpRequest, response: HttpResponse, employee: Employee) -> None:
    """Write down that this page was refused, if it was. Nothing, and no SQL, for all other pages.

    A form that was left open while somebody signed in elsewhere is no refusal (`was_stale`).
    """
    is_refusal = response.status_code == 403 or hasattr(request, "was_refused")
    if is_refusal and not hasattr(request, "was_stale"):
        audit_log.record_refusal(actor=employee, page=_pattern(request), now=timezone.now())


def _pattern(request: HttpRequest) -> str:
    """The address without what it names: /admin/pages/-/edit/. Ids and titles stay out of the log."""
    match: Any = request.resolver_match
    if match is None:  # refused before anybody asked whose page it is
        try:
            match = resolve(request.path_info)
        except Http404:
            return "/"
    return "/" + _OTHER.sub("", _PLACE.sub("-", match.route))[:79]
