"""What is kept of a course, lesson or word so that it is found: its names, its words, and where they stand."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import Final

from search.rules.asked import plain_of, root_of
from search.rules.keys import fillers, joined, key, keys, prepared, tokens, without_fillers
from search.rules.near import is_kept
from search.rules.spelling import normalise

FORMAT: Final = 1
"""Of what is kept. Raise it when these rules change: `prepare` then indexes everything anew."""
IN_TITLE, IN_NAME, IN_HEADING, IN_MEANING, MOST_IN_TEXT = 12, 10, 5, 4, 3
"""How much a word counts, by the best position it has; in the text once for each passage, at most three times."""
HEAD: Final = 2  # letters by which names are looked up
MOST_PLACES: Final = 12  # passages that are noted for a word: the sentence shown stands in one of the first
LONGEST_NAME: Final = 250
REMEMBERED: Final = 2_000  # passages in a process: those of a few large courses


@dataclass(frozen=True)
class Passage:
    """A paragraph. `anchor` is its address in the page, empty for the top of it."""

    text: str
    anchor: str = ""
    heading: str = ""
    weight: int = 1  # of its words, at least


@dataclass(frozen=True)
class Source:
    """What is to be found: a page or a word with the texts that people may read. `course`: 0 where everybody may."""

    kind: str
    object_id: int
    language: str
    title: str
    names: tuple[str, ...] = ()
    passages: tuple[Passage, ...] = ()
    course: int = 0
    order: str = ""  # among hits that fit as well

    def digest(self) -> str:
        """The same as long as nothing has to be indexed anew."""
        return blake2b(repr((FORMAT, self)).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True)
class Name:
    """A title or another name from one of its words on. `root` is there for the whole name only."""

    start: str
    root: str
    rank: int  # 0: the title, 1: another name

    @property
    def head(self) -> str:
        return self.start[:HEAD]


@dataclass(frozen=True)
class Posting:
    """That a key stands in a source, how much it counts, and in which passages (their numbers, from the first)."""

    key: str
    weight: int
    passages: tuple[int, ...]


def names_of(source: Source) -> list[Name]:
    names: dict[Name, None] = {}
    for rank, written in [(0, source.title), *((1, name) for name in source.names)]:
        every = tokens(prepared(written))
        telling = without_fillers(every, source.language)
        for position in range(len(every)):
            root = "" if position else root_of(telling, source.language)[:LONGEST_NAME]
            names[Name(plain_of(every[position:])[:LONGEST_NAME], root, rank)] = None
        if len(every) == 2:
            names[Name(normalise("".join(every)), key("".join(every), source.language), rank)] = None
    return [name for name in names if name.start]


def postings_of(source: Source) -> list[Posting]:
    language = source.language
    weights: dict[str, int] = {}
    places: dict[str, list[int]] = defaultdict(list)

    def count(text: str, weight: int) -> None:
        words = tokens(prepared(text))
        pairs = [key(first + second, language) for first, second in pairwise(words)]
        for entry in (*(key(word, language) for word in words), *pairs):
            weights[entry] = max(weights.get(entry, 0), weight)

    count(source.title, IN_TITLE)
    for name in source.names:
        count(name, IN_NAME)
    unsaid = {key(word, language) for word in fillers(language)}
    for number, passage in enumerate(source.passages):
        for entry in keys_in(passage.text, language):
            if entry in unsaid and entry not in weights:
                continue
            places[entry].append(number)
            least = max(passage.weight, min(len(places[entry]), MOST_IN_TEXT))
            weights[entry] = max(weights.get(entry, 0), least)
    return [
        Posting(entry, weight, tuple(places[entry][:MOST_PLACES]))
        for entry, weight in weights.items()
        if entry
    ]


def words_of(source: Source) -> set[str]:
    """The words as written that somebody may mistype."""
    texts = (source.title, *source.names, *(passage.text for passage in source.passages))
    return {word for text in texts for word in words_in(text)}


@lru_cache(maxsize=REMEMBERED)
def keys_in(text: str, language: str) -> tuple[str, ...]:
    """The keys of a passage, each once."""
    return tuple(dict.fromkeys([*keys(text, language), *joined(text, language)]))


@lru_cache(maxsize=REMEMBERED)
def words_in(text: str) -> frozenset[str]:
    words = {normalise(token) for token in tokens(prepared(text))}
    return frozenset(word for word in words if is_kept(word))


def rehearse(texts: Iterable[str], language: str) -> None:
    """Find out beforehand what these texts are found by, so that a publication need not do it."""
    for text in texts:
        keys_in(text, language)
        words_in(text)


def forget() -> None:
    """As in a process that has indexed nothing yet."""
    keys_in.cache_clear()
    words_in.cache_clear()
