"""What head and foot of a page depend on for whoever asks."""

from typing import NamedTuple

from django.http import HttpRequest
from django.utils.translation import get_language

from gates.kept_pages import SharedRequest
from people.models import Theme
from people.queries import organisation


class FrameKey(NamedTuple):
    """What head and foot of a page depend on: everybody with the same key sees the same, but for the slots."""

    language: str | None
    roles: frozenset[str] | None  # None: signed out
    leads: bool
    is_superuser: bool
    theme: str  # "" as the device has it
    is_demo: bool


def frame_key(request: HttpRequest) -> FrameKey:
    """The key of whoever asks."""
    if isinstance(request, SharedRequest):
        return FrameKey(*request.key)
    user = getattr(request, "user", None)
    person = user if user is not None and user.is_authenticated else None
    company = organisation()
    demo = company is not None and company.is_demo
    theme = (person.theme if person else "") or request.COOKIES.get("theme", "")
    if theme not in Theme.values:
        theme = ""
    if person is None:
        return FrameKey(get_language(), None, False, False, theme, demo)
    return FrameKey(get_language(), person.roles, person.leads, person.is_superuser, theme, demo)
