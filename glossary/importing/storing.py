"""The glossary that an import writes: each piece is one short transaction, in its turn."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from wagtail.models import Locale

from glossary.actions import befriend, record_word, relate, unbefriend, unrelate
from glossary.importing.words import Links
from glossary.linking import Senses
from glossary.models import ImportMark, Sense, Word
from glossary.publishing import gathered, render_words
from people.models import Employee
from publishing.publication import my_turn, part_of_a_whole


@dataclass
class StoredGlossary:
    locale: Locale
    now: datetime
    user: Employee | None

    @contextmanager
    def piece(self) -> Iterator[None]:
        with my_turn(), gathered(now=self.now):
            yield

    def senses(self) -> Senses:
        return Senses(self.locale.pk)

    def mark_of(self, key: uuid.UUID) -> ImportMark | None:
        return ImportMark.objects.filter(key=key, locale=self.locale).first()

    def mark(self, key: uuid.UUID, digest: str) -> None:
        ImportMark.objects.update_or_create(
            key=key, locale=self.locale, defaults={"digest": digest, "imported_at": self.now}
        )

    def mark_links(self, mark: ImportMark, links: Links, sense: Sense) -> None:
        mark.links = links
        mark.save(update_fields=["links"])
        render_words([sense.word_id], now=self.now)

    def put_word(self, word: Word) -> None:
        was_here = word.pk is not None
        word.save()
        if was_here:
            record_word(word_id=word.pk, now=self.now)

    def put_sense(self, sense: Sense) -> Sense:
        """Through the one door, `Sense.publish`."""
        if sense.pk is None:
            sense.save()
        with part_of_a_whole():  # the import is asked for and logged as one
            sense.save_revision(user=self.user, clean=False).publish(
                user=self.user, skip_permission_checks=True
            )
        return Sense.objects.select_related("word", "locale").get(pk=sense.pk)

    def relate(self, kind: str, source: Sense, target: Sense) -> None:
        relate(kind=kind, source=source, target=target, now=self.now)

    def unrelate(self, kind: str, source: Sense, target: Sense) -> None:
        unrelate(kind=kind, source=source, target=target, now=self.now)

    def befriend(self, first: Sense, second: Sense, contrast: str) -> None:
        befriend(first=first, second=second, contrast=contrast, now=self.now)

    def unbefriend(self, first: Sense, second: Sense) -> None:
        unbefriend(first=first, second=second, now=self.now)
