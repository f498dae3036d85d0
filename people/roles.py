"""The six roles, by the names of their groups. bothways.rights gives them their rights, from one table."""

from django.utils.translation import gettext_lazy as _

EMPLOYEE = "Employee"
AUTHOR = "Author"
REVIEWER = "Reviewer"
STEWARD = "Steward"
HR = "HR"
ADMINISTRATOR = "Administrator"

# Groups that the program keeps by itself, such as the authors of one course, begin so: they are no
# role that somebody gives, and giving roles leaves them as they are.
KEPT = "course: "

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
