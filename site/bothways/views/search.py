"""Search over courses, lessons and words. The kind of the best hit stands first."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from courses import queries
from courses.published import CourseCard, LessonCard
from gates.asked import MOST as MOST_TYPED
from gates.paging import PageLinks, number_asked, page_links, part_of
from gates.typography import within_quotes
from glossary.published import WordCard
from glossary.queries import cards_of, is_better_not
from search.marking import with_marks
from search.models import Kind
from search.queries import Nearness, Results, Shown, find, passages
from search.rules.asked import Asked, name_meant
from search.rules.sentences import marked

HITS_OF_ONE_KIND = 20  # on a page that shows no other kind
KINDS = {"words": Kind.WORD, "courses": Kind.COURSE, "lessons": Kind.LESSON}  # as an address names them
ORDER = (Kind.WORD, Kind.COURSE, Kind.LESSON)  # of kinds whose best hits fit as well


@dataclass(frozen=True)
class Line:
    """What a hit says: `label` tells which meaning it is, and may be empty. `section` leads to the paragraph."""

    label: str
    text: SafeString
    section: str = ""
    url: str = ""  # of the paragraph


@dataclass(frozen=True)
class Found:
    """A hit. `tag` says more about it in a word or two, `course` to which course a lesson belongs."""

    title: SafeString
    url: str
    lines: tuple[Line, ...]
    tag: str = ""
    direction: str = ""
    code: str = ""
    course: str = ""


@dataclass(frozen=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True)
class Group:
    """The hits of a kind. `more` leads to all of them and `pages` to the others; neither where all are shown."""

    kind: str
    heading: str
    total: int
    hits: tuple[Found, ...]
    start: int  # how many come before these
    more: Link | None
    pages: PageLinks | None


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What `?q=` finds: the best of each kind, or all of one, in pages, with `?kind=words`."""
    asked = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:MOST_TYPED]
    only = KINDS.get(request.GET.get("kind", ""))
    context: dict[str, Any] = {"q": asked}
    if asked:
        courses = {row.page_id: row.course_card for row in queries.published_courses(request.user)}
        if only:
            page = number_asked(request.GET.get("page", ""))
            results = find(asked, kinds=[only], courses=courses, most=HITS_OF_ONE_KIND, page=page)
        else:
            page = 1
            results = find(asked, kinds=ORDER, courses=courses)
        groups = _groups(asked, results, courses, only, page)
        count = sum(group.total for group in groups)
        context |= {
            "groups": groups,
            "count": count,
            "count_text": ngettext("%(count)d result", "%(count)d results", count) % {"count": count},
            "note": _note(asked, results),
            "everything": _address(asked) if only else "",
        }
    return render(request, "search.html", context)


def _address(asked: str, kind: str = "", page: int = 1) -> str:
    name = next((name for name, known in KINDS.items() if known == kind), "")
    values = {"q": asked} | ({"kind": name} if name else {}) | ({"page": str(page)} if page > 1 else {})
    return f"?{urlencode(values)}"


def _note(asked: str, results: Results) -> str:
    """What is said above hits that are not quite what was typed."""
    if not results.hits:
        return ""
    if results.nearness == Nearness.CORRECTED:
        return _("Nothing holds “%(typed)s”. This is what was found for “%(corrected)s”.") % {
            "typed": within_quotes(asked),
            "corrected": within_quotes(results.corrected),
        }
    if results.nearness == Nearness.SOME_WORDS:
        return _("Nothing holds all of “%(typed)s”. This comes nearest.") % {"typed": within_quotes(asked)}
    return ""


def _groups(
    asked: str, results: Results, courses: Mapping[int, CourseCard], only: Kind | None, page: int
) -> list[Group]:
    """The kinds that have hits, that of the best hit first. 4 SQL queries, none for what has no hits."""
    shown = passages(results, [hit for hit in results.hits if hit.kind != Kind.WORD])
    words = cards_of(hit.object_id for hit in results.of(Kind.WORD))
    lessons = queries.lesson_cards(hit.object_id for hit in results.of(Kind.LESSON))
    group = partial(_group, asked, results, only=only, page=page)
    groups: list[tuple[int, int, Group]] = []
    for number, kind in enumerate(ORDER):
        hits = results.of(kind)
        if not hits:
            continue
        if kind == Kind.WORD:
            found = [
                found_word(words[hit.object_id], results.asked) for hit in hits if hit.object_id in words
            ]
        elif kind == Kind.COURSE:
            found = [_course(courses[hit.object_id], shown.get(hit.target_id), results.asked) for hit in hits]
        else:
            found = [
                _lesson(lessons[hit.object_id], courses[hit.course], shown.get(hit.target_id), results.asked)
                for hit in hits
                if hit.object_id in lessons
            ]
        groups.append((min(hit.level for hit in hits), number, group(kind, found)))
    return [group for _level, _number, group in sorted(groups, key=lambda entry: entry[:2])]


