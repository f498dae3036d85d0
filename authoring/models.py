"""Who writes a course, who reviews it, and copies of courses on their way.

Tables are named as they were when they stood in `courses`: an upgrade moves no row.
"""

import uuid
from typing import Any

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, TaskState

from courses.hooks import hooks
from courses.models import CoursePage
from jobs.models import Underway
from people.models import Employee
from publishing.editing import AsksAnother
from publishing.publication import my_turn
from publishing.reviewing import OwnText, behind, may_publish


class CourseTeam(models.Model):
    """The authors of one course: a group of its own, which holds rights on this course and no other.

    Wagtail asks for rights by group and place in the tree at every one of its doors, so a group per
    course closes them all. A course without a team is written by reviewers and administrators.
    """

    course = models.OneToOneField(CoursePage, models.CASCADE, related_name="team")
    group = models.OneToOneField(Group, models.CASCADE, related_name="course_team")

    is_content = False

    class Meta:
        db_table = "courses_courseteam"

    def __str__(self) -> str:
        return str(self.group)


class OtherSideApproval(AsksAnother, AbstractGroupApprovalTask):
    """A review by somebody of the groups who did not write the text and belongs to the other side."""

    is_content = True

    class Meta:
        app_label = "courses"  # a workflow names its tasks by app
        verbose_name = _("review by the other side")
        verbose_name_plural = _("reviews by the other side")

    def start(self, workflow_state: Any, user: Any = None) -> Any:
        """The gate of every door to a review. Raises: authoring.readiness.NotReady"""
        hooks.gate(workflow_state.content_object.get_latest_revision_as_object())
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


class CourseCopy(Underway):
    """A copy of a course on its way, piece by piece. It has one stage, `IMPORTING`, until it is whole or failed.

    `outcome` names the questions and lessons that belong in it, and which questions are there by now. The
    course stands on nobody's desk before it is whole.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    author = models.ForeignKey(Employee, models.CASCADE, related_name="+")
    source = models.ForeignKey(CoursePage, models.SET_NULL, null=True, related_name="+")
    copy = models.ForeignKey(CoursePage, models.CASCADE, related_name="+")
    made_at = models.DateTimeField(db_index=True)

    is_content = False
    wagtail_reference_index_ignore = True

    class Meta:
        db_table = "courses_coursecopy"

    def __str__(self) -> str:
        return self.copy.title
