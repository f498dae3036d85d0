"""Terms in texts: from `[[word#sense|text]]` or a mark in the editor to a link to the entry.

A reference is `word` where the word has one sense, else `word#sense`. Only live senses are found.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from html import escape
from typing import Any
from urllib.parse import unquote

from django.utils.functional import cached_property
from markdown import Markdown
from markdown import inlinepatterns as inline
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.util import AtomicString
from wagtail.rich_text import LinkHandler

from gates.rendered import AskingExtension
from glossary.addresses import HREF_OF_SENSE, sense_address
from glossary.models import Sense
from glossary.rules.matching import Vocabulary

# No line break and no bracket inside: an unclosed [[ never swallows a paragraph.
_BAR = "\ue07c"  # stands for | inside a mark while Markdown looks for the cells of a table
TERM = (
    rf"\[\[([^\[\]\n|#{_BAR}]{{1,120}})(?:#([^\[\]\n|{_BAR}]{{1,60}}))?(?:[|{_BAR}]([^\[\]\n]{{1,200}}))?\]\]"
)
_ATTRIBUTES = r'(?P<attributes>(?:\s+[\w:-]+(?:="[^"]*")?)*)'
_MARK = re.compile(rf"(?P<section><h2\b)|<a{_ATTRIBUTES}\s*>(?P<text>.*?)</a>", re.S)
_IS_TERM = re.compile(r'\sclass="(?:[^"]* )?term(?: [^"]*)?"')


class UnknownTerm(LookupError):
    """There is no live sense by this reference, or the word has several and none was named."""

    def __init__(self, reference: str, *, senses: tuple[str, ...] = ()) -> None:
        super().__init__(reference)
        self.reference = reference
        self.senses = senses  # what could have been meant: word#sense


Known = tuple[Vocabulary[str], dict[str, dict[str, Sense]]]
_shared: ContextVar[dict[int, Known] | None] = ContextVar("senses of one piece of work", default=None)


@contextmanager
def one_reading_of_the_glossary() -> Iterator[None]:
    """Inside, the senses of a language are loaded once, however many texts are resolved.

    For work that publishes no word itself: what is published meanwhile is seen by the next piece of work.
    """
    if _shared.get() is not None:
        yield
        return
    token = _shared.set({})
    try:
        yield
    finally:
        _shared.reset(token)


class Senses:
    """The live senses of one language, loaded with one query when the first reference is resolved."""

    def __init__(self, locale_id: int) -> None:
        self.locale_id = locale_id

    @cached_property
    def _by_word(self) -> Known:
        shared = _shared.get()
        if shared is None:
            return self._load()
        if self.locale_id not in shared:
            shared[self.locale_id] = self._load()
        return shared[self.locale_id]

    def live(self) -> Iterable[Sense]:
        """Word by word, the senses of each in their order."""
        live = Sense.objects.filter(locale_id=self.locale_id, live=True).select_related("word", "locale")
        return live.order_by("word_id", "position", "pk")

    def _load(self) -> Known:
        by_word: dict[str, dict[str, Sense]] = {}
        vocabulary: Vocabulary[str] = Vocabulary()
        for sense in self.live():
            vocabulary.language = sense.locale.language_code
            if sense.word.slug not in by_word:
                vocabulary.add(sense.word.slug, [sense.word.slug, sense.word.lemma])
            by_word.setdefault(sense.word.slug, {})[sense.slug] = sense
            if sense.abbreviation:
                vocabulary.add(sense.word.slug, [sense.abbreviation, sense.expansion])
        return vocabulary, by_word

    def words_in(self, text: str) -> list[tuple[str, str]]:
        """Slug and lemma of each word that stands in a plain text, once, in the order of their first occurrence."""
        vocabulary, by_word = self._by_word
        slugs = dict.fromkeys(slug for _start, _end, slug in vocabulary.occurrences(text))
        return [(slug, next(iter(by_word[slug].values())).word.lemma) for slug in slugs]

    def resolve(self, reference: str) -> Sense:
        """The live sense of a reference; inflected forms find their word.

        Raises:
            UnknownTerm: no such word, no such sense of it, or a word with several senses and none named.
        """
        vocabulary, by_word = self._by_word
        word, _hash, slug = reference.strip().partition("#")
        senses = by_word.get(word) or by_word.get(vocabulary.lookup(word) or "")
        if not senses:
            raise UnknownTerm(reference)
        if slug:
            if slug in senses:
                return senses[slug]
        elif len(senses) == 1:
            return next(iter(senses.values()))
        raise UnknownTerm(reference, senses=tuple(sense.reference for sense in senses.values()))


def resolve(reference: str, *, locale_id: int) -> Sense:
    """The live sense of `word` or `word#sense`, with its word, in a language. One query.

    Raises:
        UnknownTerm: see `Senses.resolve`.
    """
    return Senses(locale_id).resolve(reference)


# --- Markdown -----------------------------------------------------------------------------------------


class TermExtension(AskingExtension):
    """Markdown extension for `[[word]]`, `[[word#sense]]` and `[[word#sense|words shown]]`.

    Code wins, and inside a link a mark is plain text. What is not found stays as its words and stands
    in `unknown`. A new instance for each text, as Markdown asks for.
    """

    def __init__(self, locale_id: int, senses: Senses | None = None) -> None:
        super().__init__()
        self.senses = senses or Senses(locale_id)

    @property
    def unknown(self) -> list[str]:
        """References that were not found, as often as the text has them."""
        return [reference for reference, address in self.asked if address is None]

    def answer(self, question: str) -> str | None:
        try:
            return sense_address(self.senses.resolve(question))
        except UnknownTerm:
            return None

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Markdown's name
        # Below backticks (190) and escapes (180), above references and links (170 and less).
        md.inlinePatterns.register(_Term(self, md), "term", 175)
        # After fenced code (25) is put aside.
        md.preprocessors.register(_HideBars(md), "term_bars", 5)
        md.postprocessors.register(_ShowBars(md), "term_bars", 1)


class _HideBars(Preprocessor):
    """`[[sla#main|SLA]]` in a table is one cell."""

    def run(self, lines: list[str]) -> list[str]:
        return [re.sub(TERM, lambda match: match[0].replace("|", _BAR), line) for line in lines]


class _ShowBars(Postprocessor):
    """Where the mark was code after all."""

    def run(self, text: str) -> str:
        return text.replace(_BAR, "|")


class _Term(inline.InlineProcessor):
    # Markdown runs these patterns again on the text of a link; there a mark is only words.
    ANCESTOR_EXCLUDES = ("a", "code")

    def __init__(self, extension: TermExtension, md: Markdown) -> None:
        super().__init__(TERM, md)
        self.extension = extension

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Any, int, int]:  # type: ignore[override] # noqa: N802 - Markdown's name
        word, sense, shown = (part.strip() if part else "" for part in m.groups())
        reference = f"{word}#{sense}" if sense else word
        text = shown or word
        if _is_in_link_text(data, m.start(0), m.end(0)):
            return text, m.start(0), m.end(0)
        address = self.extension.ask(reference)
        if address is None:
            return text, m.start(0), m.end(0)
        # Markdown's own name for the elements of its tree; nothing is parsed here.
        make = inline.etree.Element  # type: ignore[attr-defined] # not declared in the types of Markdown
        element = make("a", {"class": "term", "href": address})
        element.text = AtomicString(text)
        return element, m.start(0), m.end(0)


def _is_in_link_text(data: str, start: int, end: int) -> bool:
    """Whether a mark stands between the brackets of `[text](address)` or `[text][reference]`.

    Looks 1,000 characters in both directions, so that a text full of marks takes no quadratic time.
    """
    depth = 0
    for letter in reversed(data[max(0, start - 1000) : start]):
        depth += {"]": 1, "[": -1}.get(letter, 0)
        if depth < 0:
            break
    else:
        return False
    depth = 0
    for position in range(end, min(len(data), end + 1000)):
        depth += {"[": 1, "]": -1}.get(data[position], 0)
        if depth < 0:
            return data[position + 1 : position + 2] in {"(", "["}
    return False


# --- Rich text ----------------------------------------------------------------------------------------


class TermLinkHandler(LinkHandler):
    """`<a linktype="term" id="SENSE_ID">` of the database as the link that people see. One query for a text."""

    identifier = "term"

    @staticmethod
    def get_model() -> type[Sense]:
        return Sense

    @classmethod
    def get_many(cls, attrs_list: list[dict[str, Any]]) -> list[Sense | None]:
        ids = [_whole(attrs.get("id")) for attrs in attrs_list]
        wanted = {pk for pk in ids if pk is not None}
        senses = Sense.objects.filter(live=True).select_related("word", "locale").in_bulk(wanted)
        return [senses.get(pk) if pk is not None else None for pk in ids]

    @classmethod
    def expand_db_attributes(cls, attrs: dict[str, Any]) -> str:
        return cls.expand_db_attributes_many([attrs])[0]

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, Any]]) -> list[str]:
        return [
            f'<a class="term" href="{escape(sense_address(sense))}">' if sense else "<a>"
            for sense in cls.get_many(attrs_list)
        ]

    @classmethod
    def extract_references(cls, attrs: dict[str, Any]) -> Any:
        if (pk := _whole(attrs.get("id"))) is not None:
            yield Sense, str(pk), "", ""


def _whole(value: object) -> int | None:
    """A row id out of what somebody posted, or None. Longer figures overflow the database."""
    text = str(value)
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


# --- Once per section ---------------------------------------------------------------------------------


def link_once(html: str) -> tuple[str, list[str]]:
    """Safe HTML with the first mark of each sense in each section kept, and the references in order.

    A section starts at `<h2`. Further marks become their text. A mark that stays gets `data-term`, the
    name of its pop-over (`pop_name`).
    """
    references: dict[str, None] = {}
    seen: set[str] = set()

    def replace(match: re.Match[str]) -> str:
        if match["section"]:
            seen.clear()
            return match[0]
        reference = _reference(match["attributes"] or "")
        if reference is None:
            return match[0]
        references.setdefault(reference)
        if reference in seen:
            return match["text"]
        seen.add(reference)
        word, _hash, sense = reference.partition("#")
        href = HREF_OF_SENSE.search(match["attributes"])
        assert href is not None  # noqa: S101 - `_reference` found it
        name = escape(pop_name(word, sense))
        return f'<a class="term"{href[0]} data-term="{name}">{match["text"]}</a>'

    return _MARK.sub(replace, html), list(references)


def pop_name(word: str, sense: str) -> str:
    """The name that ties a link to its pop-over. Two hyphens, since slugs have single ones."""
    return f"{word}--{sense}"


def _reference(attributes: str) -> str | None:
    match = HREF_OF_SENSE.search(attributes) if _IS_TERM.search(attributes) else None
    return f"{unquote(match['word'])}#{unquote(match['sense'])}" if match else None
