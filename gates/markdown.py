"""Markdown in, safe HTML out.

The dialect is that of docs/content-format.md: tables, fenced code with a language, `$…$` and `$$…$$` maths,
lists (also with boxes), definition lists, quotes, footnotes, ~~struck out~~, bare addresses. Smart quotes are off: what an author types is what is shown.

**Raw HTML is not read.** `<b>` in Markdown becomes the visible text `<b>`, comments too: an author sees the
mistake at once, and `List<String>` or `a < b` in a lesson loses nothing.

Everything ends in `gates.html.sanitise`, so a fault in one of the libraries here is not yet a hole.

Time: 100,000 hostile characters take less than 2 seconds. The Markdown library is quadratic for long runs of
`[`, of backticks and for thousands of lines without a blank one, so both of its stages work under a budget of
characters looked at (`gates.budgets`); what comes after the budget is spent is shown as plain text. Real lessons
use less than a hundredth of it. The budget counts work, not seconds, so that the same text always gives the same
page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import Final
from xml.etree import ElementTree  # only to build trees, never to parse

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown import Markdown
from markdown.blockprocessors import ParagraphProcessor
from markdown.extensions import Extension
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension, TableProcessor
from markdown.preprocessors import NormalizeWhitespace
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE, HTML_PLACEHOLDER_RE, Registry
from pymdownx.superfences import SuperFencesCodeExtension

from gates.allow_list import ID_PREFIX
from gates.budgets import meter_blocks, meter_inline
from gates.code_blocks import Code, FenceSpacing
from gates.code_spans import CODE_SPAN, CodeSpan
from gates.extras import Extras
from gates.html import sanitise
from gates.maths import MathExtension
from gates.rendered import rendered_once

MARKDOWN_LIMIT: Final = 100_000
"""Longest Markdown text, in characters. A long lesson has 20,000."""

INLINE_LIMIT: Final = 20_000
"""Longest one-line Markdown, in characters."""
# Beyond these, lines with pipes are text: every row is filled up to the width of the head.
_COLUMN_LIMIT: Final = 40
_FENCES_LIMIT: Final = 1_000  # lines that open or close fenced code; more are refused
_FENCE_LINES: Final = re.compile(r"^[ \t>]*+(?:```|~~~)", re.MULTILINE)
_ROW_LIMIT: Final = 4_000  # characters


@dataclass(frozen=True)
class Heading:
    """One heading of a text: its level (1 to 6), its text without markup, and the id it has in the HTML."""

    level: int
    text: str
    anchor: str


def render_markdown(
    text: str, *, extensions: Sequence[Extension] = (), heading_shift: int = 0, id_prefix: str = ""
) -> SafeString:
    """The text as safe HTML.

    Headings move down by `heading_shift` levels and stop at h6. Headings and footnotes carry ids; with several
    texts on one page give each its own `id_prefix` (letters, digits, `-`, `_`, `.`). A link `[…](#a-heading)`
    finds the heading of the same text. A formula that cannot be read is shown as its source in
    `<code class="math-error">`.

    `extensions` are fresh instances of further Markdown extensions, such as term links. What they emit is
    sanitised like the rest.

    Raises:
        ValueError: longer than `MARKDOWN_LIMIT`, nested too deeply, or more than `gates.html` takes.
    """
    return rendered_once(
        (text, heading_shift, id_prefix),
        extensions,
        lambda: sanitise(_convert(text, extensions, heading_shift, id_prefix)[0]),
    )


def headings(
    text: str, *, extensions: Sequence[Extension] = (), heading_shift: int = 0, id_prefix: str = ""
) -> list[Heading]:
    """The headings in the order of the text, as `render_markdown` with the same arguments writes them.

    Anchors are unique within the text: a second "Cost" gets `…cost-2`.

    Raises:
        ValueError: as `render_markdown`.
    """
    _html, headings = _convert(text, extensions, heading_shift, id_prefix)
    return headings


def render_inline(text: str, *, extensions: Sequence[Extension] = ()) -> SafeString:
    """One line of Markdown as safe HTML without any block element: emphasis, code, links, maths.

    Line breaks become spaces. What would start a block (`#`, `-`, `>`, `1.`) is text.

    Raises:
        ValueError: longer than `INLINE_LIMIT`, or nested too deeply.
    """
    _refuse_long(text, INLINE_LIMIT)
    line = " ".join(text.split())
    # The one paragraph is ours: every block processor but that of paragraphs is switched off.
    return rendered_once(
        (line,), extensions, lambda: _without_paragraph(_markdown(extensions, inline=True), line)
    )


def _without_paragraph(md: Markdown, line: str) -> SafeString:
    return mark_safe(sanitise(_run(md, line)).removeprefix("<p>").removesuffix("</p>"))


def _convert(
    text: str, extensions: Sequence[Extension], heading_shift: int, id_prefix: str
) -> tuple[str, list[Heading]]:
    _refuse_long(text, MARKDOWN_LIMIT)
    fences = len(_FENCE_LINES.findall(text))
    if fences > _FENCES_LIMIT:
        raise ValueError(
            _("Markdown with %(count)s code fences is above the limit of %(limit)s.")
            % {"count": f"{fences:,}", "limit": f"{_FENCES_LIMIT:,}"}
        )
    if not re.fullmatch(r"[\w.-]{0,60}", id_prefix):
        # not for people: a caller's mistake
        raise ValueError(f"The id prefix {id_prefix!r} may have letters, digits, '-', '_', '.', at most 60.")
    md = _markdown(extensions, inline=False)
    outline = _Outline(md, heading_shift, ID_PREFIX + id_prefix)
    # After the inline text is done (20) and backslashes are resolved (0).
    md.treeprocessors.register(outline, "outline", -10)
    return _run(md, text), outline.headings


def _refuse_long(text: str, limit: int) -> None:
    if len(text) > limit:
        raise ValueError(
            _("Markdown of %(count)s characters is longer than the limit of %(limit)s.")
            % {"count": f"{len(text):,}", "limit": f"{limit:,}"}
        )


def _run(md: Markdown, text: str) -> str:
    try:
        return md.convert(text)
    except RecursionError:
        raise ValueError(_("The Markdown text is nested too deeply.")) from None


def _markdown(extensions: Sequence[Extension], *, inline: bool) -> Markdown:
    # One instance per text: building one takes a third of a millisecond, and instances keep state and are not thread-safe.
    code = Code()
    own: list[Extension] = [_Basics(), MathExtension(inline=inline), Extras()]
    if not inline:
        fence = {"name": "*", "class": "", "format": code.format, "validator": code.validate}
        own += [
            SuperFencesCodeExtension(custom_fences=[fence], relaxed_headers=True),
            FenceSpacing(),
            _Tables(use_align_attribute=True),
            _Footnotes(),
            DefListExtension(),
            SaneListExtension(),
        ]
    md = Markdown(extensions=[*own, *extensions], output_format="html")
    if inline:
        # Only now, because a caller's extension may bring block processors along.
        md.preprocessors = Registry()
        md.preprocessors.register(NormalizeWhitespace(md), "normalize_whitespace", 30)
        md.parser.blockprocessors = Registry()
        md.parser.blockprocessors.register(ParagraphProcessor(md.parser), "paragraph", 10)
    meter_blocks(md)
    meter_inline(md)
    return md


class _Basics(Extension):
    """Takes raw HTML away, widens backslash escapes, makes code spans linear."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's name
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        md.inlinePatterns.register(CodeSpan(CODE_SPAN, md), "backtick", 190)
        md.ESCAPED_CHARS = [*md.ESCAPED_CHARS, "$", "|", "~", "<"]
        # Else the paragraph around a formula that stands alone would be taken away.
        md.block_level_elements = [name for name in md.block_level_elements if name != "math"]


