"""What may be asked for in the address of a report."""

from collections.abc import Iterable
from datetime import date
from operator import itemgetter
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Direction
from gates.asked import MOST
from people.models import Side
from people.rules.names import folded
from reports.queries import Departments, ReportQuery
from reports.rules import order, statuses
from reports.rules import period as periods
from reports.rules.figures import COMPLETED, IN_PROGRESS, NOT_STARTED, OVERDUE

NOW, THEN = "now", "then"
MENU = 100  # options; whoever is one of more is found by typing
LISTED = 8  # names that are offered where several fit
STATE_CHOICES = [
    (statuses.NOT_COMPLETED, gettext_lazy("Not completed")),
    (OVERDUE, gettext_lazy("Overdue")),
    (NOT_STARTED, gettext_lazy("Not started")),
    (IN_PROGRESS, gettext_lazy("In progress")),
    (COMPLETED, gettext_lazy("Completed")),
]


class TypedName(forms.CharField):
    """One of very many, found by a part of its name, or by its key, as links write it."""

    def __init__(self, label: Any, choices: Iterable[tuple[int, str]]) -> None:
        super().__init__(
            label=label, required=False, widget=forms.TextInput(attrs={"type": "search", "maxlength": MOST})
        )
        self.names = dict(choices)

    def to_python(self, value: Any) -> Any:
        """Raises: ValidationError where nobody fits, or several do; then it names some of them."""
        typed = str(value or "").strip()[:MOST]
        if not typed:
            return None
        if typed.isascii() and typed.isdigit() and int(typed) in self.names:
            return int(typed)
        words = folded(typed).split()
        fitting = [pk for pk, name in self.names.items() if all(word in folded(name) for word in words)]
        exact = [pk for pk in fitting if folded(self.names[pk]) == folded(typed)]
        found = exact or fitting
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(_("Nothing here is called so. Write a part of the name."))
        names = "; ".join(self.names[pk] for pk in found[:LISTED])
        raise forms.ValidationError(
            _("%(count)s fit: %(names)s. Write more of the name.") % {"count": len(found), "names": names}
        )

    def prepare_value(self, value: Any) -> Any:
        """The name in the box, where the address has the key."""
        text = str(value or "")
        return self.names.get(int(text), text) if text.isascii() and text.isdigit() else text


class TeamForm(forms.Form):
    """The filters that a manager has for the own people. Nothing here writes."""

    period = forms.ChoiceField(label=gettext_lazy("Period"), required=False)
    course = forms.ChoiceField(label=gettext_lazy("Course"), required=False)
    asked = forms.ChoiceField(
        label=gettext_lazy("Asked for"),
        required=False,
        choices=[("", gettext_lazy("Required")), ("all", gettext_lazy("Required and recommended"))],
    )
    person = forms.CharField(
        label=gettext_lazy("Person"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": gettext_lazy("name, number or e-mail")}
        ),
    )
    state = forms.MultipleChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=STATE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
    )
    levels = forms.ChoiceField(
        label=gettext_lazy("People"),
        required=False,
        choices=[("", gettext_lazy("Direct reports")), ("all", gettext_lazy("All levels"))],
    )

    sort = forms.ChoiceField(label=gettext_lazy("Order of the list"), required=False)

    field_order: tuple[str, ...] = ("period", "course", "asked", "person", "levels", "state", "sort")

    def __init__(self, data: Any, *, today: date, courses: list[tuple[str, str]]) -> None:
        super().__init__(_without_empty(data), auto_id="filter_%s")
        self.today = today
        self._choose("sort", order_choices(self.data.get("sort", "")))
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

    def clean_state(self) -> tuple[str, ...]:
        return statuses.shown(self.cleaned_data["state"])

    @property
    def grouped(self) -> list[forms.BoundField]:
        """What stands in a line each; the statuses stand by themselves."""
        return [field for field in self if field.name != "state"]

    @property
    def used(self) -> list[str]:
        """Names of the filters that narrow something."""
        return [name for name in self.fields if name != "sort" and self.data.get(name)]

    def question(self) -> ReportQuery:
        """The question of the address; what is no choice was refused before, see `errors`."""
        values = self.cleaned_data
        return ReportQuery(
            period=values.get("period") or periods.read("", self.today),
            today=self.today,
            course=values.get("course", ""),
            recommended=values.get("asked") == "all",
            states=values.get("state", ()),
            person=values.get("person", ""),
            order=values.get("sort", ""),
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
        "person",
        "state",
        "sort",
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
        if len(choices) > MENU:
            self._type("department", sorted(departments.full_names.items(), key=itemgetter(1)))
        if len(managers) > MENU:
            self._type("manager", managers)

    def _type(self, name: str, choices: list[tuple[int, str]]) -> None:
        """Instead of a menu that is too long a box; an address names the choice itself, as it does with a menu."""
        self.fields[name] = TypedName(self.fields[name].label, choices)

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
            states=values.get("state", ()),
            person=values.get("person", ""),
            order=values.get("sort", ""),
        )


def order_choices(asked: str) -> list[tuple[str, Any]]:
    """Each column from its beginning, and what an address asks for from the end."""
    choices = [
        ("", _("By name")),
        ("number", _("By employee number")),
        ("department", _("By department")),
        ("course", _("By course")),
        ("asked", _("By what is asked for")),
        ("due", _("By due date")),
        ("status", _("By status")),
        ("days", _("By days over")),
        ("begun", _("By the day when it was begun")),
        ("completed", _("By the day when it was completed")),
    ]
    if asked in order.ORDERS and asked not in dict(choices):
        label = dict(choices)[asked.removeprefix("-").replace(order.NAME, "")]
        choices.append((asked, _("%(order)s, from the end") % {"order": label} if asked[0] == "-" else label))
    return choices


def _without_empty(data: Any) -> Any:
    """An address as a form writes it, without what is empty: `state=` is a filter that is not set."""
    if not hasattr(data, "lists"):
        return data
    kept = QueryDict(mutable=True)
    for name, values in data.lists():
        if filled := [value for value in values if value]:
            kept.setlist(name, filled)
    return kept


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
