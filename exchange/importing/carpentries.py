"""Courses of the Carpentries Workbench: their `config.yaml`, and lessons written for another program."""

import re
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from wagtail.models import Locale

from courses.addresses import RESERVED_SLUGS, lesson_address
from courses.models import Direction, Level, SessionKind
from exchange.importing.dialect import Writer, said_in
from exchange.importing.folder import Folder, Store
from exchange.importing.links import Links, plain
from exchange.importing.manifest import CourseFile
from exchange.importing.report import WHOLE_FILE
from exchange.importing.stream import LessonFile
from gates.blocks import SourceError, load_yaml, node_line
from gates.carpentries import Div, Text, Workbench, parse_workbench
from gates.markdown import slug
from gates.typography import within_quotes

CONFIG = "config.yaml"
EPISODES = "episodes"
_INDEX = "index.md"
_USED = {"title", "source", "license", "episodes", "lang"}
_MATTER = {"title", "teaching", "exercises", "authors", "contributors"}


class Foreign:
    """A course of the Workbench: read once, told in two parts, since its pages need the course first."""

    def __init__(self, files: Folder) -> None:
        """Raises: SourceError"""
        self.files = files
        config = load_yaml(files.text(CONFIG), source=CONFIG)
        if (
            not isinstance(config, dict)
            or not isinstance(config.get("title"), str)
            or not config["title"].strip()
        ):
            raise SourceError(1, _("`title` is missing, so this is no course of the Workbench."), CONFIG)
        self.config = config
        self.course = self._course()
        self.sources: dict[str, Workbench] = {}
        for name in self._episodes():
            try:
                self.sources[name] = parse_workbench(files.text(name), source=name)
            except SourceError as error:
                self.sources[name] = Workbench({}, [], {}, [error])
        self.slugs = {name: _slug_of(name) for name in self.sources}
        self.notes: dict[str, str] = {}

    def _tell(self, key: str, reason: str) -> None:
        self.course.errors.append(SourceError(node_line(self.config, key), reason, CONFIG))

    def _course(self) -> CourseFile:
        config = self.config
        source = config.get("source") if isinstance(config.get("source"), str) else ""
        name = slug((source or self.files.root.name).rstrip("/").rpartition("/")[2].removesuffix(".git"))
        code = re.sub(r"^[^A-Z]+", "", name.upper())[:12].rstrip("-") or "IMPORTED"
        language = config.get("lang") or Locale.get_default().language_code
        locale = Locale.objects.filter(language_code=str(language)[:12]).first()
        title = " ".join(config["title"].split())
        summary, rest = self._summary()
        fields: dict[str, Any] = {
            "code": code,
            "title": title[:255],
            "slug": name[:60].strip("-"),
            "short_title": title if len(title) <= 60 else "",
            "summary": summary or title[:250],
            "direction": Direction.TECHNOLOGY_FOR_BUSINESS.value,
            "level": Level.FOUNDATION.value,
            "quiz_required": False,
            "outcomes": [],
        }
        self.course = CourseFile(CONFIG, code, locale or Locale.get_default(), fields, is_foreign=True)
        self._tell(
            "title", _("For whom the course is does not stand here. It was set to technology for business.")
        )
        if locale is None:
            self._tell(
                "lang", _("The language %(language)s is not set up here.") % {"language": str(language)[:20]}
            )
        others = [key for key, value in config.items() if key not in _USED and value not in (None, "", [])]
        if others:
            names = ", ".join(f"`{key[:40]}`" for key in others[:30])
            self._tell(
                others[0], _("Settings of another program were not taken: %(names)s.") % {"names": names}
            )
        if rest:
            reason = _(
                "The course page shows its first paragraph; what follows here has no place and was left out."
            )
            self.course.errors.append(SourceError(rest, reason, _INDEX))
        return self.course

    def _summary(self) -> tuple[str, int]:
        """The first paragraph of the index as plain text, and the line of what comes after it (0: nothing)."""
        try:
            parts = parse_workbench(self.files.text(_INDEX), source=_INDEX).parts
        except SourceError:
            return "", 0
        first = next((part for part in parts if isinstance(part, Text) and "".join(part.lines).strip()), None)
        if first is None:
            return "", parts[0].line if parts else 0
        lines = [*first.lines, ""]
        start = next(at for at, line in enumerate(lines) if line.strip())
        end = next(at for at, line in enumerate(lines) if at > start and not line.strip())
        rest = next((first.line + at for at, line in enumerate(lines) if at > end and line.strip()), 0)
        later = [part.line for part in parts if part.line > first.line]
        return _cut(plain(" ".join(lines[start:end])), 250), rest or min(later, default=0)

    def _episodes(self) -> list[str]:
        """The lessons in the order of the settings, else of their names."""
        there = [name for name in self.files.names() if re.fullmatch(rf"{EPISODES}/[^/]+\.R?md", name)]
        wanted = self.config.get("episodes")
        if not isinstance(wanted, list) or not wanted:
            return there
        lessons = []
        for index, entry in enumerate(wanted):
            name = f"{EPISODES}/{entry}"
            if name in there and name not in lessons:
                lessons.append(name)
            elif name not in there:
                reason = _("There is no lesson %(name)s in the folder %(folder)s.") % {
                    "name": str(entry)[:80],
                    "folder": EPISODES,
                }
                self.course.errors.append(SourceError(node_line(wanted, index), reason, CONFIG))
        return lessons

    # --- the plan of the session: what was written for whoever teaches

    def read_plan(self) -> None:
        """Notes for teachers become the plan of the live session."""
        parts = []
        for name, source in self.sources.items():
            notes = "\n\n".join(
                text for div in _instructors(source.parts) if (text := self._notes(name, div))
            )
            if notes:
                title = " ".join(str(source.front_matter.get("title") or name).split())
                parts.append(f"## {title}\n\n{notes}")
        if parts:
            self.course.plan = "\n\n".join(parts)
            self.course.fields["session_kind"] = SessionKind.BROWN_BAG.value
            self.course.fields["session_title"] = self.course.fields["title"][:150]

    def _notes(self, name: str, div: Div) -> str:
        lines: list[str] = []
        links = self._links(name, lambda line, reason: None, None)  # told once, when the lesson is read
        for part in div.parts:
            if isinstance(part, Text):
                lines += [links.line(line, part.line + at) for at, line in enumerate(part.lines)]
        return re.sub(r"(?m)^##? ", "### ", "\n".join(lines)).strip()

    def _links(self, name: str, tell: Callable[[int, str], None], store: Store | None) -> Links:
        addresses = {
            episode: lesson_address(
                self.course.fields["slug"], lesson_slug, language=self.course.locale.language_code
            )
            for episode, lesson_slug in self.slugs.items()
        }
        anchors = {episode: source.anchors for episode, source in self.sources.items()}
        return Links(name, self.files, addresses, anchors, tell, store)

    # --- lessons

    def lesson(self, name: str, store: Store) -> LessonFile:
        source = self.sources[name]
        out = LessonFile(name)
        out.errors += source.errors
        title = source.front_matter.get("title")
        if not isinstance(title, str) or not title.strip():
            out.tell(
                WHOLE_FILE, _("`title` is missing at the head of the file. The lesson was not imported.")
            )
            return out
        out.fields = {
            "title": " ".join(title.split())[:255],
            "slug": self.slugs[name],
            "objective": "",
            "outcome": "",
            "minutes": self._minutes(source, out),
            "is_required": True,
        }
        for key in source.front_matter:
            if key not in _MATTER:
                out.tell(
                    node_line(source.front_matter, key),
                    _("“%(key)s” has no place in a lesson; it was left out.")
                    % {"key": within_quotes(key[:60])},
                )
        links = self._links(name, out.tell, store)
        writer = Writer(out, self.files, links, store, self.course.locale.language_code)
        writer.write(source.parts)
        if not out.fields["objective"]:
            out.tell(WHOLE_FILE, _("The lesson names no objectives; its title stands for them."))
            out.fields["objective"] = out.fields["title"][:200]
        credits = self._credits(source)
        if credits:
            out.add("markdown", credits, line=1)
        return out

    def _minutes(self, source: Workbench, out: LessonFile) -> int:
        matter = source.front_matter
        given = [matter.get(key, 0) for key in ("teaching", "exercises")]
        if any(not isinstance(number, int) or isinstance(number, bool) or number < 0 for number in given):
            out.tell(node_line(matter, "teaching"), _("`teaching` and `exercises` are whole minutes."))
            return 7
        minutes = sum(given)
        if minutes > 90:
            out.tell(
                node_line(matter, "teaching"),
                _("A lesson takes 90 minutes at most, not %(minutes)s.") % {"minutes": minutes},
            )
        return min(90, minutes) or 7

    def _credits(self, source: Workbench) -> str:
        """Who wrote it, under which licence, from where: a licence that asks for it is kept."""
        language = self.course.locale.language_code
        told = []
        for key, message in (
            ("authors", gettext_noop("Written by %(names)s.")),
            ("contributors", gettext_noop("With contributions by %(names)s.")),
        ):
            names = source.front_matter.get(key)
            names = names if isinstance(names, list) else [names] if isinstance(names, str) else []
            if names:
                told.append(
                    said_in(language, message, names=", ".join(_escaped(str(name)) for name in names))
                )
        licence, address = self.config.get("license"), self.config.get("source")
        if isinstance(licence, str) and licence:
            told.append(said_in(language, gettext_noop("Licence: %(name)s."), name=_escaped(licence)))
        if isinstance(address, str) and re.fullmatch(r"https?://[\w./~%+-]{1,300}", address):
            told.append(f"[{said_in(language, gettext_noop('Source'))}]({address}).")
        return " ".join(told)


def _instructors(parts: list[Any]) -> list[Div]:
    instructors = []
    for part in parts:
        if isinstance(part, Div):
            instructors += [part] if part.kind == "instructor" else _instructors(part.parts)
    return instructors


def _slug_of(name: str) -> str:
    """The address of a lesson: its file name without the number that sorts it."""
    stem = PurePosixPath(name).stem
    bare = slug(re.sub(r"^[\d_.-]+", "", stem) or stem)
    return f"{bare}-lesson" if bare in RESERVED_SLUGS else bare


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<$#|~])", r"\\\1", " ".join(text.split()))[:300]


def _cut(text: str, most: int) -> str:
    """The text, or as many whole sentences of it as fit, or as many words."""
    if len(text) <= most:
        return text
    sentences = re.match(rf"(?s).{{1,{most - 1}}}[.!?](?=\s)", text)
    return sentences[0] if sentences else text[: most - 1].rsplit(" ", 1)[0] + "…"