# --- Headings, ids, table alignment -------------------------------------------------------------------


class _Outline(Treeprocessor):
    """Shifts headings, gives them ids, prefixes all ids and the links to them, turns `align` into classes."""

    def __init__(self, md: Markdown, heading_shift: int, prefix: str) -> None:
        super().__init__(md)
        self.shift = heading_shift
        self.prefix = prefix
        self.headings: list[Heading] = []

    def run(self, root: ElementTree.Element) -> None:
        ids: dict[str, int] = {}
        links: list[ElementTree.Element] = []
        for element in root.iter():
            tag = element.tag
            if re.fullmatch("h[1-6]", tag):
                level = max(1, min(6, int(tag[1]) + self.shift))
                element.tag = f"h{level}"
                text = self._plain(element)
                anchor = _unique(slug(text), ids)
                element.set("id", anchor)
                self.headings.append(Heading(level, text, self.prefix + anchor))
            elif element.get("id"):
                ids.setdefault(element.get("id", ""), 1)
            if tag == "a" and (element.get("href") or "").startswith("#"):
                links.append(element)
            elif tag in {"td", "th"} and (align := element.attrib.pop("align", None)):
                element.set("class", f"align-{align}")
        for element in root.iter():
            if own := element.get("id"):
                element.set("id", self.prefix + own)
        for link in links:
            target = link.get("href", "")[1:]
            if target in ids:
                link.set("href", f"#{self.prefix}{target}")

    def _plain(self, element: ElementTree.Element) -> str:
        formulas: dict[str, str] = getattr(self.md, "formulas", {})

        def stashed(match: re.Match[str]) -> str:
            if match[0] in formulas:
                return formulas[match[0]]
            raw = self.md.htmlStash.rawHtmlBlocks[int(match[1])]
            return unescape(raw) if isinstance(raw, str) and raw.startswith("&") else ""

        text = "".join(part for part in _text_of(element) if part is not None)
        text = HTML_PLACEHOLDER_RE.sub(stashed, text).replace(AMP_SUBSTITUTE, "&")
        return " ".join(text.split())


