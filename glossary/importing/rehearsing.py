"""The glossary as it would be after an import. Only read from the database; what would be written is remembered.

A dry run asks the same questions as the import and must hear the same answers, while nobody waits for it.
"""

import uuid
from collections.abc import Collection, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import cached_property
from itertools import count

from django.db.models import Q
from wagtail.models import Locale

from glossary.actions import stored_pairs
from glossary.importing.words import Links
from glossary.linking import Named, Reading, Senses
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
    def _reading(self) -> Reading:
        return Reading()

    def live(self, slugs: Collection[str]) -> Iterable[Sense]:
        planned = self.glossary.words
        # What would be called so, and what is called so and would be called otherwise.
        words = [pk for pk, word in planned.items() if word.slug in slugs]
        live = Sense.objects.filter(locale_id=self.locale_id, live=True)
        stored = live.filter(Q(word__slug__in=slugs) | Q(word__in=words)).select_related("word", "locale")
        rows = {sense.pk: sense for sense in stored} | self.glossary.planned
        for sense in rows.values():
            sense.word = planned.get(sense.word_id, sense.word)
        of_words = (sense for sense in rows.values() if sense.word.slug in slugs)
        return sorted(of_words, key=lambda sense: (sense.word_id, sense.position, sense.pk))

    def named(self) -> Iterable[Named]:
        planned = self.glossary.words
        rows = {named.sense: named for named in super().named()}
        for pk, sense in self.glossary.planned.items():
            rows[pk] = Named(
                sense=pk,
                word=sense.word_id,
                position=sense.position,
                slug=sense.word.slug,
                lemma=sense.word.lemma,
                abbreviation=sense.abbreviation,
                expansion=sense.expansion,
                language=self.glossary.locale.language_code,
            )
        for pk, named in rows.items():
            if word := planned.get(named.word):
                rows[pk] = replace(named, slug=word.slug, lemma=word.lemma)
        return sorted(rows.values(), key=lambda named: (named.word, named.position, named.sense))
