"""Courses and lessons as pages, and the frameworks they map to."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page, PagePermissionTester
from wagtail.search import index

from courses.addresses import RESERVED_SLUGS
from courses.blocks import LessonBlock, OutcomesBlock
from courses.hooks import hooks
from gates.typography import within_quotes
from glossary.linking import one_reading_of_the_glossary
from glossary.models import Sense
from people.models import Employee
from publishing.publication import PublishingMixin
from publishing.reviewing import Refused, behind, may_publish, needs_a_reviewer
from quizzes.models import Bank


class Direction(models.TextChoices):
    TECHNOLOGY_FOR_BUSINESS = "technology-for-business", _("Technology for business")
    BUSINESS_FOR_TECHNICIANS = "business-for-technicians", _("Business for technicians")


class Level(models.TextChoices):
    FOUNDATION = "foundation", _("Foundation")
    INTERMEDIATE = "intermediate", _("Intermediate")
    ADVANCED = "advanced", _("Advanced")


class SessionKind(models.TextChoices):
    NONE = "", _("No live session")
    BROWN_BAG = "brown-bag", _("Brown bag")
    TOUR = "tour", _("Tour")
    OFFICE_HOUR = "office-hour", _("Office hour")


class Framework(models.Model):
    """A competence framework that courses map to, with the attribution its licence asks for."""

    code = models.SlugField(max_length=40, unique=True, validators=[RegexValidator(r"^[a-z0-9.\-]+$")])
    name = models.CharField(max_length=120)
    version = models.CharField(max_length=20, blank=True, default="")
    licence = models.CharField(max_length=60)
    attribution = models.CharField(max_length=250)
    url = models.URLField(blank=True, default="")

    is_content = True

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()


class Competence(models.Model):
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="competences")
    code = models.CharField(max_length=20)
    label = models.CharField(max_length=200)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    uri = models.URLField(blank=True, default="")

    is_content = True

    class Meta:
        ordering = ["framework", "code"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "code"], name="competence_codes_are_unique")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class CoursePermissions(PagePermissionTester):
    """Wagtail's rights on a page, and the rule of the two sides above them."""

    def __init__(self, user: Any, page: Any) -> None:
        super().__init__(user, page)
        if hasattr(self, "permissions") and not needs_a_reviewer() and "change" in self.permissions:
            self.permissions.add("publish")

    def can_publish(self) -> bool:
        return bool(super().can_publish()) and may_publish(self.user, behind(self.page.latest_revision))

    def can_publish_subpage(self) -> bool:
        """A page that is made and published at once was seen by one person only."""
        return bool(super().can_publish_subpage()) and (self.user.is_superuser or not needs_a_reviewer())


class NotCopied(Refused):
    """Wagtail's own copy would make something that cannot be: nothing was copied."""

    def told(self) -> str:
        return str(self)


class PublishedPage(PublishingMixin, Page):
    """A page of a course: what is published of it is written in the transaction of whatever published it."""

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Any) -> CoursePermissions:
        return CoursePermissions(user, self)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises: NotCopied; authoring.readiness.NotReady, where Wagtail would only say that a page is not valid."""
        if self.alias_of_id:
            raise NotCopied(
                _(
                    "Nothing was copied: a course or lesson has no aliases, since each is done and counted for "
                    "itself. Copy it without “alias”."
                )
            )
        try:
            super().save(*args, **kwargs)
        except ValidationError:
            if self.live:
                hooks.gate(self)
            raise

    def in_its_turn(self) -> AbstractContextManager[None]:
        return one_reading_of_the_glossary()

    def rehearse(self) -> None:
        from courses.publishing import rehearse_course_of

        rehearse_course_of(self)

    def refuse_publication(self, revision: Any, *, user: Any | None) -> None:
        """Raises: OwnText, authoring.readiness.NotReady"""
        super().refuse_publication(revision, user=user)
        hooks.gate(self)

    def went_live(self, revision: Any, *, user: Any | None, now: datetime) -> None:
        from courses.publishing import render_course_of

        if isinstance(self, LessonPage):
            hooks.checks_go_live(revision, user=user)
        render_course_of(self, now=now)

    def came_down(self, *, now: datetime) -> None:
        from courses.publishing import render_course_of

        render_course_of(self, now=now)

    def was_moved(self, *, before: Page, after: Page, now: datetime) -> None:
        """The course it stood in tells it no more; the one it stands in now tells it."""
        from courses.publishing import render_course_of

        if before.pk != after.pk and isinstance(before.specific, CoursePage):
            render_course_of(before, now=now)
        render_course_of(self, now=now)

    def lost_a_page(self, *, now: datetime) -> None:
        from courses.publishing import render_course_of

        render_course_of(self, now=now)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Our own view answers; Wagtail comes here only for preview and for addresses it built itself."""
        return hooks.serve(request, self)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return hooks.preview(request, self, mode_name)


class CataloguePage(Page):
    """All courses, both ways."""

    max_count_per_parent = 1
    parent_page_types = ["bothways.HomePage"]
    subpage_types = ["courses.CoursePage"]

    is_content = True

    class Meta:
        verbose_name = _("catalogue")

    def permissions_for_user(self, user: Any) -> CoursePermissions:
        return CoursePermissions(user, self)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return hooks.serve(request, self)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return hooks.preview(request, self, mode_name)


