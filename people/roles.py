"""The six groups, by name. Rights are given in bothways.rights, from one table."""

from django.utils.translation import gettext_lazy as _

EMPLOYEE = "Employee"
AUTHOR = "Author"
REVIEWER = "Reviewer"
STEWARD = "Steward"
HR = "HR"
ADMINISTRATOR = "Administrator"

ALL = (EMPLOYEE, AUTHOR, REVIEWER, STEWARD, HR, ADMINISTRATOR)
# Who may open Wagtail. HR reads reports on the site and has no business among the drafts.
EDITORS = frozenset({AUTHOR, REVIEWER, STEWARD, ADMINISTRATOR})

LABELS = {
    EMPLOYEE: _("Employee"),
    AUTHOR: _("Author"),
    REVIEWER: _("Reviewer"),
    STEWARD: _("Steward"),
    HR: _("HR"),
    ADMINISTRATOR: _("Administrator"),
}
