"""The glossary as it would be after an import. Only read from the database; what would be written is remembered.

A dry run asks the same questions as the import and must hear the same answers, while nobody waits for it.
"""

import uuid
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from itertools import count

from wagtail.models import Locale

from glossary.actions import stored_pairs
from glossary.importing.words import Links
from glossary.linking import Known, Senses
from glossary.models import ImportMark, Relation, Sense, Word
from glossary.rules.relations import Pair, as_stored, check_friends, check_relation

_BEYOND = 2**62
"""Where the ids of planned rows begin. New rows come after all others, and none of the database is ever here."""


class RehearsedGlossary:
    def __init__(self, locale: Locale) -> None:
        self.locale = locale
        self.ids = count(_BEYOND)
        self.words: dict[int, Word] = {}
        self.planned: dict[int, Sense] = {}
        self.marks: dict[uuid.UUID, ImportMark | None] = {}

    def piece(self) -> AbstractContextManager[None]:
        return nullcontext()

    def senses(self) -> Senses:
        return _RehearsedSenses(self)

    def mark_of(self, key: uuid.UUID) -> ImportMark | None:
        if key not in self.marks:
            self.marks[key] = ImportMark.objects.filter(key=key, locale=self.locale).first()
        return self.marks[key]

    def mark(self, key: uuid.UUID, digest: str) -> None:
        mark = self.mark_of(key) or ImportMark(key=key, locale=self.locale)
        mark.digest = digest
        self.marks[key] = mark

    def mark_links(self, mark: ImportMark, links: Links, sense: Sense) -> None:
        mark.links = links

    def put_word(self, word: Word) -> None:
        if word.pk is None:
            word.pk = next(self.ids)
        self.words[word.pk] = word

    def put_sense(self, sense: Sense) -> Sense:
        if sense.pk is None:
            sense.pk = next(self.ids)
        sense.live = True
        self.planned[sense.pk] = sense
        return sense

    @cached_property
    def pairs(self) -> dict[str, set[Pair]]:
        """All relations by their kind; read once, when the first is asked for."""
        return {kind: stored_pairs(kind) for kind in Relation.Kind.values}

    def relate(self, kind: str, source: Sense, target: Sense) -> None:
        pair = as_stored(kind, source.pk, target.pk)
        check_relation(kind, pair, pairs=self.pairs.__getitem__)
        self.pairs[kind].add(pair)

    def unrelate(self, kind: str, source: Sense, target: Sense) -> None:
        self.pairs[kind].discard(as_stored(kind, source.pk, target.pk))

    def befriend(self, first: Sense, second: Sense, contrast: str) -> None:
        check_friends(first.pk, second.pk)

    def unbefriend(self, first: Sense, second: Sense) -> None:
        """No rule asks which false friends there are."""


class _RehearsedSenses(Senses):
    """The live senses with those that would be, never shared with anybody else's reading."""

    def __init__(self, glossary: RehearsedGlossary) -> None:
        super().__init__(glossary.locale.pk)
        self.glossary = glossary

    @cached_property
    def _by_word(self) -> Known:
        return self._load()

    def live(self) -> Iterable[Sense]:
        rows = {sense.pk: sense for sense in super().live()} | self.glossary.planned
        for sense in rows.values():
            sense.word = self.glossary.words.get(sense.word_id, sense.word)
        return sorted(rows.values(), key=lambda sense: (sense.word_id, sense.position, sense.pk))
