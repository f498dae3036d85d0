"""Fenced code in Markdown: coloured where its language is known and it is short."""

from __future__ import annotations

import re
from html import escape
from typing import Final

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.util import HTML_PLACEHOLDER_RE
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

_LANGUAGES: Final = (
    "bash c console cpp csharp css diff docker dockerfile go html http ini java javascript js json kotlin php"
    " powershell properties py python ruby rust sh shell sql terraform toml ts typescript xml yaml yml"
)
LANGUAGES: Final = frozenset(_LANGUAGES.split())
"""Languages that are coloured. Others are shown plain: each Pygments lexer is one more set of regular expressions."""

# Beyond these, code is shown without colours. Some lexers of Pygments are quadratic and worse: 19,000 characters
# of "a a a" as Java take 15 seconds, 3,000 take 0.3 (measured).
_CODE_LIMIT: Final = 3_000  # characters per block
_CODES_LIMIT: Final = 10_000  # characters per text, each block counted as 100 more

# Building one costs more than colouring ten lines, and it keeps nothing of a text: threads may share it.
_FORMATTER: Final = HtmlFormatter(nowrap=True)


class Code:
    """Fenced code as HTML with Pygments' classes; plain where the language is unknown or the code is long."""

    def __init__(self) -> None:
        self.coloured = 0

    def validate(
        self, language: str | None, inputs: object, options: object, attrs: object, md: Markdown
    ) -> bool:
        return True  # options such as linenums are not part of the dialect and change nothing

    def format(
        self,
        source: str,
        language: str | None,
        css_class: str,
        options: object,
        md: Markdown,
        **kwargs: object,
    ) -> str:
        name = (language or "").lower()
        self.coloured += len(source) + 100
        if name in LANGUAGES and len(source) <= _CODE_LIMIT and self.coloured <= _CODES_LIMIT:
            inner = highlight(source, get_lexer_by_name(name, stripnl=False), _FORMATTER)
        else:
            inner = escape(source, quote=False)
        return f'<div class="highlight"><pre><code>{inner.rstrip()}\n</code></pre></div>'


class FenceSpacing(Extension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's name
        md.preprocessors.register(_FenceLines(md), "fence_lines", 24)  # directly after the fences (25)


class _FenceLines(Preprocessor):
    """Puts blank lines around fenced code, so that a list goes on after code inside one of its items."""

    def run(self, lines: list[str]) -> list[str]:
        out: list[str] = []
        for line in lines:
            out += ["", line, ""] if _STASHED_LINE.fullmatch(line) else [line]
        return out


_STASHED_LINE: Final = re.compile(rf" *{HTML_PLACEHOLDER_RE.pattern}")
