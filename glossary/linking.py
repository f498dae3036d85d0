"""Terms in texts: from `[[word#sense|text]]` or a mark in the editor to a link to the entry.

A reference is `word` where the word has one sense, else `word#sense`. Only live senses are found.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import unquote

from django.utils.functional import cached_property
from markdown import Markdown
from markdown import inlinepatterns as inline
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.util import AtomicString

from gates.rendered import AskingExtension
from glossary.addresses import HREF_OF_SENSE, sense_address
from glossary.models import Sense, Word
from glossary.rules.matching import Vocabulary, normalise, stem

# No line break and no bracket inside: an unclosed [[ never swallows a paragraph.
_BAR = "\ue07c"  # stands for | inside a mark while Markdown looks for the cells of a table
TERM = (
    rf"\[\[([^\[\]\n|#{_BAR}]{{1,120}})(?:#([^\[\]\n|{_BAR}]{{1,60}}))?(?:[|{_BAR}]([^\[\]\n]{{1,200}}))?\]\]"
)
_ANY_TERM = re.compile(TERM)
_ADDRESS = re.compile(r"[-\w]{1,120}")  # what a database can be asked for; of anything else it knows no word
AT_ONCE = 500  # words in one query: a database takes only so many values
_ATTRIBUTES = r'(?P<attributes>(?:\s+[\w:-]+(?:="[^"]*")?)*)'
_MARK = re.compile(rf"(?P<section><h2\b)|<a{_ATTRIBUTES}\s*>(?P<text>.*?)</a>", re.S)
_IS_TERM = re.compile(r'\sclass="(?:[^"]* )?term(?: [^"]*)?"')


class UnknownTerm(LookupError):
    """There is no live sense by this reference, or the word has several and none was named."""

    def __init__(self, reference: str, *, senses: tuple[str, ...] = ()) -> None:
        super().__init__(reference)
        self.reference = reference
        self.senses = senses  # what could have been meant: word#sense


@dataclass
class Reading:
    """What was read of the words of one language: those that were asked for, and the names of all if needed."""

    by_word: dict[str, dict[str, Sense]] = field(default_factory=dict)  # of slugs; empty for none
    named: "list[Named] | None" = None
    inflected: dict[str, str] = field(default_factory=dict)  # the slug of what is written another way


@dataclass(frozen=True)
class Named:
    """How a live sense and its word are written."""

    sense: int
    word: int
    position: int
    slug: str
    lemma: str
    abbreviation: str
    expansion: str
    language: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.slug, self.lemma, *((self.abbreviation, self.expansion) if self.abbreviation else ()))


_shared: ContextVar[dict[int, Reading] | None] = ContextVar("senses of one piece of work", default=None)


@contextmanager
def one_reading_of_the_glossary() -> Iterator[None]:
    """Inside, each word is read once, however many texts name it.

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
    """The live senses of one language, as far as they are asked for.

    References that name words by their addresses take 1 SQL query, however many are expected together. What is
    inflected or unknown takes 2 more: the names of all words, and the words that are meant.
    """

    def __init__(self, locale_id: int) -> None:
        self.locale_id = locale_id

    @cached_property
    def _reading(self) -> Reading:
        shared = _shared.get()
        return Reading() if shared is None else shared.setdefault(self.locale_id, Reading())

    def live(self, slugs: Collection[str]) -> Iterable[Sense]:
        """Of these words; word by word, the senses of each in their order."""
        # From the words to their senses: asked for the senses of a language first, SQLite reads them all.
        words = Word.objects.filter(locale_id=self.locale_id, slug__in=slugs)
        live = Sense.objects.filter(live=True, word__in=words)
        return live.select_related("word", "locale").order_by("word_id", "position", "pk")

    def named(self) -> Iterable[Named]:
        """All live senses, word by word; as values, since thousands of instances take a second."""
        rows = Sense.objects.filter(locale_id=self.locale_id, live=True).values_list(
            "pk",
            "word_id",
            "position",
            "word__slug",
            "word__lemma",
            "abbreviation",
            "expansion",
            "locale__language_code",
        )
        return (Named(*row) for row in rows.order_by("word_id", "position", "pk"))

    def expect(self, references: Iterable[str]) -> None:
        """Read the words of these references now, so that resolving each of them asks for nothing more."""
        reading = self._reading
        asked = dict.fromkeys(_word_of(reference) for reference in references)
        self._read(word for word in asked if word not in reading.inflected)
        if other := [
            word for word in asked if not reading.by_word.get(word) and word not in reading.inflected
        ]:
            vocabulary = self._vocabulary(other)
            reading.inflected |= {word: vocabulary.lookup(word) or "" for word in other}
            self._read(slug for slug in (reading.inflected[word] for word in other) if slug)

    def _read(self, slugs: Iterable[str]) -> None:
        by_word = self._reading.by_word
        missing = [slug for slug in dict.fromkeys(slugs) if slug not in by_word and _ADDRESS.fullmatch(slug)]
        for start in range(0, len(missing), AT_ONCE):
            part = missing[start : start + AT_ONCE]
            by_word |= {slug: {} for slug in part}
            for sense in self.live(part):
                by_word[sense.word.slug][sense.slug] = sense

    def _vocabulary(self, texts: Iterable[str]) -> Vocabulary[str]:
        """As much of the vocabulary as can stand in these texts: what it finds there, the whole one finds."""
        reading = self._reading
        if reading.named is None:
            reading.named = list(self.named())
        vocabulary: Vocabulary[str] = Vocabulary()
        if not reading.named:
            return vocabulary
        vocabulary.language = reading.named[0].language
        text = "\n".join(texts)
        words, roots = set(normalise(text).split()), set(stem(text, vocabulary.language).split())
        for named in reading.named:
            for name in named.names:
                plain, root = _written(name, vocabulary.language)
                if words.issuperset(plain) or roots.issuperset(root):
                    vocabulary.add(named.slug, [name])
        return vocabulary

    def words_in(self, text: str) -> list[tuple[str, str]]:
        """Slug and lemma of each word that stands in a plain text, once, in the order of their first occurrence.

        1 SQL query for any number of texts of one reading.
        """
        vocabulary = self._vocabulary([text])
        slugs = dict.fromkeys(slug for _start, _end, slug in vocabulary.occurrences(text))
        lemmas = {named.slug: named.lemma for named in self._reading.named or () if named.slug in slugs}
        return [(slug, lemmas[slug]) for slug in slugs]

    def resolve(self, reference: str) -> Sense:
        """The live sense of a reference; inflected forms find their word.

        Raises:
            UnknownTerm: no such word, no such sense of it, or a word with several senses and none named.
        """
        self.expect([reference])
        reading = self._reading
        word, slug = _word_of(reference), reference.strip().partition("#")[2]
        senses = reading.by_word.get(word) or reading.by_word.get(reading.inflected.get(word, ""))
        if not senses:
            raise UnknownTerm(reference)
        if slug:
            if slug in senses:
                return senses[slug]
        elif len(senses) == 1:
            return next(iter(senses.values()))
        raise UnknownTerm(reference, senses=tuple(sense.reference for sense in senses.values()))


