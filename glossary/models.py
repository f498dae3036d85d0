"""Words and their senses. The sense is the unit: one word with two meanings is two senses."""

import uuid
from typing import Any

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    Orderable,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)

from people.models import Employee, Side


class HomeSide(models.TextChoices):
    """Where a meaning is at home."""

    BUSINESS = "business", _("Business")
    TECHNOLOGY = "technology", _("Technology")
    SHARED = "shared", _("Both sides")


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Proposed")
    AGREED = "agreed", _("Agreed")
    IN_REVIEW = "in_review", _("In review")
    DEPRECATED = "deprecated", _("No longer used")


class Word(TranslatableMixin, models.Model):
    """A word as it is written. What it means stands in its senses."""

    lemma = models.CharField(_("word"), max_length=120)
    slug = models.SlugField(_("address"), max_length=120, allow_unicode=True)
    part_of_speech = models.CharField(_("part of speech"), max_length=40, default="noun")
    pronunciation = models.CharField(_("pronunciation"), max_length=120, blank=True, default="")
    spine = models.CharField(
        _("split over the spine"),
        max_length=125,
        blank=True,
        default="",
        help_text=_("For a false friend: the word with | where the two voices meet, as in avail|ability."),
    )
    careful = models.TextField(
        _("careful: two meanings"),
        blank=True,
        default="",
        help_text=_("For a false friend: what goes wrong when each side hears its own meaning."),
    )
    sort_key = models.CharField(max_length=120, editable=False, db_index=True)
    wikidata_id = models.CharField(max_length=20, blank=True, default="")

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("word")
        verbose_name_plural = _("words")
        ordering = ["sort_key"]
        constraints = [
            *getattr(TranslatableMixin.Meta, "constraints", []),
            models.UniqueConstraint(
                fields=["slug", "locale"],
                name="one_word_per_address_and_language",
                violation_error_message=_("There is already a word with this address."),
            ),
        ]

    def __str__(self) -> str:
        return self.lemma

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = self.lemma.casefold()
        super().save(*args, **kwargs)

    @property
    def halves(self) -> tuple[str, str]:
        """The word as the two voices print it: business first. The second half may be empty."""
        first, _bar, second = self.spine.partition("|")
        return (first, second) if second else (self.lemma, "")


