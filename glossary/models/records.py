"""Between senses, and about them over time: relations, versions, signatures, uses, and what publishing wrote."""

import uuid

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from glossary.models.words import Sense, Word
from people.models import Employee, Side


class FalseFriend(models.Model):
    """Two senses that are taken for each other. Symmetric: one row, the smaller id first."""

    first = models.ForeignKey(Sense, models.CASCADE, related_name="+")
    second = models.ForeignKey(Sense, models.CASCADE, related_name="+")
    # Two sentences, since "here … there …" reads differently from each side.
    contrast_first = models.CharField(_("the difference, read from the first"), max_length=300)
    contrast_second = models.CharField(_("the difference, read from the second"), max_length=300)

    is_content = True

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

    is_content = True

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

    is_content = True
    append_only = True
    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["sense", "number"]
        constraints = [
            models.UniqueConstraint(fields=["sense", "number"], name="sense_versions_are_numbered")
        ]

    def __str__(self) -> str:
        return f"{self.sense} v{self.number}"


class Signature(models.Model):
    """A steward of one side agrees to one version. Append-only: two sides, two different people."""

    version = models.ForeignKey(SenseVersion, models.PROTECT, related_name="signatures")
    side = models.CharField(
        max_length=10,
        choices=[(Side.BUSINESS.value, Side.BUSINESS.label), (Side.TECHNOLOGY.value, Side.TECHNOLOGY.label)],
    )
    signed_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    is_content = False
    append_only = True
    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "side"], name="one_signature_per_side"),
            models.UniqueConstraint(fields=["version", "signed_by"], name="nobody_signs_for_both_sides"),
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.side}"


class TermUse(models.Model):
    """A published page or question uses a sense. Written by whoever publishes the target.

    The glossary imports nobody above it, so the target is generic; it offers `render_published(now)`
    and may say with `rendered_with` what is rendered together.
    """

    sense = models.ForeignKey(Sense, models.PROTECT, related_name="uses")
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    target = GenericForeignKey("content_type", "object_id")
    target_key = models.UUIDField(default=uuid.uuid4)
    locale = models.ForeignKey("wagtailcore.Locale", models.PROTECT, related_name="+")
    title = models.CharField(max_length=255)
    address = models.CharField(max_length=300)

    is_content = True
    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(
                fields=["sense", "content_type", "object_id"], name="one_row_per_use_of_a_sense"
            )
        ]

    def __str__(self) -> str:
        return str(_("%(sense)s in %(title)s") % {"sense": self.sense, "title": self.title})


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

    is_content = True
    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["sort_key", "pk"]
        indexes = [models.Index(fields=["locale", "sort_key"], name="words_of_a_language")]
        constraints = [
            models.UniqueConstraint(
                fields=["slug", "locale"], name="one_published_word_per_address_and_language"
            )
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

    is_content = True
    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "locale"], name="one_import_mark_per_part_and_language")
        ]

    def __str__(self) -> str:
        return str(self.key)


class SuggestedWord(models.Model):
    """A word that somebody looked for and did not find, and would like to see explained."""

    class AskedIn(models.TextChoices):
        SEARCH = "search", _("Search")
        GLOSSARY = "glossary", _("Glossary")

    typed = models.CharField(_("word"), max_length=100)
    normalised = models.CharField(max_length=200, db_index=True)
    suggested_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    suggested_at = models.DateTimeField()
    asked_in = models.CharField(_("where"), max_length=10, choices=AskedIn)

    is_content = False
    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["suggested_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["normalised", "suggested_by"], name="one_suggestion_for_each_person_and_word"
            )
        ]

    def __str__(self) -> str:
        return self.typed
