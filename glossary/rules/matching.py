"""How a word in a text finds its entry: spelling, inflection, typing mistakes. Plain rules, no database."""

import re
import threading
import unicodedata
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Final, Generic, TypeVar

import snowballstemmer

Key = TypeVar("Key", bound=Hashable)

# Wagtail's language codes are ISO 639; the stemmers go by name.
STEMMERS: Final = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "pt": "portuguese",
    "sv": "swedish",
}
_per_thread = threading.local()  # a stemmer keeps state while it works
_TOKEN: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# "SLAs", "KPI's": the stemmers know no plural of abbreviations.
_ABBREVIATIONS: Final = re.compile(r"\b([A-Z0-9]{2,})['’]?s\b")


def normalise(text: str) -> str:
    """The words of a text in lower case, without accents and punctuation, one space between them.

    "Change-Window", "change_window" and "Change  window" are the same; so are "résumé" and "resume".
    """
    # Taking letters apart may bring capitals (𝑨) and lower case may bring accents (İ), hence both twice.
    for _again in range(2):
        text = unicodedata.normalize("NFKD", text).casefold()
    plain = text.replace("’", "'")
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(_TOKEN.findall(plain))


def stem(text: str, language: str = "en") -> str:
    """The stems of the words: "incidents" and "incident" give the same. Unknown languages keep their words.

    Source: the Snowball stemmers, https://snowballstem.org/algorithms/.
    """
    words = normalise(_ABBREVIATIONS.sub(r"\1", text)).split()
    name = STEMMERS.get(language.split("-", maxsplit=1)[0])
    if name is None:
        return " ".join(words)
    return " ".join(_stem_of(word, name) for word in words)


@lru_cache(maxsize=10_000)
def _stem_of(word: str, name: str) -> str:
    """One word. Remembered, since a text says few words often: stemming was most of the work of publishing."""
    stemmers = _per_thread.__dict__.setdefault("stemmers", {})
    stemmer = stemmers.get(name)
    if stemmer is None:
        stemmer = stemmers[name] = snowballstemmer.stemmer(name)
    root: str = stemmer.stemWord(word)
    return root


def distance(first: str, second: str) -> int:
    """Typing mistakes between two texts: letters added, left out, changed, or two neighbours swapped.

    Source: optimal string alignment, the restricted form of the Damerau–Levenshtein distance.
    """
    before_last: list[int] = []
    last = list(range(len(second) + 1))
    for row, letter in enumerate(first, start=1):
        current = [row]
        for column, other in enumerate(second, start=1):
            best = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != other))
            swapped = row > 1 and column > 1 and letter == second[column - 2] and first[row - 2] == other
            if swapped:
                best = min(best, before_last[column - 2] + 1)
            current.append(best)
        before_last, last = last, current
    return last[-1]


def mistakes_allowed(text: str) -> int:
    """None up to 2 letters, one up to 5, two up to 9, three above: "latancy" is latency, "sla" is not "slo"."""
    return next((count for limit, count in ((2, 0), (5, 1), (9, 2)) if len(text) <= limit), 3)


def suggestions(text: str, candidates: Iterable[str], *, limit: int = 3) -> list[str]:
    """The candidates that somebody who typed `text` may have meant, the nearest first, at most `limit`.

    What is spelled the same after `normalise` is no suggestion.
    """
    typed = normalise(text)
    allowed = mistakes_allowed(typed)
    near = []
    for candidate in dict.fromkeys(candidates):
        name = normalise(candidate)
        if not typed or name == typed or abs(len(name) - len(typed)) > allowed:
            continue
        apart = distance(typed, name)
        if apart <= allowed:
            near.append((apart, name[:1] != typed[:1], name, candidate))
    return [candidate for *_order, candidate in sorted(near)[:limit]]


class Rank(IntEnum):
    """How a search finds a word, the best first. Two figures of difference say nothing; only the order counts."""

    WORD = 0
    OTHER_NAME = 1
    WORD_INFLECTED = 2
    OTHER_NAME_INFLECTED = 3
    BEGINNING = 4
    BEGINNING_OF_OTHER_NAME = 5
    MEANING = 6