class Sense(
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    TranslatableMixin,
    ClusterableModel,
):
    """One meaning of one word, with a wording for each side."""

    word = models.ForeignKey(Word, models.PROTECT, related_name="senses", verbose_name=_("word"))
    slug = models.SlugField(_("address"), max_length=60, default="main", allow_unicode=True)
    position = models.PositiveSmallIntegerField(_("order within the word"), default=1)
    qualifier = models.CharField(
        _("qualifier"),
        max_length=80,
        blank=True,
        default="",
        help_text=_("Tells this meaning from the others: of a service."),
    )
    home_side = models.CharField(_("home side"), max_length=10, choices=HomeSide, default=HomeSide.SHARED)
    domain = models.CharField(_("field"), max_length=60, blank=True, default="")
    gloss = models.CharField(_("gloss"), max_length=300, help_text=_("At most 25 words. Shown when the word is touched in a lesson."))
    wording_business = models.TextField(_("for business"), help_text=_("At most 60 words."))
    wording_technology = models.TextField(_("for IT"), help_text=_("At most 60 words."))
    why_it_matters = models.CharField(_("why it matters"), max_length=300, blank=True, default="")
    abbreviation = models.CharField(_("abbreviation"), max_length=30, blank=True, default="")
    expansion = models.CharField(_("written out"), max_length=150, blank=True, default="")
    formula = models.CharField(_("formula"), max_length=200, blank=True, default="")
    unit = models.CharField(_("unit"), max_length=60, blank=True, default="")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PROPOSED)
    importance = models.PositiveSmallIntegerField(
        _("importance"), default=2, validators=[MinValueValidator(1), MaxValueValidator(3)]
    )
    owner_business = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("business steward")
    )
    owner_technology = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("IT steward")
    )
    review_due = models.DateField(_("review due"), null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("replaced by")
    )
    meaning_changed = models.BooleanField(
        _("the meaning changes"),
        default=True,
        help_text=_("Off when only the wording is better: what people learned stays true."),
    )
    changed_because = models.CharField(_("changed because"), max_length=250, blank=True, default="")

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("sense")
        verbose_name_plural = _("senses")
        ordering = ["word__sort_key", "position", "pk"]
        constraints = [
            *getattr(TranslatableMixin.Meta, "constraints", []),
            models.UniqueConstraint(fields=["word", "slug"], name="one_sense_per_address_within_a_word"),
            models.CheckConstraint(condition=Q(importance__gte=1, importance__lte=3), name="importance_is_1_to_3"),
            models.CheckConstraint(
                condition=~Q(status="deprecated") | Q(replaced_by__isnull=False),
                name="a_deprecated_sense_names_its_replacement",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.word.lemma} ({self.qualifier})" if self.qualifier else self.word.lemma

    def clean(self) -> None:
        super().clean()
        if self.status == Status.DEPRECATED and self.replaced_by_id is None:
            raise ValidationError({"replaced_by": _("Name the sense that replaces this one.")})

    @property
    def reference(self) -> str:
        """How lessons and questions name this sense: `availability#service`."""
        return f"{self.word.slug}#{self.slug}"

    @cached_property
    def current_version(self) -> "SenseVersion | None":
        return self.versions.order_by("-number").first()

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> None:
        """Go live, write the version that questions and answers will point at, refresh what quotes it.

        One transaction: `revision.publish()` alone is not atomic, and a failure after it would leave
        a text live that has no version.
        """
        from glossary.actions import record_publication

        with transaction.atomic():
            super().publish(revision, *args, **kwargs)
            record_publication(sense_id=self.pk, now=timezone.now())

    def unpublish(self, *args: Any, **kwargs: Any) -> None:
        """Leave the glossary; the entry and everything that quotes it is written anew without it."""
        from glossary.actions import record_publication

        with transaction.atomic():
            super().unpublish(*args, **kwargs)
            record_publication(sense_id=self.pk, now=timezone.now())


class Exchange(Orderable):
    """In a meeting: what was said, how it was heard, and what to say instead."""

    sense = ParentalKey(Sense, on_delete=models.CASCADE, related_name="exchanges")
    speaker_side = models.CharField(_("speaker's side"), max_length=10, choices=[(Side.BUSINESS.value, Side.BUSINESS.label), (Side.TECHNOLOGY.value, Side.TECHNOLOGY.label)])
    speaker = models.CharField(_("who says it"), max_length=60)
    said = models.CharField(_("said"), max_length=300)
    hearer = models.CharField(_("who hears it"), max_length=60)
    heard = models.CharField(_("heard as"), max_length=300)
    say_instead = models.CharField(_("say instead"), max_length=400)

    def __str__(self) -> str:
        return self.said


class Synonym(Orderable):
    class Acceptability(models.TextChoices):
        PREFERRED = "preferred", _("preferred")
        ADMITTED = "admitted", _("fine")
        AVOID = "avoid", _("better not")

    sense = ParentalKey(Sense, on_delete=models.CASCADE, related_name="synonyms")
    label = models.CharField(_("word"), max_length=120)
    acceptability = models.CharField(max_length=10, choices=Acceptability, default=Acceptability.ADMITTED)
    side = models.CharField(_("who says it"), max_length=10, choices=HomeSide, default=HomeSide.SHARED)

    def __str__(self) -> str:
        return self.label


class Match(Orderable):
    """Where another vocabulary has the same, a close, a broader or a narrower idea (SKOS)."""

    class Kind(models.TextChoices):
        EXACT = "exact", _("the same")
        CLOSE = "close", _("close")
        BROAD = "broad", _("broader")
        NARROW = "narrow", _("narrower")

    sense = ParentalKey(Sense, on_delete=models.CASCADE, related_name="matches")
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.CLOSE)
    uri = models.URLField(max_length=300)

    def __str__(self) -> str:
        return self.uri


class Source(Orderable):
    sense = ParentalKey(Sense, on_delete=models.CASCADE, related_name="sources")
    author = models.CharField(max_length=150, blank=True, default="")
    title = models.CharField(max_length=250)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    url = models.URLField(max_length=300, blank=True, default="")
    licence = models.CharField(max_length=80, blank=True, default="")
    quoted = models.BooleanField(_("quoted word for word"), default=False)

    def __str__(self) -> str:
        return self.title


class FalseFriend(models.Model):
    """Two senses that are taken for each other. Symmetric: one row, the smaller id first."""

    first = models.ForeignKey(Sense, models.CASCADE, related_name="+")
    second = models.ForeignKey(Sense, models.CASCADE, related_name="+")
    # Two sentences, since "here … there …" reads differently from each side.
    contrast_first = models.CharField(_("the difference, read from the first"), max_length=300)
    contrast_second = models.CharField(_("the difference, read from the second"), max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="one_row_per_pair_of_false_friends"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="false_friends_stand_in_order"),
        ]

    def __str__(self) -> str:
        return self.contrast_first


