"""Pop-overs as HTML, for whoever publishes a text with terms."""

from collections.abc import Sequence

from django.template.loader import render_to_string

from glossary.queries import pops


def render_pops(references: Sequence[str], locale_id: int) -> str:
    """The pop-overs of these references as safe HTML, in their order; unknown ones are left out. One query."""
    return "".join(render_to_string("glossary/pop.html", {"pop": pop}).strip() for pop in pops(references, locale_id))
