"""Pages that are the same for many people are rendered once per process, with places for the rest.

What differs from person to person (name, form token, address to come back to) stands in the cached
HTML as a place: a word between two private-use characters, which no text for people has.

A page that is kept is rendered with a SharedRequest, which knows no person: what a template would
read of one is not there. Whatever the page may depend on stands in its FrameKey.
"""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import get_language

from people.models import Theme
from people.queries import organisation

TOKEN = "\ue000token\ue001"  # noqa: S105 - a place, not a secret
HERE = "\ue000here\ue001"
NAME = "\ue000name\ue001"
PERSON = "\ue000person\ue001"
KEPT = 500


class FrameKey(NamedTuple):
    """What head and foot of a page depend on: everybody with the same key sees the same, but for the places."""

    language: str | None
    roles: frozenset[str] | None  # None: signed out
    leads: bool
    is_superuser: bool
    theme: str  # "" as the device has it
    is_demo: bool


class SharedRequest(HttpRequest):
    """A request of everybody with the same key, for the same address: no user, no session, no messages, no cookies."""

    def __init__(self, path_info: str, key: FrameKey) -> None:
        super().__init__()
        self.method = "GET"
        self.path = self.path_info = path_info
        self.key = key


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


def frame_key(request: HttpRequest) -> FrameKey:
    """The key of whoever asks."""
    if isinstance(request, SharedRequest):
        return request.key
    user = getattr(request, "user", None)
    person = user if user is not None and user.is_authenticated else None
    found = organisation()
    demo = found is not None and found.is_demo
    theme = (person.theme if person else "") or request.COOKIES.get("theme", "")
    if theme not in Theme.values:
        theme = ""
    if person is None:
        return FrameKey(get_language(), None, False, False, theme, demo)
    return FrameKey(get_language(), person.roles, person.leads, person.is_superuser, theme, demo)


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
