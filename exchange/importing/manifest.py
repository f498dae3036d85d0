"""`course.yaml`: what a course is called, for whom it is, and what it maps to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Locale

from courses.models import Competence, Direction, Level, SessionKind
from exchange.importing.folder import Folder
from exchange.importing.spelling import is_address, no_address
from exchange.importing.stream import listed
from gates.blocks import SourceError, load_yaml, node_line
from gates.typography import within_quotes
from glossary.linking import Senses, UnknownTerm
from glossary.models import Sense

COURSE = "course.yaml"
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,11}")
_KNOWN = frozenset(
    "code title short_title slug summary direction level outcomes quiz confidence frameworks terms session locale".split()
)


@dataclass
class CourseFile:
    """A course as read: its fields as the page has them, and what it points to."""

    name: str
    code: str
    locale: Locale
    fields: dict[str, Any]
    plan: str = ""
    senses: list[Sense] = field(default_factory=list)
    competences: list[Competence] = field(default_factory=list)
    errors: list[SourceError] = field(default_factory=list)
    is_foreign: bool = False  # written for another program: lessons come from its reader


def read_manifest(folder: Folder) -> CourseFile:
    """The course file. What can be left out is left out with an error in it.

    Raises: SourceError where there is no course to speak of.
    """
    data = load_yaml(folder.text(COURSE), source=COURSE)
    if not isinstance(data, dict):
        raise SourceError(1, _("course.yaml is written as `name: value` lines."), COURSE)
    return _Reader(data).read()


class _Reader:
    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.errors: list[SourceError] = []

    def tell(self, line: int, reason: str) -> None:
        self.errors.append(SourceError(line, reason, COURSE))

    def read(self) -> CourseFile:
        data = self.data
        for name in ("code", "title", "slug", "summary", "direction"):
            if not self.text(name):
                raise SourceError(node_line(data), _("`%(name)s` is missing.") % {"name": name}, COURSE)
        code, slug = self.text("code"), self.text("slug")
        if not _CODE.fullmatch(code):
            reason = _("`code` is a letter, then letters, figures and hyphens, 12 at most.")
            raise SourceError(node_line(data, "code"), reason, COURSE)
        if not is_address(slug):
            raise SourceError(node_line(data, "slug"), no_address(slug), COURSE)
        for name in data:
            if name not in _KNOWN:
                self.tell(
                    node_line(data, name),
                    _("“%(name)s” is not a field of a course.") % {"name": within_quotes(name[:60])},
                )
        quiz, session = self.mapping("quiz"), self.mapping("session")
        fields = {
            "code": code,
            "title": self.text("title"),
            "slug": slug,
            "short_title": self.text("short_title"),
            "summary": " ".join(self.text("summary").split()),
            "direction": self.one_of(data, "direction", list(Direction.values), None),
            "level": self.one_of(data, "level", list(Level.values), Level.FOUNDATION.value),
            "quiz_questions": self.number(quiz, "questions", 8, 50),
            "pass_percent": self.number(quiz, "pass_percent", 80, 100),
            "quiz_required": self.flag(quiz, "required"),
            "asks_confidence": self.flag(data, "confidence"),
            "session_kind": self.one_of(session, "kind", [kind for kind in SessionKind.values if kind], ""),
            "session_title": self.text("title", session),
            "session_minutes": self.number(session, "minutes", 45, 1_440),
            "outcomes": self.outcomes(),
        }
        language = self.text("locale") or Locale.get_default().language_code
        locale = Locale.objects.filter(language_code=language).first()
        if locale is None:
            self.tell(node_line(data, "locale"), _("The language “%(language)s” is not set up here; the course was read as %(default)s.") % {"language": within_quotes(language[:20]), "default": Locale.get_default().language_code})  # fmt: skip
        course = CourseFile(COURSE, code, locale or Locale.get_default(), fields)
        course.senses = self.terms(course.locale)
        course.competences = self.competences()
        course.errors = self.errors
        return course

    def text(self, name: str, within: Mapping[str, Any] | None = None) -> str:
        data = self.data if within is None else within
        value = data.get(name)
        if value is None:
            return ""
        if isinstance(value, bool | list | dict):
            raise SourceError(node_line(data, name), _("`%(name)s` is a text.") % {"name": name}, COURSE)
        return str(value).strip()

    def mapping(self, name: str) -> Mapping[str, Any]:
        value = self.data.get(name)
        if value is not None and not isinstance(value, dict):
            self.tell(
                node_line(self.data, name),
                _("`%(name)s` is written as `name: value` lines.") % {"name": name},
            )
        return value if isinstance(value, dict) else {}

    def items_of(self, name: str) -> list[Any]:
        value = self.data.get(name)
        if value is not None and not isinstance(value, list):
            self.tell(node_line(self.data, name), _("`%(name)s` is a list.") % {"name": name})
        return value if isinstance(value, list) else []

    def one_of(self, data: Mapping[str, Any], name: str, allowed: list[str], default: str | None) -> str:
        value = data.get(name, default)
        if value in allowed or (default is not None and value == default):
            return str(value)
        raise SourceError(
            node_line(data, name),
            _("`%(name)s` is one of %(allowed)s.") % {"name": name, "allowed": ", ".join(allowed)},
            COURSE,
        )

    def number(self, data: Mapping[str, Any], name: str, default: int, most: int) -> int:
        value = data.get(name, default)
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most:
            return value
        self.tell(
            node_line(data, name),
            _("`%(name)s` is a whole number from 1 to %(most)s.") % {"name": name, "most": most},
        )
        return default

    def flag(self, data: Mapping[str, Any], name: str) -> bool:
        value = data.get(name, True)
        if not isinstance(value, bool):
            self.tell(node_line(data, name), _("`%(name)s` is true or false.") % {"name": name})
        return value is not False

    def outcomes(self) -> list[dict[str, Any]]:
        outcomes: list[dict[str, str]] = []
        items = self.items_of("outcomes")
        for index, item in enumerate(items):
            line = node_line(items, index)
            if not isinstance(item, dict) or set(item) != {"id", "text"}:
                self.tell(line, _("An outcome has `id` and `text`."))
                continue
            key, text = str(item["id"] or ""), str(item["text"] or "")
            if not key or not text or len(key) > 60 or len(text) > 200:
                self.tell(
                    line, _("An outcome has an `id` of 60 letters at most and a `text` of 200 at most.")
                )
                continue
            outcomes.append({"key": key, "text": text})
        if len(outcomes) > 8:
            self.tell(
                node_line(items, 8), _("A course has eight outcomes at most; the others were left out.")
            )
        return [{**outcome, "type": "outcome"} for outcome in listed(outcomes[:8])]

    def terms(self, locale: Locale) -> list[Sense]:
        senses: list[Sense] = []
        items = self.items_of("terms")
        references = [str(item)[:200] for item in items]
        glossary = Senses(locale.pk)
        glossary.expect(references)
        for index, reference in enumerate(references):
            try:
                sense = glossary.resolve(reference)
            except UnknownTerm:
                shown = reference[:80]
                self.tell(
                    node_line(items, index),
                    _("There is no word “%(word)s” in the glossary; it was left out.")
                    % {"word": within_quotes(shown)},
                )
                continue
            if sense not in senses:
                senses.append(sense)
        return senses

    def competences(self) -> list[Competence]:
        competences: list[Competence] = []
        entries = self.items_of("frameworks")
        for index, entry in enumerate(entries):
            line = node_line(entries, index)
            codes = entry.get("codes") if isinstance(entry, dict) else None
            if not isinstance(entry, dict) or not isinstance(codes, list):
                self.tell(line, _("A framework is written as `framework: …` and `codes: [ … ]`."))
                continue
            framework = str(entry.get("framework") or "")[:60]
            for code in codes:
                competence = Competence.objects.filter(framework__code=framework, code=str(code)[:40]).first()
                if competence is None:
                    self.tell(
                        line,
                        _("The framework %(framework)s has no competence %(code)s.")
                        % {"framework": framework, "code": str(code)[:40]},
                    )
                elif competence not in competences:
                    competences.append(competence)
        return competences
