"""What a list of people would do or did, as its pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from people.importing.outcomes import SHOWN
from people.models import PeopleUpload, Side

_LABELS = {
    "number": gettext_lazy("number"),
    "name": gettext_lazy("name"),
    "email": gettext_lazy("e-mail"),
    "department": gettext_lazy("department"),
    "side": gettext_lazy("side"),
    "manager": gettext_lazy("line manager"),
    "started_on": gettext_lazy("start"),
    "left_on": gettext_lazy("leaves on"),
    "since": gettext_lazy("in the new department from"),
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
    side: str
    manager: str
    days: str  # when the person starts, belongs to the department, and leaves


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
    account: str  # where every line of the list went
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
        account=_account(counts),
        imported=counts["new"] + counts["changed"],
        invites=upload.invite and counts["new"] > 0,
        new=Part(
            counts["new"],
            [_new(row) for row in outcome["new"]],
        ),
        changed=Part(counts["changed"], [_changed(row) for row in outcome["changed"]]),
        meanwhile=lines("meanwhile"),
        reported=lines("reported"),
        withheld=lines("withheld"),
        notes=lines("notes"),
        departments=Part(counts["departments"], outcome["departments"]),
        unknown=outcome["unknown"],
    )


def _new(row: dict[str, Any]) -> NewPerson:
    """An outcome of an earlier version has only the first four of these; it is a day old at most."""
    days = [
        words % {"day": shown_day(row[name])}
        for name, words in (
            ("started_on", _("starts on %(day)s")),
            ("since", _("in the department from %(day)s")),
            ("left_on", _("leaves on %(day)s")),
        )
        if row.get(name)
    ]
    side = row.get("side")
    return NewPerson(
        name=row["name"],
        number=row["number"],
        email=row["email"],
        department=row["department"] or NONE,
        side=str(Side(side).label) if side else _("Business, as the list names none"),
        manager=row.get("manager") or NONE,
        days=", ".join(days) or _("starts today"),
    )


def shown_day(text: str) -> str:
    return date_format(date.fromisoformat(text), "j M Y")


def _shown(field: str, text: str) -> str:
    if not text:
        return NONE
    if field in ("started_on", "left_on", "since"):
        return shown_day(text)
    return str(Side(text).label) if field == "side" else text


def _account(counts: dict[str, int]) -> str:
    """Every line that was read is in one of the figures; "" of an outcome of an earlier version."""
    if "read" not in counts:
        return ""
    unchanged, reported = counts["unchanged"], counts["reported"]
    imported = counts["new"] + counts["changed"] + counts["meanwhile"] - counts["only_leaving"]
    sentences = [
        ngettext(
            "One line was read: %(imported)s imported + %(unchanged)s unchanged + %(reported)s reported.",
            "%(read)s lines were read: %(imported)s imported + %(unchanged)s unchanged + %(reported)s reported.",
            counts["read"],
        )
        % {
            name: number_format(figure, force_grouping=True)
            for name, figure in (
                ("read", counts["read"]), ("imported", imported), ("unchanged", unchanged), ("reported", reported),
            )
        }
    ]  # fmt: skip
    if counts["only_leaving"]:
        words = ngettext(
            "Of the reported lines, one is imported with its leave date and nothing else.",
            "Of the reported lines, %(count)s are imported with their leave dates and nothing else.",
            counts["only_leaving"],
        )
        sentences.append(words % {"count": counts["only_leaving"]})
    if counts["joined"]:
        words = ngettext(
            "One further line of the file was read as part of the line above it, because a cell has a line break.",
            "%(count)s further lines of the file were read as parts of lines above them, because cells have line "
            "breaks.",
            counts["joined"],
        )
        sentences.append(words % {"count": counts["joined"]})
    return " ".join(sentences)


def _changed(row: dict[str, Any]) -> ChangedPerson:
    differences = [
        Difference(str(_LABELS[name]), _shown(name, before), _shown(name, after))
        for name, before, after in row["what"]
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
