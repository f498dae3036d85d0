"""What pages and files say about where somebody stands in a course."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.rules.completion import COMPLETED, IN_PROGRESS, NOT_STARTED

STATUSES = {
    COMPLETED: gettext_lazy("Completed"),
    IN_PROGRESS: gettext_lazy("In progress"),
    NOT_STARTED: gettext_lazy("Not started"),
}


def state_text(status: str, is_overdue: bool) -> str:
    """The status in words, and whether it is overdue."""
    if not is_overdue:
        return str(STATUSES[status])
    return _("Overdue, in progress") if status == IN_PROGRESS else _("Overdue, not started")
