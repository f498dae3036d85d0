"""LaTeX formulas in, MathML out, as an extension of Markdown.

What cannot be read is shown as its escaped source in `<code class="math-error">`; no formula raises. The MathML is
presentation only and goes through `gates.html.sanitise` with the rest of the text.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Final
from xml.etree import ElementTree  # only to build trees, never to parse

import latex2mathml.converter
from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

# Beyond these, a formula is shown as its source.
_FORMULA_LIMIT: Final = 1_000  # characters
_FORMULAS_LIMIT: Final = 20_000  # characters per text, each formula counted as 20 more

# Like Pandoc: the opening dollar touches what follows, the closing one what precedes, and no digit comes after
# it. So "$5 and $10" is money. Possessive (`++`), so that nothing is read twice.
_INLINE_MATHS: Final = r"(?<![\\$])(\$\$?)(?![\s$])((?:\\.|[^$\\])++)(?<!\s)\1(?![\d$])"
_DISPLAY_MATHS: Final = re.compile(r"\$\$((?:\\.|[^$\\])++)\$\$\s*", re.DOTALL)
# Macros can grow without bound ("billion laughs"); a formula in a lesson needs none.
_FORBIDDEN_LATEX: Final = re.compile(
    r"\\(?:re|provide)?newcommand|\\new|\\renew|\\def|\\let|\\Declare|\\require"
)


class MathExtension(Extension):
    """`$…$` and `$$…$$` as MathML. With `inline`, `$$…$$` is set in the line as well."""

    def __init__(self, *, inline: bool) -> None:
        super().__init__()
        self.inline = inline

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's name
        maths = _Maths(md)
        # Below code spans (190), above backslash escapes (180), which would eat the backslashes of LaTeX.
        md.inlinePatterns.register(_InlineMaths(_INLINE_MATHS, md, maths, self.inline), "math", 185)
        if not self.inline:
            # Below indented code (80); above tables (75), headings and lists: lines of a formula may look like them.
            md.parser.blockprocessors.register(_DisplayMaths(md, maths), "math", 76)


class _Maths:
    """Turns LaTeX into a placeholder for MathML and remembers the source for headings."""

    def __init__(self, md: Markdown) -> None:
        self.md = md
        self.formulas: dict[str, str] = {}
        self.spent = 0
        md.formulas = self.formulas  # type: ignore[attr-defined]

    def store(self, latex: str, *, display: bool) -> str:
        self.spent += len(latex) + 20
        html = None
        if len(latex) <= _FORMULA_LIMIT and self.spent <= _FORMULAS_LIMIT:
            html = _mathml(latex, display=display)
        if html is None:
            html = f'<code class="math-error">{escape(latex, quote=False)}</code>'
        placeholder = self.md.htmlStash.store(html)
        self.formulas[placeholder] = latex
        return placeholder


def _mathml(latex: str, *, display: bool) -> str | None:
    """The formula as MathML, or None where it cannot be read."""
    if _FORBIDDEN_LATEX.search(latex):
        return None
    try:
        tree = latex2mathml.converter.Converter(display="block" if display else "inline").convert_to_element(
            latex
        )
        # latex2mathml writes `&#x2212;` as text and later unescapes the whole document, markup of the
        # author's included. Here only the text is unescaped, and serialising escapes it again.
        for element in tree.iter():
            element.text = unescape(element.text) if element.text else element.text
            element.tail = unescape(element.tail) if element.tail else element.tail
        return ElementTree.tostring(tree, encoding="unicode", method="html")
    except Exception:  # noqa: BLE001 - it raises IndexError, StopIteration, RecursionError and a dozen of its own
        return None


class _InlineMaths(InlineProcessor):
    def __init__(self, pattern: str, md: Markdown, maths: _Maths, inline: bool) -> None:
        super().__init__(pattern, md)
        self.maths = maths
        self.inline = inline

    def handleMatch(  # type: ignore[override]  # noqa: N802 - the library's name; typed too narrowly there
        self, m: re.Match[str], data: str
    ) -> tuple[str | None, int | None, int | None]:
        display = m[1] == "$$" and not self.inline
        if m[1] == "$" and "\n" in m[2]:
            return None, None, None  # two prices in two lines
        return self.maths.store(m[2].strip(), display=display), m.start(), m.end()


class _DisplayMaths(BlockProcessor):
    def __init__(self, md: Markdown, maths: _Maths) -> None:
        super().__init__(md.parser)
        self.maths = maths

    def test(self, parent: ElementTree.Element, block: str) -> bool:
        return block.startswith("$$") and _DISPLAY_MATHS.fullmatch(block) is not None

    def run(self, parent: ElementTree.Element, blocks: list[str]) -> None:
        latex = blocks.pop(0).strip()[2:-2].strip()
        ElementTree.SubElement(parent, "p").text = AtomicString(self.maths.store(latex, display=True))
