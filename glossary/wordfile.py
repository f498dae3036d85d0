"""One word as a YAML file: what `docs/content-format.md` says, checked and with the line of every mistake.

Plain values out, nothing stored. A part (the word itself, each of its senses) is a frozen dataclass
whose `digest` is the same for the same content, wherever it comes from.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gates.allow_list import address
from gates.blocks import SourceDict, SourceError, SourceList, load_yaml, node_line
from gates.typography import within_quotes
from glossary.rules.linting import GLOSS_WORDS, WORDING_WORDS, count_words

MOST_EXCHANGES: Final = 3
SIDES: Final = ("business", "technology")
HOME_SIDES: Final = ("business", "technology", "shared")
ACCEPTABILITIES: Final = ("preferred", "admitted", "avoid")
MATCHES: Final = ("exact", "close", "broad", "narrow")
SLUG: Final = re.compile(r"[^\W_]+(?:[-_][^\W_]+)*")
REFERENCE: Final = re.compile(rf"({SLUG.pattern})(?:#({SLUG.pattern}))?")

WORD_TEXTS: Final = {
    "lemma": 120,
    "slug": 120,
    "part_of_speech": 40,
    "pronunciation": 120,
    "spine": 125,
    "careful": 1000,
}
SENSE_TEXTS: Final = {
    "slug": 60,
    "qualifier": 80,
    "domain": 60,
    "gloss": 300,
    "wording_business": 1000,
    "wording_technology": 1000,
    "why_it_matters": 300,
    "abbreviation": 30,
    "expansion": 150,
    "formula": 200,
    "unit": 60,
}
EXCHANGE_TEXTS: Final = {"speaker": 60, "said": 300, "hearer": 60, "heard": 300, "say_instead": 400}
SOURCE_TEXTS: Final = {"author": 150, "title": 250, "url": 300, "licence": 80}


@dataclass(frozen=True)
class Link:
    """A relation that a sense asks for: kind is related, broader or false_friend; line where it stands."""

    kind: str
    reference: str
    contrast: str = ""
    line: int = 0


@dataclass(frozen=True)
class SensePart:
    """A sense as stored: its texts by name, its rows as lists of dictionaries."""

    texts: dict[str, str]
    home_side: str
    importance: int
    position: int
    exchanges: list[dict[str, Any]] = field(default_factory=list)
    synonyms: list[dict[str, Any]] = field(default_factory=list)
    matches: list[dict[str, Any]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    links: tuple[Link, ...] = ()
    line: int = 0

    @property
    def slug(self) -> str:
        return self.texts["slug"]

    @property
    def digest(self) -> str:
        """Of everything but the links, which are compared one by one."""
        return _digest([
            self.texts, self.home_side, self.importance, self.position,
            self.exchanges, self.synonyms, self.matches, self.sources,
        ])  # fmt: skip


@dataclass(frozen=True)
class WordPart:
    texts: dict[str, str]
    senses: tuple[SensePart, ...] = ()

    @property
    def slug(self) -> str:
        return self.texts["slug"]

    @property
    def digest(self) -> str:
        return _digest(self.texts)


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def read_word(text: str, *, source: str) -> tuple[WordPart | None, list[SourceError]]:
    """The word of a file with no error, or every mistake in it with its line."""
    try:
        data = load_yaml(text, source=source)
    except SourceError as error:
        return None, [error]
    reader = _Reader(source)
    word = reader.word(data)
    return (None, reader.errors) if reader.errors else (word, [])


class _Reader:
    """Reads one file and collects what is wrong with it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.errors: list[SourceError] = []

    def wrong(self, line: int, reason: str) -> None:
        self.errors.append(SourceError(line, reason, self.source))

    # --- The word and its senses ---

    def word(self, data: Any) -> WordPart | None:
        if not isinstance(data, SourceDict):
            self.wrong(1, _("a word is a mapping that begins with “lemma:”"))
            return None
        self.keys(data, {*WORD_TEXTS, "senses"})
        texts = self.texts(data, WORD_TEXTS, required={"lemma", "slug"})
        texts["part_of_speech"] = texts["part_of_speech"] or "noun"
        self.slug(data, texts["slug"])
        spine = texts["spine"]
        if spine and (spine.count("|") != 1 or spine.replace("|", "") != texts["lemma"]):
            self.wrong(
                node_line(data, "spine"),
                _("the spine must be “%(lemma)s” with one | in it")
                % {"lemma": within_quotes(texts["lemma"])},
            )
        senses: list[SensePart] = []
        items = self.items(data, "senses", SourceDict)
        if not items and not self.errors:
            self.wrong(node_line(data, "senses"), _("a word needs at least one sense"))
        for position, item in enumerate(items, start=1):
            sense = self.sense(item, position, several=len(items) > 1)
            if sense.slug in {other.slug for other in senses}:
                self.wrong(
                    node_line(item, "slug"),
                    _("the sense “%(slug)s” was already given") % {"slug": sense.slug},
                )
            senses.append(sense)
        if texts["careful"] and not any(
            link.kind == "false_friend" for sense in senses for link in sense.links
        ):
            self.wrong(
                node_line(data, "careful"), _("“careful” is only for words whose senses are false friends")
            )
        return WordPart(texts, tuple(senses))

    def sense(self, data: SourceDict, position: int, *, several: bool) -> SensePart:
        lists = {"in_a_meeting", "synonyms", "false_friends", "broader", "related", "matches", "sources"}
        self.keys(data, {*SENSE_TEXTS, "home_side", "importance", *lists})
        texts = self.texts(data, SENSE_TEXTS, required={"gloss", "wording_business", "wording_technology"})
        texts["slug"] = texts["slug"] or "main"
        self.slug(data, texts["slug"])
        if several and not texts["qualifier"]:
            self.wrong(data.line, _("a word with several senses tells them apart by “qualifier”"))
        for name, most in (
            ("gloss", GLOSS_WORDS),
            ("wording_business", WORDING_WORDS),
            ("wording_technology", WORDING_WORDS),
        ):
            if (count := count_words(texts[name])) > most:
                self.wrong(
                    node_line(data, name),
                    ngettext(
                        "“%(name)s” has %(count)s word; at most %(most)s",
                        "“%(name)s” has %(count)s words; at most %(most)s",
                        count,
                    )
                    % {"name": name, "count": count, "most": most},
                )
        if texts["expansion"] and not texts["abbreviation"]:
            self.wrong(node_line(data, "expansion"), _("“expansion” needs an “abbreviation”"))
        exchanges = self.items(data, "in_a_meeting", SourceDict)
        if len(exchanges) > MOST_EXCHANGES:
            self.wrong(
                node_line(data, "in_a_meeting"),
                _("at most %(most)s exchanges, here are %(count)s")
                % {"most": MOST_EXCHANGES, "count": len(exchanges)},
            )
        return SensePart(
            texts=texts,
            home_side=self.choice(data, "home_side", HOME_SIDES, "shared"),
            importance=self.importance(data),
            position=position,
            exchanges=[self.exchange(item) for item in exchanges],
            synonyms=[self.synonym(item) for item in self.items(data, "synonyms", SourceDict)],
            matches=[self.match(item) for item in self.items(data, "matches", SourceDict)],
            sources=[self.a_source(item) for item in self.items(data, "sources", SourceDict)],
            links=tuple(self.links(data)),
            line=data.line,
        )

    # --- The rows of a sense ---

    def exchange(self, item: SourceDict) -> dict[str, Any]:
        self.keys(item, {*EXCHANGE_TEXTS, "speaker_side"})
        return {
            "speaker_side": self.choice(item, "speaker_side", SIDES, None),
            **self.texts(item, EXCHANGE_TEXTS, required=set(EXCHANGE_TEXTS)),
        }

    def synonym(self, item: SourceDict) -> dict[str, Any]:
        self.keys(item, {"label", "acceptability", "side"})
        return {
            **self.texts(item, {"label": 120}, required={"label"}),
            "acceptability": self.choice(item, "acceptability", ACCEPTABILITIES, "admitted"),
            "side": self.choice(item, "side", HOME_SIDES, "shared"),
        }

    def match(self, item: SourceDict) -> dict[str, Any]:
        self.keys(item, {"kind", "uri"})
        texts = self.texts(item, {"uri": 300}, required={"uri"})
        self.web_address(item, "uri", texts["uri"])
        return {"kind": self.choice(item, "kind", MATCHES, "close"), **texts}

    def a_source(self, item: SourceDict) -> dict[str, Any]:
        self.keys(item, {*SOURCE_TEXTS, "year", "quoted"})
        texts = self.texts(item, SOURCE_TEXTS, required={"title"})
        self.web_address(item, "url", texts["url"])
        year, quoted = item.get("year"), item.get("quoted")
        if year is not None and (not isinstance(year, int) or isinstance(year, bool) or not 0 < year < 3000):
            self.wrong(node_line(item, "year"), _("“year” is a year such as 2018"))
            year = None
        if quoted not in (None, True, False):
            self.wrong(node_line(item, "quoted"), _("“quoted” is true or false"))
        return {**texts, "year": year, "quoted": quoted is True}

    def links(self, data: SourceDict) -> Iterator[Link]:
        for kind in ("related", "broader"):
            for index, reference in enumerate(self.items(data, kind, str)):
                line = node_line(data[kind], index)
                if self.reference(reference, line):
                    yield Link(kind, reference.strip(), line=line)
        for item in self.items(data, "false_friends", SourceDict):
            self.keys(item, {"sense", "contrast"})
            texts = self.texts(item, {"sense": 181, "contrast": 300}, required={"sense", "contrast"})
            if texts["sense"] and self.reference(texts["sense"], node_line(item, "sense")):
                yield Link("false_friend", texts["sense"], texts["contrast"], node_line(item, "sense"))

    # --- Single values ---

    def keys(self, data: SourceDict, known: set[str]) -> None:
        for key in data:
            if key not in known:
                self.wrong(node_line(data, key), _("“%(key)s” is not known here") % {"key": key})

    def texts(self, data: SourceDict, lengths: dict[str, int], *, required: set[str]) -> dict[str, str]:
        return {name: self.text(data, name, most, name in required) for name, most in lengths.items()}

    def text(self, data: SourceDict, name: str, most: int, required: bool) -> str:
        value = data.get(name)
        if isinstance(value, (SourceDict, SourceList, bool)):
            self.wrong(node_line(data, name), _("“%(name)s” must be a text") % {"name": name})
            return ""
        # Not split(): a no-break space is meant to stay one.
        text = re.sub(r"[ \t\n]+", " ", str(value)).strip(" ") if value is not None else ""
        if required and not text:
            self.wrong(node_line(data, name), _("“%(name)s” is missing") % {"name": name})
        if len(text) > most:
            self.wrong(
                node_line(data, name),
                ngettext(
                    "“%(name)s” has %(count)s character; at most %(most)s",
                    "“%(name)s” has %(count)s characters; at most %(most)s",
                    len(text),
                )
                % {"name": name, "count": len(text), "most": most},
            )
        return text

    def slug(self, data: SourceDict, slug: str) -> None:
        if slug and not SLUG.fullmatch(slug):
            self.wrong(
                node_line(data, "slug"),
                _("“%(slug)s” is no address: only letters, figures and hyphens") % {"slug": slug},
            )

    def choice(self, data: SourceDict, name: str, allowed: tuple[str, ...], default: str | None) -> str:
        value = data.get(name, default)
        if not isinstance(value, str) or value not in allowed:
            self.wrong(
                node_line(data, name),
                _("“%(name)s” is one of %(allowed)s") % {"name": name, "allowed": ", ".join(allowed)},
            )
            return allowed[0]
        return value

    def importance(self, data: SourceDict) -> int:
        value = data.get("importance", 2)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 3:
            self.wrong(node_line(data, "importance"), _("“importance” is 1, 2 or 3"))
            return 2
        return value

    def web_address(self, data: SourceDict, name: str, url: str) -> None:
        if url and (address(url) != url or not url.lower().startswith(("http://", "https://"))):
            self.wrong(
                node_line(data, name), _("“%(name)s” must begin with https:// or http://") % {"name": name}
            )

    def reference(self, reference: str, line: int) -> bool:
        if REFERENCE.fullmatch(reference.strip()):
            return True
        self.wrong(
            line, _("“%(reference)s” is no reference; write word or word#sense") % {"reference": reference}
        )
        return False

    def items(self, data: SourceDict, name: str, kind: type) -> list[Any]:
        value = data.get(name)
        if value is None:
            return []
        if not isinstance(value, SourceList):
            self.wrong(node_line(data, name), _("“%(name)s” must be a list") % {"name": name})
            return []
        for index, item in enumerate(value):
            if not isinstance(item, kind):
                reason = (
                    _("each entry of “%(name)s” must be a text")
                    if kind is str
                    else _("each entry of “%(name)s” must be a mapping")
                )
                self.wrong(node_line(value, index), reason % {"name": name})
        return [item for item in value if isinstance(item, kind)]
