"""Where words and their senses stand: `/glossary/<word>/#<sense>`, below the prefix of their language."""

import re
from urllib.parse import quote, unquote

from django.urls import reverse
from django.utils import translation

from glossary.models import Sense

_BELOW = r'href="(?:/[\w-]+)?/glossary/(?P<word>[^"/#?]+)/'
HREF_OF_SENSE = re.compile(rf'\s{_BELOW}#(?P<sense>[^"]+)"')
"""The attribute of a link to a sense, in whatever language."""
_HREF_OF_WORD = re.compile(_BELOW)


def address(word: str, sense: str = "", *, language: str = "") -> str:
    """Where a word or one of its senses stands, in a language or in that of the reader."""
    if language:
        with translation.override(language):
            return address(word, sense)
    return reverse("glossary:word", args=[word]) + (f"#{quote(sense)}" if sense else "")


def sense_address(sense: Sense) -> str:
    return address(sense.word.slug, sense.slug, language=sense.locale.language_code)


def words_linked(html: str) -> set[str]:
    """The slugs of the words that links of a rendered text lead to."""
    return {unquote(match["word"]) for match in _HREF_OF_WORD.finditer(html)}
