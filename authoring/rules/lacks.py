"""What a lesson still lacks: one list, each entry with its place in the editor. Plain rules, no database.

`needed` stops submitting and publishing, never a draft; the rest is advice.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from courses.rules.minutes import lesson_minutes
from glossary.rules.readability import HARDEST_GRADE, reading_grade

FEWESTWORDS: Final = 30
"""A shorter text has no reading grade worth telling."""
MINUTES_APART: Final = 2
MARKER: Final = re.compile(r"\[(\d{1,2})\]")
"""Where a note of an exhibit belongs."""
WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def _(message: str) -> str:
    """Marks a sentence for translation; the edges translate it (this module knows no Django)."""
    return message


@dataclass(frozen=True)
class Spot:
    """Where in the body something stands: the innermost block that has an id, and the way there from the top.

    The editor finds the field along `path`: ids of blocks and names of fields.
    """

    block: str = ""
    path: tuple[str, ...] = ()

    @property
    def top(self) -> str:
        return self.path[0] if self.path else ""

    def item(self, key: object) -> "Spot":
        """A block in a stream or list; one without an id stands where its parent does."""
        return Spot(str(key), (*self.path, str(key))) if key else self

    def field(self, name: str) -> "Spot":
        return Spot(self.block, (*self.path, name))


@dataclass(frozen=True)
class Finding:
    """One thing to do: a sentence, the block or field where it is done, and whether publishing waits for it."""

    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    block: str = ""  # id of a block of the body, else
    name: str = ""  # name of a field of the page
    question: int | None = None  # a check that is edited in its own form
    needed: bool = True
    path: tuple[str, ...] = ()  # of the field in the body, as in a Spot


@dataclass(frozen=True)
class CheckState:
    """A question as a check set names it."""

    pk: int
    code: str
    problems: Sequence[str]  # sentences, already with their values
    is_answerable: bool = True


@dataclass(frozen=True)
class LessonDraft:
    """A lesson as somebody means to publish it. `body` is the raw value of its blocks."""

    objective: str
    minutes: int  # 0 where they are to be counted
    body: Sequence[Mapping[str, Any]]
    text: str  # what people read, without markup
    checks: Mapping[int, CheckState]
    faults: Mapping[str, Sequence[Finding]]  # block → what is wrong with the texts in it
    unlinked: Sequence[str]  # glossary words in the text that are not linked anywhere in it
    is_untitled: bool = False


# Block → its fields that publishing waits for, with the words of the editor.
_NEEDED: Final[Mapping[str, Mapping[str, str]]] = {
    "hook": {"text": _("Hook: tell what went wrong.")},
    "meeting": {
        "speaker": _("In a meeting: who says it?"),
        "said": _("In a meeting: what is said?"),
        "hearer": _("In a meeting: who hears it?"),
        "heard": _("In a meeting: what is heard?"),
        "say_instead": _("In a meeting: what should be said instead?"),
    },
    "example": {"title": _("Worked example: give it a title."), "steps": _("Worked example: add a step.")},
    "exhibit": {"title": _("Exhibit: give it a title."), "text": _("Exhibit: add its text.")},
    "fold": {
        "title": _("Fold: say what opens."),
        "parts": _("Fold: put something into it, or delete the block."),
    },
    "callout": {"text": _("Callout: write its text.")},
    "table": {
        "caption": _("Table: say in a caption what it shows."),
        "head": _("Table: name its columns."),
        "rows": _("Table: add a row."),
    },
    "video": {
        "title": _("Video: give it a title."),
        "file": _("Video: choose the file."),
        "captions": _("Video: add captions, for people who cannot hear it."),
        "transcript": _("Video: add a transcript, for people who cannot see or play it."),
    },
    "say": {"line": _("Say this tomorrow: write the sentence.")},
    "resources": {"items": _("Resources: add one, or delete the block.")},
}


_IN_OTHERWORDS: Final = frozenset(
    {
        ("example", "step"),  # one sentence for all steps
        ("resources", "title"),
        ("resources", "url"),
        ("exhibit", "notes"),
        ("table", "rows"),
        ("checks", "questions"),
    }
)


def names(kind: str, name: str) -> bool:
    """Whether a rule here has a sentence of its own for a field that is empty."""
    return name in _NEEDED.get(kind, {}) or (kind, name) in _IN_OTHERWORDS


def findings(draft: LessonDraft) -> list[Finding]:
    """Everything that is missing, in the order of the page; in each block first what publishing waits for."""
    findings = []
    if draft.is_untitled:
        findings.append(Finding(_("Give the lesson a title."), name="title"))
    if not draft.objective.strip():
        findings.append(Finding(_("Say what people can do after this lesson."), name="objective"))
    if not draft.body:
        findings.append(Finding(_("The lesson is empty: add a block."), name="body"))
    for block in draft.body:
        findings += _of_block(block, draft)
    if draft.body and not any(block["type"] == "checks" for block in draft.body):
        findings.append(
            Finding(
                _("Without a check, opening the lesson is all that completes it."), name="body", needed=False
            )
        )
    return [*findings, *_advice(draft)]


def _of_block(block: Mapping[str, Any], draft: LessonDraft) -> Iterator[Finding]:
    spot = Spot().item(block.get("id"))
    yield from _is_unfinished(block, spot, draft)
    yield from draft.faults.get(spot.block, ())


def _is_unfinished(block: Mapping[str, Any], spot: Spot, draft: LessonDraft) -> Iterator[Finding]:
    kind, value = block["type"], block.get("value")
    if not isinstance(value, Mapping) and not _plain(value).strip():
        yield at(spot, _("An empty text block: write it or delete it."))
    fields = value if isinstance(value, Mapping) else {}
    for name, message in _NEEDED.get(kind, {}).items():
        if is_empty(fields.get(name)):
            yield at(spot.field(name), message)
    if kind == "checks":
        yield from _of_checks(fields, spot, draft)
    elif kind in _MORE:
        yield from _MORE[kind](fields, spot)
    for name, parts in fields.items():
        for part in parts if isinstance(parts, list) else ():
            if isinstance(part, Mapping) and part.get("type", "item") != "item":
                yield from _is_unfinished(part, spot.field(name).item(part.get("id")), draft)


def _of_example(fields: Mapping[str, Any], spot: Spot) -> Iterator[Finding]:
    if any(is_empty(step.get("step")) for step in _items(fields.get("steps"))):
        yield at(spot.field("steps"), _("Worked example: a step is empty."))


def _of_resources(fields: Mapping[str, Any], spot: Spot) -> Iterator[Finding]:
    for item in _items(fields.get("items")):
        if is_empty(item.get("title")) or is_empty(item.get("url")):
            yield at(spot.field("items"), _("Resources: each needs a title and an address."))


def _of_table(fields: Mapping[str, Any], spot: Spot) -> Iterator[Finding]:
    """The corner above the headings of the rows may be empty."""
    if any(is_empty(heading) for heading in _items(fields.get("head"))[1:]):
        yield at(spot.field("head"), _("Table: a column has no heading."), needed=False)


def at(
    spot: Spot, message: str, values: Mapping[str, object] | None = None, *, needed: bool = True
) -> Finding:
    return Finding(message, values or {}, block=spot.block, path=spot.path, needed=needed)


def _of_exhibit(fields: Mapping[str, Any], spot: Spot) -> Iterator[Finding]:
    notes = [not is_empty(note) for note in _items(fields.get("notes"))]
    marks = dict.fromkeys(int(number) for number in MARKER.findall(str(fields.get("text") or "")))
    for number in marks:
        if number > len(notes) or number < 1:
            values = {"number": number}
            yield at(
                spot.field("text"),
                _("Exhibit: [%(number)d] has no note. Write it, or take the mark away."),
                values,
            )
    for number, is_written in enumerate(notes, start=1):
        if not is_written:
            yield at(spot.field("notes"), _("Exhibit: note %(number)d is empty."), {"number": number})
        elif number not in marks:
            message = _("Exhibit: nothing leads to note %(number)d. Put [%(number)d] where it belongs.")
            yield at(spot.field("notes"), message, {"number": number}, needed=False)


def _of_figure(fields: Mapping[str, Any], spot: Spot) -> Iterator[Finding]:
    if not is_empty(fields.get("drawing")):
        return  # it carries its own title and description
    if is_empty(fields.get("image")):
        yield at(spot.field("image"), _("Figure: choose a picture, or delete the block."))
    elif is_empty(fields.get("alt")) and not fields.get("decorative"):
        message = _(
            "Figure: say what the picture tells, for people who cannot see it, or mark it as decoration."
        )
        yield at(spot.field("alt"), message)


_MORE: Final[Mapping[str, Callable[[Mapping[str, Any], Spot], Iterator[Finding]]]] = {
    "example": _of_example,
    "exhibit": _of_exhibit,
    "resources": _of_resources,
    "figure": _of_figure,
    "table": _of_table,
}


def _of_checks(fields: Mapping[str, Any], spot: Spot, draft: LessonDraft) -> Iterator[Finding]:
    chosen = [pk for pk in _items(fields.get("questions")) if pk]
    if not chosen:
        yield at(spot, _("Check set: write a check, or delete the block."))
    for number, pk in enumerate(chosen, start=1):
        check = draft.checks.get(pk)
        if check is None:
            yield at(spot, _("Check %(number)d does not exist any more."), {"number": number})
            continue
        if not check.is_answerable:
            yield at(
                spot, _("Check %(number)d is of a kind that cannot be answered in a lesson."), {"number": number}
            )  # fmt: skip
        for problem in check.problems:
            values = {"number": number, "problem": problem}
            yield Finding(
                _("Check %(number)d: %(problem)s"), values, block=spot.block, path=spot.path, question=pk
            )


def _advice(draft: LessonDraft) -> Iterator[Finding]:
    words = len(WORD.findall(draft.text))
    minutes = lesson_minutes(words, checks_in(draft.body))
    if draft.minutes and abs(minutes - draft.minutes) > MINUTES_APART:
        values = {"said": draft.minutes, "computed": minutes}
        yield Finding(
            _("It says %(said)d minutes; reading it and answering its checks takes about %(computed)d."),
            values, name="minutes", needed=False,
        )  # fmt: skip
    grade = round(reading_grade(draft.text)) if words >= FEWESTWORDS else 0
    if grade > HARDEST_GRADE:
        yield Finding(
            _("The text asks for %(grade)d years of school; up to %(most)d is easy to read. Shorten sentences."),
            {"grade": grade, "most": HARDEST_GRADE}, name="body", needed=False,
        )  # fmt: skip
    for word in draft.unlinked:
        yield Finding(
            _("“%(word)s” is a word of the glossary and is not linked here."), {"word": word}, name="body", needed=False
        )  # fmt: skip


def checks_in(body: Sequence[Mapping[str, Any]]) -> int:
    return sum(len([pk for pk in _items(_questions(block)) if pk]) for block in body)


def _questions(block: Mapping[str, Any]) -> Any:
    value = block.get("value")
    return value.get("questions") if block["type"] == "checks" and isinstance(value, Mapping) else ()


def _items(value: Any) -> list[Any]:
    """The values of a list block, as it is stored today or was before items had ids."""
    return [item["value"] if isinstance(item, Mapping) and "value" in item else item for item in value or ()]


def is_empty(value: Any) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or value in ([], {})


def _plain(value: Any) -> str:
    return re.sub(r"<[^>]*>", "", str(value or ""))
