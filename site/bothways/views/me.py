"""/me/: somebody's own courses with the reasons, who can see what, and the settings."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from bothways.views.accounts import keep_theme
from courses import queries
from courses.queries import Standing
from courses.rules.completion import NOT_STARTED
from courses.views.status_words import state_text
from people import actions, roles
from people.forms import SettingsForm
from people.models import Employee
from people.queries import department_of, organisation, today

_YES = gettext_lazy("Yes")
_NO = gettext_lazy("No")
_HEADS = (
    gettext_lazy("You"),
    gettext_lazy("HR"),
    gettext_lazy("Your line manager"),
    gettext_lazy("Authors and reviewers"),
    gettext_lazy("Administrators"),
)
# About a person → what the five kinds of people above may see of it, or one answer for all.
_SIGHT: tuple[tuple[Any, Any], ...] = (
    (
        gettext_lazy("Name, e-mail address, side, department"),
        (_YES, _YES, gettext_lazy("Of the own team"), _NO, gettext_lazy("Yes, they keep the accounts")),
    ),
    (
        gettext_lazy("Which courses you must take, have begun or completed, and when"),
        (gettext_lazy("Yes, with the reason"), _YES, gettext_lazy("Of the own team"), _NO, _NO),
    ),
    (
        gettext_lazy("Your answers, how sure you were, your quiz scores"),
        (gettext_lazy("Yes, and nobody else"), _NO, _NO, _NO, _NO),
    ),
    (
        gettext_lazy("Lessons you opened and words you looked up, without answering anything"),
        gettext_lazy("Not stored, so nobody"),
    ),
    (
        gettext_lazy("When you signed in, set a password, or were refused a page"),
        (
            gettext_lazy("Your last sign-in"),
            gettext_lazy("In the audit log"),
            _NO,
            _NO,
            gettext_lazy("In the audit log"),
        ),
    ),
    (
        gettext_lazy("Your settings"),
        (_YES, _NO, _NO, _NO, gettext_lazy("The time zone only")),
    ),
)


@dataclass(frozen=True)
class Sight:
    """Who sees something about a person: a text for each of `_HEADS`, or one for all of them."""

    what: str
    cells: list[tuple[str, str]]  # head, text
    everybody: str


@dataclass(frozen=True)
class CourseLine:
    """A course of the list. The words of the state say everything that colour and icon say."""

    title: str
    url: str
    state: str
    state_text: str
    reason: str
    dates: list[str]
    next_url: str  # empty where the course itself comes next
    next_label: str


@dataclass(frozen=True)
class Missing:
    """What somebody without courses lacks, and whom to ask."""

    title: str
    body: str


def _sight() -> list[Sight]:
    rows = []
    for what, seen in _SIGHT:
        if isinstance(seen, tuple):
            cells = [(str(head), str(text)) for head, text in zip(_HEADS, seen, strict=True)]
            rows.append(Sight(str(what), cells, everybody=""))
        else:
            rows.append(Sight(str(what), [], everybody=str(seen)))
    return rows


def course_line(standing: Standing) -> CourseLine:
    return CourseLine(
        title=standing.title,
        url=standing.url,
        state=standing.state,
        state_text=state_text(standing.status, standing.is_overdue),
        reason=standing.reason,
        dates=dates(standing),
        next_url=standing.next_url if standing.next_url != standing.url else "",
        next_label=standing.next_label,
    )


def dates(standing: Standing) -> list[str]:
    """When it was completed or else is due, and whether it is required."""
    dates = []
    if standing.completed_on:
        dates.append(_("Completed on %(date)s") % {"date": date_format(standing.completed_on)})
    elif standing.is_lapsed:
        dates.append(_("Was recommended by %(date)s") % {"date": date_format(standing.due_on)})
    elif standing.due_on:
        dates.append(_("Due on %(date)s") % {"date": date_format(standing.due_on)})
    if standing.requirement and not standing.is_lapsed:
        dates.append(_("Required") if standing.is_required else _("Recommended"))
    return dates


def _missing(employee: Employee) -> Missing:
    if employee.roles:
        body = _(
            "Your account is there for your work behind the courses. To take courses yourself, ask an "
            "administrator to add the role Employee."
        )
    else:
        body = _(
            "You are signed in, but your account has no role yet, so courses and glossary stay closed. Ask HR or "
            "your line manager to have you added as an employee."
        )
    return Missing(_("Your account takes no courses yet"), body)


@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """The page, and its settings form. A GET costs four SQL queries more than the frame, for any number of courses."""
    employee: Employee = request.user  # type: ignore[assignment]
    company = organisation()
    stored = {"theme": employee.theme, "time_zone": employee.time_zone, "marks_terms": employee.marks_terms}
    form = SettingsForm(
        request.POST or None, initial=stored, company_zone=company.time_zone if company else "UTC"
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        actions.save_preferences(
            employee,
            theme=values["theme"],
            time_zone=values["time_zone"],
            marks_terms=values["marks_terms"] if employee.takes_courses else None,
        )
        messages.success(request, _("Your settings are saved."))
        # The form's own address leads to the settings; the message stands at the beginning.
        response = redirect(f"{reverse('me')}#main")
        keep_theme(response, values["theme"])
        return response
    now = timezone.now()
    standings = queries.standings(employee, now=now) if employee.takes_courses else []
    context = {
        "form": form,
        "courses": [
            course_line(standing)
            for standing in standings
            if standing.requirement or standing.status != NOT_STARTED
        ],
        "takes_courses": employee.takes_courses,
        "missing": _missing(employee),
        "catalogue_url": reverse("courses:catalogue") if employee.takes_courses else "",
        "heads": _HEADS,
        "sight": _sight(),
        "department": department_of(employee, today(now)),
        "manager": employee.manager,
        "role_names": ", ".join(sorted(_role(name) for name in employee.roles)),
    }
    return render(request, "me/me.html", context, status=400 if form.errors else 200)


def _role(name: str) -> str:
    return str(roles.LABELS.get(name, name))
