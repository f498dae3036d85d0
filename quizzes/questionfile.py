"""One question of a file as clean values, with every mistake in it and its line. See docs/content-format.md."""

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from django.utils.translation import gettext

from gates.blocks import SourceDict, node_line
from glossary.linking import Senses, UnknownTerm
from glossary.models import Sense
from people.models import Side
from quizzes.models import Kind, Purpose, Question
from quizzes.rules.grading import ANSWERABLE
from quizzes.rules.publishable import NEEDED, OptionDraft, QuestionDraft, problems

NAMESPACE: Final = uuid.UUID("6f1c1f0e-2a55-4d0b-9a3b-8f6f5d0c7b12")
"""Ids of questions and options are made from their codes, so that they are the same on every installation."""

_COMMON: Final = frozenset(
    "id purpose kind stem outcome lesson section difficulty side senses probe shuffle options".split()
)
_OPTION: Final = frozenset({"id", "text", "correct", "explain"})
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


@dataclass(frozen=True)
class Fault:
    """What an author has to know: the line, the question, the reason."""

    line: int
    code: str
    reason: str


@dataclass
class Outcome:
    """What became of each question, by code; `reported` is in the order of the file.

    Of a dry run `drafts` are the questions as they would be stored.
    """

    imported: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    reported: list[Fault] = field(default_factory=list)
    drafts: list[Question] = field(default_factory=list)

    def tell(self, line: int, code: str, reason: str) -> None:
        self.reported.append(Fault(line, code, f"{code}: {reason}" if code else reason))


class Refused(Exception):
    """This question cannot be imported; the reasons are in the outcome."""


def key_of(*parts: str) -> uuid.UUID:
    """The id of a question (its code) or of an option (the code and the letter), on every installation."""
    return uuid.uuid5(NAMESPACE, "/".join(parts))


def _option_key(code: str, name: str) -> str:
    """The key of an option. An export names an option of the editor by its key: then it is the name itself."""
    try:
        return str(uuid.UUID(name)) if len(name) == 36 else str(key_of(code, name))
    except ValueError:
        return str(key_of(code, name))


@dataclass(frozen=True)
class Item:
    """A question of the file as clean values."""

    code: str
    stem: str
    fields: Mapping[str, Any]
    options: Sequence[OptionDraft]
    senses: Sequence[Sense]

    def content(self) -> dict[str, Any]:
        return {
            **self.fields,
            "stem": self.stem,
            "options": [
                [option.key, option.text, option.is_correct, option.explanation] for option in self.options
            ],
            "senses": sorted(str(sense.translation_key) for sense in self.senses),
        }


