"""Words and their senses. The sense is the unit: one word with two meanings is two senses."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
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

from glossary.rules import agreement
from people.models import Employee, Side
from publishing.publication import PublishingMixin


class HomeSide(models.TextChoices):
    """Where a meaning is at home."""

    BUSINESS = "business", _("Business")
    TECHNOLOGY = "technology", _("Technology")
    SHARED = "shared", _("Both sides")


class Status(models.TextChoices):
    DRAFT = agreement.DRAFT, _("Draft")
    PROPOSED = agreement.PROPOSED, _("Proposed")
    AGREED = agreement.AGREED, _("Agreed")
    IN_REVIEW = agreement.IN_REVIEW, _("In review")
    DEPRECATED = agreement.DEPRECATED, _("No longer used")


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

    is_content = True

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
    PublishingMixin,
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
    gloss = models.CharField(
        _("gloss"),
        max_length=300,
        help_text=_("At most 25 words. Shown when the word is touched in a lesson."),
    )
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

    is_content = True

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("sense")
        verbose_name_plural = _("senses")
        ordering = ["word__sort_key", "position", "pk"]
        constraints = [
            *getattr(TranslatableMixin.Meta, "constraints", []),
            models.UniqueConstraint(fields=["word", "slug"], name="one_sense_per_address_within_a_word"),
            models.CheckConstraint(
                condition=Q(importance__gte=1, importance__lte=3), name="importance_is_1_to_3"
            ),
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
    def current_version(self) -> Any:
        """The newest `SenseVersion`; None before the first publication."""
        return self.versions.order_by("-number").first()

    needs_both_sides = False  # a meaning is agreed by signatures after it is public

    def went_live(self, revision: Any, *, user: Any | None, now: datetime) -> None:
        """Write the version that questions and answers will point at, refresh what quotes it."""
        from glossary.actions import record_publication

        record_publication(sense_id=self.pk, now=now)

    def came_down(self, *, now: datetime) -> None:
        """Leave the glossary; the entry and everything that quotes it is written anew without it."""
        from glossary.actions import record_publication

        record_publication(sense_id=self.pk, now=now)


class Exchange(Orderable):
    """In a meeting: what was said, how it was heard, and what to say instead."""

    sense = ParentalKey(Sense, on_delete=models.CASCADE, related_name="exchanges")
    speaker_side = models.CharField(
        _("speaker's side"),
        max_length=10,
        choices=[(Side.BUSINESS.value, Side.BUSINESS.label), (Side.TECHNOLOGY.value, Side.TECHNOLOGY.label)],
    )
    speaker = models.CharField(_("who says it"), max_length=60)
    said = models.CharField(_("said"), max_length=300)
    hearer = models.CharField(_("who hears it"), max_length=60)
    heard = models.CharField(_("heard as"), max_length=300)
    say_instead = models.CharField(_("say instead"), max_length=400)

    is_content = True

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

    is_content = True

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

    is_content = True

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

    is_content = True

    def __str__(self) -> str:
        return self.title
