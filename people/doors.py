"""Pages for some roles only: everybody else reads for whom a page is and whom to ask."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from people import roles

View = Callable[..., HttpResponse]


def only_for(*names: str) -> Callable[[View], View]:
    """A view that only holders of one of these roles get; being a superuser is not one of them."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not set(names) & request.user.roles:  # type: ignore[union-attr]  # the middleware lets in employees only
                return refused(request, *names)
            return view(request, *args, **kwargs)

        return guarded

    return guard


def refused(request: HttpRequest, *names: str) -> HttpResponse:
    """The page that says for whom a page is."""
    labels = [str(roles.LABELS[name]) for name in names]
    sentences = {
        "for_whom": _("This page is for these roles only: %(roles)s.") % {"roles": ", ".join(labels)},
        "what_to_do": _("If that is your work, ask an administrator to give you the role."),
    }
    return render(request, "account/refused.html", sentences, status=403)
