"""What somebody looks for: the words of a question, each with the keys under which it may stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from search.rules.keys import key, prepared, tokens, without_fillers
from search.rules.spelling import normalise

MOST_WORDS: Final = 8  # of a question that are looked for; the title of a lesson is found by all its words
SHORTEST_BEGINNING: Final = 3  # letters


@dataclass(frozen=True)
class Term:
    """A word of a question. `keys`: any of them is a hit, the first is its own."""

    word: str  # normalised
    keys: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.keys[0]


@dataclass(frozen=True)
class Asked:
    """A question. `plain`: all its words, compared with names as written; `roots`: the keys of those that say something."""

    language: str
    plain: str = ""
    roots: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key for term in self.terms for key in term.keys))

    @cached_property
    def term_of_key(self) -> dict[str, str]:
        """The term, as its own key, that each key answers."""
        return {key: term.key for term in reversed(self.terms) for key in term.keys}

    @cached_property
    def beginning(self) -> Term | None:
        """The last word, where longer words that begin so are hits too; somebody may still be typing it."""
        last = self.terms[-1] if self.terms else None
        if last and len(last.word) >= SHORTEST_BEGINNING and self.plain.endswith(last.word):
            return last
        return None


def read(text: str, language: str) -> Asked:
    """The question in what was typed; without `terms` where it holds no word."""
    every = tokens(prepared(text))
    words = [word for word in without_fillers(every, language) if key(word, language)]
    if not words:
        return Asked(language)
    terms: dict[str, Term] = {}
    for position, word in enumerate(words[:MOST_WORDS]):
        options = [key(word, language), *_singular(word, language)]
        # "roll back" is also looked for as "rollback": either neighbour may be the other half.
        options += [key(word + after, language) for after in words[position + 1 : position + 2]]
        options += [key(before + word, language) for before in words[max(position - 1, 0) : position]]
        term = Term(normalise(word), tuple(dict.fromkeys(options)))
        terms.setdefault(term.key, term)
    roots = [root_of(words, language)]
    if len(words) == 1:
        roots += _singular(words[0], language)
    elif len(words) == 2:
        roots.append(key("".join(words), language))
    return Asked(
        language, plain_of(every), tuple(root for root in dict.fromkeys(roots) if root), tuple(terms.values())
    )


def plain_of(words: Iterable[str]) -> str:
    return " ".join(normalise(word) for word in words)


def root_of(words: Iterable[str], language: str) -> str:
    return " ".join(key(word, language) for word in words)


def _singular(word: str, language: str) -> list[str]:
    """The stemmers know no plural of abbreviations: "slas" is also "sla"."""
    plain = normalise(word)
    return [key(plain[:-1], language)] if len(plain) > 3 and plain.endswith("s") else []


def widened(asked: Asked, words: Mapping[str, Iterable[str]]) -> Asked:
    """The same question, with more words for each term: `words` are those that it may stand for, by its word."""
    terms = tuple(
        replace(
            term,
            keys=tuple(
                dict.fromkeys([*term.keys, *(key(word, asked.language) for word in words.get(term.word, ()))])
            ),
        )
        for term in asked.terms
    )
    return replace(asked, terms=terms)


def name_meant(asked: Asked, names: Iterable[str]) -> str:
    """The one of these names that the question says, inflects or begins; empty if it is none of them."""
    every = [(name, tokens(prepared(name))) for name in names]
    for name, words in every:
        if plain_of(words) == asked.plain:
            return name
    for name, words in every:
        if root_of(without_fillers(words, asked.language), asked.language) in asked.roots:
            return name
    return next((name for name, words in every if f" {asked.plain}" in f" {plain_of(words)}"), "")
