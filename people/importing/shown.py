"""What a list of people would do or did, as its pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from people.importing.outcomes import SHOWN
from people.models import PeopleUpload

_LABELS = {
    "number": gettext_lazy("number"),
    "name": gettext_lazy("name"),
    "email": gettext_lazy("e-mail"),
    "department": gettext_lazy("department"),
    "side": gettext_lazy("side"),
    "manager": gettext_lazy("line manager"),
    "started_on": gettext_lazy("start"),
    "left_on": gettext_lazy("leaves on"),
}
NONE = "–"  # stands where a value is empty
Row = TypeVar("Row")


@dataclass(frozen=True)
class Line:
    """A line of the list, and why it is left out or loses a part."""

    line: int
    number: str
    reason: str


@dataclass(frozen=True)
class NewPerson:
    name: str
    number: str
    email: str
    department: str


@dataclass(frozen=True)
class Difference:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ChangedPerson:
    name: str
    number: str
    differences: Sequence[Difference]


@dataclass(frozen=True)
class Part(Generic[Row]):
    """Everything of one kind in a list: how much there is, and the first rows of it, `SHOWN` at most."""

    total: int
    rows: Sequence[Row]
    shown: int = SHOWN

    @property
    def is_cut(self) -> bool:
        return self.total > self.shown


@dataclass(frozen=True)
class ShownPlan:
    """`imported`: how many people it writes. `invites`: whether somebody new will be mailed a link."""

    fingerprint: str
    figures: Sequence[tuple[int, str]]
    imported: int
    invites: bool
    new: Part[NewPerson]
    changed: Part[ChangedPerson]
    meanwhile: Part[Line]
    reported: Part[Line]
    withheld: Part[Line]
    notes: Part[Line]
    departments: Part[str]
    unknown: Sequence[str]  # headings of columns that are not read


def plan_of(upload: PeopleUpload) -> ShownPlan | None:
    """None before the list was read."""
    outcome = upload.outcome
    if not outcome:
        return None
    counts = outcome["counts"]

    def lines(kind: str) -> Part[Line]:
        rows = outcome[kind]
        return Part(counts[kind], [Line(row["line"], row["number"] or NONE, row["reason"]) for row in rows])

    return ShownPlan(
        fingerprint=outcome["fingerprint"],
        figures=_figures(counts),
        imported=counts["new"] + counts["changed"],
        invites=upload.invite and counts["new"] > 0,
        new=Part(
            counts["new"],
            [
                NewPerson(row["name"], row["number"], row["email"], row["department"] or NONE)
                for row in outcome["new"]
            ],
        ),
        changed=Part(counts["changed"], [_changed(row) for row in outcome["changed"]]),
        meanwhile=lines("meanwhile"),
        reported=lines("reported"),
        withheld=lines("withheld"),
        notes=lines("notes"),
        departments=Part(counts["departments"], outcome["departments"]),
        unknown=outcome["unknown"],
    )


def _changed(row: dict[str, Any]) -> ChangedPerson:
    differences = [
        Difference(str(_LABELS[name]), before or NONE, after or NONE) for name, before, after in row["what"]
    ]
    return ChangedPerson(row["name"], row["number"], differences)


def _figures(counts: dict[str, int]) -> list[tuple[int, str]]:
    figures = [
        (counts["new"], ngettext("new person", "new people", counts["new"])),
        (counts["changed"], _("with a change")),
        (counts["unchanged"], _("unchanged")),
        (counts["reported"], ngettext("line reported", "lines reported", counts["reported"])),
    ]
    if counts["meanwhile"]:
        words = ngettext("person changed meanwhile", "people changed meanwhile", counts["meanwhile"])
        figures.append((counts["meanwhile"], words))
    return figures
