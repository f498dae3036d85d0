"""What the editor offers to do with a page, in our words, and only what makes sense while it waits for a review."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.action_menu import (
    CancelWorkflowMenuItem,
    SubmitForModerationMenuItem,
    WorkflowMenuItem,
)

_HIDDEN_IN_REVIEW = frozenset({"action-publish", "action-unpublish", "action-restart-workflow"})
"""*Publish* would end the review, and without the live page there is nothing to compare with."""


class Submit(SubmitForModerationMenuItem):
    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        page = context.get("page")
        was_sent_back = page is not None and page.current_workflow_state is not None
        context["label"] = _("Submit again for review") if was_sent_back else _("Submit for review")
        return context


class TakeOutOfReview(CancelWorkflowMenuItem):
    label = gettext_lazy("Take it out of review")


def in_our_words(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Change Wagtail's list in place. Its own items are the same for every request, so others stand instead of them.

    *Take it out of review* is for whoever asked for the review; to a reviewer it would be sending back without a word.
    """
    page = context.get("page")
    state = page.current_workflow_state if page is not None else None
    hidden: set[str] = set()
    if page is not None and state is not None and state.status == state.STATUS_IN_PROGRESS:
        hidden |= _HIDDEN_IN_REVIEW
        if request.user.pk not in {state.requested_by_id, page.owner_id}:
            hidden.add(CancelWorkflowMenuItem.name)
    items[:] = [_ours(item) for item in items if item.name not in hidden]


def _ours(item: Any) -> Any:
    if isinstance(item, SubmitForModerationMenuItem):
        return Submit(order=item.order)
    if isinstance(item, CancelWorkflowMenuItem):
        return TakeOutOfReview(order=item.order)
    if isinstance(item, WorkflowMenuItem):  # made for this request
        words = {
            ("reject", True): _("Send back with a remark"),
            ("approve", True): _("Approve with a remark"),
            ("approve", False): _("Approve and publish"),
        }
        item.label = words.get((item.name, item.launch_modal), item.label)
    return item
