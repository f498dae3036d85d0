"""Every address of Wagtail that writes what is published, in one transaction: see decision 17."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.urls import URLPattern, URLResolver

from publishing.editing import as_editor
from publishing.publication import by_turns

FILES: Final = ("images/", "documents/")
"""Uploads take their time, and nothing is published by them."""
EDITORS: Final = frozenset({"edit", "add", "revisions_revert"})
SHOW_ONLY: Final = frozenset({"preview_on_add", "preview_on_edit", "ping", "release", "dismissibles"})
"""Addresses that a browser asks by itself while somebody types, and that publish nothing."""


def put_in_transactions(patterns: Iterable[Any]) -> None:
    """Put each of Wagtail's views that writes into one transaction, in place. Doing it twice changes nothing."""
    for pattern, route in _leaves(patterns):
        if (
            route.startswith(FILES)
            or pattern.name in SHOW_ONLY
            or hasattr(pattern.callback, "has_transaction")
        ):
            continue
        is_editor = pattern.name in EDITORS and route.startswith(("pages/", "snippets/"))
        view = (as_editor if is_editor else by_turns)(pattern.callback)
        view.has_transaction = True  # type: ignore[attr-defined]
        pattern.callback = view


def _leaves(patterns: Iterable[Any], before: str = "") -> Iterator[tuple[URLPattern, str]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _leaves(pattern.url_patterns, route)
        else:
            yield pattern, route
