"""What the texts of a lesson say, and what is wrong with them, before the database is asked what links name."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.html import escape, strip_tags
from django.utils.text import capfirst
from wagtail import blocks

from authoring.rules import faults
from authoring.rules.lacks import WORD, Finding, Spot, checks_in, is_empty, names
from authoring.walking import Node, walk
from courses.addresses import HREF
from courses.block_fields import Dialect
from courses.models import LessonPage
from courses.rules.minutes import lesson_minutes
from gates.markdown import render_inline, render_markdown
from gates.svg import DrawingRefused, clean_drawing
from glossary.addresses import words_linked
from glossary.linking import TERM, Senses, TermExtension, UnknownTerm

_RICH_LINK: Final = re.compile(r'<a\b[^>]*\blinktype="(?P<kind>page|document|term)"[^>]*>')
_ID: Final = re.compile(r'\bid="(?P<id>\d{1,18})"')
_TERM: Final = re.compile(TERM)
_is_address: Final = URLValidator()
_BLOCK_END: Final = re.compile(r"</(?:p|h2|h3|li)>")


@dataclass
class Content:
    """A lesson read through. Links and addresses still have to be looked up."""

    faults: list[Finding] = field(default_factory=list)
    linked: set[str] = field(default_factory=set)  # slugs of words
    links: list[tuple[Spot, str, int]] = field(default_factory=list)  # where, kind, row
    addresses: list[tuple[Spot, str]] = field(default_factory=list)  # where, address of ours
    prose: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n\n".join(self.prose)


def read(body: list[dict[str, Any]], locale_id: int, senses: Senses) -> Content:
    content = Content()
    reader = _Reader(content, locale_id, senses)
    for node in walk(LessonPage._meta.get_field("body").stream_block, body):
        reader.see(node)
    return content


class _Reader:
    def __init__(self, content: Content, locale_id: int, senses: Senses) -> None:
        self.content, self.locale_id, self.senses = content, locale_id, senses

    def see(self, node: Node) -> None:
        dialect = getattr(node.definition, "reads", None)
        text = node.value if isinstance(node.value, str) else ""
        if text.strip() and dialect is not None:
            _READ[dialect](self, text, node.spot)
            if getattr(node.definition, "is_prose", False):
                self.content.prose.append(self.plain)
        elif node.name and _must_be_filled(node) and not names(node.kind, node.name):
            block = node.kind.capitalize()
            self.content.faults.append(
                faults.left_empty(block, capfirst(str(node.definition.label)), node.spot)
            )

    def markdown(self, text: str, spot: Spot) -> None:
        self._marked_up(render_markdown, text, spot)

    def line(self, text: str, spot: Spot) -> None:
        self._marked_up(render_inline, text, spot)

    def _marked_up(self, render: Callable[..., str], text: str, spot: Spot) -> None:
        extension = TermExtension(self.locale_id, self.senses)
        try:
            html = render(text, extensions=(extension,))
        except ValueError as error:  # too long or nested too deeply
            self.content.faults.append(faults.unreadable(str(error), spot))
            self.plain = text
            return
        for reference in extension.unknown:
            self.content.faults.append(faults.unknown_word(reference, self._meanings(reference), spot))
        self._hrefs(html, spot)
        self.content.linked |= words_linked(html)
        self.plain = strip_tags(html)

    def _meanings(self, reference: str) -> tuple[str, ...]:
        try:
            self.senses.resolve(reference)
        except UnknownTerm as unknown:
            self.content.linked |= {meaning.partition("#")[0] for meaning in unknown.senses}
            return unknown.senses
        return ()

    def _hrefs(self, html: str, spot: Spot) -> None:
        html = html.replace(f'href="{escape(settings.BOTHWAYS_URL)}/', 'href="/')
        self.content.addresses += [(spot, match["href"]) for match in HREF.finditer(html)]

    def rich(self, text: str, spot: Spot) -> None:
        for match in _RICH_LINK.finditer(text):
            number = _ID.search(match[0])
            self.content.links.append((spot, match["kind"], int(number["id"]) if number else 0))
        self._hrefs(text, spot)
        self.as_typed(strip_tags(text), spot)
        self.plain = strip_tags(_BLOCK_END.sub(".\n\n", text))

    def as_typed(self, text: str, spot: Spot) -> None:
        self.content.faults += [faults.shown_as_typed(match[0], spot) for match in _TERM.finditer(text)]
        self.plain = f"{text}."

    def drawing(self, text: str, spot: Spot) -> None:
        try:
            clean_drawing(text)
        except DrawingRefused as error:
            self.content.faults.append(faults.refused_drawing(str(error), spot))

    def address(self, text: str, spot: Spot) -> None:
        try:
            _is_address(text)
        except ValidationError:
            self.content.faults.append(faults.no_address(text, spot))
        self._hrefs(f'href="{escape(text)}"', spot)


_READ: Final[Mapping[Dialect, Callable[[_Reader, str, Spot], None]]] = {
    Dialect.MARKDOWN: _Reader.markdown,
    Dialect.LINE: _Reader.line,
    Dialect.RICH: _Reader.rich,
    Dialect.PLAIN: _Reader.as_typed,
    Dialect.MARKED: _Reader.as_typed,
    Dialect.DRAWING: _Reader.drawing,
    Dialect.ADDRESS: _Reader.address,
}


def _must_be_filled(node: Node) -> bool:
    """A field that its block asks for. Lists and what holds fields say it through those."""
    is_field = isinstance(node.definition, blocks.FieldBlock) and not isinstance(
        node.definition, blocks.BooleanBlock
    )
    return is_field and bool(node.definition.required) and is_empty(node.value)


def counted_minutes(body: Any, locale_id: int) -> int:
    """How long a lesson takes, by its text and its checks. One query where the text marks words."""
    raw = list(body.get_prep_value()) if body else []
    words = len(WORD.findall(read(raw, locale_id, Senses(locale_id)).text))
    return lesson_minutes(words, checks_in(raw))
