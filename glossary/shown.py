"""What the page of a word and the desk of its stewards show, in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gates.typography import within_quotes
from glossary import agreement
from glossary.actions import TEXT_FIELDS
from glossary.models import Sense
from glossary.published import NamedSense, SenseData, Signed, WordData
from glossary.rules.agreement import AGREED, DEPRECATED, IN_REVIEW
from glossary.rules.changes import Change, Piece
from people.models import Employee

_FIELDS: Final = {name: Sense._meta.get_field(name).verbose_name for name in TEXT_FIELDS}
_SIDES: Final = {"business": gettext_lazy("(business)"), "technology": gettext_lazy("(IT)")}
_HOMES: Final = {
    "business": gettext_lazy("Home side: business"),
    "technology": gettext_lazy("Home side: technology"),
}


def _day(instant: datetime | None, form: str | None = None) -> str:
    """The day of an instant where the reader is, as the filter `date` writes it."""
    return date_format(localtime(instant), form) if instant else ""


@dataclass(frozen=True)
class ShownStatus:
    """How far agreement on a meaning is: end of a class, icon and sentence, and what to say instead."""

    look: str
    icon: str
    sentence: str
    instead: NamedSense | None = None


# --- The page of a word ---


@dataclass(frozen=True)
class Fact:
    label: str
    text: str


@dataclass(frozen=True)
class Relation:
    label: str
    senses: Sequence[NamedSense]


@dataclass(frozen=True)
class Meaning:
    """A sense among those of its word, as a link within the page. `side` is empty where it is no single one."""

    number: int
    label: str
    slug: str
    side: str


@dataclass(frozen=True)
class ShownSense:
    """`heading` tells what a lone sense is about, `home` is empty where it is at home on both sides; `others` are
    the other senses of the word.

    Only facts and relations that there are. `about` stands before the relations and `care` behind them.
    """

    heading: str
    home: str
    others: Sequence[Meaning]
    status: ShownStatus
    about: Sequence[Fact]
    relations: Sequence[Relation]
    care: Sequence[Fact]


@dataclass(frozen=True)
class Meanings:
    """The senses of a word to jump to: in two columns where each is at home on one side and both sides have one."""

    listed: Sequence[Meaning]
    business: Sequence[Meaning] = ()
    technology: Sequence[Meaning] = ()


def meanings_of(word: WordData) -> Meanings:
    """What to jump to on the page of a word; nothing where it has one sense."""
    if len(word.senses) < 2:
        return Meanings(())
    sides = ("business", "technology")
    listed = [
        Meaning(
            number,
            sense.qualifier or sense.gloss,
            sense.slug,
            sense.home_side if sense.home_side in sides else "",
        )
        for number, sense in enumerate(word.senses, start=1)
    ]
    if {meaning.side for meaning in listed} != set(sides):
        return Meanings(listed)
    business, technology = ([meaning for meaning in listed if meaning.side == side] for side in sides)
    return Meanings(listed, business, technology)


def careful(word: WordData) -> str:
    """What to mind about a false friend; empty for any other word."""
    if not word.is_false_friend:
        return ""
    return word.careful or _(
        "Both sides say this word and mean different things by it. Say which one you mean."
    )


def shown_sense(sense: SenseData, word: WordData) -> ShownSense:
    """`sense` has the names of people."""
    also_said = ", ".join(
        f"{synonym.label} {_SIDES[synonym.side]}" if synonym.side in _SIDES else synonym.label
        for synonym in sense.also_said
    )
    about = [
        Fact(_("Short for"), _short_for(sense, word)),
        Fact(_("Field"), sense.domain),
        Fact(_("Formula"), sense.formula),
        Fact(_("Unit"), sense.unit),
        Fact(_("Also said"), also_said),
        Fact(_("Better not"), ", ".join(f"“{within_quotes(label)}”" for label in sense.avoid)),
    ]
    relations = [
        Relation(_("A kind of"), sense.broader),
        Relation(_("More exactly"), sense.narrower),
        Relation(_("Related"), sense.related),
    ]
    stewards = ", ".join(f"{steward.name} {_SIDES[steward.side]}" for steward in sense.stewards)
    care = [Fact(_("Stewards"), stewards), Fact(_("Last change"), sense.changed_because)]
    is_short = bool(sense.expansion) and sense.abbreviation == word.lemma
    return ShownSense(
        heading=sense.qualifier or (sense.expansion if is_short else ""),
        home=str(_HOMES.get(sense.home_side, "")),
        others=[other for other in meanings_of(word).listed if other.slug != sense.slug],
        status=status_of(sense),
        about=[fact for fact in about if fact.text],
        relations=[relation for relation in relations if relation.senses],
        care=[fact for fact in care if fact.text],
    )


def _short_for(sense: SenseData, word: WordData) -> str:
    if not (sense.expansion and sense.abbreviation):
        return ""
    if sense.abbreviation == word.lemma:
        return sense.expansion
    return f"{sense.abbreviation}: {sense.expansion}"


def status_of(sense: SenseData) -> ShownStatus:
    """How far agreement on a published sense is. `sense` has the names of people."""
    if sense.status == AGREED and len(sense.signatures) > 1:
        first, second, *_others = sense.signatures
        names = {"first": first.name, "second": second.name, "date": _day(sense.agreed_at, "j M Y")}
        return ShownStatus("ok", "check", _("Agreed by %(first)s and %(second)s, %(date)s") % names)
    if sense.status == DEPRECATED and sense.replaced_by:
        return ShownStatus("warn", "alert", _("No longer used. Say instead:"), sense.replaced_by)
    if sense.status == IN_REVIEW:
        return ShownStatus("warn", "half", _("Changed since it was agreed, not yet agreed again"))
    if sense.signatures:
        return ShownStatus("ink", "half", _half_signed(sense.signatures[0]))
    return ShownStatus("todo", "open", _("Starter wording, not yet agreed in your company"))


def _half_signed(signed: Signed) -> str:
    if signed.side == "business":
        return _("Signed for business by %(name)s, not yet for technology") % {"name": signed.name}
    return _("Signed for technology by %(name)s, not yet for business") % {"name": signed.name}


# --- The desk of stewards ---


@dataclass(frozen=True)
class NamedChange:
    name: str
    pieces: Sequence[Piece]


@dataclass(frozen=True)
class Comparison:
    """Two texts of a meaning, under a heading with an anchor, and why there is another one."""

    anchor: str
    heading: str
    because: str
    changes: Sequence[NamedChange]


@dataclass(frozen=True)
class Hand:
    """One of the two signatures of a meaning: who signed and when, else the button of whoever can sign."""

    side: str
    label: str
    name: str
    signed: str
    button: str


@dataclass(frozen=True)
class Waiting:
    """A meaning in the list of a steward: `change` is the first that there is to read; `signed` are sentences."""

    sense: Sense
    change: NamedChange | None
    status: ShownStatus
    because: str
    action: str
    signed: Sequence[str]


def comparison(meaning: agreement.Meaning) -> Comparison | None:
    """The text that somebody wants instead, else what changed since both sides signed. Two queries at most."""
    if meaning.is_disputed:
        heading = _("What %(name)s would say instead") % {"name": meaning.draft_by}
        return Comparison("other-text", heading, meaning.draft_because, _named(meaning.draft))
    if changes := agreement.changes_since_agreed(meaning):
        heading = _("What changed since both sides signed")
        return Comparison("changed", heading, meaning.version.changed_because, _named(changes))
    return None


def hands(meaning: agreement.Meaning, may_sign: Sequence[str]) -> list[Hand]:
    """`may_sign`: the sides for which this person can sign now."""
    signed = {entry.side: entry for entry in meaning.signed}
    words = {
        "business": (_("For business"), _("Sign for business")),
        "technology": (_("For technology"), _("Sign for technology")),
    }
    return [
        Hand(
            side=side,
            label=label,
            name=signed[side].name if side in signed else "",
            signed=_("Signed %(at)s") % {"at": _day(signed[side].at, "j M Y, H:i")} if side in signed else "",
            button=button if side in may_sign else "",
        )
        for side, (label, button) in words.items()
    ]


@dataclass(frozen=True)
class Objection:
    """How a steward asks for another text. `is_written`: theirs is there already; `asks` opens the question for why."""

    is_written: bool
    asks: bool
    heading: str
    button: str
    saved: str


def objection(meaning: agreement.Meaning, may_sign: Sequence[str], person: Employee) -> Objection | None:
    """None for who cannot sign, may not write meanings, or finds the text of somebody else waiting."""
    is_written = meaning.draft_by is not None
    if (
        not may_sign
        or not person.has_perm("glossary.change_sense")
        or (is_written and meaning.draft_by != person)
    ):
        return None
    if not is_written:
        return Objection(
            is_written=False,
            asks=False,
            heading=_("Not like this? Ask for another text"),
            button=_("Save the reason and write the text"),
            saved=_("Your reason is saved. Write your text now, and save it as a draft."),
        )
    return Objection(
        is_written=True,
        asks=not meaning.draft_because,
        heading=_("Why you want another text"),
        button=_("Save the reason"),
        saved=_("Your reason is saved. The other side reads it beside your text."),
    )


def waiting(meaning: agreement.Meaning) -> Waiting:
    """Two queries at most."""
    is_disputed = meaning.is_disputed
    changes = meaning.draft if is_disputed else agreement.changes_since_agreed(meaning)
    return Waiting(
        sense=meaning.sense,
        change=next(iter(_named(changes)), None),
        status=_status_on_the_desk(meaning),
        because=meaning.draft_because if is_disputed else meaning.version.changed_because,
        action=_("Compare the texts") if is_disputed else _("Read and sign"),
        signed=[_signed_on(entry) for entry in meaning.signed],
    )


def _status_on_the_desk(meaning: agreement.Meaning) -> ShownStatus:
    if meaning.is_disputed:
        return ShownStatus("warn", "alert", _("%(name)s wants another text") % {"name": meaning.draft_by})
    if meaning.was_agreed:
        return ShownStatus("warn", "half", _("Changed since it was agreed"))
    return ShownStatus("todo", "open", _("Not yet agreed"))


def _signed_on(entry: agreement.Signed) -> str:
    if entry.side == "business":
        return _("Business signed %(date)s") % {"date": _day(entry.at)}
    return _("Technology signed %(date)s") % {"date": _day(entry.at)}


def _named(changes: Sequence[Change]) -> list[NamedChange]:
    return [NamedChange(str(_FIELDS[change.field]), change.pieces) for change in changes]
