"""What the demo's two stewards did with the glossary: agreed, changed once, and disputed twice.

All of it happens through the actions that people's clicks call. Words that are not loaded yet, or that somebody
took offline, are passed over.
"""

from dataclasses import dataclass
from datetime import datetime

from bothways.operations.demo import edits
from glossary.actions import SIDES, sign
from glossary.linking import UnknownTerm, resolve
from glossary.models import Sense
from glossary.publishing import gathered
from people.models import Employee

# Signed by both stewards. Words of the first course of each direction: they are there from the first page on.
AGREED = tuple(
    """
    availability#service availability#people uptime cost-of-downtime incident#it incident#business problem
    change#controlled change#organisational service-request workaround root-cause postmortem sla slo monitoring
    severity critical#severity critical#important rpo rto backup#copy backup#person recovery#service recovery#debt
    disaster-recovery change-window rollback
    budget fiscal-year cost-centre headcount opex capex depreciation amortisation sunk-cost balance-sheet
    provision#reserve provision#setup accrual#cost accrual#usage forecast variance
    """.split()
)


@dataclass(frozen=True)
class Edit:
    """Another text of a meaning, and why somebody wrote it."""

    reference: str
    field: str
    text: str
    because: str


# Agreed, then made better, and not signed again yet.
CHANGED = Edit(
    "availability#service",
    "wording_business",
    "How much of the agreed service hours did it work? 99.5 % sounds high, but in a 30-day month, counted around "
    "the clock, it still allows 3.6 hours of downtime. Ask which hours count: a failure outside them never lowers "
    "the figure, yet it can still cost you sales.",
    "Sales asked which hours the figure is about.",
)
# Signed by one side; the steward of the other wants another text. The first name is whose draft it is.
DISPUTED = {
    "business": Edit(
        "downtime",
        "gloss",
        "A period in which people cannot work with a service as they need to, whatever the reason.",
        "For us a checkout that takes a minute is down, too.",
    ),
    "technology": Edit(
        "priority#needed-first",
        "gloss",
        "What a person or a department wants done before everything else, and by which day.",
        "Without a day we cannot weigh one wish against another.",
    ),
}


def agree(stewards: dict[str, Employee], *, locale_id: int, now: datetime) -> None:
    """Both stewards sign; who has signed already signs once. Signed today, as the words are published today."""
    with gathered(now=now):
        for reference in AGREED:
            sense = _public(reference, locale_id)
            if sense is None:
                continue
            for side, steward in sorted(stewards.items()):
                sign(version=sense.current_version, side=side, employee=steward, now=now)


def change(stewards: dict[str, Employee], *, locale_id: int) -> None:
    """An agreed meaning has a newer text, which nobody has signed yet."""
    sense = _public(CHANGED.reference, locale_id)
    if sense is None:
        return
    sense.meaning_changed = False
    _write(sense, CHANGED)
    revision = sense.save_revision(user=stewards["technology"])
    revision.publish(user=stewards["technology"], skip_permission_checks=True)
    edits.remember(revision)


def dispute(stewards: dict[str, Employee], *, locale_id: int, now: datetime) -> None:
    """One side has signed two meanings, of which the other keeps another text as a draft."""
    for side, edit in DISPUTED.items():
        sense = _public(edit.reference, locale_id)
        if sense is None:
            continue
        (other,) = SIDES - {side}
        sign(version=sense.current_version, side=other, employee=stewards[other], now=now)
        draft = Sense.objects.get(pk=sense.pk)
        _write(draft, edit)
        edits.remember(draft.save_revision(user=stewards[side]))


def _write(sense: Sense, edit: Edit) -> None:
    setattr(sense, edit.field, edit.text)
    sense.changed_because = edit.because


def _public(reference: str, locale_id: int) -> Sense | None:
    try:
        sense = resolve(reference, locale_id=locale_id)
    except UnknownTerm:
        return None
    return sense if sense.live and sense.current_version is not None else None
