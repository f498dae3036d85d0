"""Who writes a course, who reviews it, and what readers report about its lessons."""

from typing import Any

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, TaskState

from courses.models.pages import CoursePage, LessonPage
from people.editing import AsksAnother
from people.models import Employee
from people.publication import my_turn
from people.reviewing import OwnText, behind, may_publish


class CourseTeam(models.Model):
    """The authors of one course: a group of its own, which holds rights on this course and no other.

    Wagtail asks for rights by group and place in the tree at every one of its doors, so a group per
    course closes them all. A course without a team is written by reviewers and administrators.
    """

    course = models.OneToOneField(CoursePage, models.CASCADE, related_name="team")
    group = models.OneToOneField(Group, models.CASCADE, related_name="course_team")

    def __str__(self) -> str:
        return str(self.group)


class OtherSideApproval(AsksAnother, AbstractGroupApprovalTask):
    """A review by somebody of the groups who did not write the text and belongs to the other side."""

    class Meta:
        verbose_name = _("review by the other side")
        verbose_name_plural = _("reviews by the other side")

    def start(self, workflow_state: Any, user: Any = None) -> Any:
        """The gate of every door to a review. Raises: courses.writing.readiness.NotReady"""
        from courses.writing.readiness import refuse_what_is_not_ready

        refuse_what_is_not_ready(workflow_state.content_object.get_latest_revision_as_object())
        return super().start(workflow_state, user=user)

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, str, bool]]:
        actions: list[tuple[str, str, bool]] = super().get_actions(obj, user)
        sent = getattr(obj.current_workflow_task_state, "revision", None)
        # Who mended a comma of what was sent keeps the button: it says why not, and what to do.
        if may_publish(user, behind(obj.latest_revision)) or (sent and may_publish(user, behind(sent))):
            return actions
        # Who wrote it, or thinks like who wrote it, may still say what is missing.
        return [action for action in actions if action[0] != "approve"]

    def waits_for_another(self, item: Any, user: Any) -> bool:
        return "approve" in {
            name for name, _label, _modal in super().get_actions(item, user)
        } and not may_publish(user, behind(item.latest_revision))

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> QuerySet[TaskState]:
        states: QuerySet[TaskState] = super().get_task_states_user_can_moderate(user, **kwargs)
        return states.exclude(workflow_state__requested_by=user)

    def on_action(self, task_state: Any, user: Any, action_name: str, **kwargs: Any) -> Any:
        """Approving publishes: where that is refused, the review goes on as if nothing had been clicked.

        Raises: OwnText
        """
        with my_turn():
            item = task_state.workflow_state.content_object
            if action_name == "approve" and not may_publish(user, behind(item.get_latest_revision())):
                raise OwnText
            return super().on_action(task_state, user, action_name, **kwargs)

    @classmethod
    def get_description(cls) -> str:
        return str(_("Somebody of the chosen groups, from the other side than whoever wrote the text"))


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
