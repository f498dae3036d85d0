"""Folders of plain Markdown: one file, one lesson; what the course is called was asked for."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import unquote

from django.utils.translation import gettext as _
from wagtail.models import Locale

from courses.addresses import RESERVED_SLUGS, lesson_address
from courses.models import CoursePage, Level
from courses.rules.minutes import lesson_minutes
from exchange.importing.dialect import Writer
from exchange.importing.folder import Folder, Store
from exchange.importing.links import Links, plain
from exchange.importing.manifest import CourseFile
from exchange.importing.report import WHOLE_FILE
from exchange.importing.spelling import ascii_slug
from exchange.importing.stream import LessonFile
from exchange.rules.keys import key_of
from gates.blocks import SourceError
from gates.carpentries import Div, Part, Text, Workbench
from gates.plain_markdown import footnotes, parse_markdown

ENDINGS: Final = (".md", ".markdown")
_INDEXES: Final = ("summary", "_sidebar", "readme", "index", "_index")
_ONLY_ORDER: Final = frozenset({"summary", "_sidebar"})
_FEW_WORDS: Final = 80
"""An index that says no more than this beside its links gives the order and is no lesson."""
# Files about a project and not of it, as hosts of repositories know them.
_ABOUT: Final = frozenset(
    "license licence code_of_conduct code-of-conduct contributing changelog security authors citation notice"
    " pull_request_template issue_template _template".split()
)
_LINK: Final = re.compile(r"(?<!!)\[[^\]\n]{0,400}\]\(<?([^)\s>]{1,400})>?[^)\n]{0,300}\)")
_HEADING: Final = re.compile(r"(#{1,6})[ \t]+(.+?)(?:[ \t]+#+)?[ \t]*")
_SORT: Final = ("weight", "order", "nav_order", "sidebar_position")
_SAID: Final = ("objective", "description", "summary")
# Matter of other programs that says how a page looks or is found: nobody misses it in a lesson.
_SILENT: Final = frozenset(
    "title slug layout permalink date lastmod draft tags categories category id sidebar_label keywords author"
    " authors parent has_children grand_parent toc template hide linktitle type url aliases image status".split()
)


@dataclass(frozen=True)
class AskedCourse:
    """What plain Markdown does not say of its course; `direction` as courses.models.Direction has it."""

    title: str
    code: str
    direction: str


def is_markdown(name: str) -> bool:
    return name.lower().endswith(ENDINGS)


class MarkdownFolder:
    """A folder of Markdown files as a course: read once; its lessons are asked for one by one."""

    def __init__(self, files: Folder, asked: AskedCourse) -> None:
        self.files = files
        self.sources = {name: _read(files, name) for name in files.names() if _may_be_a_lesson(name)}
        self.notes = {name: footnotes(source.parts) for name, source in self.sources.items()}
        self.order_from = ""
        summary = self._sort()
        self.slugs = _slugs(self.sources)
        locale = Locale.get_default()
        fields: dict[str, Any] = {
            "code": asked.code,
            "title": asked.title,
            "slug": _free_course_slug(asked, locale),
            "short_title": asked.title if len(asked.title) <= 60 else "",
            "summary": summary or asked.title[:250],
            "direction": asked.direction,
            "level": Level.FOUNDATION.value,
            "quiz_required": False,
            "outcomes": [],
        }
        self.course = CourseFile(self.order_from, asked.code, locale, fields, is_foreign=True)

    def read_plan(self) -> None:
        """Plain Markdown has no notes for whoever gives a session."""

    # --- which files are lessons, and in which order

    def _sort(self) -> str:
        """Bring the files into their order; the summary of the course, where an index says one."""
        names = sorted(self.sources, key=self._sort_key)
        summary = ""
        for index in sorted((name for name in names if _stem(name) in _INDEXES), key=_index_key):
            text = _all_text(self.sources[index].parts)
            listed = list(dict.fromkeys(self._listed(index, text)))
            if len(listed) < 2:
                continue
            names = [*listed, *(name for name in names if name not in listed)]
            words = len(plain(_LINK.sub("", text)).split())
            if _stem(index) in _ONLY_ORDER or words <= _FEW_WORDS:
                self.order_from = index
                summary = _first_sentences(self.sources[index].parts)
                names.remove(index)
            elif index not in listed:
                names.remove(index)
                names.insert(0, index)
            break
        self.sources = {name: self.sources[name] for name in names}
        return summary

    def _listed(self, index: str, text: str) -> list[str]:
        found = (_named(self.files, index, match[1]) for match in _LINK.finditer(text))
        return [name for name in found if name in self.sources and name != index]

    def _sort_key(self, name: str) -> tuple[Any, ...]:
        path = PurePosixPath(name)
        matter = self.sources[name].front_matter
        weight = next((matter[key] for key in _SORT if isinstance(matter.get(key), int | float)), None)
        own = (0, 0.0, "") if _stem(name) in _INDEXES else _natural(path.stem)
        if weight is not None:
            own = (0, float(weight), path.stem.casefold())
        return (*(_natural(part) for part in path.parts[:-1]), own)

    # --- lessons

    def lesson(self, name: str, store: Store) -> LessonFile:
        language = self.course.locale.language_code
        addresses = {
            other: lesson_address(self.course.fields["slug"], lesson_slug, language=language)
            for other, lesson_slug in self.slugs.items()
        }
        out = _lesson(name, self.sources[name], self.notes[name], self.files, addresses, store, language)
        if out.fields:
            out.fields["slug"] = self.slugs[name]
        return out


def lesson_of_file(name: str, files: Folder, store: Store, language: str) -> LessonFile:
    """One Markdown file for a course that is there. Its address is for the caller to say."""
    source = _read(files, name)
    return _lesson(name, source, footnotes(source.parts), files, {}, store, language)


def _lesson(
    name: str,
    source: Workbench,
    notes: dict[str, str],
    files: Folder,
    addresses: dict[str, str],
    store: Store,
    language: str,
) -> LessonFile:
    out = LessonFile(name, is_plain=True)
    out.errors += source.errors
    parts, title = _titled(source, name)
    if not parts:
        if not source.errors:
            out.tell(WHOLE_FILE, _("The file holds no text. It was not imported."))
        return out
    out.fields = {
        "title": title[:255],
        "objective": _objective(source.front_matter),
        "outcome": "",
        "minutes": min(90, lesson_minutes(len(_all_text(parts).split()), 0)),
        "is_required": True,
    }
    others = sorted(set(source.front_matter) - _SILENT - set(_SORT) - set(_SAID))
    if others:
        reason = _("Settings of another program were not taken: %(names)s.")
        out.tell(1, reason % {"names": ", ".join(key[:40] for key in others[:30])})
    links = _FolderLinks(name, files, addresses, {}, out.tell, store)
    Writer(out, files, links, store, language, notes=notes).write(parts)
    return out


class _FolderLinks(Links):
    def _named(self, path: str) -> str:
        return _named(self.files, self.name, path)


def _may_be_a_lesson(name: str) -> bool:
    return is_markdown(name) and not ("/" not in name and _stem(name) in _ABOUT)


def _stem(name: str) -> str:
    return PurePosixPath(name).stem.lower()


def _read(files: Folder, name: str) -> Workbench:
    try:
        return parse_markdown(files.text(name), source=name)
    except SourceError as error:
        return Workbench({}, [], {}, [error])


def _named(files: Folder, name: str, path: str) -> str:
    """The file that a link of `name` means: beside it or from the root, with or without ending, or the index of a
    folder. Empty where there is none."""
    path = unquote(path.partition("#")[0].partition("?")[0])
    start = files.root if path.startswith("/") else files.root / PurePosixPath(name).parent
    bare = path.lstrip("/").rstrip("/")
    stem = bare.removesuffix(".html").removesuffix(".htm")
    tries = [bare, *(f"{stem}{ending}" for ending in ENDINGS)]
    tries += [f"{bare}/{index}{ending}" for index in ("README", "index", "_index") for ending in ENDINGS]
    for candidate in tries:
        try:
            file = (start / candidate).resolve()
            if file.is_file() and file.is_relative_to(files.root):
                return file.relative_to(files.root).as_posix()
        except (OSError, ValueError):
            return ""
    return ""


def _natural(text: str) -> tuple[int, float, str]:
    """By the number at the beginning, then by name; what has no number comes last."""
    match = re.match(r"(\d{1,9})", text)
    return (0, float(match[1]), text.casefold()) if match else (1, 0.0, text.casefold())


def _index_key(name: str) -> tuple[int, int]:
    return name.count("/"), _INDEXES.index(_stem(name))


def _all_text(parts: list[Part]) -> str:
    texts = [
        "\n".join(part.lines) if isinstance(part, Text) else _all_text(part.parts)
        for part in parts
        if isinstance(part, Text | Div)
    ]
    return "\n".join(texts)


def _first_sentences(parts: list[Part]) -> str:
    """The first paragraph that is neither heading nor list, as plain text of at most 250 characters."""
    for paragraph in re.split(r"\n[ \t]*\n", _all_text(parts)):
        words = plain(" ".join(paragraph.split()))
        if words and not re.match(r"\s*(?:#|[-*+]\s|\d+[.)]\s|\||<)", paragraph):
            return words if len(words) <= 250 else words[:249].rsplit(" ", 1)[0] + "…"
    return ""


def _titled(source: Workbench, name: str) -> tuple[list[Part], str]:
    """The parts of a lesson without the heading that is its title, and the title."""
    said = source.front_matter.get("title")
    title = plain(str(said)) if isinstance(said, str | int | float) and str(said).strip() else ""
    parts = list(source.parts)
    for at, part in enumerate(parts):
        if not isinstance(part, Text):
            break
        first = next((number for number, line in enumerate(part.lines) if line.strip()), None)
        if first is None:
            continue
        heading = _HEADING.fullmatch(part.lines[first].strip())
        if heading and (not title or plain(heading[2]).casefold() == title.casefold()):
            title = title or plain(heading[2])
            parts[at] = Text(part.line + first + 1, part.lines[first + 1 :])
        break
    has_more = any(not isinstance(part, Text) or "".join(part.lines).strip() for part in parts)
    if not title:
        path = PurePosixPath(name)
        stem = path.parent.name if path.stem.lower() in _INDEXES and path.parent.name else path.stem
        title = re.sub(r"^\d+[\s_.-]*", "", stem) or stem
        title = " ".join(re.sub(r"[_-]+", " ", title).split())
        title = title[:1].upper() + title[1:]
    return (parts if has_more else []), title


def _objective(matter: dict[str, Any]) -> str:
    said = next(
        (matter[key] for key in _SAID if isinstance(matter.get(key), str) and matter[key].strip()), ""
    )
    return plain(" ".join(said.split()))[:200]


def _slugs(sources: dict[str, Workbench]) -> dict[str, str]:
    """An address for each lesson: what its file says, else its name without the number that sorts it."""
    slugs: dict[str, str] = {}
    taken = set(RESERVED_SLUGS)
    for name, source in sources.items():
        path = PurePosixPath(name)
        stem = path.parent.name if path.stem.lower() in _INDEXES and path.parent.name else path.stem
        said = source.front_matter.get("slug")
        bare = re.sub(r"^[\d_.-]+", "", stem) or stem
        base = ascii_slug(said if isinstance(said, str) else "") or ascii_slug(bare) or "lesson"
        if base in taken and "/" in name:
            base = ascii_slug(f"{path.parent.name}-{base}") or base
        free, number = base[:70].strip("-"), 2
        while free in taken:
            free, number = f"{base[:66]}-{number}", number + 1
        taken.add(free)
        slugs[name] = free
    return slugs


def _free_course_slug(asked: AskedCourse, locale: Locale) -> str:
    """The address of the course: that of the page which an earlier import made, else one that is free."""
    mine = CoursePage.objects.filter(translation_key=key_of(asked.code), locale=locale).first()
    if mine is not None:
        return str(mine.slug)
    base = ascii_slug(asked.title)[:60].strip("-") or asked.code.lower()
    return f"{base}-{asked.code.lower()}" if CoursePage.objects.filter(slug=base).exists() else base
