"""What readers report about lessons, and what was answered."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.pages import LessonPage
from people.models import Employee


class ProblemReport(models.Model):
    """What a reader says is wrong with a lesson, and what its author answered."""

    lesson = models.ForeignKey(LessonPage, models.PROTECT, related_name="problem_reports")
    reporter = models.ForeignKey(Employee, models.PROTECT, related_name="problem_reports")
    text = models.TextField(_("what is the problem?"), max_length=2000)
    made_at = models.DateTimeField()
    answer = models.TextField(_("answer"), max_length=2000, blank=True, default="")
    answered_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)  # when the reporter put the answer away

    is_content = False
    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer=""),
                name="an_answered_report_says_who_and_when",
            )
        ]
        indexes = [models.Index(fields=["reporter", "seen_at"], name="reports_of_a_reader")]

    def __str__(self) -> str:
        return f"{self.lesson_id} · {self.made_at:%Y-%m-%d %H:%M}"
