"""What a review does: texts are submitted, approved and sent back, once each, and only as they were read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wagtail.actions.move_page import MovePageAction
from wagtail.models import Page, TaskState, WorkflowState

from courses.models import CoursePage, LessonPage
from people.models import Employee
from publishing.publication import acting, my_turn, rehearse
from publishing.reviewing import Refused

APPROVE, SEND_BACK = "approve", "send_back"
_ACTIONS = {APPROVE: "approve", SEND_BACK: "reject"}


class NotWaiting(Exception):
    """The page waits for nobody: somebody decided, or the author took it back. Nothing was done."""


class TextChanged(Exception):
    """The text is another one than this person has read. Nothing was done."""


class NotYours(Exception):
    """This person may not decide so. Nothing was done."""


@dataclass(frozen=True)
class Decision:
    """What somebody decided about a page, whose `revision` they have read."""

    page: Any
    revision: int


def decide(*, page: Page, revision: int, by: Employee, decision: str, remark: str = "") -> Any:
    """Approve a page, which publishes it, or send it back with a remark. The page as it is stored then.

    Raises: NotWaiting, TextChanged, NotYours; OwnText and NotReady, where a rule of publishing says no.
    """
    if decision == APPROVE:
        rehearse(page.specific)
    with my_turn(), acting(by):
        page = Page.objects.get(pk=page.pk).specific
        step = page.current_workflow_task_state
        if step is None or step.status != TaskState.STATUS_IN_PROGRESS:
            raise NotWaiting
        if page.latest_revision_id != revision:
            raise TextChanged
        task, action = step.task.specific, _ACTIONS[decision]
        if action not in {name for name, _label, _modal in task.get_actions(page, by)}:
            raise NotYours
        task.on_action(step, by, action, comment=remark.strip())
    return Page.objects.get(pk=page.pk).specific


def submit(*, page: Page, revision: int, by: Any) -> None:
    """Send a page to its review, or send it again. Doing it twice changes nothing more.

    Raises: TextChanged; NotReady, where something is missing.
    """
    with my_turn(), acting(by):
        page = Page.objects.get(pk=page.pk).specific
        if page.latest_revision_id != revision:
            raise TextChanged
        state = page.current_workflow_state
        if state is None:
            page.get_workflow().start(page, by)
        elif state.status == WorkflowState.STATUS_NEEDS_CHANGES:
            state.resume(by)


def move(*, course: CoursePage, lesson: int, position: int, by: Employee) -> list[LessonPage]:
    """Put a lesson at a position of its course, counted from 1; the lessons in their order then.

    Doing it twice changes nothing more. What readers see follows in the same transaction.

    Raises: LessonPage.DoesNotExist
    """
    rehearse(course)
    with my_turn(), acting(by):
        lessons = list(LessonPage.objects.child_of(CoursePage.objects.get(pk=course.pk)).order_by("path"))
        before = next((number for number, one in enumerate(lessons, start=1) if one.pk == lesson), None)
        if before is None:
            raise LessonPage.DoesNotExist
        position = min(max(position, 1), len(lessons))
        if position != before:
            side = "left" if position < before else "right"
            # Wagtail asks for the right to publish the course; whoever may change it may order its lessons.
            action = MovePageAction(lessons[before - 1], lessons[position - 1], pos=side, user=by)
            action.execute(skip_permission_checks=True)
            lessons.insert(position - 1, lessons.pop(before - 1))
    return lessons


def submit_all(decisions: Sequence[Decision], *, by: Employee) -> tuple[list[Any], list[Any]]:
    """Submit each page by itself, so that nobody waits for all; which were, and which were not."""
    done, refused = [], []
    for decision in decisions:
        try:
            submit(page=decision.page, revision=decision.revision, by=by)
        except (TextChanged, Refused):
            refused.append(decision.page)
        else:
            done.append(decision.page)
    return done, refused


def approve_all(decisions: Sequence[Decision], *, by: Employee) -> tuple[list[Any], list[Any]]:
    """Approve each page by itself: the rule of the two sides is asked for each. Which were, and which were not."""
    done, refused = [], []
    for decision in decisions:
        try:
            done.append(decide(page=decision.page, revision=decision.revision, by=by, decision=APPROVE))
        except (NotWaiting, TextChanged, NotYours, Refused):
            refused.append(decision.page)
    return done, refused
