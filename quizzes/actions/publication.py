"""What publishing a question writes: its version, and the lessons that ask it anew."""

from collections.abc import Hashable, Iterable
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from glossary.models import SenseVersion
from publishing.publication import PublishingMixin
from publishing.reviewing import Refused
from quizzes.models import Question, QuestionUse, QuestionVersion, VersionSense
from quizzes.rendering import payload_of, readable
from quizzes.rules.publishable import OptionDraft, QuestionDraft, problems


class CannotBeAsked(Refused):
    """The options contradict the kind, so an answer could not be graded. Nothing went live."""

    def __init__(self, code: str, faults: list[str]) -> None:
        super().__init__(f"{code}: {' '.join(faults)}")
        self.code, self.faults = code, faults

    def told(self) -> str:
        return _("Not published: question “%(code)s” cannot be graded. The draft is kept. %(list)s") % {
            "code": self.code,
            "list": " ".join(self.faults),
        }


def rehearse_publication(question: Question) -> None:
    """Render the draft and the lessons that ask it, so that it is remembered. Nothing is stored."""
    payload_of(question.get_latest_revision_as_object())
    for use in question.uses.order_by("pk"):
        if isinstance(use.target, PublishingMixin):
            use.target.rehearse()


@transaction.atomic
def record_publication(*, question_id: int, now: datetime) -> QuestionVersion | None:
    """The current version of a live question: a new row only if something changed, else the last one.

    What is compared is what people would see and be graded by, and the versions of the senses it is
    evidence for. Pages that ask the question are rendered anew. None while the question is not live
    (its publication may be scheduled) and never was.

    Raises:
        CannotBeAsked: no version is written, and the publication around it is undone.
    """
    # The lock makes two publications at once number their versions one after the other.
    question = Question.objects.select_for_update(of=("self",)).get(pk=question_id)
    last = question.versions.order_by("-number").first()
    if not question.live:
        return last
    _refuse_what_cannot_be_graded(question)
    payload = payload_of(question)
    senses = _sense_versions(question)
    if last is not None and _says_the_same(last, question, payload, senses):
        refresh_uses(question_id=question_id, now=now)
        return last
    version = QuestionVersion.objects.create(
        question=question,
        question_key=question.translation_key,
        number=last.number + 1 if last else 1,
        purpose=question.purpose,
        kind=question.kind,
        payload=payload,
        made_at=now,
    )
    VersionSense.objects.bulk_create(
        VersionSense(version=version, sense_version_id=sense_version_id, side=question.side)
        for sense_version_id in senses
    )
    refresh_uses(question_id=question_id, now=now)
    return version


def _refuse_what_cannot_be_graded(question: Question) -> None:
    """The last net: editor and import tell authors long before, but code and old drafts come here too."""
    if not question.can_be_answered:
        return
    options = [
        OptionDraft(str(option.key), option.text, option.is_correct, "") for option in question.options.all()
    ]
    draft = QuestionDraft(question.kind, question.purpose, question.probe_kind, question.stem, options)
    faults = [
        _(problem.message) % problem.values for problem in problems(draft) if problem.field_name == "options"
    ]
    if faults:
        raise CannotBeAsked(question.code, faults)


def refresh_uses(*, question_id: int, now: datetime) -> None:
    """Every published page that asks the question is rendered anew, the lessons of one course together."""
    whole: dict[Hashable, Any] = {}
    for use in QuestionUse.objects.filter(question_id=question_id).order_by("pk").prefetch_related("target"):
        if use.target is not None:
            whole.setdefault(getattr(use.target, "rendered_with", use.target), use.target)
    for target in whole.values():
        target.render_published(now)


@transaction.atomic
def replace_question_uses(*, target: Model, questions: Iterable[Question]) -> None:
    """From now on `target` asks exactly these questions; it is rendered anew when one of them is published."""
    content_type = ContentType.objects.get_for_model(target)
    uses = QuestionUse.objects.filter(content_type=content_type, object_id=target.pk)
    wanted = {question.pk for question in questions}
    uses.exclude(question_id__in=wanted).delete()
    missing = wanted - set(uses.values_list("question_id", flat=True))
    QuestionUse.objects.bulk_create(
        QuestionUse(question_id=question_id, content_type=content_type, object_id=target.pk)
        for question_id in sorted(missing)
    )


def _sense_versions(question: Question) -> list[int]:
    """Ids of the current versions of the senses the question is tagged with; senses without a version are left out."""
    latest: dict[int, int] = {}
    versions = SenseVersion.objects.filter(sense__question_tags__question=question).order_by("number")
    for sense_id, version_id in versions.values_list("sense_id", "pk"):
        latest[sense_id] = version_id
    return sorted(latest.values())


def _says_the_same(version: QuestionVersion, question: Question, payload: object, senses: list[int]) -> bool:
    return (readable(version.payload), version.kind, version.purpose) == (
        payload,
        question.kind,
        question.purpose,
    ) and sorted(version.senses.values_list("sense_version_id", flat=True)) == senses
