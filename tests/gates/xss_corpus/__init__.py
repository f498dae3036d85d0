"""Strings that try to become script, and a judge that says whether they did.

Our own list, generated from the published families of evasion: tags × handlers × separators, schemes × encodings,
mutation through foreign content and raw-text elements, clobbering, Markdown constructs, attribute break-outs.
Every text that people or other systems can give us should be tried with it:

    from tests.gates.xss_corpus import CORPUS, dangers, new_dangers

`dangers(fragment)` for HTML that is nothing but user content; `new_dangers(page, harmless_page)` for a whole page,
compared with the same page made with a harmless text, because a page has scripts, forms and ids of its own.
"""

from __future__ import annotations

from typing import Final

from tests.gates.xss_corpus.addresses import encodings, schemes
from tests.gates.xss_corpus.elements import documents, handlers, script_elements, separators, styles
from tests.gates.xss_corpus.foreign import clobbering, mathml, mutations, svg
from tests.gates.xss_corpus.judge import dangers, new_dangers
from tests.gates.xss_corpus.texts import breakouts, markdown

__all__ = ["CORPUS", "FAMILIES", "dangers", "new_dangers"]

FAMILIES: Final[dict[str, list[str]]] = {
    "script elements": script_elements(),
    "handlers": handlers(),
    "separators and quotes": separators(),
    "schemes": schemes(),
    "svg": svg(),
    "mathml": mathml(),
    "mutation": mutations(),
    "clobbering": clobbering(),
    "documents and controls": documents(),
    "styles": styles(),
    "encodings": encodings(),
    "break-outs": breakouts(),
    "markdown": markdown(),
}
"""The strings by family."""

CORPUS: Final[list[str]] = list(dict.fromkeys(text for family in FAMILIES.values() for text in family))
"""All strings, each once."""