@dataclass(frozen=True)
class Searchable:
    """What a search compares: the word, its other names (synonyms, abbreviations, words to avoid), its texts.

    Stemming is most of the work of a search, so an instance that is kept remembers its stems.
    """

    lemma: str
    names: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    language: str = "en"

    @cached_property
    def plain(self) -> tuple[str, ...]:
        """The word and its other names, normalised."""
        return tuple(normalise(name) for name in (self.lemma, *self.names))

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """The stems of the word and of its other names."""
        return tuple(stem(name, self.language) for name in (self.lemma, *self.names))

    @cached_property
    def meaning(self) -> frozenset[str]:
        """The stems of everything that is said about the word."""
        return frozenset(stem(" ".join((self.lemma, *self.texts)), self.language).split())


@dataclass(frozen=True)
class Hit:
    rank: Rank
    name: str = ""  # the other name by which it was found, as written


def find(query: str, words: Iterable[Searchable]) -> Iterator[Hit | None]:
    """Where the query stands in each word, or None. Case, accents, hyphens and inflection do not matter."""
    typed = normalise(query)
    roots: dict[str, str] = {}  # of the query, by language
    for word in words:
        if typed and word.language not in roots:
            roots[word.language] = stem(query, word.language)
        yield _hit(typed, roots[word.language], word) if typed else None


def _hit(typed: str, root: str, word: Searchable) -> Hit | None:
    if typed in word.plain:
        return _named(Rank.WORD, Rank.OTHER_NAME, word, word.plain.index(typed))
    if root in word.roots:
        return _named(Rank.WORD_INFLECTED, Rank.OTHER_NAME_INFLECTED, word, word.roots.index(root))
    if len(typed) > 1:
        for number, name in enumerate(word.plain):
            if f" {typed}" in f" {name}":
                return _named(Rank.BEGINNING, Rank.BEGINNING_OF_OTHER_NAME, word, number)
    # "is", "up", "of" stand in every text and say nothing about it.
    roots = {part for part in root.split() if len(part) > 2}
    return Hit(Rank.MEANING) if roots and roots <= word.meaning else None


def _named(of_word: Rank, of_name: Rank, word: Searchable, number: int) -> Hit:
    """`number` 0 is the word itself, then its other names."""
    return Hit(of_name, word.names[number - 1]) if number else Hit(of_word)


@dataclass
class Vocabulary(Generic[Key]):
    """The words of one language, to be found by how they are written in a text."""

    language: str = "en"
    exact: dict[str, set[Key]] = field(default_factory=dict)
    stems: dict[str, set[Key]] = field(default_factory=dict)

    def add(self, key: Key, names: Iterable[str]) -> None:
        for name in names:
            if plain := normalise(name):
                self.exact.setdefault(plain, set()).add(key)
                self.stems.setdefault(stem(name, self.language), set()).add(key)

    def lookup(self, text: str) -> Key | None:
        """The one word that is written so or inflected so; None if there is none or more than one.

        The exact spelling wins: "recovery" is not "recover" where both are words.
        """
        for keys in (self.exact.get(normalise(text)), self.stems.get(stem(text, self.language))):
            if keys:
                return next(iter(keys)) if len(keys) == 1 else None
        return None

    def occurrences(self, text: str) -> list[tuple[int, int, Key]]:
        """Start, end and word of each occurrence in a text, from the left, the longest word first.

        "Service level agreement" is one occurrence and not three; occurrences never overlap.
        """
        tokens = [(match.start(), match.end()) for match in _TOKEN.finditer(text)]
        longest = max((len(name.split()) for name in self.exact), default=0)
        occurrences: list[tuple[int, int, Key]] = []
        index = 0
        while index < len(tokens):
            step = 1
            for size in range(min(longest, len(tokens) - index), 0, -1):
                start, end = tokens[index][0], tokens[index + size - 1][1]
                key = self.lookup(text[start:end]) if _is_phrase(text, tokens[index : index + size]) else None
                if key is not None:
                    occurrences.append((start, end, key))
                    step = size
                    break
            index += step
        return occurrences


def _is_phrase(text: str, tokens: Sequence[tuple[int, int]]) -> bool:
    """Only spaces and hyphens stand between the words: a full stop ends a word, a comma does too."""
    gaps = (text[left[1] : right[0]] for left, right in pairwise(tokens))
    return all(re.fullmatch(r"[\s\-‐‑_]+", gap) for gap in gaps)
