"""Words from a folder of YAML files into the glossary, as often as one likes.

A part (a word, a sense) is written only if its file changed since the last import and no person edited
it since; what a person edited stays and is reported. Ids grow from the addresses in the files, so the
same word has the same id in every installation and figures can be merged.
"""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Locale

from gates.blocks import SourceError
from glossary.actions import EXCHANGE_FIELDS, befriend, record_word, relate, unbefriend, unrelate
from glossary.linking import Senses, UnknownTerm, one_reading_of_the_glossary
from glossary.models import Exchange, ImportMark, Match, Sense, Source, Status, Synonym, Word
from glossary.publishing import gathered, render_words
from glossary.wordfile import SENSE_TEXTS, WORD_TEXTS, Link, SensePart, WordPart, read_word
from people.models import Employee
from people.publication import my_turn, part_of_a_whole

# Never change: all ids of imported words and senses grow from it.
NAMESPACE = uuid.UUID("6f1f6b5e-3b0a-5c0e-9a55-b07d2a6f0c11")
State = Literal["imported", "unchanged", "reported"]


def word_key(slug: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"word/{slug}")


def sense_key(word: str, sense: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"word/{word}#{sense}")


@dataclass(frozen=True)
class Outcome:
    """What became of a file; a file with several mistakes has one entry for each."""

    file: str
    state: State
    line: int = 0
    reason: str = ""

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line}: {self.reason}"
            if self.state == "reported"
            else f"{self.file}: {self.state}"
        )


@dataclass
class Report:
    outcomes: list[Outcome] = field(default_factory=list)

    def count(self, state: State) -> int:
        """Files, not mistakes."""
        return len({outcome.file for outcome in self.outcomes if outcome.state == state})


@dataclass
class _File:
    """A file on its way in."""

    name: str
    part: WordPart | None = None
    errors: list[SourceError] = field(default_factory=list)
    changed: bool = False

    def wrong(self, line: int, reason: str) -> None:
        self.errors.append(SourceError(line or 1, reason, self.name))

    def outcomes(self) -> list[Outcome]:
        if self.errors:
            ordered = sorted(self.errors, key=lambda error: error.line)
            return [Outcome(self.name, "reported", error.line, error.reason) for error in ordered]
        return [Outcome(self.name, "imported" if self.changed else "unchanged")]


def import_glossary(
    folder: Path,
    *,
    now: datetime,
    user: Employee | None = None,
    dry_run: bool = False,
    locale: Locale | None = None,
    only: Collection[str] | None = None,
    between: Callable[[], object] | None = None,
) -> Report:
    """Every file of the folder is imported, unchanged or reported; a dry run leaves nothing.

    Each word goes in by a short transaction of its own, then what leads from it to others by another; `between`
    is called after each. Cut off, the next import goes on. A dry run is one transaction, which is undone. A file with a mistake is left out and the others are imported. `only` names the words to look at, by
    slug; relations to others are left out until these exist and the word is looked at again.
    """
    files = [
        _read(path)
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.name.startswith(".") and (only is None or path.stem in only)
    ]
    _refuse_twins(files)
    work = _Import(locale or Locale.get_default(), now, user)
    if dry_run:
        with transaction.atomic():
            work.run(files, _go_on)
            transaction.set_rollback(True)
    else:
        work.run(files, between or _go_on)
    return Report([outcome for file in files for outcome in file.outcomes()])


def _read(path: Path) -> _File:
    file = _File(path.name)
    if path.suffix != ".yaml":
        file.wrong(1, _("this is no .yaml file"))
        return file
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        file.wrong(path.read_bytes()[: error.start].count(b"\n") + 1, _("this is no UTF-8 text"))
        return file
    file.part, file.errors = read_word(text, source=path.name)
    if file.part is not None and file.part.slug != path.stem:
        file.wrong(1, _("the word “%(slug)s” belongs in %(slug)s.yaml") % {"slug": file.part.slug})
        file.part = None
    return file


