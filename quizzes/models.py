"""The question bank, the versions that were published, and what people answered.

A `Question` is edited as a draft. Publishing writes a `QuestionVersion`, which never changes:
attempts and answers point at versions, so an edit cannot rewrite history. Answers are append-only;
scores and completion are functions of them.
"""

import re
import uuid
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Final

from django.contrib.auth.models import Group
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    Orderable,
    PreviewableMixin,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)
from wagtail.search import index

from glossary.linking import one_reading_of_the_glossary
from glossary.models import Sense, SenseVersion
from people.models import Employee, Side
from publishing.publication import PublishingMixin
from quizzes.hooks import hooks
from quizzes.rules.grading import ANSWERABLE

# Wagtail follows every foreign key of every model when a row is saved (three more queries for each
# answer). What people do is no content: those models opt out with `wagtail_reference_index_ignore`.


class Purpose(models.TextChoices):
    QUIZ = "quiz", _("Quiz")
    CHECK = "check", _("Check in a lesson")
    PROBE = "probe", _("Probe of understanding")


class ProbeKind(models.TextChoices):
    NONE = "", "—"
    MEANING = "meaning", _("Meaning")
    CONSEQUENCE = "consequence", _("Consequence")


class Kind(models.TextChoices):
    """The eleven kinds. `grading.ANSWERABLE` names those that can be answered today; the rest is kept."""

    SINGLE_CHOICE = "single_choice", _("Single choice")
    MULTIPLE_CHOICE = "multiple_choice", _("Multiple choice")
    TRUE_FALSE = "true_false", _("True or false")
    NUMERIC = "numeric", _("Number")
    SHORT_ANSWER = "short_answer", _("Short answer")
    CLOZE = "cloze", _("Fill the gaps")
    DROPDOWN = "dropdown", _("Choose in the text")
    ORDERING = "ordering", _("Put in order")
    MATCHING = "matching", _("Match pairs")
    CATEGORISING = "categorising", _("Sort into groups")
    FREE_TEXT = "free_text", _("Free text")


class Bank(models.Model):
    """A shelf of questions. A course draws its quiz from one bank."""

    name = models.CharField(_("name"), max_length=150)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    # Who reads and writes its questions, beside those who review all of them.
    writers = models.ManyToManyField(Group, blank=True, related_name="banks", verbose_name=_("written by"))

    is_content = True

    class Meta:
        verbose_name = _("question bank")
        verbose_name_plural = _("question banks")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


_SIGNS: Final = re.compile(r"\*\*|__|`|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)")


def plain(markdown: str) -> str:
    """A question as one line of words, for lists and titles: without the signs of Markdown."""
    return " ".join(_SIGNS.sub("", markdown).split())


