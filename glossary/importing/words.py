"""What becomes of the words and senses of files: the rules of an import, whether it is stored or rehearsed."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.models import Locale

from glossary.importing.files import File
from glossary.importing.parts import sense_digest, sense_key, word_digest, word_key
from glossary.linking import Senses, UnknownTerm, one_reading_of_the_glossary
from glossary.models import Exchange, ImportMark, Match, Sense, Source, Status, Synonym, Word
from glossary.wordfile import Link, SensePart, WordPart

Links = list[list[str]]


class Glossary(Protocol):
    """Where an import puts what it has to put. All that it does to a glossary stands here."""

    def piece(self) -> AbstractContextManager[None]:
        """Around what belongs together: one word, or what leads from it to others."""

    def senses(self) -> Senses:
        """The live senses, after the words went in."""

    def mark_of(self, key: uuid.UUID) -> ImportMark | None:
        """What the last import of a word or a sense left behind."""

    def mark(self, key: uuid.UUID, digest: str) -> None:
        """Remember what a part says in its file."""

    def mark_links(self, mark: ImportMark, links: Links, sense: Sense) -> None:
        """Remember which relations a file asked for and got."""

    def put_word(self, word: Word) -> None:
        """A new or a changed word."""

    def put_sense(self, sense: Sense) -> Sense:
        """A new or a changed sense goes live; as it is then, with its word."""

    def relate(self, kind: str, source: Sense, target: Sense) -> None:
        """Raises: Contradiction"""

    def unrelate(self, kind: str, source: Sense, target: Sense) -> None:
        """A file no longer asks for it."""

    def befriend(self, first: Sense, second: Sense, contrast: str) -> None:
        """Raises: Contradiction"""

    def unbefriend(self, first: Sense, second: Sense) -> None:
        """A file no longer asks for it."""


@dataclass
class WordImport:
    glossary: Glossary
    locale: Locale

    def run(self, files: list[File], between: Callable[[], object]) -> None:
        good = [file for file in files if file.part is not None]
        imported: list[tuple[File, list[tuple[SensePart, Sense]]]] = []
        for file in good:
            with self.glossary.piece():
                imported.append((file, self.word(file)))
            between()
        with one_reading_of_the_glossary():  # from here on no word comes or goes
            senses = self.glossary.senses()
            # Read now, before anybody waits.
            senses.expect(
                link.reference for _file, stored in imported for part, _sense in stored for link in part.links
            )
            for file, stored in imported:
                with self.glossary.piece():
                    for part, sense in stored:
                        self.links(file, part, sense, senses)
                between()

    # --- Parts ---

    def word(self, file: File) -> list[tuple[SensePart, Sense]]:
        """The stored senses of a file, each with its part, after both were written if they had to be."""
        part = file.part
        assert part is not None  # noqa: S101 - `run` leaves the others out
        key = word_key(part.slug)
        word = Word.objects.filter(locale=self.locale, translation_key=key).first()
        if word is None:
            if Word.objects.filter(locale=self.locale, slug=part.slug).exists():
                file.wrong(1, _("there is already a word at this address that was made here; left as it is"))
                return []
            word = Word(locale=self.locale, translation_key=key)
            self.write_word(file, word, part)
        elif self.may_write(file, key, part.digest, word_digest(word), 1, part.slug):
            self.write_word(file, word, part)
        stored = {
            sense.translation_key: sense
            for sense in Sense.objects.filter(word=word).select_related("word", "locale", "latest_revision")
        }
        pairs = []
        for sense_part in part.senses:
            sense = self.sense(
                file, word, sense_part, stored.pop(sense_key(part.slug, sense_part.slug), None)
            )
            if sense is not None:
                pairs.append((sense_part, sense))
        self.report_lost(file, stored)
        return pairs

    def may_write(self, file: File, key: uuid.UUID, wanted: str, stored: str, line: int, name: str) -> bool:
        """Whether the file changed and nobody edited the part; reports where somebody did."""
        mark = self.glossary.mark_of(key)
        if mark is not None and mark.digest == wanted:
            return False
        if stored == wanted:
            self.glossary.mark(key, wanted)
            return False
        if mark is None or mark.digest != stored:
            file.wrong(
                line, _("“%(name)s” was edited here since the last import; left as it is") % {"name": name}
            )
            return False
        return True

    def write_word(self, file: File, word: Word, part: WordPart) -> None:
        for name, value in part.texts.items():
            setattr(word, name, value)
        self.glossary.put_word(word)
        self.glossary.mark(word.translation_key, part.digest)
        file.changed = True

    def sense(self, file: File, word: Word, part: SensePart, sense: Sense | None) -> Sense | None:
        key = sense_key(file.part.slug if file.part else word.slug, part.slug)
        name = f"{word.slug}#{part.slug}"
        if sense is None:
            if Sense.objects.filter(word=word, slug=part.slug).exists():
                file.wrong(part.line, _("“%(name)s” was made here; left as it is") % {"name": name})
                return None
            sense = Sense(word=word, locale=self.locale, translation_key=key, live=False, status=Status.DRAFT)
        else:
            if not self.may_write(file, key, part.digest, sense_digest(_draft(sense)), part.line, name):
                return sense
            if not sense.live:
                file.wrong(part.line, _("“%(name)s” was taken offline here; left as it is") % {"name": name})
                return sense
        return self.write_sense(file, sense, part)

    def write_sense(self, file: File, sense: Sense, part: SensePart) -> Sense | None:
        for name, value in part.texts.items():
            setattr(sense, name, value)
        sense.home_side, sense.importance, sense.position = part.home_side, part.importance, part.position
        sense.exchanges.set([Exchange(**item, sort_order=order) for order, item in enumerate(part.exchanges)])
        sense.synonyms.set([Synonym(**item, sort_order=order) for order, item in enumerate(part.synonyms)])
        sense.matches.set([Match(**item, sort_order=order) for order, item in enumerate(part.matches)])
        sense.sources.set([Source(**item, sort_order=order) for order, item in enumerate(part.sources)])
        try:
            # Of a word that is only planned the database knows nothing yet.
            sense.full_clean(exclude=["word"] if sense.word._state.adding else [])
        except ValidationError as error:
            file.wrong(part.line, " ".join(error.messages))
            return None
        self.glossary.mark(sense.translation_key, part.digest)
        file.changed = True
        return self.glossary.put_sense(sense)

    def report_lost(self, file: File, rest: dict[Any, Sense]) -> None:
        """Imported once, no longer in the file: records may point at it, so a person has to decide."""
        imported = (
            ImportMark.objects.filter(key__in=list(rest), locale=self.locale)
            .values_list("key", flat=True)
            .order_by("pk")
        )
        for key in imported:
            if rest[key].live:
                file.wrong(
                    1,
                    _("“%(name)s” is no longer in the file; it stays until somebody unpublishes it")
                    % {"name": rest[key].reference},
                )

    # --- Relations ---

    def links(self, file: File, part: SensePart, sense: Sense, senses: Senses) -> None:
        """Makes what the file newly asks for and takes back what it asked for and does no longer.

        What is not found is asked for again next time.
        """
        mark = self.glossary.mark_of(sense.translation_key)
        if mark is None:
            return
        made = [tuple(entry) for entry in mark.links]
        wanted = {(link.kind, link.reference, link.contrast): link for link in part.links}
        kept = [entry for entry in made if entry in wanted]
        ends = {entry[:2] for entry in wanted}
        for entry in made:
            if entry[:2] not in ends:
                self.take_back(entry[0], sense, entry[1], senses)
        for entry, link in wanted.items():
            if entry not in kept and self.make(file, link, sense, senses):
                kept.append(entry)
        if kept != made:
            self.glossary.mark_links(mark, [list(entry) for entry in kept], sense)
            file.changed = True

    def make(self, file: File, link: Link, sense: Sense, senses: Senses) -> bool:
        try:
            target = senses.resolve(link.reference)
            if link.kind == "false_friend":
                self.glossary.befriend(sense, target, link.contrast)
            else:
                self.glossary.relate(link.kind, sense, target)
        except UnknownTerm as unknown:
            file.wrong(link.line, _unknown(unknown))
        except ValueError as error:  # Contradiction, or a sense that names itself
            file.wrong(link.line, _(str(error)))
        else:
            return True
        return False

    def take_back(self, kind: str, sense: Sense, reference: str, senses: Senses) -> None:
        try:
            target = senses.resolve(reference)
        except UnknownTerm:
            return
        other = self.glossary.mark_of(target.translation_key)
        back = {(entry[0], entry[1]) for entry in other.links} if other else set()
        if kind != "broader" and {(kind, sense.reference), (kind, sense.word.slug)} & back:
            return  # the other file still asks for it
        if kind == "false_friend":
            self.glossary.unbefriend(sense, target)
        else:
            self.glossary.unrelate(kind, sense, target)


def _draft(sense: Sense) -> Sense:
    """The newest draft, out of what was read with the sense: somebody may take both away meanwhile."""
    revision = sense.latest_revision if sense.has_unpublished_changes else None
    draft: Sense = sense if revision is None else sense.with_content_json(revision.content)
    return draft


def _unknown(error: UnknownTerm) -> str:
    if error.senses:
        return _("“%(reference)s” has several senses; write %(senses)s") % {
            "reference": error.reference,
            "senses": _(" or ").join(error.senses),
        }
    return _("“%(reference)s” is not in the glossary; left out until it is") % {"reference": error.reference}
