"""Who gets in, and what everybody else is told."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from people import roles

View = Callable[..., HttpResponse]


def for_hr(view: View) -> View:
    """The group HR and nobody else: not an administrator, not a superuser."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if roles.HR in request.user.roles:
            return view(request, *args, **kwargs)
        return refused(
            request,
            _("This page is for HR."),
            _(
                "It says who completed what. If that is your work, ask an administrator to give you the role HR."
            ),
        )

    return guarded


def for_managers(view: View) -> View:
    """Everybody to whom somebody reports."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs) if request.user.leads else no_team(request)

    return guarded


def no_team(request: HttpRequest) -> HttpResponse:
    return refused(
        request,
        _("This page is for line managers and their own people."),
        _(
            "Nobody is entered as reporting to you here. If that is not right, ask HR: they keep who reports to whom."
        ),
    )


def refused(request: HttpRequest, for_whom: str, what_to_do: str) -> HttpResponse:
    return render(
        request, "account/refused.html", {"for_whom": for_whom, "what_to_do": what_to_do}, status=403
    )
