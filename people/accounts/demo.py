"""The people of a demo whom everybody may try, and where their buttons may stand."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.accounts.backends import may_sign_in
from people.models import Employee
from people.queries import organisation

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class DemoPerson:
    """Somebody to try. `address` is where the button leads, on this site; empty for the own work."""

    email: str
    role: str | Promise
    try_first: str | Promise
    side: str
    action: str | Promise
    address: str | Promise = ""
    is_first: bool = False  # stands on the page at once; the others are folded away


DEMO_PEOPLE = (
    DemoPerson(
        "employee@example.com",
        _("Employee, in the middle of a course"),
        _("Read the next lesson: touch an underlined word to hear both sides, then answer a check."),
        "business",
        _("Open the lesson"),
        reverse_lazy("courses:lesson", args=["always-on", "sla-slo"]),
        is_first=True,
    ),
    DemoPerson(
        "author@example.com",
        _("Author, from IT"),
        _("See what is live, in review and missing, and write a lesson with its preview beside it."),
        "technology",
        _("Open the author’s desk"),
        is_first=True,
    ),
    DemoPerson(
        "hr@example.com",
        _("HR"),
        _("Read who has completed what, who is overdue and why, and take the same figures home as a file."),
        "business",
        _("Read the report"),
        is_first=True,
    ),
    DemoPerson(
        "manager@example.com",
        _("Line manager of seven people"),
        _("One of the seven is overdue: see who, and in what."),
        "business",
        _("See the team"),
    ),
    DemoPerson(
        "technician@example.com",
        _("Technician, in the first week"),
        _("A course about business is asked of everybody in IT: begin with it."),
        "technology",
        _("Begin a course"),
    ),
    DemoPerson(
        "reviewer@example.com",
        _("Reviewer, from the business side"),
        _("A lesson of the author waits: read what changed, then publish it or send it back."),
        "business",
        _("See what waits"),
    ),
    DemoPerson(
        "steward-business@example.com",
        _("Steward for the business side"),
        _("An agreed meaning was changed and waits for your signature; two others are disputed."),
        "business",
        _("Read and sign"),
    ),
    DemoPerson(
        "steward-technology@example.com",
        _("Steward for the technology side"),
        _("The same three meanings, from the other side: an agreement takes two."),
        "technology",
        _("Read and sign"),
    ),
    DemoPerson(
        "admin@example.com",
        _("Administrator"),
        _("All courses, who has which role, and the settings of the site."),
        "technology",
        _("Look after the site"),
    ),
    DemoPerson(
        "outsider@example.com",
        _("Somebody without a role"),
        _("What somebody reads whom nobody has added yet: what is missing, and whom to ask."),
        "business",
        _("See the closed door"),
    ),
)


def buttons_allowed() -> bool:
    """One-click sign-in: only in a demo, and only where nobody but this machine can reach it."""
    company = organisation()
    if company is None or not company.is_demo:
        return False
    return settings.HOST in LOOPBACK and urlsplit(settings.BOTHWAYS_URL).hostname in LOOPBACK


def demo_people() -> list[tuple[DemoPerson, Employee]]:
    """Who can be tried, in the order of the table, with their rows. One SQL query, none outside a demo."""
    if not buttons_allowed():
        return []
    now = timezone.now()
    rows = Employee.objects.filter(email__in=[person.email for person in DEMO_PEOPLE])
    employees = {row.email: row for row in rows if may_sign_in(row, now)}
    return [(person, employees[person.email]) for person in DEMO_PEOPLE if person.email in employees]