class CoursePage(PublishedPage):
    """A brown-bag course: some lessons, a quiz, a plan for the live session."""

    code = models.CharField(
        _("code"),
        max_length=12,
        help_text=_("T2, B1: T is technology for business, B is business for technicians."),
    )
    short_title = models.CharField(_("short title"), max_length=60, blank=True, default="")
    summary = models.CharField(_("summary"), max_length=250, help_text=_("One sentence for the catalogue."))
    direction = models.CharField(_("direction"), max_length=24, choices=Direction)
    level = models.CharField(_("level"), max_length=12, choices=Level, default=Level.FOUNDATION)
    outcomes = StreamField(OutcomesBlock(), verbose_name=_("after this you can"), blank=True)
    steward_business = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("business steward")
    )
    steward_technology = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("IT steward")
    )
    reviewed_on = models.DateField(_("last reviewed on"), null=True, blank=True)
    bank = models.ForeignKey(
        Bank, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("question bank")
    )
    quiz_questions = models.PositiveSmallIntegerField(
        _("questions per quiz"), default=8, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    pass_percent = models.PositiveSmallIntegerField(
        _("pass mark in per cent"), default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    quiz_required = models.BooleanField(_("the quiz must be passed"), default=True)
    asks_confidence = models.BooleanField(_("ask how sure people are"), default=True)
    session_kind = models.CharField(
        _("live session"), max_length=12, choices=SessionKind, blank=True, default=""
    )
    session_title = models.CharField(_("title of the session"), max_length=150, blank=True, default="")
    session_minutes = models.PositiveSmallIntegerField(_("minutes of the session"), default=45)
    session_plan = models.TextField(
        _("plan of the session"),
        blank=True,
        default="",
        help_text=_("Markdown. A page of its own, made to be printed."),
    )

    parent_page_types = ["courses.CataloguePage"]
    subpage_types = ["courses.LessonPage"]
    content_panels = [
        *Page.content_panels,
        FieldRowPanel([FieldPanel("code"), FieldPanel("short_title")]),
        FieldPanel("summary"),
        FieldRowPanel([FieldPanel("direction"), FieldPanel("level")]),
        FieldPanel("outcomes"),
        InlinePanel("course_terms", heading=_("Words to meet"), label=_("word")),
        MultiFieldPanel(
            [
                FieldPanel("bank"),
                FieldRowPanel([FieldPanel("quiz_questions"), FieldPanel("pass_percent")]),
                FieldPanel("quiz_required"),
                FieldPanel("asks_confidence"),
            ],
            heading=_("Quiz and checks"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("session_kind"), FieldPanel("session_minutes")]),
                FieldPanel("session_title"),
                FieldPanel("session_plan"),
            ],
            heading=_("Live session"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("steward_business"),
                FieldPanel("steward_technology"),
                FieldPanel("reviewed_on"),
            ],
            heading=_("Stewards"),
        ),
        InlinePanel("course_competences", heading=_("Maps to competences"), label=_("competence")),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("code", boost=4),
        index.SearchField("summary", boost=2),
        index.FilterField("direction"),
    ]

    is_content = True

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    @property
    def name(self) -> str:
        return self.short_title or self.title

    def clean(self) -> None:
        super().clean()
        if self._shares_its_bank():
            raise ValidationError(
                {"bank": _("Another course asks the questions of this bank. Choose a free one.")}
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises: NotCopied, where Wagtail's action and not ours copies: "Copy" on Write makes a bank too."""
        if self._state.adding and self._shares_its_bank():
            raise NotCopied(
                _(
                    "Nothing was copied: the copy would ask the very questions of “%(title)s”. Copy the course on "
                    "Write; that copy has questions of its own."
                )
                % {"title": within_quotes(self.title)}
            )
        super().save(*args, **kwargs)

    def _shares_its_bank(self) -> bool:
        if self.bank_id is None:
            return False
        others = CoursePage.objects.filter(bank=self.bank_id, locale=self.locale_id)
        return others.exclude(pk=self.pk).exists()


class CourseTerm(Orderable):
    """A word to meet in the course, in the order of meeting."""

    course = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="course_terms")
    sense = models.ForeignKey(Sense, models.PROTECT, related_name="+")

    is_content = True

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["course", "sense"], name="a_course_names_a_term_once")]

    def __str__(self) -> str:
        return str(self.sense)


class CourseCompetence(Orderable):
    course = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="course_competences")
    competence = models.ForeignKey(Competence, models.PROTECT, related_name="+")

    is_content = True

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["course", "competence"], name="a_course_maps_to_a_competence_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.competence)


class LessonPage(PublishedPage):
    """One idea in five to ten minutes."""

    objective = models.CharField(
        _("after this lesson you can"),
        max_length=200,
        help_text=_("Lower case, no full stop: convert availability into hours per month"),
    )
    outcome = models.SlugField(_("outcome"), max_length=60, blank=True, default="")
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=7, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )
    is_required = models.BooleanField(_("needed to complete the course"), default=True)
    body = StreamField(LessonBlock(), verbose_name=_("lesson"), blank=True)

    parent_page_types = ["courses.CoursePage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("objective"),
        FieldRowPanel([FieldPanel("minutes"), FieldPanel("outcome")]),
        FieldPanel("is_required"),
        FieldPanel("body"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("objective", boost=2), index.SearchField("body")]

    is_content = True

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    def clean(self) -> None:
        super().clean()
        if self.slug in RESERVED_SLUGS:
            raise ValidationError(
                {
                    "slug": _(
                        "“%(slug)s” is the address of another page of the course. Choose a different one."
                    )
                    % {"slug": self.slug}
                }
            )

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """A phone is a width of the preview panel; these three differ in what is shown."""
        return [("", _("As people get it")), ("print", _("In print")), ("plain", _("Without JavaScript"))]

    @property
    def rendered_with(self) -> tuple[str, str]:
        """The same for the lessons of one course: rendering one of them renders them all."""
        return "course", self.path[: -self.steplen]

    def render_published(self, now: Any) -> None:
        """Called when a word or question that this lesson uses was published anew."""
        from courses.publishing import render_course_of

        render_course_of(self, now=now)
