"""The paragraphs of a lesson: each gets an address, and the search keeps its text."""

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Final

from courses.published import Part, PublishedCourse, PublishedLesson
from gates.memo import Memo
from search.models import Kind
from search.rules import indexing
from search.rules.indexing import IN_HEADING, Passage, Source

START = "para-"
_WITHOUT_ID = re.compile(r"<(p|li|dd|tr|figcaption)(?=[\s>])(?![^>]*\sid=)", re.I)
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
_BLOCKS = _HEADINGS | set(
    "p li dt dd tr figcaption caption blockquote pre summary div section figure ol ul table details aside".split()
)
_UNREAD = frozenset({"svg", "script", "style", "template"})
_VOID = frozenset({"br", "hr", "img", "input", "wbr", "col", "source", "track"})


def addressed(html: str) -> str:
    """Every paragraph, item, row and caption gets an id that a link can lead to: `para-1` and so on over the lesson."""
    number = 0

    def with_id(match: re.Match[str]) -> str:
        nonlocal number
        number += 1
        return " ".join((match[0], f'id="{START}{number}"'))

    return _WITHOUT_ID.sub(with_id, html)


_read: Final[Memo[tuple[Passage, ...]]] = Memo(1_000_000)  # characters of HTML, in a process


def passages_of(html: str) -> tuple[Passage, ...]:
    """The texts of safe HTML in their order, with their addresses and under which heading they stand."""
    passages = _read.get(html)
    if passages is None:
        passages = _passages(html)
        _read.keep(html, passages, len(html))
    return passages


def rehearse(parts: Iterable[Part], language: str) -> None:
    """Find out beforehand what a lesson is found by, so that publishing it need not."""
    for part in parts:
        indexing.rehearse((passage.text for passage in passages_of(part.html or "")), language)


def forget() -> None:
    """As in a process that has read nothing yet."""
    _read.clear()
    indexing.forget()


def _passages(html: str) -> tuple[Passage, ...]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_passage()
    return tuple(reader.passages)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.passages: list[Passage] = []
        self.open: list[tuple[str, str, bool]] = []  # tag, id, whether its text is read
        self.text = ""
        self.heading = ("", "")  # anchor, text
        self.anchor = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.end_passage()
        if tag in {"td", "th"} and self.text.strip():
            self.text += " · "
        elif tag == "br":
            self.text += " "
        if tag in _VOID:
            return
        given = dict(attrs)
        is_read = self._is_read() and tag not in _UNREAD and given.get("aria-hidden") != "true"
        classes = (given.get("class") or "").split()
        self.open.append((tag, given.get("id") or "", is_read and "vh" not in classes))

    def handle_endtag(self, tag: str) -> None:
        if all(name != tag for name, _id, _read in self.open):
            return
        if tag in _BLOCKS:
            self.end_passage()
        while self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._is_read():
            self.text += data

    def _is_read(self) -> bool:
        return not self.open or self.open[-1][2]

    def end_passage(self) -> None:
        text, self.text = " ".join(self.text.split()), ""
        if not text:
            return
        heading = next((html_id for tag, html_id, _read in self.open if tag in _HEADINGS), None)
        if heading is not None:
            self.heading = (heading or self.heading[0], text)
            self.passages.append(Passage(text, self.heading[0], weight=IN_HEADING))
            return
        own = (html_id for _tag, html_id, _read in reversed(self.open) if html_id.startswith(START))
        self.passages.append(Passage(text, next(own, self.heading[0]), self.heading[1]))


def source_of_course(course: PublishedCourse, language: str) -> Source:
    """What a course is found by: title, short title and code, what it is about and what it teaches."""
    texts = (course.summary, *(outcome.text for outcome in course.outcomes))
    return Source(
        kind=Kind.COURSE,
        object_id=course.page_id,
        language=language,
        title=course.title,
        names=tuple(dict.fromkeys((course.short_title, course.code))),
        passages=tuple(Passage(text) for text in texts if text),
        course=course.page_id,
        order=course.code,
    )


def source_of_lesson(lesson: PublishedLesson, language: str) -> Source:
    """What a lesson is found by: its title, its objective and its text. Checks are left out: they give answers away."""
    texts = [passage for part in lesson.parts if part.html for passage in passages_of(part.html)]
    return Source(
        kind=Kind.LESSON,
        object_id=lesson.page_id,
        language=language,
        title=lesson.title,
        passages=(*texts, Passage(lesson.objective)),
        course=lesson.course_page_id,
        order=f"{lesson.code} {lesson.number:03}",
    )
