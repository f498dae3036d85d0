"""Courses and lessons as pages, who must take them, and the record of who did.

What a person did is `Evidence` here and `quizzes.Answer` below: rows that are only ever added.
`CourseRecord` is computed from them in the same transaction and can be recomputed at any time.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from courses.blocks import LessonBlock, OutcomesBlock
from glossary.models import Sense
from people.models import Department, Employee, Side
from quizzes.models import Bank

# Addresses below a course that are not lessons.
RESERVED_SLUGS = frozenset({"quiz", "session-plan", "start"})


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

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()


class Competence(models.Model):
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="competences")
    code = models.CharField(max_length=20)
    label = models.CharField(max_length=200)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    uri = models.URLField(blank=True, default="")

    class Meta:
        ordering = ["framework", "code"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "code"], name="competence_codes_are_unique")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class PublishedPage(Page):
    """A page whose `publish()` also writes what is shown, in one transaction.

    `revision.publish()` is not atomic by itself, and hooks fire only in the admin; every door
    (admin, schedule, workflow, import) comes through this method.
    """

    class Meta:
        abstract = True

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> None:
        from courses.publishing import render_course_of

        with transaction.atomic():
            super().publish(revision, *args, **kwargs)
            render_course_of(self, now=timezone.now())

    def unpublish(self, *args: Any, **kwargs: Any) -> None:
        from courses.publishing import render_course_of

        with transaction.atomic():
            super().unpublish(*args, **kwargs)
            render_course_of(self, now=timezone.now())

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Our own view answers; Wagtail comes here only for preview and for addresses it built itself."""
        from courses.views import serve_page

        return serve_page(request, self)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        from courses.views import serve_preview

        return serve_preview(request, self, mode_name)


class CataloguePage(Page):
    """All courses, both ways."""

    max_count_per_parent = 1
    parent_page_types = ["bothways.HomePage"]
    subpage_types = ["courses.CoursePage"]

    class Meta:
        verbose_name = _("catalogue")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from courses.views import catalogue

        return catalogue(request)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        from courses.views import catalogue

        return catalogue(request)


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
            [FieldPanel("steward_business"), FieldPanel("steward_technology"), FieldPanel("reviewed_on")],
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

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    @property
    def name(self) -> str:
        return self.short_title or self.title


class CourseTerm(Orderable):
    """A word to meet in the course, in the order of meeting."""

    course = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="course_terms")
    sense = models.ForeignKey(Sense, models.PROTECT, related_name="+")

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["course", "sense"], name="a_course_names_a_term_once")]

    def __str__(self) -> str:
        return str(self.sense)


class CourseCompetence(Orderable):
    course = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="course_competences")
    competence = models.ForeignKey(Competence, models.PROTECT, related_name="+")

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

    def render_published(self, now: Any) -> None:
        """Called when a word or question that this lesson uses was published anew."""
        from courses.publishing import render_course_of

        render_course_of(self, now=now)


class Published(models.Model):
    """What publishing wrote: one row answers a request for a course or a lesson.

    Measured, signed in, CPU ÷ a bare Django view: Wagtail's serve 10.9, our view over the
    ordinary models 5.1 to 5.7, one such row 2.95.
    """

    page = models.OneToOneField(Page, models.CASCADE, related_name="published_row")
    locale = models.ForeignKey("wagtailcore.Locale", models.PROTECT, related_name="+")
    course_key = models.UUIDField()
    key = models.UUIDField()
    course_slug = models.CharField(max_length=255)
    slug = models.CharField(max_length=255, blank=True, default="")  # empty: the course itself
    position = models.PositiveSmallIntegerField(default=0)
    direction = models.CharField(max_length=24, choices=Direction)
    card = models.JSONField()  # what lists show
    data = models.JSONField()  # what the page shows
    rendered_at = models.DateTimeField()

    class Meta:
        ordering = ["course_slug", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["locale", "course_slug", "slug"], name="one_published_row_per_address"
            )
        ]
        indexes = [models.Index(fields=["course_key"], name="published_by_course")]

    def __str__(self) -> str:
        return f"/courses/{self.course_slug}/{self.slug}"


