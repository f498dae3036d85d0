"""The people of a demo whom everybody may try, and where their buttons may stand."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.backends import may_sign_in
from people.models import Employee
from people.queries import organisation

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class DemoPerson:
    email: str
    role: str | Promise
    try_first: str | Promise
    side: str


DEMO_PEOPLE = (
    DemoPerson(
        "employee@example.com",
        _("Employee, in the middle of a course"),
        _("Press Continue on the home page: lesson 3 of a course waits, and a quiz after it."),
        "business",
    ),
    DemoPerson(
        "technician@example.com",
        _("Employee, first day"),
        _("Open the catalogue, choose a direction and start a course."),
        "technology",
    ),
    DemoPerson(
        "author@example.com",
        _("Author"),
        _("Open Write, change a lesson and look at the preview."),
        "technology",
    ),
    DemoPerson(
        "reviewer@example.com",
        _("Reviewer"),
        _("Open Write and publish what an author has changed."),
        "business",
    ),
    DemoPerson(
        "steward-business@example.com",
        _("Steward for the business side"),
        _("Open the glossary: which words are false friends?"),
        "business",
    ),
    DemoPerson(
        "steward-technology@example.com",
        _("Steward for the technology side"),
        _("Look up a word and read how the other side hears it."),
        "technology",
    ),
    DemoPerson(
        "hr@example.com",
        _("HR"),
        _("Open your page: the table says who can see what about a person."),
        "business",
    ),
    DemoPerson(
        "manager@example.com",
        _("Line manager of seven people"),
        _("Read your own courses: what is due, and why."),
        "business",
    ),
    DemoPerson(
        "outsider@example.com",
        _("Somebody without a role"),
        _("See what is missing and whom to ask."),
        "business",
    ),
    DemoPerson(
        "admin@example.com",
        _("Administrator"),
        _("Open Write, then Settings and Users."),
        "technology",
    ),
)


def buttons_allowed() -> bool:
    """One-click sign-in: only in a demo, and only where nobody but this machine can reach it."""
    found = organisation()
    if found is None or not found.is_demo:
        return False
    return settings.HOST in LOOPBACK and urlsplit(settings.BOTHWAYS_URL).hostname in LOOPBACK


def demo_people() -> list[tuple[DemoPerson, Employee]]:
    """Who can be tried, in the order of the table, with their rows. One SQL query, none outside a demo."""
    if not buttons_allowed():
        return []
    now = timezone.now()
    rows = Employee.objects.filter(email__in=[person.email for person in DEMO_PEOPLE])
    found = {row.email: row for row in rows if may_sign_in(row, now)}
    return [(person, found[person.email]) for person in DEMO_PEOPLE if person.email in found]