class Reader:
    """One item of the file; collects all its faults, so that an author sees them at once."""

    def __init__(self, item: Any, line: int, outcome: Outcome) -> None:
        self.item, self.line, self.outcome, self.code = item, line, outcome, ""
        self.is_refused = False
        if not isinstance(item, dict):
            self.refuse("", gettext("A question is written as “name: value” lines."))
        code = item.get("id")
        if not isinstance(code, str) or not _NAME.fullmatch(code):
            self.refuse(
                "id", gettext("A question needs an id of small letters, digits and hyphens, such as t2-q01.")
            )
        self.code = code

    def refuse(self, name: str, reason: str, within: Any = None) -> NoReturn:
        """Report and give up this question."""
        self.fault(name, reason, within)
        raise Refused

    def fault(self, name: str, reason: str, within: Any = None) -> None:
        """Report; the question is refused when everything has been read."""
        self.is_refused = True
        source = self.item if within is None else within
        # A name that is missing has no line of its own: that of the question or option stands for it.
        line = node_line(source, name) if isinstance(source, SourceDict) else self.line
        self.outcome.tell(line, self.code, reason)

    def read(self, glossary: Senses) -> Item:
        kind = self._one_of("kind", Kind.values, None)
        purpose = self._one_of("purpose", Purpose.values, None)
        allowed = _COMMON | (frozenset() if kind in ANSWERABLE else frozenset(NEEDED.get(kind, ())))
        self._only(self.item, allowed)
        fields: dict[str, Any] = {
            "purpose": purpose,
            "probe_kind": self._one_of("probe", ["meaning", "consequence"], ""),
            "kind": kind,
            "outcome": self._text("outcome"),
            "lesson_slug": self._text("lesson"),
            "section": self._text("section"),
            "difficulty": self._difficulty(),
            "side": self._one_of("side", Side.values, Side.BOTH.value),
            "shuffle": self._flag("shuffle", True),
            "settings": {
                name: json.loads(json.dumps(self.item[name], default=str))
                for name in NEEDED.get(kind, ())
                if name in self.item
            },
        }
        stem = self._text("stem")
        options = self._options(kind)
        senses = self._senses(glossary)
        draft = QuestionDraft(
            kind=kind, purpose=purpose, probe_kind=fields["probe_kind"], stem=stem, options=options,
            sense_count=len(senses), settings=fields["settings"],
        )  # fmt: skip
        for problem in problems(draft):
            self._problem(problem.field_name, gettext(problem.message) % problem.values, problem.option)
        if self.is_refused:
            raise Refused
        return Item(self.code, stem, fields, options, senses)

    def _problem(self, name: str, reason: str, option: int | None) -> None:
        names = {"probe_kind": "probe", "explanation": "explain"}
        if option is None:
            self.fault(names.get(name, name), reason)
        else:
            self.fault(names.get(name, name), reason, within=self.item["options"][option])

    def _only(self, mapping: Mapping[str, Any], allowed: frozenset[str]) -> None:
        for name in mapping:
            if name not in allowed:
                self.fault(
                    name,
                    gettext("The format does not know “%(name)s” here.") % {"name": name},
                    within=mapping,
                )

    def _text(self, name: str, within: Any = None) -> str:
        value = (self.item if within is None else within).get(name, "")
        if value is None:
            return ""
        if isinstance(value, str | int) and not isinstance(value, bool):
            return str(value).strip()
        self.fault(
            name, gettext("“%(name)s” is a text; put it in quotation marks.") % {"name": name}, within=within
        )
        return ""

    def _one_of(self, name: str, allowed: Sequence[str], default: str | None) -> str:
        value = self.item.get(name, default)
        if value in allowed or (default is not None and value == default):
            return str(value)
        self.refuse(
            name, gettext("“%(name)s” is one of %(allowed)s.") % {"name": name, "allowed": ", ".join(allowed)}
        )

    def _flag(self, name: str, default: bool, within: Any = None) -> bool:
        value = (self.item if within is None else within).get(name, default)
        if isinstance(value, bool):
            return value
        self.fault(name, gettext("“%(name)s” is true or false.") % {"name": name}, within=within)
        return default

    def _difficulty(self) -> int:
        value = self.item.get("difficulty", 2)
        if value in {1, 2, 3} and not isinstance(value, bool):
            return int(value)
        self.fault("difficulty", gettext("“difficulty” is 1, 2 or 3."))
        return 2

    def _options(self, kind: str) -> list[OptionDraft]:
        raw = self.item.get("options", [])
        if not isinstance(raw, list) or not all(isinstance(option, dict) for option in raw):
            self.refuse(
                "options", gettext("“options” is a list of options with id, text, correct and explain.")
            )
        drafts = []
        letters: set[str] = set()
        for option in raw:
            self._only(option, _OPTION)
            # In YAML `id: true` is a truth value, and it is the name of an option of true or false.
            letter = (
                str(option.get("id", "")).lower()
                if isinstance(option.get("id"), bool)
                else str(option.get("id", ""))
            )
            if not _NAME.fullmatch(letter):
                self.fault(
                    "id", gettext("An option needs an id that never changes, such as a."), within=option
                )
            elif letter in letters:
                self.fault("id", gettext("This id is used twice in the question."), within=option)
            letters.add(letter)
            drafts.append(
                OptionDraft(
                    key=_option_key(self.code, letter),
                    text=self._text("text", option),
                    is_correct=self._flag("correct", False, option),
                    explanation=self._text("explain", option),
                )
            )
        if kind == Kind.TRUE_FALSE and letters != {"true", "false"}:
            self.fault("options", gettext("The options of true or false have the ids true and false."))
        return drafts

    def _senses(self, glossary: Senses) -> list[Sense]:
        raw = self.item.get("senses", [])
        if not isinstance(raw, list):
            self.refuse("senses", gettext("“senses” is a list of glossary words."))
        senses: list[Sense] = []
        for index, reference in enumerate(raw):
            try:
                sense = glossary.resolve(str(reference))
            except UnknownTerm:
                # A word that comes later: reported and left out, and the next import brings it in.
                reason = gettext("There is no word “%(term)s” in the glossary; it was left out.") % {
                    "term": reference
                }
                self.outcome.tell(node_line(raw, index), self.code, reason)
                continue
            if sense not in senses:
                senses.append(sense)
        return senses
