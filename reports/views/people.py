"""/reports/people/: HR finds a person by name, employee number or e-mail address."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from gates.asked import MOST
from people.finding import people_named
from people.models import Employee
from people.queries import today as day_of
from people.queries import with_department
from reports.views.access import for_hr

SHOWN = 50


@dataclass(frozen=True)
class FoundPerson:
    """Somebody who fits what was typed. `left`: when, in words; empty of whoever is here."""

    name: str
    number: str
    email: str
    department: str
    left: str
    url: str


@require_safe
@for_hr
def find(request: HttpRequest) -> HttpResponse:
    """The box, and whoever fits, by name; people who have left too, since records refer to them. 1 SQL query more."""
    typed = request.GET.get("q", "").strip()[:MOST]
    today = day_of(timezone.now())
    people = list(with_department(people_named(typed), today)[: SHOWN + 1])
    context = {
        "typed": typed,
        "people": [_found(person) for person in people[:SHOWN]],
        "says": _says(len(people)) if typed else "",
    }
    return render(request, "reports/people.html", context)


def _found(person: Employee) -> FoundPerson:
    return FoundPerson(
        name=str(person),
        number=person.employee_number or "",
        email=person.email,
        department=person.department_name or "",  # type: ignore[attr-defined]  # see with_department
        left=_("Left on %(day)s") % {"day": date_format(person.left_on)} if person.left_on else "",
        url=reverse("reports:person", args=[person.pk]),
    )


def _says(count: int) -> str:
    if not count:
        return _("Nobody is called so. Write less of the name, or look for the employee number.")
    if count > SHOWN:
        return _("More than %(count)s people fit; these are the first. Write more of the name.") % {
            "count": SHOWN
        }
    return ngettext("%(count)s person fits.", "%(count)s people fit.", count) % {"count": count}
