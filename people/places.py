"""Pages that are the same for many people are rendered once per process, with places for the rest.

What differs from person to person (name, form token, address to come back to) stands in the cached
HTML as a place: a word between two private-use characters, which no text for people has.
"""

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import get_language

from people.queries import organisation

TOKEN = "\ue000token\ue001"  # noqa: S105 - a place, not a secret
HERE = "\ue000here\ue001"
NAME = "\ue000name\ue001"
PERSON = "\ue000person\ue001"
KEPT = 500


def keep(request: HttpRequest) -> None:
    """What is rendered for this request from now on has places instead of the person's own values."""
    request.keeps_places = True  # type: ignore[attr-defined]


def are_kept(request: HttpRequest) -> bool:
    return getattr(request, "keeps_places", False)


def fill(html: str, request: HttpRequest) -> str:
    """The cached HTML with the values of this request."""
    user = request.user
    if TOKEN in html:  # making a token costs more than everything else here
        html = html.replace(TOKEN, get_token(request))
    return (
        html.replace(HERE, str(escape(request.get_full_path())))
        .replace(NAME, str(escape(user.get_short_name() if user.is_authenticated else "")))
        .replace(PERSON, str(user.pk or ""))
    )


def frame_key(request: HttpRequest) -> tuple[Any, ...]:
    """Everybody with the same key sees the same head and foot, but for the places."""
    user = getattr(request, "user", None)
    found = organisation()
    demo = found is not None and found.is_demo
    if user is None or not user.is_authenticated:
        return get_language(), None, False, request.COOKIES.get("theme", ""), demo
    theme = user.theme or request.COOKIES.get("theme", "")
    return get_language(), user.roles, user.leads, user.is_superuser, theme, demo


_all: list["Kept"] = []


class Kept(dict[tuple[Any, ...], str]):
    """Cached HTML of one process, emptied when it is full."""

    def __init__(self, most: int = KEPT) -> None:
        super().__init__()
        self.most = most
        _all.append(self)

    def rendered(self, key: tuple[Any, ...], template: str, context: dict[str, Any]) -> str:
        """The HTML of a template, which is rendered for the first who has this key. It may go into a page as it is."""
        html = self.get(key)
        return html if html is not None else self.put(key, render_to_string(template, context))

    def put(self, key: tuple[Any, ...], html: str) -> str:
        if len(self) >= self.most:
            self.clear()
        self[key] = html
        return html


def forget() -> None:
    """Empty what every cache of this process keeps: for tests, and for a new translation."""
    for kept in _all:
        kept.clear()