def _group(
    asked: str, results: Results, kind: Kind, hits: list[Found], *, only: Kind | None, page: int
) -> Group:
    headings = {Kind.WORD: _("Words"), Kind.COURSE: _("Courses"), Kind.LESSON: _("Lessons")}
    total = results.counts[kind]
    part = part_of(total, HITS_OF_ONE_KIND if only else max(total, 1), page)
    labels = {number: _("Page %(number)d") % {"number": number} for number in part.near}
    return Group(
        kind=kind,
        heading=headings[kind],
        total=total,
        hits=tuple(hits),
        start=part.start,
        more=None if only or total <= len(hits) else Link(_all(kind, total), _address(asked, kind)),
        pages=page_links(part, labels, lambda number: _address(asked, kind, number)),
    )


def _all(kind: Kind, total: int) -> str:
    count = {"count": total}
    if kind == Kind.WORD:
        return ngettext("The %(count)d word", "All %(count)d words", total) % count
    if kind == Kind.COURSE:
        return ngettext("The %(count)d course", "All %(count)d courses", total) % count
    return ngettext("The %(count)d lesson", "All %(count)d lessons", total) % count


def found_word(card: WordCard, asked: Asked) -> Found:
    """A word with its meanings; the tag says how many there are, and is empty for one."""
    count = len(card.senses)
    tag = ngettext("%(count)s meaning", "%(count)s meanings", count) % {"count": count} if count > 1 else ""
    title = marked(card.lemma, asked)
    meanings = [(label, marked(gloss, asked)) for label, gloss in card.meanings]
    lines = [Line(label, with_marks(pieces)) for label, pieces in meanings]
    if not any(
        piece.is_hit for pieces in (title, *(pieces for _label, pieces in meanings)) for piece in pieces
    ):
        lines += _why(card, asked)
    return Found(
        title=with_marks(title),
        url=card.url,
        lines=tuple(lines),
        tag=tag,
    )


def _why(card: WordCard, asked: Asked) -> list[Line]:
    """Another name, or the field, by which a word was found that does not show what was typed."""
    for name in card.names:
        pieces = marked(name.text, asked)
        if any(piece.is_hit for piece in pieces):
            return [Line(_name_label(card, name.text), with_marks(pieces))]
    for text in card.texts:
        pieces = marked(text, asked)
        if any(piece.is_hit for piece in pieces):
            return [Line(_("Field"), with_marks(pieces))]
    meant = name_meant(asked, [name.text for name in card.names])
    return [Line(_name_label(card, meant), conditional_escape(meant))] if meant else []


def _name_label(card: WordCard, text: str) -> str:
    return _("Better not") if is_better_not(card, text) else _("Also")


def _course(card: CourseCard, passage: Shown | None, asked: Asked) -> Found:
    text = with_marks(passage.sentence) if passage else card.summary
    return Found(
        title=with_marks(marked(card.title, asked)),
        url=card.url,
        lines=(Line("", conditional_escape(text)),),
        direction=card.direction,
        code=card.code,
    )


def _lesson(card: LessonCard, course: CourseCard, passage: Shown | None, asked: Asked) -> Found:
    if passage is None:
        line = Line("", conditional_escape(f"{capfirst(card.objective)}."))
    elif passage.anchor:
        section = passage.heading or _("Go to this paragraph")
        line = Line("", with_marks(passage.sentence), section, f"{card.url}#{passage.anchor}")
    else:
        line = Line("", with_marks(passage.sentence))
    return Found(
        title=with_marks(marked(card.title, asked)),
        url=card.url,
        lines=(line,),
        direction=course.direction,
        code=course.code,
        course=course.short_title,
    )