class Audience(models.Model):
    """Who should take a course: everyone, a side, or a department with all below it."""

    class Scope(models.TextChoices):
        EVERYONE = "everyone", _("Everyone")
        SIDE = "side", _("One side")
        DEPARTMENT = "department", _("A department and those below it")

    class Requirement(models.TextChoices):
        REQUIRED = "required", _("Required")
        RECOMMENDED = "recommended", _("Recommended")

    course = models.ForeignKey(CoursePage, models.PROTECT, related_name="audiences", verbose_name=_("course"))
    course_key = models.UUIDField(editable=False)
    scope = models.CharField(_("who"), max_length=10, choices=Scope)
    side = models.CharField(
        _("side"),
        max_length=10,
        blank=True,
        default="",
        choices=[(Side.BUSINESS.value, Side.BUSINESS.label), (Side.TECHNOLOGY.value, Side.TECHNOLOGY.label)],
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="audiences",
        verbose_name=_("department"),
    )
    requirement = models.CharField(
        _("requirement"), max_length=11, choices=Requirement, default=Requirement.REQUIRED
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        ordering = ["course_key", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="everyone", side="", department__isnull=True)
                | (Q(scope="side", department__isnull=True) & ~Q(side=""))
                | Q(scope="department", side="", department__isnull=False),
                name="an_audience_names_exactly_whom_its_scope_says",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course_key} · {self.scope}"


class Evidence(models.Model):
    """Something a person did in a course, beside answering. Append-only."""

    class Kind(models.TextChoices):
        STARTED = "started", _("started the course")
        READ = "read", _("read the lesson")

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="evidence")
    course = models.ForeignKey(CoursePage, models.PROTECT, related_name="+")
    course_key = models.UUIDField()
    lesson = models.ForeignKey(LessonPage, models.PROTECT, null=True, blank=True, related_name="+")
    lesson_key = models.UUIDField(null=True, blank=True)
    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "course_key"],
                condition=Q(kind="started"),
                name="a_course_is_started_once",
            ),
            models.UniqueConstraint(
                fields=["employee", "course_key", "lesson_key"],
                condition=Q(kind="read"),
                name="a_lesson_is_read_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="started", lesson_key__isnull=True)
                | Q(kind="read", lesson_key__isnull=False),
                name="reading_names_its_lesson",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.kind} {self.course_key}"


class Criterion(models.Model):
    """What completing a course took at a time: lessons with their checks, quiz, pass mark. Append-only."""

    course = models.ForeignKey(CoursePage, models.PROTECT, related_name="criteria")
    course_key = models.UUIDField()
    number = models.PositiveIntegerField()
    rule = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["course_key", "number"]
        constraints = [models.UniqueConstraint(fields=["course_key", "number"], name="criteria_are_numbered")]

    def __str__(self) -> str:
        return f"{self.course_key} · {self.number}"


class CourseRecord(models.Model):
    """Where a person stands in a course: a projection of evidence and answers, with its criterion.

    Written in the transaction of the answer; `manage.py verify_records` recomputes every column.
    `progress` holds what the course's pages show to the person: lessons done and the latest answer
    to each check, so that a lesson is served with one row about the person.
    """

    class Status(models.TextChoices):
        IN_PROGRESS = "in_progress", _("In progress")
        COMPLETED = "completed", _("Completed")

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="records")
    course = models.ForeignKey(CoursePage, models.PROTECT, related_name="records")
    course_key = models.UUIDField()
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    status = models.CharField(max_length=11, choices=Status)
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    lessons_done = models.PositiveSmallIntegerField(default=0)
    lessons_needed = models.PositiveSmallIntegerField(default=0)
    best_score_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    progress = models.JSONField(default=dict)

    class Meta:
        ordering = ["employee", "course_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "course_key"], name="one_record_per_person_and_course"
            ),
            models.CheckConstraint(
                condition=Q(status="completed", completed_at__isnull=False)
                | Q(status="in_progress", completed_at__isnull=True),
                name="completed_means_with_a_date",
            ),
        ]
        indexes = [models.Index(fields=["course_key", "status"], name="records_of_a_course")]

    def __str__(self) -> str:
        return f"{self.employee_id} · {self.course_key} · {self.status}"


class ImportedFile(models.Model):
    """What the last import of a file wrote, to tell a changed file from a page that a person edited."""

    course_code = models.CharField(max_length=12)
    name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    page = models.ForeignKey(Page, models.CASCADE, null=True, blank=True, related_name="+")
    revision_id = models.BigIntegerField(
        null=True, blank=True
    )  # the page's newest revision right after the import
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course_code", "name"], name="one_row_per_imported_file")
        ]

    def __str__(self) -> str:
        return f"{self.course_code}/{self.name}"
