"""What stewards of a glossary have to do: meanings that wait for a signature, and those that are disputed.

Nothing of this is stored. It follows from versions, signatures and drafts:

- a meaning *waits* for a side if its newest text lacks this side's signature while the other side has signed it,
  or while an older text was agreed;
- it is *disputed* if one side has signed the newest text and somebody of the other keeps another one as a draft.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from glossary.actions import TEXT_FIELDS, may_sign
from glossary.models import Sense, SenseVersion, Signature, Status
from glossary.rules.agreement import SIDES, is_disputed, open_sides
from glossary.rules.changes import Change, changes
from people.models import Employee
from people.roles import STEWARD


@dataclass(frozen=True)
class Signed:
    person: int
    side: str
    name: str
    at: datetime


@dataclass
class Meaning:
    """A public meaning with where its agreement stands. `draft_by` keeps another text, which differs in `draft`."""

    sense: Sense
    version: SenseVersion
    signed: list[Signed] = field(default_factory=list)
    open_sides: tuple[str, ...] = ()
    draft_by: Employee | None = None
    draft: list[Change] = field(default_factory=list)
    draft_because: str = ""

    @property
    def is_disputed(self) -> bool:
        drafting = self.draft_by.sides if self.draft and self.draft_by else ()
        return is_disputed(signed={entry.side for entry in self.signed}, drafting=drafting)

    @property
    def was_agreed(self) -> bool:
        return self.sense.status == Status.IN_REVIEW


def meanings_for(person: Employee) -> list[Meaning]:
    """What somebody may sign for and what waits there for their side, the newest text first. 3 queries."""
    newest = SenseVersion.objects.filter(sense=OuterRef("pk")).order_by("-number").values("pk")[:1]
    signatures = Signature.objects.filter(version=OuterRef("newest"))
    senses = (
        _in_the_care_of(person)
        .annotate(newest=Subquery(newest))
        .annotate(signed_business=Exists(signatures.filter(side="business")))
        .annotate(signed_technology=Exists(signatures.filter(side="technology")))
    )
    waiting = Q(pk__in=[])
    for side in person.sides:
        other = next(iter(SIDES - {side}))
        waiting |= Q(**{f"signed_{side}": False}) & (
            Q(**{f"signed_{other}": True}) | Q(status=Status.IN_REVIEW)
        )
    # A dispute is shown to both sides: who has signed should know why the other does not.
    half = Q(signed_business=True, signed_technology=False) | Q(signed_business=False, signed_technology=True)
    rows = senses.filter(waiting | (half & Q(has_unpublished_changes=True)))
    return sorted(
        _meanings(rows), key=lambda meaning: (meaning.version.from_at, meaning.version.pk), reverse=True
    )


def meaning(sense_id: int, person: Employee) -> Meaning | None:
    """One public meaning that somebody looks after; None for any other. 3 queries."""
    return next(iter(_meanings(_in_the_care_of(person).filter(pk=sense_id))), None)


def changes_since_agreed(meaning: Meaning) -> list[Change]:
    """What differs between the text that both sides signed last and the one that waits. Two queries at most."""
    if not meaning.was_agreed:
        return []
    both = SenseVersion.objects.filter(sense=meaning.sense, number__lt=meaning.version.number)
    for side in SIDES:
        both = both.filter(Exists(Signature.objects.filter(version=OuterRef("pk"), side=side)))
    agreed = both.order_by("-number").first()
    return changes(agreed.texts, meaning.version.texts, TEXT_FIELDS) if agreed else []


def sides_to_sign(meaning: Meaning, person: Employee, *, today: date) -> list[str]:
    """The sides for which this person can sign the newest text now."""
    if any(signed.person == person.pk for signed in meaning.signed):
        return []  # agreement takes two people
    return [side for side in meaning.open_sides if may_sign(person, meaning.sense, side, today=today)]


def looks_after_words(person: Employee) -> bool:
    """A steward, or whoever a meaning names as its owner. At most one query."""
    return STEWARD in person.roles or _in_the_care_of(person).exists()


def count_agreed() -> tuple[int, int]:
    """How many public meanings are agreed, and how many there are. One query each."""
    live = Sense.objects.filter(live=True)
    return live.filter(status=Status.AGREED).count(), live.count()


def _in_the_care_of(person: Employee) -> QuerySet[Sense]:
    senses = Sense.objects.filter(live=True)
    if STEWARD in person.roles:
        return senses
    return senses.filter(Q(owner_business=person) | Q(owner_technology=person))


def _meanings(senses: QuerySet[Sense]) -> list[Meaning]:
    rows = list(senses.select_related("word", "latest_revision__user"))
    versions: dict[int, SenseVersion] = {}
    for version in SenseVersion.objects.filter(sense__in=rows).order_by("number"):
        versions[version.sense_id] = version
    signed: dict[int, list[Signed]] = {}
    newest = [version.pk for version in versions.values()]
    for row in Signature.objects.filter(version__in=newest).select_related("signed_by").order_by("side"):
        signed.setdefault(row.version_id, []).append(
            Signed(row.signed_by_id, row.side, row.signed_by.display_name, row.signed_at)
        )
    return [
        _meaning(sense, versions[sense.pk], signed.get(versions[sense.pk].pk, []))
        for sense in rows
        if sense.pk in versions
    ]


def _meaning(sense: Sense, version: SenseVersion, signed: Sequence[Signed]) -> Meaning:
    revision = sense.latest_revision if sense.has_unpublished_changes else None
    because = revision.content.get("changed_because") or "" if revision else ""
    return Meaning(
        sense=sense,
        version=version,
        signed=list(signed),
        open_sides=open_sides({entry.side for entry in signed}),
        draft_by=revision.user if revision else None,
        draft=changes(version.texts, revision.content, TEXT_FIELDS) if revision else [],
        # A draft begins with the reason of the public text: that one is not its own.
        draft_because="" if because == version.changed_because else because,
    )
