"""Mails about reviews, in our words and in the recipient's language; Wagtail's own are not sent beside them."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted
from wagtail.users.models import UserProfile

from courses.models import LessonPage
from people.models import Employee
from people.queries import organisation
from post import templated
from publishing.reviewing import behind, may_publish

SUBMITTED, APPROVED, SENT_BACK = "submitted", "approved", "sent_back"
_PREFERENCES = {
    SUBMITTED: "submitted_notifications",
    APPROVED: "approved_notifications",
    SENT_BACK: "rejected_notifications",
}


def connect() -> None:
    """Put our mails where Wagtail's are: under the same names, so that whichever came first, ours are sent."""
    for signal, receiver, sender, uid in (
        (task_submitted, _to_reviewers, TaskState, "group_approval_task_submitted_email_notification"),
        (workflow_submitted, _nothing, WorkflowState, "workflow_state_submitted_email_notification"),
        (workflow_rejected, _sent_back, WorkflowState, "workflow_state_rejected_email_notification"),
        (workflow_approved, _approved, WorkflowState, "workflow_state_approved_email_notification"),
    ):
        signal.disconnect(sender=sender, dispatch_uid=uid)
        signal.connect(receiver, sender=sender, dispatch_uid=uid)


def _nothing(sender: Any, **kwargs: Any) -> None:
    """Wagtail tells superusers of each review that begins, beside those who review."""


def _to_reviewers(sender: Any, instance: TaskState, user: Any = None, **kwargs: Any) -> None:
    """To whoever of the step's groups may approve this text. The rule reads what the text is once."""
    task, revision = instance.task.specific, instance.revision
    if not hasattr(task, "groups"):
        return
    stand_behind = behind(revision)
    people = Employee.objects.filter(groups__in=task.groups.all(), is_active=True).distinct()
    readers = [person for person in people if person != user and may_publish(person, stand_behind)]
    _send(SUBMITTED, instance.workflow_state, readers, by=user, remark="")


def _sent_back(sender: Any, instance: WorkflowState, user: Any = None, **kwargs: Any) -> None:
    _send(SENT_BACK, instance, _author(instance, user), by=user, remark=_remark(instance))


def _approved(sender: Any, instance: WorkflowState, user: Any = None, **kwargs: Any) -> None:
    _send(APPROVED, instance, _author(instance, user), by=user, remark=_remark(instance))


def _author(state: WorkflowState, user: Any) -> list[Employee]:
    asked_by = state.requested_by
    return [asked_by] if asked_by is not None and asked_by != user and asked_by.is_active else []


def _remark(state: WorkflowState) -> str:
    return state.current_task_state.comment.strip() if state.current_task_state else ""


def _send(name: str, state: WorkflowState, people: Iterable[Employee], *, by: Any, remark: str) -> None:
    """In the transaction of what happened. Whoever has switched such mails off in the editor gets none."""
    wanted = [person for person in people if person.email]
    off = UserProfile.objects.filter(user__in=wanted, **{_PREFERENCES[name]: False})
    silent = set(off.values_list("user_id", flat=True))
    item = state.content_object
    item = item.specific if isinstance(item, Page) else item
    draft = item.get_latest_revision_as_object()
    company = organisation()
    for person in wanted:
        if person.pk in silent:
            continue
        templated.send(
            subject=f"authoring/email/{name}_subject.txt",
            message=f"authoring/email/{name}_message.txt",
            context={
                "employee": person,
                "brand": settings.BRAND,
                "title": str(draft),
                "by": by,
                "remark": [f"> {line}".rstrip() for line in remark.splitlines()],
                "when": _when_live(item),
                "link": f"{settings.BOTHWAYS_URL}{_address(name, item, person)}",
            },
            to=person.email,
            language=person.language
            if person.language in dict(settings.LANGUAGES)
            else settings.LANGUAGE_CODE,
            zone=person.time_zone or (company.time_zone if company else settings.TIME_ZONE),
        )


def _when_live(item: Any) -> Any:
    """What an approval means for readers, said in the recipient's language."""
    if not item.live or item.has_unpublished_changes:
        return gettext_lazy("It goes live at the time that you set.")
    return (
        gettext_lazy("It is live.")
        if _is_read(item)
        else gettext_lazy("Readers get it as soon as its course is live.")
    )


def _is_read(item: Any) -> bool:
    """Whether readers get what is live: a lesson is read only in a course that is live."""
    return item.live and not (isinstance(item, LessonPage) and not item.get_parent().live)


def _address(name: str, item: Any, person: Employee) -> str:
    """Reviewers go to the page of the review, authors to the editor, and to what readers see once it is live."""
    if not isinstance(item, Page):
        return AdminURLFinder(person).get_edit_url(item) or reverse("write:desk")
    if name == SUBMITTED:
        return reverse("write:review", args=[item.pk])
    if name == APPROVED and _is_read(item):
        return item.url or reverse("write:desk")
    return reverse("wagtailadmin_pages:edit", args=[item.pk])