def _word_of(reference: str) -> str:
    return reference.strip().partition("#")[0]


@lru_cache(maxsize=20_000)
def _written(name: str, language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a name and their stems. Remembered: stemming the names of 5,000 words takes a third of a second."""
    return tuple(normalise(name).split()), tuple(stem(name, language).split())


def references_in(text: str) -> list[str]:
    """What the marks of a Markdown text name, also where code makes no mark of them."""
    return [_reference_of(match) for match in _ANY_TERM.finditer(text)]


def _reference_of(match: re.Match[str]) -> str:
    word, sense, _shown = (part.strip() if part else "" for part in match.groups())
    return f"{word}#{sense}" if sense else word


def resolve(reference: str, *, locale_id: int) -> Sense:
    """The live sense of `word` or `word#sense`, with its word, in a language. 1 SQL query, 3 if it is inflected.

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

    def expect(self, questions: Iterable[str]) -> None:
        self.senses.expect(questions)

    def answer(self, question: str) -> str | None:
        try:
            return sense_address(self.senses.resolve(question))
        except UnknownTerm:
            return None

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Markdown's name
        # Below backticks (190) and escapes (180), above references and links (170 and less).
        md.inlinePatterns.register(_Term(self, md), "term", 175)
        # After fenced code (25) is put aside.
        md.preprocessors.register(_ReadAhead(self, md), "term_words", 6)
        md.preprocessors.register(_HideBars(md), "term_bars", 5)
        md.postprocessors.register(_ShowBars(md), "term_bars", 1)


class _ReadAhead(Preprocessor):
    """The words of a text are read together, not one by one as they come."""

    def __init__(self, extension: TermExtension, md: Markdown) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, lines: list[str]) -> list[str]:
        self.extension.expect(references_in("\n".join(lines)))
        return lines


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
        word, _sense, shown = (part.strip() if part else "" for part in m.groups())
        reference = _reference_of(m)
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


def unmarked(html: str) -> str:
    """The HTML with every mark of a word as its text: for those who read without marks."""
    return _MARK.sub(
        lambda match: match["text"] if _IS_TERM.search(match["attributes"] or "") else match[0], html
    )


def pop_name(word: str, sense: str) -> str:
    """The name that ties a link to its pop-over. Two hyphens, since slugs have single ones."""
    return f"{word}--{sense}"


def _reference(attributes: str) -> str | None:
    match = HREF_OF_SENSE.search(attributes) if _IS_TERM.search(attributes) else None
    return f"{unquote(match['word'])}#{unquote(match['sense'])}" if match else None