def _refuse_twins(files: list[_File]) -> None:
    """Two files cannot hold the same word, spelled the same apart from case."""
    first: dict[str, str] = {}
    for file in files:
        if file.part is None:
            continue
        lemma = file.part.texts["lemma"].casefold()
        if lemma in first:
            file.wrong(
                1, _("the word “%(lemma)s” is already in %(file)s") % {"lemma": lemma, "file": first[lemma]}
            )
            file.part = None
        first.setdefault(lemma, file.name)


def _go_on() -> None:
    """Nothing is done between the pieces."""


@dataclass
class _Import:
    locale: Locale
    now: datetime
    user: Employee | None

    def run(self, files: list[_File], between: Callable[[], object]) -> None:
        good = [file for file in files if file.part is not None]
        found: list[tuple[_File, list[tuple[SensePart, Sense]]]] = []
        for file in good:
            with my_turn(), gathered(now=self.now):
                found.append((file, self.word(file)))
            between()
        with one_reading_of_the_glossary():  # from here on no word comes or goes
            senses = Senses(self.locale.pk)
            senses.words_in("")  # read now, before anybody waits
            for file, stored in found:
                with my_turn(), gathered(now=self.now):
                    for part, sense in stored:
                        self.links(file, part, sense, senses)
                between()

    # --- Parts ---

    def word(self, file: _File) -> list[tuple[SensePart, Sense]]:
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
        elif self.may_write(file, key, part.digest, _word_digest(word), 1, part.slug):
            self.write_word(file, word, part)
            record_word(word_id=word.pk, now=self.now)
        stored = {
            sense.translation_key: sense
            for sense in Sense.objects.filter(word=word).select_related("word", "locale")
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

    def may_write(self, file: _File, key: uuid.UUID, wanted: str, stored: str, line: int, name: str) -> bool:
        """Whether the file changed and nobody edited the part; reports where somebody did."""
        mark = ImportMark.objects.filter(key=key, locale=self.locale).first()
        if mark is not None and mark.digest == wanted:
            return False
        if stored == wanted:
            self.mark(key, wanted)
            return False
        if mark is None or mark.digest != stored:
            file.wrong(
                line, _("“%(name)s” was edited here since the last import; left as it is") % {"name": name}
            )
            return False
        return True

    def mark(self, key: uuid.UUID, digest: str) -> None:
        ImportMark.objects.update_or_create(
            key=key, locale=self.locale, defaults={"digest": digest, "imported_at": self.now}
        )

    def write_word(self, file: _File, word: Word, part: WordPart) -> None:
        for name, value in part.texts.items():
            setattr(word, name, value)
        word.save()
        self.mark(word.translation_key, part.digest)
        file.changed = True

    def sense(self, file: _File, word: Word, part: SensePart, sense: Sense | None) -> Sense | None:
        key = sense_key(file.part.slug if file.part else word.slug, part.slug)
        name = f"{word.slug}#{part.slug}"
        if sense is None:
            if Sense.objects.filter(word=word, slug=part.slug).exists():
                file.wrong(part.line, _("“%(name)s” was made here; left as it is") % {"name": name})
                return None
            sense = Sense(word=word, locale=self.locale, translation_key=key, live=False, status=Status.DRAFT)
        else:
            latest = sense.get_latest_revision_as_object()
            if not self.may_write(file, key, part.digest, _sense_digest(latest), part.line, name):
                return sense
            if not sense.live:
                file.wrong(part.line, _("“%(name)s” was taken offline here; left as it is") % {"name": name})
                return sense
        return self.write_sense(file, sense, part)

    def write_sense(self, file: _File, sense: Sense, part: SensePart) -> Sense | None:
        """Stores and publishes through the one door, `Sense.publish`."""
        for name, value in part.texts.items():
            setattr(sense, name, value)
        sense.home_side, sense.importance, sense.position = part.home_side, part.importance, part.position
        sense.exchanges.set([Exchange(**item, sort_order=order) for order, item in enumerate(part.exchanges)])
        sense.synonyms.set([Synonym(**item, sort_order=order) for order, item in enumerate(part.synonyms)])
        sense.matches.set([Match(**item, sort_order=order) for order, item in enumerate(part.matches)])
        sense.sources.set([Source(**item, sort_order=order) for order, item in enumerate(part.sources)])
        try:
            sense.full_clean()
        except ValidationError as error:
            file.wrong(part.line, " ".join(error.messages))
            return None
        if sense.pk is None:
            sense.save()
        with part_of_a_whole():  # the import is asked for and logged as one
            sense.save_revision(user=self.user, clean=False).publish(
                user=self.user, skip_permission_checks=True
            )
        self.mark(sense.translation_key, part.digest)
        file.changed = True
        return Sense.objects.select_related("word", "locale").get(pk=sense.pk)

    def report_lost(self, file: _File, rest: dict[Any, Sense]) -> None:
        """Imported once, no longer in the file: records may point at it, so a person has to decide."""
        imported = ImportMark.objects.filter(key__in=list(rest), locale=self.locale).values_list(
            "key", flat=True
        )
        for key in imported:
            if rest[key].live:
                file.wrong(
                    1,
                    _("“%(name)s” is no longer in the file; it stays until somebody unpublishes it")
                    % {"name": rest[key].reference},
                )

    # --- Relations ---

    def links(self, file: _File, part: SensePart, sense: Sense, senses: Senses) -> None:
        """Makes what the file newly asks for and takes back what it asked for and does no longer.

        What is not found is asked for again next time.
        """
        mark = ImportMark.objects.filter(key=sense.translation_key, locale=self.locale).first()
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
            mark.links = [list(entry) for entry in kept]
            mark.save(update_fields=["links"])
            render_words([sense.word_id], now=self.now)
            file.changed = True

    def make(self, file: _File, link: Link, sense: Sense, senses: Senses) -> bool:
        try:
            target = senses.resolve(link.reference)
            if link.kind == "false_friend":
                befriend(first=sense, second=target, contrast=link.contrast, now=self.now)
            else:
                relate(kind=link.kind, source=sense, target=target, now=self.now)
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
        other = ImportMark.objects.filter(key=target.translation_key, locale=self.locale).first()
        back = {(entry[0], entry[1]) for entry in other.links} if other else set()
        if kind != "broader" and {(kind, sense.reference), (kind, sense.word.slug)} & back:
            return  # the other file still asks for it
        if kind == "false_friend":
            unbefriend(first=sense, second=target, now=self.now)
        else:
            unrelate(kind=kind, source=sense, target=target, now=self.now)


def _unknown(error: UnknownTerm) -> str:
    if error.senses:
        return _("“%(reference)s” has several senses; write %(senses)s") % {
            "reference": error.reference,
            "senses": _(" or ").join(error.senses),
        }
    return _("“%(reference)s” is not in the glossary; left out until it is") % {"reference": error.reference}


def _word_digest(word: Word) -> str:
    return WordPart({name: getattr(word, name) for name in WORD_TEXTS}).digest


def _sense_digest(sense: Sense) -> str:
    """Of a sense as stored, draft included, to compare with what a file says."""
    return SensePart(
        texts={name: getattr(sense, name) for name in SENSE_TEXTS},
        home_side=sense.home_side,
        importance=sense.importance,
        position=sense.position,
        exchanges=[{name: getattr(item, name) for name in EXCHANGE_FIELDS} for item in sense.exchanges.all()],
        synonyms=[
            {"label": item.label, "acceptability": item.acceptability, "side": item.side}
            for item in sense.synonyms.all()
        ],
        matches=[{"kind": item.kind, "uri": item.uri} for item in sense.matches.all()],
        sources=[
            {name: getattr(item, name) for name in ("author", "title", "url", "licence", "year", "quoted")}
            for item in sense.sources.all()
        ],
    ).digest
