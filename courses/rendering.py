"""A lesson's blocks as safe HTML. Runs when a lesson is published or previewed, never per request."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from typing import Any

from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from wagtail.models import Locale
from wagtail.rich_text import expand_db_html

from courses import passages
from courses.margin_notes import with_margin_notes
from courses.models import CoursePage, LessonPage
from courses.published import ExplainedWord, Part, Section
from gates.html import sanitise
from gates.markdown import render_inline, render_markdown, slug
from gates.memo import Memo
from gates.typography import unbroken_html
from glossary.linking import Senses, TermExtension, link_once, references_in
from glossary.queries import pops
from glossary.rendering import render_pops
from quizzes.models import Question

_HEADING = re.compile(r'<h2(?:\s+id="(?P<id>[^"]*)")?[^>]*>(?P<inner>.*?)</h2>', re.S)
KEY_SLOT = "\ue000key\ue001"  # filled with a fresh idempotency key each time, see gates.kept_pages
# Ids of the page around the lesson: a heading "Main" must not become the place where "skip" leads.
RESERVED_IDS = frozenset({"main", "place", "done", "check-yourself"})
RESERVED_STARTS = ("pop-", "check-", "note-", passages.START)
_OWN_ID = re.compile(r' id="user-content-[^"]*"')
_sanitised: Memo[SafeString] = Memo(2_000_000)  # characters of rich text, before and after
_TABLE = re.compile(r"<table[^>]*>(?:\s*<thead>(?P<head>.*?)</thead>)?.*?</table>", re.S)
_MARKER = re.compile(r"\[(\d{1,2})\]")


@dataclass
class Rendered:
    """A lesson ready to be shown: HTML and check sets in the author's order."""

    parts: list[Part] = field(default_factory=list)
    contents: list[Section] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)  # references in order of first use
    pops: str = ""
    explained: list[ExplainedWord] = field(default_factory=list)  # each term once
    questions: list[Question] = field(default_factory=list)
    words: int = 0


def lesson_markdown(text: str, *, locale_id: int | None, block: int | None = None) -> SafeString:
    """Markdown of one block. Its ids carry the number of the block, so that no two blocks share one."""
    locale_id = locale_id or Locale.get_default().pk
    prefix = f"b{block}-" if block is not None else ""
    html = render_markdown(text, extensions=(TermExtension(locale_id),), id_prefix=prefix)
    return mark_safe(_TABLE.sub(_in_scroll, html))


def _in_scroll(table: re.Match[str]) -> str:
    """A table that is too wide scrolls by itself, with keys as well; its first row says which one it is."""
    head = " ".join(unescape(strip_tags(table["head"] or "").replace("\n", " ")).split())
    label = escape(gettext("Table: %(head)s") % {"head": head} if head else gettext("Table"))
    return f'<div class="scroll" role="region" tabindex="0" aria-label="{label}">{table[0]}</div>'


def lesson_rich_text(value: Any) -> SafeString:
    """Rich text from the editor; sanitised again, since it can be posted around the editor."""
    html = expand_db_html(getattr(value, "source", value) or "")
    safe = _sanitised.get(html)
    if safe is None:
        safe = sanitise(html)
        _sanitised.keep(html, safe, len(html) + len(safe))
    # The editor makes no ids; posted around it, two texts could bring the same one.
    return mark_safe(_OWN_ID.sub("", safe))


def expect_words_of(lessons: Iterable[LessonPage]) -> None:
    """Within one reading of the glossary: the words that these lessons name are read together.

    1 SQL query for any number of lessons of a language, 3 where a mark is inflected or unknown.
    """
    references: dict[int, list[str]] = {}
    for lesson in lessons:
        of_language = references.setdefault(lesson.locale_id, [])
        for text in texts_in(lesson.body.get_prep_value()):
            of_language += references_in(text)
    for locale_id, named in references.items():
        Senses(locale_id).expect(named)


