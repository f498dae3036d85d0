"""Budgets of the Markdown library: how many characters its two stages may look at for one text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final
from xml.etree import ElementTree  # only to build trees, never to parse

from markdown import Markdown
from markdown.extensions.footnotes import FootnoteInlineProcessor
from markdown.inlinepatterns import DelimiterProcessor, InlineProcessor
from markdown.util import AtomicString

_FOOTNOTE_COST: Final = 2_000  # so that a text has at most 1,500 references
_BLOCK_COST: Final = 450  # a paragraph of one letter costs as much as one of 450 (measured)
_CELL_COST: Final = 100
_BLOCK_BUDGET: Final = 3_000_000
_INLINE_BUDGET: Final = 3_000_000
_NESTING_LIMIT: Final = 20  # lists and quotes inside each other


def meter_blocks(md: Markdown) -> None:
    """Makes block parsing stop at `_NESTING_LIMIT` levels and `_BLOCK_BUDGET` characters looked at."""
    parser = md.parser
    spent = 0
    depth = 0

    def parse_blocks(parent: ElementTree.Element, blocks: list[str]) -> None:
        nonlocal spent, depth
        depth += 1
        try:
            while blocks:
                spent += len(blocks[0]) + _BLOCK_COST + blocks[0].count("|") * _CELL_COST
                if spent > _BLOCK_BUDGET or depth > _NESTING_LIMIT:
                    ElementTree.SubElement(parent, "p").text = AtomicString("\n\n".join(blocks))
                    blocks.clear()
                    return
                for processor in parser.blockprocessors:
                    if processor.test(parent, blocks[0]) and processor.run(parent, blocks) is not False:
                        break
        finally:
            depth -= 1

    # The loop of BlockParser.parseBlocks with a meter in it; processors call it through the instance.
    parser.parseBlocks = parse_blocks  # type: ignore[method-assign]


def meter_inline(md: Markdown) -> None:
    """Makes inline parsing stop at `_INLINE_BUDGET` characters looked at in vain, moved or wrapped."""
    spent = 0

    def metered(pattern: InlineProcessor) -> Callable[[re.Match[str], str], Any]:
        handle = pattern.handleMatch
        cost = _FOOTNOTE_COST if isinstance(pattern, FootnoteInlineProcessor) else 20
        # Emphasis refuses often in honest text (`snake_case`), and it is linear by construction.
        searches = not isinstance(pattern, DelimiterProcessor)

        def handle_match(match: re.Match[str], data: str) -> Any:
            nonlocal spent
            if spent > _INLINE_BUDGET:
                return None, None, None
            outcome = handle(match, data)
            end = outcome[2]
            if end is not None:
                # The library copies the whole text around each match; a copy costs 1 % of a search.
                spent += cost + (end - match.start()) + len(data) // 100
            elif searches:
                spent += len(data) - match.start()
            return outcome

        return handle_match

    for pattern in md.inlinePatterns:
        if isinstance(pattern, InlineProcessor):
            pattern.handleMatch = metered(pattern)  # type: ignore[method-assign,assignment]  # wrapped
