"""What may be asked for in the address of a report."""

from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Direction
from people.models import Side
from reports.queries import Departments, ReportQuery
from reports.rules import period as periods
from reports.rules.figures import COMPLETED, IN_PROGRESS, NOT_STARTED, OVERDUE

NOW, THEN = "now", "then"
STATE_CHOICES = [
    ("", gettext_lazy("Every status")),
    (OVERDUE, gettext_lazy("Overdue")),
    (NOT_STARTED, gettext_lazy("Not started")),
    (IN_PROGRESS, gettext_lazy("In progress")),
    (COMPLETED, gettext_lazy("Completed")),
]


class TeamForm(forms.Form):
    """The filters that a manager has for the own people. Nothing here writes."""

    period = forms.ChoiceField(label=gettext_lazy("Period"), required=False)
    course = forms.ChoiceField(label=gettext_lazy("Course"), required=False)
    asked = forms.ChoiceField(
        label=gettext_lazy("Asked for"),
        required=False,
        choices=[("", gettext_lazy("Required")), ("all", gettext_lazy("Required and recommended"))],
    )
    state = forms.ChoiceField(label=gettext_lazy("Status"), required=False, choices=STATE_CHOICES)
    levels = forms.ChoiceField(
        label=gettext_lazy("People"),
        required=False,
        choices=[("", gettext_lazy("Direct reports")), ("all", gettext_lazy("All levels"))],
    )

    def __init__(self, data: Any, *, today: date, courses: list[tuple[str, str]]) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.today = today
        self._choose(
            "period", [("", _("Until today")), *[(code, period_name(code)) for code in self._periods()]]
        )
        self._choose("course", [("", _("All courses")), *courses])

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # all of them are choices

    def _periods(self) -> list[str]:
        """The usual ones, and the one in the address where it is another."""
        codes = periods.choices(self.today)
        asked = self.data.get("period", "")
        try:
            periods.read(asked, self.today)
        except ValueError:
            return codes
        return codes if asked in ("", *codes) else [asked, *codes]

    def clean_period(self) -> periods.Period:
        return periods.read(self.cleaned_data["period"], self.today)

    def question(self) -> ReportQuery:
        """The question of the address; what is no choice was refused before, see `errors`."""
        values = self.cleaned_data
        return ReportQuery(
            period=values.get("period") or periods.read("", self.today),
            today=self.today,
            course=values.get("course", ""),
            recommended=values.get("asked") == "all",
            state=values.get("state", ""),
            all_levels=values.get("levels") == "all",
        )


class ReportForm(TeamForm):
    """The filters that HR has."""

    department = forms.TypedChoiceField(
        label=gettext_lazy("Department"), required=False, coerce=int, empty_value=None
    )
    members = forms.ChoiceField(
        label=gettext_lazy("Its people"),
        required=False,
        choices=[("", gettext_lazy("At the end of the period")), (NOW, gettext_lazy("Of today"))],
    )
    direction = forms.ChoiceField(
        label=gettext_lazy("Direction"),
        required=False,
        choices=[("", gettext_lazy("Both ways")), *Direction.choices],
    )
    side = forms.ChoiceField(
        label=gettext_lazy("Side"),
        required=False,
        choices=[
            ("", gettext_lazy("Both sides")),
            *[choice for choice in Side.choices if choice[0] != Side.BOTH],
        ],
    )
    manager = forms.TypedChoiceField(
        label=gettext_lazy("Reporting to"), required=False, coerce=int, empty_value=None
    )
    levels = None  # type: ignore[assignment]  # everybody below a manager, on every level

    field_order = (
        "period",
        "department",
        "members",
        "course",
        "direction",
        "side",
        "manager",
        "asked",
        "state",
    )

    def __init__(
        self,
        data: Any,
        *,
        today: date,
        courses: list[tuple[str, str]],
        departments: Departments,
        managers: list[tuple[int, str]],
    ) -> None:
        super().__init__(data, today=today, courses=courses)
        choices = [(pk, "\u2003" * depth + name) for pk, name, depth in departments.in_order]
        self._choose("department", [("", _("All departments")), *choices])
        self._choose("manager", [("", _("Anybody")), *managers])

    def question(self) -> ReportQuery:
        values = self.cleaned_data
        return ReportQuery(
            period=values.get("period") or periods.read("", self.today),
            today=self.today,
            department=values.get("department"),
            members_now=values.get("members") == NOW,
            course=values.get("course", ""),
            direction=values.get("direction", ""),
            side=values.get("side", ""),
            manager=values.get("manager"),
            recommended=values.get("asked") == "all",
            state=values.get("state", ""),
        )


def period_in(data: Any, today: date) -> periods.Period:
    """The period of an address, everything until today where it names none."""
    try:
        return periods.read(data.get("period", ""), today)
    except ValueError:
        return periods.read("", today)


def period_name(code: str) -> str:
    """2026-q3 → "July to September 2026"."""
    year, _dash, part = code.partition("-")
    if not part:
        return year
    if part.startswith("q"):
        last = 3 * int(part[1:])
        first_day, last_day = date(int(year), last - 2, 1), date(int(year), last, 1)
        return _("%(first)s to %(last)s") % {
            "first": date_format(first_day, "F"), "last": date_format(last_day, "F Y"),
        }  # fmt: skip
    return date_format(date(int(year), int(part), 1), "F Y")
