"""The index of the search. Publishing writes it, and everything in it can be written anew from what is published."""

from django.db import models


class Kind(models.TextChoices):
    COURSE = "course"
    LESSON = "lesson"
    WORD = "word"


class Target(models.Model):
    """What can be found: a published course, lesson or word."""

    kind = models.CharField(max_length=8, choices=Kind)
    object_id = models.PositiveBigIntegerField()  # of the page, or of the word
    language = models.CharField(max_length=12)
    course = models.PositiveBigIntegerField(default=0)  # page of the course that must be visible; 0: none
    order = models.CharField(max_length=255)  # among hits that fit as well
    digest = models.CharField(max_length=32)
    format = models.PositiveSmallIntegerField()

    is_content = True
    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="everything_is_indexed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class Name(models.Model):
    """A title or another name from one of its words on: see `search.rules.indexing.Name`."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="+")
    head = models.CharField(max_length=2)
    start = models.CharField(max_length=250)
    root = models.CharField(max_length=250)
    rank = models.PositiveSmallIntegerField()

    is_content = True
    wagtail_reference_index_ignore = True

    class Meta:
        indexes = [
            models.Index(fields=["head"], name="names_by_beginning"),
            models.Index(fields=["root"], name="names_by_stems"),
        ]

    def __str__(self) -> str:
        return self.start


class Posting(models.Model):
    """That a word, as its key, stands in a target. `passages`: their numbers with a comma after each."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="+")
    key = models.CharField(max_length=40)
    weight = models.PositiveSmallIntegerField()
    passages = models.CharField(max_length=100, blank=True)

    is_content = True
    wagtail_reference_index_ignore = True

    class Meta:
        indexes = [models.Index(fields=["key", "target", "weight"], name="targets_of_a_word")]

    def __str__(self) -> str:
        return self.key


class Passage(models.Model):
    """A paragraph of a target, to show the sentence that was found and to lead to it."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    anchor = models.CharField(max_length=255, blank=True)
    heading = models.CharField(max_length=255, blank=True)
    text = models.TextField()

    is_content = True
    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target", "number"], name="one_passage_for_each_number")
        ]

    def __str__(self) -> str:
        return self.text


class Spelling(models.Model):
    """A known word under one of its pieces, for who mistypes it: see `search.rules.near`.

    Words stay when the last text with them goes: they are looked up in the index before anybody sees them.
    """

    word = models.CharField(max_length=24)
    piece = models.CharField(max_length=48)

    is_content = True
    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["word", "piece"], name="each_piece_of_a_word_once"),
        ]
        indexes = [models.Index(fields=["piece", "word"], name="words_with_a_piece")]

    def __str__(self) -> str:
        return self.word