class Relation(models.Model):
    """SKOS relations between senses. `related` is symmetric and stored once, the smaller id first."""

    class Kind(models.TextChoices):
        BROADER = "broader", _("broader")
        RELATED = "related", _("related")

    kind = models.CharField(max_length=8, choices=Kind)
    source = models.ForeignKey(Sense, models.CASCADE, related_name="relations_out")
    target = models.ForeignKey(Sense, models.CASCADE, related_name="relations_in")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "source", "target"], name="one_row_per_relation"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="no_sense_is_related_to_itself"),
            models.CheckConstraint(
                condition=~Q(kind="related") | Q(source__lt=F("target")), name="related_senses_stand_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.target}"


class SenseVersion(models.Model):
    """What a sense said from one publication to the next. Append-only.

    `until` is the `from_at` of the next version: a stored column would have to be changed later,
    and the database refuses that.
    """

    sense = models.ForeignKey(Sense, models.PROTECT, related_name="versions")
    sense_key = models.UUIDField(db_index=True)  # the sense's translation_key: figures merge over languages
    number = models.PositiveIntegerField()
    texts = models.JSONField()
    meaning_changed = models.BooleanField()
    changed_because = models.CharField(max_length=250, blank=True, default="")
    from_at = models.DateTimeField()

    class Meta:
        ordering = ["sense", "number"]
        constraints = [models.UniqueConstraint(fields=["sense", "number"], name="sense_versions_are_numbered")]

    def __str__(self) -> str:
        return f"{self.sense} v{self.number}"


class Signature(models.Model):
    """A steward of one side agrees to one version. Append-only: two sides, two different people."""

    version = models.ForeignKey(SenseVersion, models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=10, choices=[(Side.BUSINESS.value, Side.BUSINESS.label), (Side.TECHNOLOGY.value, Side.TECHNOLOGY.label)])
    signed_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "side"], name="one_signature_per_side"),
            models.UniqueConstraint(fields=["version", "signed_by"], name="nobody_signs_for_both_sides"),
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.side}"


class TermUse(models.Model):
    """A published page or question uses a sense. Written by whoever publishes the target.

    The glossary imports nobody above it, so the target is generic; it offers `render_published(now)`.
    """

    sense = models.ForeignKey(Sense, models.PROTECT, related_name="uses")
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    target = GenericForeignKey("content_type", "object_id")
    target_key = models.UUIDField(default=uuid.uuid4)
    locale = models.ForeignKey("wagtailcore.Locale", models.PROTECT, related_name="+")
    title = models.CharField(max_length=255)
    address = models.CharField(max_length=300)

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(fields=["sense", "content_type", "object_id"], name="one_row_per_use_of_a_sense")
        ]

    def __str__(self) -> str:
        return f"{self.sense} in {self.title}"


class PublishedWord(models.Model):
    """What publishing wrote: one row answers a request for a word, all cards together the index.

    A word stands here as long as one of its senses is live. No name of a person is kept in it, only
    ids, so that erasing somebody needs no search through JSON.
    """

    word = models.OneToOneField(Word, models.CASCADE, related_name="published_row")
    locale = models.ForeignKey("wagtailcore.Locale", models.PROTECT, related_name="+")
    key = models.UUIDField(db_index=True)  # the word's translation_key
    slug = models.CharField(max_length=120)
    sort_key = models.CharField(max_length=120)
    is_false_friend = models.BooleanField()
    card = models.JSONField()  # what lists and search use
    data = models.JSONField()  # what the page and the pop-overs show
    guide = models.JSONField(default=dict)  # the words before and after it
    rendered_at = models.DateTimeField()

    class Meta:
        ordering = ["sort_key", "pk"]
        indexes = [models.Index(fields=["locale", "sort_key"], name="words_of_a_language")]
        constraints = [
            models.UniqueConstraint(fields=["slug", "locale"], name="one_published_word_per_address_and_language")
        ]

    def __str__(self) -> str:
        return self.slug


class ImportMark(models.Model):
    """What the last import of a word or a sense left behind, to tell what a person edited since."""

    key = models.UUIDField()
    locale = models.ForeignKey("wagtailcore.Locale", models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    links = models.JSONField(default=list)  # relations that the file asked for and that were made
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "locale"], name="one_import_mark_per_part_and_language")]

    def __str__(self) -> str:
        return str(self.key)