def texts_in(value: Any) -> Iterator[str]:
    """Every text within the stored value of a body or of a block of it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts_in(inner)


def line(text: str, *, locale_id: int | None) -> SafeString:
    """One line of Markdown with glossary words."""
    return render_inline(text, extensions=(TermExtension(locale_id or Locale.get_default().pk),))


def marked(text: str, notes: int, html_id: str) -> SafeString:
    """Plain text with its `[1]` markers as links to the notes that exist; other brackets stay text."""

    def link(match: re.Match[str]) -> str:
        number = int(match[1])
        if not 1 <= number <= notes:
            return match[0]
        label = escape(gettext("Note %(number)d") % {"number": number})
        return f'<a class="exhibit__ref" href="#{html_id}-{number}" aria-label="{label}">{number}</a>'

    return mark_safe(_MARKER.sub(link, str(escape(text))).replace("\n", "<br>"))


def render_lesson(page: LessonPage, *, drafts: bool = False) -> Rendered:
    """All parts of a lesson, each heading with an address, each sense linked once per section.

    Check sets stay data, since what they show depends on the person; everything between them is
    joined into one piece of HTML. `drafts` takes the newest draft of each check, for a preview.
    """
    out = Rendered()
    pieces: list[str | list[Question]] = []
    exhibits = 0
    for number, child in enumerate(page.body, start=1):
        if child.block_type == "checks":
            chosen = [question for question in child.value["questions"] if question is not None]
            questions = (
                [_newest(question) for question in chosen if question.can_be_answered]
                if drafts
                else [question for question in chosen if question.live]
            )
            out.questions += questions
            pieces.append(questions)
            continue
        context: dict[str, Any] = {"locale_id": page.locale_id, "block_number": number}
        if child.block_type == "exhibit":
            exhibits += 1
            context["number"] = exhibits
        pieces.append(child.render(context))
    # One pass over the whole text, so that sections and anchors are counted over all blocks.
    split = "<!--checks-->"
    html = split.join(_runs(pieces))
    html, contents, terms = _with_addresses(html)
    out.contents, out.terms = list(contents), list(terms)
    out.words = _word_count(html)
    explained = pops(out.terms, page.locale_id)
    html, out.explained = with_margin_notes(html, explained)
    html = _unbroken(html)
    texts = iter(html.split(split))
    checks = [piece for piece in pieces if isinstance(piece, list)]
    out.parts.append(Part(html=next(texts)))
    for questions, text in zip(checks, texts, strict=True):
        keys = tuple(str(question.translation_key) for question in questions)
        out.parts += [Part(checks=keys), Part(html=text)]
    out.parts = [part for part in out.parts if part.html is None or part.html.strip()]
    out.pops = _unbroken(render_pops(explained))
    return out


# A publication renders a lesson twice, first outside of its transaction: what that found out is at hand.
REMEMBERED = 64  # lessons
_unbroken = lru_cache(maxsize=REMEMBERED)(unbroken_html)


@lru_cache(maxsize=REMEMBERED)
def _with_addresses(html: str) -> tuple[str, tuple[Section, ...], tuple[str, ...]]:
    """With an address for each paragraph and heading, and each sense linked once per section; sections and senses."""
    html, contents = anchored(passages.addressed(html))
    html, terms = link_once(html)
    return html, tuple(contents), tuple(terms)


@lru_cache(maxsize=REMEMBERED)
def _word_count(html: str) -> int:
    return len(strip_tags(html).split())


def _newest(question: Question) -> Question:
    newest: Question = question.get_latest_revision_as_object() if question.latest_revision_id else question
    newest.is_a_draft = True
    return newest


def _runs(pieces: list[str | list[Question]]) -> list[str]:
    runs = [""]
    for piece in pieces:
        if isinstance(piece, list):
            runs.append("")
        else:
            runs[-1] += piece
    return runs


def anchored(html: str) -> tuple[str, list[Section]]:
    """Every section heading gets an address that questions can link to; also the table of contents."""
    contents: list[Section] = []
    taken: set[str] = set()
    moved: dict[str, str] = {}

    def replace(match: re.Match[str]) -> str:
        title = unescape(strip_tags(match["inner"])).strip()
        base = anchor = slug(title)
        number = 2
        while anchor in taken or anchor in RESERVED_IDS or anchor.startswith(RESERVED_STARTS):
            anchor, number = f"{base}-{number}", number + 1
        taken.add(anchor)
        contents.append(Section(anchor, title))
        if match["id"]:
            moved.setdefault(match["id"], anchor)
        return f'<h2 id="{escape(anchor)}">{match["inner"]}</h2>'

    html = _HEADING.sub(replace, html)
    # Links inside the text still name the addresses that each block gave its own headings.
    for old, new in moved.items():
        html = html.replace(f'href="#{old}"', f'href="#{escape(new)}"')
    return html, contents


def render_plan(course: CoursePage) -> SafeString:
    return lesson_markdown(course.session_plan, locale_id=course.locale_id)


def forget() -> None:
    """As in a process that has rendered nothing yet."""
    _sanitised.clear()
    _unbroken.cache_clear()
    _with_addresses.cache_clear()
    _word_count.cache_clear()
