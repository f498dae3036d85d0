"""What reports say about a state, a filter, a column: the same words on the page and in the files."""

from datetime import datetime
from typing import Any

from django.forms import BoundField, ChoiceField
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.rules.overdue import REQUIRED
from courses.views.status_words import STATUSES, state_text
from people.queries import organisation, today
from reports.forms import STATE_CHOICES, TeamForm, TypedName
from reports.queries import Line, ReportQuery
from reports.rules.statuses import named

COLUMNS = (  # of the list on the page
    gettext_lazy("Person"),
    gettext_lazy("Employee number"),
    gettext_lazy("Department"),
    gettext_lazy("Course"),
    gettext_lazy("Asked for"),
    gettext_lazy("Due on"),
    gettext_lazy("Status"),
    gettext_lazy("Days over"),
    gettext_lazy("Begun on"),
    gettext_lazy("Completed on"),
)
FILE_COLUMNS = (
    gettext_lazy("Person"),
    gettext_lazy("Employee number"),
    gettext_lazy("E-mail"),
    gettext_lazy("Department"),
    gettext_lazy("Department with those above it"),
    gettext_lazy("Line manager"),
    gettext_lazy("Course code"),
    gettext_lazy("Course"),
    gettext_lazy("Asked for"),
    gettext_lazy("Due on"),
    gettext_lazy("Status"),
    gettext_lazy("Days over"),
    gettext_lazy("Begun on"),
    gettext_lazy("Completed on"),
    gettext_lazy("Completed in time"),
)


def requirement_text(requirement: str) -> str:
    return _("Required") if requirement == REQUIRED else _("Recommended")


def as_of(question: ReportQuery, now: datetime) -> str:
    """ "22 November 2026, 09:00" for today, else "the end of 30 September 2026"; where the company is."""
    if question.on < question.today:
        return _("the end of %(day)s") % {"day": date_format(question.on)}
    company = organisation()
    here = timezone.localtime(now, company.zone if company else None)
    return _("%(day)s, %(time)s") % {"day": date_format(today(now)), "time": date_format(here, "H:i")}


def filters(form: TeamForm) -> list[tuple[str, str]]:
    """Label and chosen words of each filter, whether set or not."""
    return [(str(bound.label), _chosen(form, bound)) for bound in form]


def filters_used(form: TeamForm) -> list[tuple[str, str]]:
    """The same of those that narrow something."""
    return [(str(form[name].label), _chosen(form, form[name])) for name in form.used]


def _chosen(form: TeamForm, bound: BoundField) -> str:
    value: Any = form.cleaned_data.get(bound.name) if form.is_valid() else None
    if bound.name == "state":
        words = dict(STATE_CHOICES)
        return _(" or ").join(str(words[status]) for status in named(value or ())) or _("Every status")
    if isinstance(bound.field, TypedName):
        return bound.field.names.get(value or 0, "")
    if not isinstance(bound.field, ChoiceField):
        return value or ""
    labels = {str(value): str(label) for value, label in bound.field.choices}  # type: ignore[misc]  # a list
    return labels.get(form.data.get(bound.name, ""), labels.get("", "")).strip()


class Said:
    """The words of a line, looked up once: a file has a hundred thousand of them."""

    def __init__(self) -> None:
        self.states = {
            (status, late): state_text(status, late) for status in STATUSES for late in (False, True)
        }
        self.requirements = {name: requirement_text(name) for name in ("required", "recommended")}
        self.in_time = {None: "", False: _("On time"), True: _("Late")}

    def cells(self, line: Line) -> list[Any]:
        """The cells of `FILE_COLUMNS`, typed."""
        return [
            line.name,
            line.employee_number,
            line.email,
            line.department,
            line.department_path,
            line.manager,
            line.course.code,
            line.course.title,
            self.requirements[line.requirement],
            line.due_on,
            self.states[line.status, line.is_overdue],
            line.days_over if line.is_overdue else None,
            line.started_on,
            line.completed_on,
            self.in_time[line.was_late],
        ]
