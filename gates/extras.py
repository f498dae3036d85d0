"""What authors bring along from other Markdown: ~~struck out~~, lists with boxes to tick, addresses without brackets."""

import re
from typing import Final
from xml.etree import ElementTree  # only to build trees, never to parse

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor, SimpleTagInlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

# Neither looks past the next pair of tildes, so that a text full of them takes linear time.
_STRUCK: Final = r"(?<!~)(~~)(?=[^\s~])((?:[^~]|~(?!~))+)(?<=\S)~~(?!~)"
_ADDRESS: Final = r"(?<![\w/@])https?://[^\s<>\[\]()\"'`|\ue000-\uf8ff]*[\w/#=&%~+-]"
_BOX: Final = re.compile(r"\[([ xX])\] (?=\S)")
_BOXES: Final = {" ": "\N{BALLOT BOX} "}
_TICKED: Final = "\N{BALLOT BOX WITH CHECK} "


class Extras(Extension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's name
        # Both after links (160 to 120): what stands in one is a link already.
        md.inlinePatterns.register(SimpleTagInlineProcessor(_STRUCK, "del"), "struck", 105)
        md.inlinePatterns.register(_Address(_ADDRESS, md), "address", 100)
        md.treeprocessors.register(_Boxes(md), "boxes", -5)


class _Address(InlineProcessor):
    ANCESTOR_EXCLUDES = ("a", "code")

    def handleMatch(  # type: ignore[override]  # noqa: N802 - the library's name; typed too narrowly there
        self, m: re.Match[str], data: str
    ) -> tuple[ElementTree.Element, int, int]:
        link = ElementTree.Element("a", {"href": m[0]})
        link.text = AtomicString(m[0])
        return link, m.start(0), m.end(0)


class _Boxes(Treeprocessor):
    """A box as a letter: people read the list and tick nothing in it."""

    def run(self, root: ElementTree.Element) -> None:
        for item in root.iter("li"):
            first = item[0] if len(item) and item[0].tag == "p" and not (item.text or "").strip() else item
            match = _BOX.match((first.text or "").lstrip())
            if match is not None:
                box = _BOXES.get(match[1], _TICKED)
                first.text = box + (first.text or "").lstrip()[match.end() :]
