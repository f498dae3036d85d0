"""Search over courses, lessons and words; a word that is meant exactly stands first, with its gloss."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from wagtail.models import Locale

from courses import queries
from courses.models import CoursePage, LessonPage
from courses.published import CourseCard
from gates.asked import MOST as MOST_TYPED
from glossary.published import CardSense, WordCard
from glossary.queries import search_words

MOST = 20  # results of a kind


@dataclass(frozen=True)
class FoundWord:
    """A word with its meanings; `badge` says how many there are, and is empty for one."""

    lemma: str
    url: str
    badge: str
    senses: tuple[CardSense, ...]


@dataclass(frozen=True)
class Found:
    title: str
    url: str
    text: str
    code: str
    direction: str


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    asked = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:MOST_TYPED]
    context: dict[str, Any] = {"q": asked}
    if asked:
        locale = Locale.get_active()
        results = search_words(asked)
        words = [found_word(found.card) for found in results.words]
        cards = {str(row.key): row.course_card for row in queries.published_courses(request.user)}
        courses = _courses(asked, locale, cards)
        lessons = _lessons(asked, locale, cards)
        count = len(words) + len(courses) + len(lessons)
        context |= {"words": words, "courses": courses, "lessons": lessons, "count": count}
        context["suggestions"] = results.suggestions
        context["count_text"] = ngettext("%(count)d result", "%(count)d results", count) % {"count": count}
    return render(request, "search.html", context)


def found_word(card: WordCard) -> FoundWord:
    count = len(card.senses)
    badge = ngettext("%(count)s meaning", "%(count)s meanings", count) % {"count": count}
    return FoundWord(card.lemma, card.url, badge if count > 1 else "", card.senses)


def _courses(asked: str, locale: Locale, cards: dict[str, CourseCard]) -> list[Found]:
    pages = CoursePage.objects.live().filter(locale=locale).search(asked)[:MOST]
    hits = [cards[str(page.translation_key)] for page in pages if str(page.translation_key) in cards]
    return [Found(card.title, card.url, card.summary, card.code, card.direction) for card in hits]


def _lessons(asked: str, locale: Locale, cards: dict[str, CourseCard]) -> list[Found]:
    """Lessons of courses that this person may see."""
    of_lesson = {lesson.key: (lesson, card) for card in cards.values() for lesson in card.lessons}
    pages = LessonPage.objects.live().filter(locale=locale).search(asked)[:MOST]
    hits = [of_lesson[str(page.translation_key)] for page in pages if str(page.translation_key) in of_lesson]
    return [
        Found(lesson.title, lesson.url, lesson.objective, card.code, card.direction) for lesson, card in hits
    ]
