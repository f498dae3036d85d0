"""A sentence that was found, as HTML."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from search.rules.sentences import Piece


def with_marks(pieces: Iterable[Piece]) -> SafeString:
    """The pieces as text; the words that were looked for in `<mark>`."""
    return format_html_join(
        "",
        "{}",
        ((format_html("<mark>{}</mark>", piece.text) if piece.is_hit else piece.text,) for piece in pieces),
    )
