"""Code between backticks, in linear time."""

import re
from typing import Final
from xml.etree import ElementTree  # only to build trees, never to parse

from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString, code_escape

CODE_SPAN: Final = r"(?<![\\`])((?:\\\\)*+)(`++)"


class CodeSpan(InlineProcessor):
    """`code`: like the library's, which walks to the end of the text in Python for each unmatched backtick."""

    def handleMatch(  # type: ignore[override]  # noqa: N802 - the library's name; typed too narrowly there
        self, m: re.Match[str], data: str
    ) -> tuple[ElementTree.Element | None, int | None, int | None]:
        ticks = m[2]
        end = re.compile(rf"(?<!`){ticks}(?!`)").search(data, m.end())
        if end is None:
            return None, None, None
        code = ElementTree.Element("code")
        code.text = AtomicString(code_escape(data[m.end() : end.start()].strip()))
        return code, m.start(2), end.end()
