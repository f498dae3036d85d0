"""What a question must have before people are asked it: plain rules, used by the editor and by imports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from quizzes.rules.grading import ANSWERABLE, SINGLE

EXPLANATION_MIN: Final = 40
"""Fewest characters of an explanation: "Try again!" explains nothing."""

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "numeric": ("answer", "tolerance", "unit", "explain"),
    "short_answer": ("accepted", "explain"),
    "cloze": ("text", "gaps"),
    "dropdown": ("text", "gaps"),
    "ordering": ("items", "explain"),
    "matching": ("pairs", "explain"),
    "categorising": ("groups", "explain"),
    "free_text": ("model_answer", "rubric"),
}
"""What kinds without options are made of: see docs/content-format.md."""


def _(message: str) -> str:
    """Marks a sentence for translation; the edges translate it (this module knows no Django)."""
    return message


@dataclass(frozen=True)
class OptionDraft:
    key: str
    text: str
    is_correct: bool
    explanation: str


@dataclass(frozen=True)
class QuestionDraft:
    """A question as somebody means to publish it."""

    kind: str
    purpose: str
    probe_kind: str
    stem: str
    options: Sequence[OptionDraft] = ()
    sense_count: int = 0
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """Why a question cannot be published: its field, and the index of the option where it is about one."""

    field_name: str
    message: str
    option: int | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.message % self.values


def problems(draft: QuestionDraft) -> list[Problem]:
    """Everything that is missing or contradicts itself, in the order of the page; empty means publishable."""
    problems = []
    if not draft.stem.strip():
        problems.append(Problem("stem", _("Write the question.")))
    if "[[" in draft.stem or any("[[" in option.text + option.explanation for option in draft.options):
        problems.append(
            Problem(
                "stem",
                _("Glossary marks ([[…]]) do not belong in a question: they would give the answer away."),
            )
        )
    if draft.purpose == "probe":
        if draft.probe_kind not in {"meaning", "consequence"}:
            problems.append(
                Problem("probe_kind", _("A probe says whether it asks for a meaning or a consequence."))
            )
        if draft.sense_count != 1:
            problems.append(Problem("senses", _("A probe tests exactly one sense.")))
    elif draft.probe_kind:
        problems.append(Problem("probe_kind", _("Only a probe has a kind of probe.")))
    if draft.kind in ANSWERABLE:
        problems += _problems_of_options(draft)
    else:
        missing = [name for name in NEEDED.get(draft.kind, ()) if name not in draft.settings]
        if missing:
            names = ", ".join(missing)
            problems.append(
                Problem("settings", _("This kind also needs: %(names)s."), values={"names": names})
            )
        if draft.options:
            problems.append(Problem("options", _("This kind has no options.")))
    return problems


def _problems_of_options(draft: QuestionDraft) -> list[Problem]:
    problems = []
    correct = sum(option.is_correct for option in draft.options)
    if draft.kind == "true_false" and len(draft.options) != 2:
        problems.append(Problem("options", _("True or false has exactly two options.")))
    elif len(draft.options) < 2:
        problems.append(Problem("options", _("A question needs at least two options.")))
    if draft.kind in SINGLE and correct != 1:
        problems.append(
            Problem(
                "options",
                _("Exactly one option must be correct; here it is %(number)d."),
                values={"number": correct},
            )
        )
    elif correct < 1:
        problems.append(Problem("options", _("At least one option must be correct.")))
    texts = [" ".join(option.text.split()).casefold() for option in draft.options]
    for index, option in enumerate(draft.options):
        length = len(option.explanation.strip())
        if not option.text.strip():
            problems.append(Problem("text", _("An option needs words."), option=index))
        elif texts.index(texts[index]) != index:
            problems.append(Problem("text", _("This option says the same as another one."), option=index))
        if length < EXPLANATION_MIN:
            values = {"least": EXPLANATION_MIN, "length": length}
            message = _(
                "Say why this option is right or not, in at least %(least)d characters (now %(length)d)."
            )
            problems.append(Problem("explanation", message, option=index, values=values))
    return problems
