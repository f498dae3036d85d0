"""What a lesson still lacks: one list, each entry with its place in the editor. Plain rules, no database.

`needed` stops submitting and publishing, never a draft; the rest is advice.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from courses.rules.minutes import lesson_minutes
from glossary.rules.readability import HARDEST_GRADE, reading_grade

FEWEST_WORDS: Final = 30
"""A shorter text has no reading grade worth telling."""
MINUTES_APART: Final = 2
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def _(message: str) -> str:
    """Marks a sentence for translation; the edges translate it (this module knows no Django)."""
    return message


@dataclass(frozen=True)
class Finding:
    """One thing to do: a sentence, the block or field where it is done, and whether publishing waits for it."""

    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    block: str = ""  # id of a block of the body, else
    name: str = ""  # name of a field of the page
    question: int | None = None  # a check that is edited in its own form
    needed: bool = True


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
    minutes: int
    body: Sequence[Mapping[str, Any]]
    text: str  # what people read, without markup
    checks: Mapping[int, CheckState]
    drawings: Mapping[str, str]  # block → why its diagram is refused
    unknown: Mapping[str, Sequence[str]]  # block → glossary marks that lead nowhere
    broken: Mapping[str, Sequence[str]]  # block → links that lead nowhere
    unlinked: Sequence[str]  # glossary words in the text that are not linked anywhere in it


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


def findings(draft: LessonDraft) -> list[Finding]:
    """Everything that is missing, in the order of the page, what publishing waits for first in each place."""
    found = []
    if not draft.objective.strip():
        found.append(Finding(_("Say what people can do after this lesson."), name="objective"))
    if not draft.body:
        found.append(Finding(_("The lesson is empty: add a block."), name="body"))
    for block in draft.body:
        found += _of_block(block, draft)
    if draft.body and not any(block["type"] == "checks" for block in draft.body):
        found.append(
            Finding(
                _("Without a check, opening the lesson is all that completes it."), name="body", needed=False
            )
        )
    return [*found, *_advice(draft)]


def _of_block(block: Mapping[str, Any], draft: LessonDraft) -> Iterator[Finding]:
    key, kind, value = str(block.get("id") or ""), block["type"], block.get("value")
    if kind in {"text", "markdown"} and not _plain(value).strip():
        yield Finding(_("An empty text block: write it or delete it."), block=key)
    fields = value if isinstance(value, Mapping) else {}
    for name, message in _NEEDED.get(kind, {}).items():
        if _is_empty(fields.get(name)):
            yield Finding(message, block=key)
    if kind == "example" and any(_is_empty(step.get("step")) for step in _items(fields.get("steps"))):
        yield Finding(_("Worked example: a step is empty."), block=key)
    if kind == "resources":
        for item in _items(fields.get("items")):
            if _is_empty(item.get("title")) or _is_empty(item.get("url")):
                yield Finding(_("Resources: each needs a title and an address."), block=key)
    if kind == "figure":
        yield from _of_figure(fields, key, draft)
    if kind == "checks":
        yield from _of_checks(fields, key, draft)
    for reference in draft.unknown.get(key, ()):
        yield Finding(
            _("“%(reference)s” is no word of the glossary, or has several meanings: name one."),
            {"reference": reference}, block=key,
        )  # fmt: skip
    for address in draft.broken.get(key, ()):
        yield Finding(_("The link to “%(address)s” leads nowhere."), {"address": address}, block=key)


def _of_figure(fields: Mapping[str, Any], key: str, draft: LessonDraft) -> Iterator[Finding]:
    if not _is_empty(fields.get("drawing")):
        if reason := draft.drawings.get(key):
            yield Finding(_("Figure: %(reason)s"), {"reason": reason}, block=key)
        return
    if _is_empty(fields.get("image")):
        yield Finding(_("Figure: choose a picture, or delete the block."), block=key)
    elif _is_empty(fields.get("alt")) and not fields.get("decorative"):
        yield Finding(
            _("Figure: say what the picture tells, for people who cannot see it, or mark it as decoration."),
            block=key,
        )


def _of_checks(fields: Mapping[str, Any], key: str, draft: LessonDraft) -> Iterator[Finding]:
    chosen = [pk for pk in _items(fields.get("questions")) if pk]
    if not chosen:
        yield Finding(_("Check set: write a check, or delete the block."), block=key)
    for place, pk in enumerate(chosen, start=1):
        check = draft.checks.get(pk)
        if check is None:
            yield Finding(_("Check %(number)d does not exist any more."), {"number": place}, block=key)
            continue
        if not check.is_answerable:
            yield Finding(
                _("Check %(number)d is of a kind that cannot be answered in a lesson."), {"number": place}, block=key
            )  # fmt: skip
        for problem in check.problems:
            values = {"number": place, "problem": problem}
            yield Finding(_("Check %(number)d: %(problem)s"), values, block=key, question=pk)


def _advice(draft: LessonDraft) -> Iterator[Finding]:
    words = len(_WORD.findall(draft.text))
    checks = sum(len([pk for pk in _items(_questions(block)) if pk]) for block in draft.body)
    minutes = lesson_minutes(words, checks)
    if abs(minutes - draft.minutes) > MINUTES_APART:
        values = {"said": draft.minutes, "computed": minutes}
        yield Finding(
            _("It says %(said)d minutes; reading it and answering its checks takes about %(computed)d."),
            values, name="minutes", needed=False,
        )  # fmt: skip
    grade = round(reading_grade(draft.text)) if words >= FEWEST_WORDS else 0
    if grade > HARDEST_GRADE:
        yield Finding(
            _("The text asks for %(grade)d years of school; up to %(most)d is easy to read. Shorten sentences."),
            {"grade": grade, "most": HARDEST_GRADE}, name="body", needed=False,
        )  # fmt: skip
    for word in draft.unlinked:
        yield Finding(
            _("“%(word)s” is a word of the glossary and is not linked here."), {"word": word}, name="body", needed=False
        )  # fmt: skip


def _questions(block: Mapping[str, Any]) -> Any:
    value = block.get("value")
    return value.get("questions") if block["type"] == "checks" and isinstance(value, Mapping) else ()


def _items(value: Any) -> list[Any]:
    """The values of a list block, as it is stored today or was before items had ids."""
    return [item["value"] if isinstance(item, Mapping) and "value" in item else item for item in value or ()]


def _is_empty(value: Any) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or value in ([], {})


def _plain(value: Any) -> str:
    return re.sub(r"<[^>]*>", "", str(value or ""))
