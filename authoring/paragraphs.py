"""A course or lesson as paragraphs that a reviewer compares: what readers get, without its markup."""

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any, Final

from django.utils.html import escape, strip_tags
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from authoring.rules.difference import Paragraph
from courses.models import CoursePage, LessonPage
from courses.rendering import render_plan
from quizzes.models import Question
from quizzes.queries import attach_current_versions
from quizzes.rendering import payload_of

_COURSE_FIELDS: Final = (
    "title", "slug", "code", "short_title", "summary", "direction", "level", "bank", "quiz_questions",
    "pass_percent", "quiz_required", "asks_confidence", "session_kind", "session_title", "session_minutes",
    "steward_business", "steward_technology", "reviewed_on",
)  # fmt: skip
_LESSON_FIELDS: Final = ("title", "slug", "objective", "minutes", "outcome", "is_required")
_BREAKS: Final = frozenset(
    "address article aside blockquote caption dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre "
    "section summary svg table tbody thead tr ul video".split()
)
_SPACES: Final = frozenset({"br", "td", "th", "text", "tspan"})
_TOLD: Final = {"a": "href", "img": "src", "source": "src", "track": "src", "video": "src"}
"""Elements whose attribute is part of what readers get; an address within the page only counts its blocks."""
_QUIET: Final = frozenset({"span", "small", "tbody", "thead"})


def paragraphs_of(page: CoursePage | LessonPage, *, drafts: bool) -> list[Paragraph]:
    """The fields and blocks of a version of a page; `drafts` takes the newest draft of each check.

    Queries as for a preview of the page.
    """
    if isinstance(page, LessonPage):
        return [*_fields(page, _LESSON_FIELDS), *_body(page, drafts=drafts)]
    return [*_fields(page, _COURSE_FIELDS), *_lists(page)]


def read(part: str, html: str) -> list[Paragraph]:
    """Safe HTML cut into paragraphs."""
    reader = _Reader(part)
    reader.feed(html)
    reader.close()
    return reader.paragraphs()


def _fields(page: CoursePage | LessonPage, names: tuple[str, ...]) -> Iterator[Paragraph]:
    for name in names:
        field = page._meta.get_field(name)
        display = getattr(page, f"get_{name}_display", None)
        value = display() if display else getattr(page, name)
        if isinstance(value, bool):
            value = _("yes") if value else _("no")
        if value not in (None, ""):
            yield Paragraph(capfirst(str(field.verbose_name)), str(value), is_field=True)


def _lists(course: CoursePage) -> Iterator[Paragraph]:
    for item in course.outcomes:
        yield Paragraph(_("After this you can"), item.value["text"], item.value["key"])
    for term in course.course_terms.all():
        yield Paragraph(_("Words to meet"), str(term.sense))
    for link in course.course_competences.all():
        yield Paragraph(_("Maps to competences"), str(link.competence))
    yield from read(_("Plan of the session"), str(render_plan(course)))


def _body(page: LessonPage, *, drafts: bool) -> Iterator[Paragraph]:
    exhibits = 0
    for number, block in enumerate(page.body, start=1):
        label = str(block.block.label)
        if block.block_type == "checks":
            yield from _checks([one for one in block.value["questions"] if one], label, drafts=drafts)
            continue
        context: dict[str, Any] = {"locale_id": page.locale_id, "block_number": number}
        if block.block_type == "exhibit":
            exhibits += 1
            context["number"] = exhibits
        yield from read(label, str(block.render(context)))


def _checks(questions: list[Question], label: str, *, drafts: bool) -> Iterator[Paragraph]:
    if not drafts:
        attach_current_versions(questions)
    for question in questions:
        payload = _draft(question) if drafts else _live(question)
        yield from read(label, payload.get("stem", ""))
        for option in payload.get("options", ()):
            text = strip_tags(option["html"])
            said = _("Right: %(text)s") if option["correct"] else _("Not right: %(text)s")
            yield from read(label, escape(said % {"text": ""}) + option["html"] if text else "")
            yield from read(label, option["why"])


def _draft(question: Question) -> Mapping[str, Any]:
    return payload_of(question.get_latest_revision_as_object() if question.latest_revision_id else question)


def _live(question: Question) -> Mapping[str, Any]:
    return question.current_version.payload if question.live and question.current_version else {}


class _Reader(HTMLParser):
    """Cuts at elements that begin a line of their own."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part
        self._words: list[str] = []
        self._look: list[str] = []
        self._found: list[Paragraph] = []
        self._drawings = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self._cut()
        elif tag in _SPACES:
            self._words.append(" ")
        named = dict(attrs)
        address = named.get(_TOLD.get(tag, "")) or ""
        if tag == "img" and named.get("alt"):
            self._words.append(_("Picture: %(alt)s") % {"alt": named["alt"]} + " ")
        self._drawings += tag == "svg"
        if self._drawings:
            self._look.append(f"{tag} {attrs}")
        elif tag not in _BREAKS | _SPACES | _QUIET or address:
            self._look.append(f"{tag} {'' if address.startswith('#') else address}")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKS:
            self._cut()
        self._drawings -= tag == "svg"

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def paragraphs(self) -> list[Paragraph]:
        self._cut()
        return self._found

    def _cut(self) -> None:
        words = " ".join("".join(self._words).split())
        if words or any(entry.startswith(("img", "svg", "video")) for entry in self._look):
            self._found.append(Paragraph(self._part, words, " ".join(self._look)))
            self._look = []
        self._words = []
