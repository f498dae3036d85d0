"""Parts of pages as HTML: pop-overs for whoever publishes a text with terms, entries and lists for our views."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from glossary.queries import pops


def render_pops(references: Sequence[str], locale_id: int) -> str:
    """The pop-overs of these references as safe HTML, in their order; unknown ones are left out. One query."""
    return "".join(
        render_to_string("glossary/pop.html", {"pop": pop}).strip() for pop in pops(references, locale_id)
    )


def remembered(template: str, context: dict[str, Any], *key: object) -> SafeString:
    """The template as HTML, rendered once in this process for the same key, language and time zone.

    The key must hold everything that the template shows. Rendering an entry is three quarters of what
    its page costs (measured), and it is the same for everybody. Kept in the process, where nothing that
    a person did is kept: an update of the program starts a new one.
    """
    if settings.DEBUG:
        return render_to_string(template, context)
    cache = caches["renditions"]
    parts = (template, get_language(), timezone.get_current_timezone_name(), *key)
    name = "glossary." + hashlib.sha256(repr(parts).encode(errors="surrogatepass")).hexdigest()
    html: SafeString | None = cache.get(name)
    if html is None:
        html = render_to_string(template, context)
        cache.set(name, html, 3600)
    return html
