"""Pages for some people only: everybody else reads for whom a page is and whom to ask.

One guard. Its caller says who passes and what the others are told. The middleware, which guards the whole
site, tells them on the same page.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from people import roles

View = Callable[..., HttpResponse]


class Refusal(NamedTuple):
    """What somebody is told who does not pass, in the reader's language."""

    for_whom: str
    what_to_do: str


def guarded(may_pass: Callable[[Any], bool], told: Callable[[], Refusal]) -> Callable[[View], View]:
    """A view that only those get for whom `may_pass` says so; the middleware lets in employees only."""

    def guard(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may_pass(request.user):
                return refused(request, told())
            return view(request, *args, **kwargs)

        return opened

    return guard


def only_for(*names: str, told: Callable[[], Refusal] | None = None) -> Callable[[View], View]:
    """A view that only holders of one of these roles get; being a superuser is not one of them."""
    return guarded(lambda user: bool(set(names) & user.roles), told or (lambda: for_these_roles(names)))


def for_these_roles(names: tuple[str, ...]) -> Refusal:
    """What everybody else is told about a page for holders of these roles."""
    labels = ", ".join(str(roles.LABELS[name]) for name in names)
    return Refusal(
        _("This page is for these roles only: %(roles)s.") % {"roles": labels},
        _("If that is your work, ask an administrator to give you the role."),
    )


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page that says for whom a page is."""
    return render(request, "account/refused.html", refusal._asdict(), status=403)
