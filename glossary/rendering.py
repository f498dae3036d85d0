"""Parts of pages as HTML: pop-overs for whoever publishes a text with terms, entries and lists for our views."""

from collections.abc import Hashable, Iterable
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from gates.memo import Memo
from gates.typography import unbroken_html
from glossary.queries import Pop

KEPT: Final = 3_000_000
"""Characters in a process; all pages of the starter glossary have four fifths of it, with their keys."""
_remembered: Final[Memo[SafeString]] = Memo(KEPT)


def render_pops(pops: Iterable[Pop]) -> str:
    """The pop-overs as safe HTML, in their order."""
    return "".join(remembered("glossary/pop.html", {"pop": pop}, pop).strip() for pop in pops)


def remembered(template: str, context: dict[str, Any], *key: Hashable) -> SafeString:
    """The template as HTML, rendered once in this process for the same key, language and time zone.

    The key must hold everything that the template shows. Rendering an entry is three quarters of what
    its page costs (measured), and it is the same for everybody. Nothing that a person did is kept, and an
    update of the program starts a new process.
    """
    if settings.DEBUG:
        return _set(template, context)
    whole = (template, get_language(), timezone.get_current_timezone_name(), *key)
    html = _remembered.get(whole)
    if html is None:
        html = _set(template, context)
        _remembered.keep(whole, html, len(html) + sum(len(str(part)) for part in key))
    return html


def _set(template: str, context: dict[str, Any]) -> SafeString:
    return mark_safe(unbroken_html(render_to_string(template, context)))


def forget() -> None:
    """As in a process that has rendered nothing yet."""
    _remembered.clear()