class Question(
    PublishingMixin,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    TranslatableMixin,
    index.Indexed,
    ClusterableModel,
):
    """A question as its author sees it. What people answer is a `QuestionVersion` of it."""

    bank = models.ForeignKey(Bank, models.PROTECT, related_name="questions", verbose_name=_("bank"))
    code = models.SlugField(
        _("code"),
        max_length=60,
        help_text=_("Names the question in files and reports: t2-q01. It never changes."),
    )
    purpose = models.CharField(_("purpose"), max_length=5, choices=Purpose, default=Purpose.QUIZ)
    probe_kind = models.CharField(
        _("kind of probe"), max_length=11, choices=ProbeKind, blank=True, default=""
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.SINGLE_CHOICE)
    stem = models.TextField(
        _("question"), help_text=_("Markdown. State every fact that is needed to answer.")
    )
    outcome = models.SlugField(
        _("outcome"),
        max_length=60,
        blank=True,
        default="",
        help_text=_("Which outcome of the course this tests."),
    )
    lesson_slug = models.CharField(_("explained in lesson"), max_length=255, blank=True, default="")
    section = models.CharField(_("explained under the heading"), max_length=255, blank=True, default="")
    difficulty = models.PositiveSmallIntegerField(
        _("difficulty"), default=2, choices=[(1, _("easy")), (2, _("medium")), (3, _("hard"))]
    )
    side = models.CharField(_("whose language"), max_length=10, choices=Side, default=Side.BOTH)
    shuffle = models.BooleanField(_("shuffle the options"), default=True)
    settings = models.JSONField(
        _("what the kind needs"),
        blank=True,
        default=dict,
        help_text=_("For kinds without options: see docs/content-format.md."),
    )
    # What the last import wrote, as a hash: while the question still says the same, a file may change it.
    imported_hash = models.CharField(max_length=64, blank=True, default="", editable=False)

    search_fields = [
        index.SearchField("stem"),
        index.SearchField("code"),
        index.AutocompleteField("code"),
        index.AutocompleteField("stem"),
        index.FilterField("locale_id"),
        index.FilterField("code"),  # lists are ordered by it while they are searched
        index.FilterField("bank_id"),
        index.FilterField("purpose"),
        index.FilterField("kind"),
        index.FilterField("live"),
    ]

    is_content = True

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "locale"],
                name="one_question_per_code_and_language",
                violation_error_message=_("There is already a question with this code."),
            ),
            models.CheckConstraint(
                condition=Q(purpose="probe") & ~Q(probe_kind="") | ~Q(purpose="probe") & Q(probe_kind=""),
                name="only_probes_have_a_probe_kind",
                violation_error_message=_(
                    "A probe asks for a meaning or a consequence; other questions have no probe kind."
                ),
            ),
            models.CheckConstraint(
                condition=Q(difficulty__gte=1, difficulty__lte=3), name="difficulty_is_1_to_3"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {Truncator(plain(self.stem)).words(80)}"

    is_a_draft = False  # True for what a preview shows: its text has no version yet

    @property
    def can_be_answered(self) -> bool:
        return self.kind in ANSWERABLE

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return hooks.preview(request, self)

    @cached_property
    def current_version(self) -> "QuestionVersion | None":
        return self.versions.order_by("-number").first()

    def in_its_turn(self) -> AbstractContextManager[None]:
        return one_reading_of_the_glossary()

    def rehearse(self) -> None:
        from quizzes.actions import rehearse_publication

        rehearse_publication(self)

    def went_live(self, revision: Any, *, user: Any | None, now: datetime) -> None:
        """Write the version, refresh the lessons that ask it."""
        from quizzes.actions import record_publication

        record_publication(question_id=self.pk, now=now)

    def came_down(self, *, now: datetime) -> None:
        """Stop being asked: attempts keep what was drawn, lessons lose the check."""
        from quizzes.actions import refresh_uses

        refresh_uses(question_id=self.pk, now=now)


class Option(Orderable):
    """An option to choose. Its key never changes, over versions and languages: answers store it."""

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="options")
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    text = models.TextField(_("option"))
    is_correct = models.BooleanField(_("correct"), default=False)
    explanation = models.TextField(
        _("why"),
        blank=True,
        default="",
        help_text=_("At least 40 characters: why this is right or wrong here."),
    )

    is_content = True

    class Meta(Orderable.Meta):
        verbose_name = _("option")
        constraints = [models.UniqueConstraint(fields=["question", "key"], name="option_keys_are_unique")]

    def __str__(self) -> str:
        return self.text[:80]


class SenseTag(Orderable):
    """This question is evidence for the understanding of a sense."""

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="sense_tags")
    sense = models.ForeignKey(Sense, models.PROTECT, related_name="question_tags", verbose_name=_("sense"))

    is_content = True

    class Meta(Orderable.Meta):
        verbose_name = _("sense tested")
        constraints = [models.UniqueConstraint(fields=["question", "sense"], name="one_tag_per_sense")]

    def __str__(self) -> str:
        return str(self.sense)


class QuestionVersion(models.Model):
    """A question as it was published. Append-only.

    `payload` holds what asking and grading need: stem and options as safe HTML, option keys,
    which are correct, explanations, and where the lesson explains it.
    """

    question = models.ForeignKey(Question, models.PROTECT, related_name="versions")
    question_key = models.UUIDField(db_index=True)
    number = models.PositiveIntegerField()
    purpose = models.CharField(max_length=5, choices=Purpose)
    kind = models.CharField(max_length=16, choices=Kind)
    payload = models.JSONField()
    made_at = models.DateTimeField()

    is_content = True
    append_only = True
    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["question", "number"]
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="question_versions_are_numbered")
        ]

    def __str__(self) -> str:
        return f"{self.question_id} v{self.number}"


class VersionSense(models.Model):
    """Which version of a sense a question version is evidence for. Append-only."""

    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="senses")
    sense_version = models.ForeignKey(SenseVersion, models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=Side)

    is_content = True
    append_only = True
    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "sense_version"], name="one_row_per_sense_tested")
        ]

    def __str__(self) -> str:
        return f"{self.version} → {self.sense_version}"