def _text_of(element: ElementTree.Element) -> list[str | None]:
    parts = [element.text]
    for child in element:
        if child.get("class") != "footnote-ref" and child.find("a[@class='footnote-ref']") is None:
            parts += _text_of(child)
        parts.append(child.tail)
    return parts


def slug(text: str) -> str:
    """The text as the readable part of an address: lower case, words joined by `-`, at most 80 characters."""
    text = unicodedata.normalize("NFC", text).lower()
    words = re.findall(r"[^\W_]+", text.replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", ""))
    return "-".join(words)[:80].strip("-") or "section"


def _unique(base: str, taken: dict[str, int]) -> str:
    # `taken` remembers the last number per base, so that 10,000 equal headings do not count from 2 each time.
    number = taken.get(base, 0)
    name = base
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    taken[base] = max(number, 1)
    taken.setdefault(name, 1)
    return name


class _Footnotes(FootnoteExtension):
    """Footnotes whose ids are numbers: a label may hold anything, and repeated references stay linear."""

    def reset(self) -> None:
        super().reset()
        self._numbers: dict[str, int] = {}

    def _number(self, label: str) -> int:
        return self._numbers.setdefault(label, len(self._numbers) + 1)

    def makeFootnoteId(self, id: str) -> str:  # noqa: N802 - the library's name
        return f"fn:{self._number(id)}"

    def makeFootnoteRefId(self, id: str, found: bool = False) -> str:  # noqa: N802 - the library's name
        reference = f"fnref:{self._number(id)}"
        if not found:
            return reference
        count = self.found_refs[reference] = self.found_refs.get(reference, 0) + 1
        return reference if count == 1 else f"fnref{count}:{self._number(id)}"


class _Tables(TableExtension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's name
        super().extendMarkdown(md)
        md.parser.blockprocessors.register(_Table(md.parser, self.getConfigs()), "table", 75)


class _Table(TableProcessor):
    def test(self, parent: ElementTree.Element, block: str) -> bool:
        head, _end, rest = block.partition("\n")
        if not rest or head.count("|") > _COLUMN_LIMIT or max(map(len, block.split("\n"))) > _ROW_LIMIT:
            return False
        return bool(super().test(parent, block))
