"""Search over courses, lessons and words. The kind of the best hit stands first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
from gates.typography import within_quotes
from glossary.published import WordCard
from glossary.queries import cards_of
from search.marking import with_marks
from search.models import Kind
from search.queries import Nearness, Results, Shown, find, passages
from search.rules.asked import Asked, name_meant
from search.rules.sentences import marked

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
class Group:
    """The hits of a kind. `more` says how many of all are shown; empty where all are."""

    kind: str
    heading: str
    total: int
    hits: tuple[Found, ...]
    more: str


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    asked = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:MOST_TYPED]
    context: dict[str, Any] = {"q": asked}
    if asked:
        courses = {row.page_id: row.course_card for row in queries.published_courses(request.user)}
        results = find(asked, kinds=ORDER, courses=courses)
        groups = _groups(results, courses)
        count = sum(group.total for group in groups)
        context |= {
            "groups": groups,
            "count": count,
            "count_text": ngettext("%(count)d result", "%(count)d results", count) % {"count": count},
            "note": _note(asked, results),
        }
    return render(request, "search.html", context)


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


def _groups(results: Results, courses: Mapping[int, CourseCard]) -> list[Group]:
    """The kinds that have hits, that of the best hit first. 4 SQL queries, none for what has no hits."""
    shown = passages(results, [hit for hit in results.hits if hit.kind != Kind.WORD])
    words = cards_of(hit.object_id for hit in results.of(Kind.WORD))
    lessons = queries.lesson_cards(hit.object_id for hit in results.of(Kind.LESSON))
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
        groups.append((min(hit.level for hit in hits), number, _group(kind, found, results.counts[kind])))
    return [group for _level, _number, group in sorted(groups, key=lambda entry: entry[:2])]


def _group(kind: str, hits: list[Found], count: int) -> Group:
    headings = {Kind.WORD: _("Words"), Kind.COURSE: _("Courses"), Kind.LESSON: _("Lessons")}
    more = (
        _("The best %(shown)d of %(count)d. One more word in the search narrows them down.")
        % {"shown": len(hits), "count": count}
        if count > len(hits)
        else ""
    )
    return Group(kind, headings[Kind(kind)], count, tuple(hits), more)


def found_word(card: WordCard, asked: Asked) -> Found:
    """A word with its meanings; the tag says how many there are, and is empty for one."""
    count = len(card.senses)
    tag = ngettext("%(count)s meaning", "%(count)s meanings", count) % {"count": count}
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
        tag=tag if count > 1 else "",
    )


def _why(card: WordCard, asked: Asked) -> list[Line]:
    """Another name, or the field, by which a word was found that does not show what was typed."""
    names = [name.text for name in card.names]
    for label, texts in ((_("Also"), names), (_("Field"), card.texts)):
        for text in texts:
            pieces = marked(text, asked)
            if any(piece.is_hit for piece in pieces):
                return [Line(label, with_marks(pieces))]
    name = name_meant(asked, names)
    return [Line(_("Also"), conditional_escape(name))] if name else []


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
    line = Line("", conditional_escape(f"{capfirst(card.objective)}."))
    if passage is not None and passage.anchor:
        section = passage.heading or _("Go to this paragraph")
        line = Line("", with_marks(passage.sentence), section, f"{card.url}#{passage.anchor}")
    elif passage is not None:
        line = Line("", with_marks(passage.sentence))
    return Found(
        title=with_marks(marked(card.title, asked)),
        url=card.url,
        lines=(line,),
        direction=course.direction,
        code=course.code,
        course=course.short_title,
    )