class QuestionUse(models.Model):
    """A published page asks a question. Written by whoever publishes the page."""

    question = models.ForeignKey(Question, models.PROTECT, related_name="uses")
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    target = GenericForeignKey("content_type", "object_id")

    is_content = True
    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["question", "content_type", "object_id"], name="one_row_per_use_of_a_question"
            )
        ]

    def __str__(self) -> str:
        # not for people: ids, for developers
        return f"{self.question_id} in {self.content_type_id}:{self.object_id}"


class Attempt(models.Model):
    """One go at a quiz. The criterion is kept with it: an edit of the course moves no result.

    `quiz_key` is the translation key of what owns the quiz (a course), so that attempts in any
    language count as attempts at the same quiz. Scores are whole per cent, rounded down: 100
    always means that every answer was right.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="attempts")
    bank = models.ForeignKey(Bank, models.PROTECT, related_name="+")
    quiz_key = models.UUIDField()
    number = models.PositiveIntegerField()
    seed = models.BigIntegerField()
    pass_percent = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(100)])
    question_count = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    correct_count = models.PositiveSmallIntegerField(null=True, blank=True)
    score_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    passed = models.BooleanField(null=True, blank=True)

    is_content = False
    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["employee", "quiz_key", "number"]
        constraints = [
            models.UniqueConstraint(fields=["employee", "quiz_key", "number"], name="attempts_are_numbered"),
            models.UniqueConstraint(
                fields=["employee", "quiz_key"],
                condition=Q(finished_at__isnull=True),
                name="one_open_attempt_per_quiz",
            ),
            models.CheckConstraint(
                condition=Q(
                    finished_at__isnull=True,
                    correct_count__isnull=True,
                    score_percent__isnull=True,
                    passed__isnull=True,
                )
                | Q(
                    finished_at__isnull=False,
                    correct_count__isnull=False,
                    score_percent__isnull=False,
                    passed__isnull=False,
                ),
                name="an_attempt_is_open_or_finished_and_scored",
            ),
            models.CheckConstraint(
                condition=Q(correct_count__isnull=True) | Q(correct_count__lte=F("question_count")),
                name="nobody_is_right_more_often_than_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} · {self.quiz_key} · {self.number}"


class Drawn(models.Model):
    """A question drawn for an attempt: its version and the order of its options. Append-only."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="drawn")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+")
    option_order = models.JSONField()

    is_content = False
    append_only = True
    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["attempt", "position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="one_question_per_position"),
            models.UniqueConstraint(fields=["attempt", "version"], name="no_question_twice_in_an_attempt"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} · {self.position}"


class Answer(models.Model):
    """What somebody answered, once and for all. Append-only; everything else is computed from it.

    `key` is the idempotency key of the sent form: the same key again stores nothing and moves
    nothing. An answer belongs to a drawn question of an attempt or to a check in a lesson.
    """

    key = models.UUIDField()
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="answers")
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="answers")
    question_key = models.UUIDField()
    drawn = models.OneToOneField(Drawn, models.PROTECT, null=True, blank=True, related_name="answer")
    context_key = models.UUIDField(help_text=_("the translation key of the course that asked"))
    chosen = models.JSONField()  # option keys, sorted; empty when not sure
    is_unsure = models.BooleanField()
    is_correct = models.BooleanField()
    confidence = models.PositiveSmallIntegerField(null=True, blank=True)
    answered_at = models.DateTimeField()  # when it was stored; it may have waited in a browser before
    # Decides which answer to a check counts (`quizzes.rules.ordering`). Earlier versions did not know it.
    given_at = models.DateTimeField(null=True, blank=True)

    is_content = False
    append_only = True
    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["employee", "context_key", "question_key"], name="answers_of_a_person")
        ]
        constraints = [
            models.UniqueConstraint(fields=["employee", "key"], name="one_answer_per_idempotency_key"),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__gte=1, confidence__lte=3),
                name="confidence_is_1_to_3",
            ),
            models.CheckConstraint(
                condition=~Q(is_unsure=True, is_correct=True), name="not_sure_is_not_correct"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} · {self.question_key} · {self.answered_at:%Y-%m-%d %H:%M}"
