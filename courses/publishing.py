"""Publishing writes what is shown: one row per course and lesson, and the rule for completing it.

A lesson shows its neighbours, its place in the course and the questions of its checks, so the whole
course is written at once, in the transaction of whatever was published. A request then reads one row.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q
from wagtail.models import Page

from courses import passages
from courses.addresses import lesson_address
from courses.assembling import card_of, published_course, published_lesson, rule_of
from courses.hooks import hooks
from courses.models import CoursePage, Criterion, LessonPage, Published
from courses.passages import source_of_course, source_of_lesson
from courses.published import (
    CourseQuiz,
    LessonCard,
    PublishedCourse,
)
from courses.queries.criteria import newest_criterion
from courses.rendering import Rendered, expect_words_of, render_lesson, render_plan
from courses.rules.completion import Rule
from courses.tasks import refresh_records
from gates.stored import Stored
from glossary.actions import replace_uses
from glossary.linking import one_reading_of_the_glossary, resolve
from glossary.publishing import gathered, of_another_format
from quizzes.actions import replace_question_uses
from quizzes.queries import attach_current_versions, drawable_counts
from quizzes.rendering import payload_of
from quizzes.rules.availability import is_available
from search import index as search
from search.models import Kind

FORMAT = 2
"""Of what a published row holds. Raise it with every change of its fields: `prepare` then renders what an
earlier version wrote."""


def render_course_of(page: Page, *, now: datetime) -> None:
    """Write the rows of the course that this course or lesson belongs to."""
    course = page.specific if isinstance(page.specific, CoursePage) else page.get_parent().specific
    if isinstance(course, CoursePage):
        render_course(CoursePage.objects.get(pk=course.pk), now=now)


@one_reading_of_the_glossary()
def rehearse_course_of(page: Page) -> None:
    """Render a course, live and as drafted, with its plan, lessons and checks, so that it is remembered. Nothing is stored."""
    course = page.specific if isinstance(page.specific, CoursePage) else page.get_parent().specific
    if not isinstance(course, CoursePage):
        return
    lessons = list(LessonPage.objects.child_of(course).order_by("path"))
    expect_words_of(lessons)
    for version in (course, course.get_latest_revision_as_object()):
        render_plan(version)
    language = course.locale.language_code
    for lesson in lessons:
        passages.rehearse(render_lesson(lesson).parts, language)
        hooks.rehearse(draft := lesson.get_latest_revision_as_object())
        rendered = render_lesson(draft, drafts=True)
        passages.rehearse(rendered.parts, language)
        for question in rendered.questions:
            payload_of(question)


@one_reading_of_the_glossary()
def render_course(course: CoursePage, *, now: datetime, keeps_criterion: bool = False) -> None:
    """Write or remove the published rows of a course and its lessons. Idempotent.

    With `keeps_criterion` the course asks what it asked before, and no record is looked at.
    """
    if not connection.in_atomic_block:
        rehearse_course_of(course)
    with transaction.atomic():
        rows = Published.objects.filter(page__path__startswith=course.path)
        if not course.live:
            rows.delete()
            return
        lessons = list(LessonPage.objects.child_of(course).live().order_by("path"))
        expect_words_of(lessons)
        rendered = {lesson.pk: render_lesson(lesson) for lesson in lessons}
        attach_current_versions(question for lesson in rendered.values() for question in lesson.questions)
        with gathered(now=now):
            for lesson in lessons:
                replace_question_uses(target=lesson, questions=rendered[lesson.pk].questions)
                _replace_term_uses(lesson, rendered[lesson.pk], course, now)
        criterion = latest_criterion(course) if keeps_criterion else None
        changed = False
        if criterion is None:
            criterion, changed = current_criterion(course, rule_of(course, lessons, rendered), now=now)
        shown = published_course(course, lessons, rendered, criterion.pk, Rule.from_json(criterion.rule))
        rows.exclude(page_id__in=[course.pk, *(lesson.pk for lesson in lessons)]).delete()
        _write(course, course, "", 0, card=card_of(shown), data=shown, now=now)
        language = course.locale.language_code
        sources = [source_of_course(shown, language)]
        for number, lesson in enumerate(lessons, start=1):
            data = published_lesson(lesson, number, rendered[lesson.pk], course, shown)
            card = LessonCard(lesson.title, lesson.objective, data.url, lesson.minutes)
            _write(course, lesson, lesson.slug, number, card=card, data=data, now=now)
            sources.append(source_of_lesson(data, language))
        search.index(sources)
        if changed:
            # A row of this transaction: whoever is killed after it has left the task, too.
            refresh_records.enqueue(str(course.translation_key))


def render_older(*, now: datetime) -> int:
    """Courses with a row or an index that an earlier version wrote are rendered anew; how many.

    Nothing was published: no criterion is written, and nobody completes a course by it.
    One SQL query where there is none.
    """
    older = Published.objects.filter(
        of_another_format(FORMAT)
        | Q(~search.is_indexed(Kind.COURSE, "page_id"), slug="")
        | Q(~search.is_indexed(Kind.LESSON, "page_id"), ~Q(slug=""))
    )
    keys = older.values_list("course_key", flat=True)
    courses = list(CoursePage.objects.filter(translation_key__in=set(keys)))
    for course in courses:
        render_course(course, now=now, keeps_criterion=True)
    return len(courses)


def refresh_quizzes(*, now: datetime) -> int:
    """Courses whose question bank became large enough for their quiz, or too small, are rendered anew; how many.

    2 SQL queries where nothing changed.
    """
    rows = Published.objects.filter(slug="", page__live=True)
    quizzes = [
        (page_id, locale_id, CourseQuiz.from_json(quiz))
        for page_id, locale_id, quiz in rows.values_list("page_id", "locale_id", "data__quiz")
        if quiz
    ]
    drawable = drawable_counts({quiz.bank_id for _page, _locale, quiz in quizzes})
    changed = [
        page_id
        for page_id, locale_id, quiz in quizzes
        if quiz.available != is_available(asked=quiz.questions, drawable=drawable[quiz.bank_id, locale_id])
    ]
    for course in CoursePage.objects.filter(pk__in=changed):
        render_course(course, now=now)
    return len(changed)


@one_reading_of_the_glossary()
def preview_lesson(page: LessonPage, *, check_url: str = "") -> Published:
    """The row that publishing this draft would write, with the drafts of its checks. Nothing is stored.

    `check_url` is where the checks of a preview are sent.
    """
    course = page.get_parent().specific
    siblings = [
        lesson
        for lesson in LessonPage.objects.child_of(course).live().order_by("path")
        if lesson.pk != page.pk
    ]
    lessons = sorted([*siblings, page], key=lambda lesson: lesson.path)
    expect_words_of(lessons)
    rendered = {lesson.pk: render_lesson(lesson, drafts=lesson is page) for lesson in lessons}
    shown = published_course(course, lessons, rendered, 0, rule_of(course, lessons, rendered))
    number = next(number for number, lesson in enumerate(lessons, start=1) if lesson is page)
    data = published_lesson(page, number, rendered[page.pk], course, shown, check_url=check_url)
    return Published(
        course_key=course.translation_key,
        key=page.translation_key,
        course_slug=course.slug,
        slug=page.slug,
        data=data.to_json(),
    )


@one_reading_of_the_glossary()
def preview_course(course: CoursePage) -> PublishedCourse:
    """What publishing this draft of a course would show. Nothing is stored."""
    lessons = list(LessonPage.objects.child_of(course).live().order_by("path")) if course.pk else []
    expect_words_of(lessons)
    rendered = {lesson.pk: render_lesson(lesson) for lesson in lessons}
    return published_course(course, lessons, rendered, 0, rule_of(course, lessons, rendered))


@dataclass(frozen=True)
class PreviewedLesson:
    """A lesson in the preview of its course: what its newest draft is called, and whether people see it already."""

    title: str
    objective: str
    is_live: bool


def previewed_lessons(course: CoursePage) -> list[PreviewedLesson]:
    """All lessons of a course, drafts as well. One query."""
    if not course.pk:
        return []
    lessons = LessonPage.objects.child_of(course).order_by("path").select_related("latest_revision")
    return [
        PreviewedLesson(
            title=lesson.title if lesson.live else lesson.draft_title,
            objective=lesson.objective
            if lesson.live or lesson.latest_revision is None
            else str(lesson.latest_revision.content.get("objective") or ""),
            is_live=lesson.live,
        )
        for lesson in lessons
    ]


def current_criterion(course: CoursePage, rule: Rule, *, now: datetime) -> tuple[Criterion, bool]:
    """The stored criterion that says what the rule says; True with it when it had to be written."""
    latest = latest_criterion(course)
    # As rules, not as stored text: lessons in another order, or an earlier version's format, may say the same.
    if latest is not None and Rule.from_json(latest.rule).asks_the_same(rule):
        return latest, False
    return (
        Criterion.objects.create(
            course=course,
            course_key=course.translation_key,
            number=latest.number + 1 if latest else 1,
            rule=rule.to_json(),
            made_at=now,
        ),
        True,
    )


def latest_criterion(course: CoursePage) -> Criterion | None:
    """What completing the course took when it was last published; None before that."""
    return newest_criterion(course.translation_key)


def _write(
    course: CoursePage, page: Page, slug: str, position: int, *, card: Stored, data: Stored, now: datetime
) -> None:
    Published.objects.update_or_create(
        page_id=page.pk,
        defaults={
            "locale_id": page.locale_id,
            "course_key": course.translation_key,
            "key": page.translation_key,
            "course_slug": course.slug,
            "slug": slug,
            "position": position,
            "direction": course.direction,
            "card": card.to_json(),
            "data": {"format": FORMAT, **data.to_json()},
            "rendered_at": now,
        },
    )


def _replace_term_uses(lesson: LessonPage, rendered: Rendered, course: CoursePage, now: datetime) -> None:
    senses = [resolve(reference, locale_id=lesson.locale_id) for reference in rendered.terms]
    address = lesson_address(course.slug, lesson.slug, language=course.locale.language_code)
    replace_uses(target=lesson, senses=senses, title=lesson.title, address=address, now=now)
