"""What publishing wrote, who must take a course, and the record of who did.

What a person did is `Evidence` here and `quizzes.Answer` below: rows that are only ever added.
`CourseRecord` is computed from them in the same transaction and can be recomputed at any time.
"""

from functools import cached_property

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from courses.models.pages import CoursePage, Direction, LessonPage
from courses.published import CourseCard, PublishedCourse, PublishedLesson
from people.models import Department, Employee, Side


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
    card = models.JSONField()  # what lists show; read as `course_card`
    data = models.JSONField()  # what the page shows; read as `as_course` or `as_lesson`
    rendered_at = models.DateTimeField()

    is_content = True
    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["course_slug", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["locale", "course_slug", "slug"], name="one_published_row_per_address"
            )
        ]
        indexes = [models.Index(fields=["course_key"], name="published_by_course")]

    def __str__(self) -> str:
        return f"{self.course_slug}/{self.slug}"

    @cached_property
    def course_card(self) -> CourseCard:
        """What lists show, of the row of a course. Decoded once."""
        return CourseCard.from_json(self.card)

    @cached_property
    def as_course(self) -> PublishedCourse:
        """What the pages show, of the row of a course. Decoded once."""
        return PublishedCourse.from_json(self.data)

    @cached_property
    def as_lesson(self) -> PublishedLesson:
        """What the page shows, of the row of a lesson. Decoded once."""
        return PublishedLesson.from_json(self.data)

    @property
    def shown(self) -> PublishedCourse | PublishedLesson:
        return self.as_lesson if self.slug else self.as_course


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

    is_content = False

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

    is_content = False
    append_only = True
    wagtail_reference_index_ignore = True

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

    is_content = True
    append_only = True
    wagtail_reference_index_ignore = True

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

    is_content = False
    wagtail_reference_index_ignore = True

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
        indexes = [
            models.Index(fields=["course_key", "status"], name="records_of_a_course"),
            # Everything a report reads of a record: the row itself is wide, the index is a hundredth of it.
            models.Index(
                fields=["employee", "course_key", "started_at", "completed_at"], name="records_in_reports"
            ),
        ]

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

    is_content = True
    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course_code", "name"], name="one_row_per_imported_file")
        ]

    def __str__(self) -> str:
        return f"{self.course_code}/{self.name}"
