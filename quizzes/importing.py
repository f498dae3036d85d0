"""Questions in, from YAML: the same file again changes nothing, and no mistake passes without its line.

What a person changed since the last import is reported and left alone. See docs/content-format.md.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from wagtail.models import Locale

from gates.blocks import node_line
from glossary.linking import Senses
from people.models import Employee
from publishing.publication import my_turn, part_of_a_whole
from quizzes.models import Bank, Kind, Option, Question, SenseTag
from quizzes.questionfile import Item, Outcome, Reader, Refused, key_of
from quizzes.rendering import payload_of

_CODED: Final = (
    "purpose",
    "probe_kind",
    "kind",
    "outcome",
    "lesson_slug",
    "section",
    "difficulty",
    "side",
    "shuffle",
    "settings",
)


def import_questions(
    items: Any,
    *,
    bank: Bank,
    locale: Locale,
    now: datetime,
    user: Employee | None = None,
    publishes: bool = True,
    dry_run: bool = False,
    between: Callable[[], object] | None = None,
) -> Outcome:
    """Load the questions of one file into a bank and publish what changed, or keep it as drafts.

    Each goes in by a transaction of its own. A dry run stores nothing, and its bank need not be stored.

    `items` comes from `gates.blocks.load_yaml`, so that every reason has a line. A question with a
    mistake is reported and left out (an older import of it stays as it is); the others are imported.
    Kinds that cannot be answered yet are imported, kept and reported, and never drawn. `between` is called
    after each question.
    """
    outcome = Outcome()
    if items is None:
        return outcome
    if not isinstance(items, list):
        outcome.tell(
            node_line(items),
            "",
            gettext("A file of questions is a list: each question begins with “- id: …”."),
        )
        return outcome
    seen: set[str] = set()
    glossary = Senses(locale.pk)
    glossary.expect(_senses_named(items))
    pen = _Pen(bank, locale, user, publishes, dry_run)
    for index, item in enumerate(items):
        line = node_line(items, index)
        try:
            reader = Reader(item, line, outcome)
            if reader.code in seen:
                reader.refuse("id", gettext("This id is used twice in the file."))
            seen.add(reader.code)
            _import(reader.read(glossary), pen, outcome, line)
            if between is not None:
                between()
        except Refused:
            continue
    return outcome


def _senses_named(items: list[Any]) -> Iterator[str]:
    """Also what a reader will refuse: they are only read ahead."""
    for item in items:
        senses = item.get("senses") if isinstance(item, Mapping) else None
        yield from map(str, senses if isinstance(senses, list) else ())


def content_of(question: Question) -> dict[str, Any]:
    """What an import would write, as the question says it now; the same keys as an item of a file."""
    return {
        **{name: getattr(question, name) for name in _CODED},
        "stem": question.stem,
        "options": [
            [str(option.key), option.text, option.is_correct, option.explanation]
            for option in question.options.all()
        ],
        "senses": sorted(str(tag.sense.translation_key) for tag in question.sense_tags.all()),
    }


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True)
class _Pen:
    bank: Bank
    locale: Locale
    user: Employee | None
    publishes: bool
    dry_run: bool


def _import(item: Item, pen: _Pen, outcome: Outcome, line: int) -> None:
    wanted = _digest(item.content())
    stored = Question.objects.filter(code=item.code, locale=pen.locale).first()
    question = Question(code=item.code, locale=pen.locale, translation_key=key_of(item.code))
    if stored is not None:
        question = stored.get_latest_revision_as_object()
        present = _digest(content_of(question))
        reason = ""
        if stored.bank_id != pen.bank.pk:
            reason = gettext("A question with this id is in another bank. It was left alone.")
        elif present not in {wanted, stored.imported_hash}:
            reason = _edited()
        elif present != wanted and not stored.live and stored.first_published_at is not None:
            reason = gettext("The question was taken offline here. It was left alone.")
        if reason:
            outcome.tell(line, item.code, reason)
            return
        if present == wanted:
            # Somebody may have made the same change by hand; from now on the file may change it again.
            if not pen.dry_run and stored.imported_hash != wanted:
                Question.objects.filter(pk=stored.pk).update(imported_hash=wanted)
            outcome.unchanged.append(item.code)
            return
    try:
        _draw(question, item, wanted, pen)
        _examine(question, pen)
        if pen.dry_run:
            outcome.drafts.append(question)
        else:
            _store(question, stored, wanted, pen)
    except ValidationError as error:
        outcome.tell(line, item.code, " ".join(error.messages))
        raise Refused from error
    except ValueError as error:  # longer or deeper than the gates let through
        outcome.tell(line, item.code, str(error))
        raise Refused from error
    outcome.imported.append(item.code)
    if not question.can_be_answered:
        outcome.kept.append(item.code)
        kind = Kind(question.kind).label
        outcome.tell(
            line,
            item.code,
            gettext("Kept, but not asked yet: the kind “%(kind)s” cannot be answered.") % {"kind": kind},
        )


def _edited() -> str:
    return gettext("The question was edited here since the last import. It was left alone.")


def _draw(question: Question, item: Item, digest: str, pen: _Pen) -> None:
    """The question in memory as the file says it."""
    present = {str(option.key): option for option in question.options.all()}
    question.bank, question.stem, question.imported_hash = pen.bank, item.stem, digest
    for name, value in item.fields.items():
        setattr(question, name, value)
    options = []
    for position, draft in enumerate(item.options):
        option = present.get(draft.key) or Option(key=uuid.UUID(draft.key))
        option.text, option.is_correct, option.explanation = draft.text, draft.is_correct, draft.explanation
        option.sort_order = position
        options.append(option)
    question.options = options
    question.sense_tags = [
        SenseTag(sense=sense, sort_order=position) for position, sense in enumerate(item.senses)
    ]
    if question.pk is None:
        question.live = pen.publishes


def _examine(question: Question, pen: _Pen) -> None:
    """What storing and publishing would refuse, asked before the turn to write. Raises: ValidationError, ValueError"""
    question.full_clean(exclude=["bank"])  # which may not be stored yet
    if pen.publishes:
        payload_of(question)


def _store(question: Question, stored: Question | None, digest: str, pen: _Pen) -> None:
    """One short turn. Raises: ValidationError, ValueError"""
    with my_turn():
        if stored is None:
            question.save()
        elif not Question.objects.filter(
            pk=stored.pk, latest_revision=stored.latest_revision_id, live=stored.live
        ).exists():  # somebody was there since it was read
            raise ValidationError(_edited())
        revision = question.save_revision(user=pen.user, clean=False)
        if pen.publishes:
            with part_of_a_whole():  # the import is asked for and logged as one
                revision.publish(user=pen.user, skip_permission_checks=True)
        else:
            Question.objects.filter(pk=question.pk).update(imported_hash=digest)
