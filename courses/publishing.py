"""Publishing writes what is shown: one row per course and lesson, and the rule for completing it.

A lesson shows its neighbours, its place in the course and the questions of its checks, so the whole
course is written at once, in the transaction of whatever was published. A request then reads one row.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import connection, transaction
from wagtail.models import Page

from courses.addresses import course_address, lesson_address, plan_address, quiz_address
from courses.hooks import hooks
from courses.models import CoursePage, Criterion, LessonPage, Published
from courses.published import (
    Check,
    CourseCard,
    CourseLesson,
    CourseQuiz,
    CourseWord,
    LessonCard,
    ListedLesson,
    LiveSession,
    MappedFramework,
    Neighbour,
    Outcome,
    PublishedCourse,
    PublishedLesson,
    Stewards,
)
from courses.queries.criteria import newest_criterion
from courses.rendering import Rendered, render_check, render_lesson, render_plan
from courses.rules.completion import LessonNeed, Rule
from courses.tasks import refresh_records
from gates.stored import Stored
from glossary.actions import replace_uses
from glossary.addresses import address
from glossary.linking import one_reading_of_the_glossary, resolve
from glossary.publishing import gathered, of_another_format
from quizzes.actions import replace_question_uses
from quizzes.models import Question
from quizzes.queries import drawable_counts, know_their_versions
from quizzes.rendering import payload_of
from quizzes.rules.availability import is_available

FORMAT = 1
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
    for one in (course, course.get_latest_revision_as_object()):
        render_plan(one)
    for lesson in LessonPage.objects.child_of(course).order_by("path"):
        render_lesson(lesson)
        hooks.rehearse(draft := lesson.get_latest_revision_as_object())
        for question in render_lesson(draft, drafts=True).questions:
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
        rendered = {lesson.pk: render_lesson(lesson) for lesson in lessons}
        know_their_versions(question for one in rendered.values() for question in one.questions)
        with gathered(now=now):
            for lesson in lessons:
                replace_question_uses(target=lesson, questions=rendered[lesson.pk].questions)
                _replace_term_uses(lesson, rendered[lesson.pk], course, now)
        criterion = latest_criterion(course) if keeps_criterion else None
        changed = False
        if criterion is None:
            criterion, changed = current_criterion(course, rule_of(course, lessons, rendered), now=now)
        shown = _published_course(course, lessons, rendered, criterion.pk, Rule.from_json(criterion.rule))
        rows.exclude(page_id__in=[course.pk, *(lesson.pk for lesson in lessons)]).delete()
        _write(course, course, "", 0, card=_card(shown), data=shown, now=now)
        for number, lesson in enumerate(lessons, start=1):
            data = _published_lesson(lesson, number, rendered[lesson.pk], course, shown)
            card = LessonCard(lesson.title, lesson.objective, data.url, lesson.minutes)
            _write(course, lesson, lesson.slug, number, card=card, data=data, now=now)
        if changed:
            # A row of this transaction: whoever is killed after it has left the task, too.
            refresh_records.enqueue(str(course.translation_key))


def render_older(*, now: datetime) -> int:
    """Courses with a row that an earlier version wrote are rendered anew; how many.

    Nothing was published: no criterion is written, and nobody completes a course by it.
    One SQL query where there is none.
    """
    older = Published.objects.filter(of_another_format(FORMAT))
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


def rule_of(course: CoursePage, lessons: Sequence[LessonPage], rendered: dict[int, Rendered]) -> Rule:
    """What completing the course takes, as it stands now."""
    return Rule(
        lessons=tuple(
            LessonNeed(
                key=str(lesson.translation_key),
                checks=tuple(str(question.translation_key) for question in rendered[lesson.pk].questions),
                required=lesson.is_required,
            )
            for lesson in lessons
        ),
        quiz_required=course.quiz_required and course.bank_id is not None,
        pass_percent=course.pass_percent,
    )


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
    rendered = {lesson.pk: render_lesson(lesson, drafts=lesson is page) for lesson in lessons}
    shown = _published_course(course, lessons, rendered, 0, rule_of(course, lessons, rendered))
    place = next(number for number, lesson in enumerate(lessons, start=1) if lesson is page)
    data = _published_lesson(page, place, rendered[page.pk], course, shown, check_url=check_url)
    return Published(
        course_key=course.translation_key,
        key=page.translation_key,
        course_slug=course.slug,
        slug=page.slug,
        data=data.to_json(),
    )


def preview_course(course: CoursePage) -> PublishedCourse:
    """What publishing this draft of a course would show. Nothing is stored."""
    lessons = list(LessonPage.objects.child_of(course).live().order_by("path")) if course.pk else []
    rendered = {lesson.pk: render_lesson(lesson) for lesson in lessons}
    return _published_course(course, lessons, rendered, 0, rule_of(course, lessons, rendered))


def current_criterion(course: CoursePage, rule: Rule, *, now: datetime) -> tuple[Criterion, bool]:
    """The stored criterion that says what the rule says; True with it when it had to be written."""
    latest = latest_criterion(course)
    # As rules, not as stored text: what an earlier version wrote in its format may say the same.
    if latest is not None and Rule.from_json(latest.rule) == rule:
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


def _published_course(
    course: CoursePage,
    lessons: Sequence[LessonPage],
    rendered: dict[int, Rendered],
    criterion_id: int,
    rule: Rule,
) -> PublishedCourse:
    language = course.locale.language_code
    return PublishedCourse(
        key=str(course.translation_key),
        page_id=course.pk,
        code=course.code,
        title=course.title,
        short_title=course.name,
        slug=course.slug,
        url=course_address(course.slug, language=language),
        summary=course.summary,
        direction=course.direction,
        level=course.level,
        outcomes=tuple(Outcome(item.value["key"], item.value["text"]) for item in course.outcomes),
        minutes=sum(lesson.minutes for lesson in lessons),
        lessons=tuple(
            CourseLesson(
                key=str(lesson.translation_key),
                slug=lesson.slug,
                title=lesson.title,
                objective=lesson.objective,
                minutes=lesson.minutes,
                url=lesson_address(course.slug, lesson.slug, language=language),
                checks=tuple(str(question.translation_key) for question in rendered[lesson.pk].questions),
                required=lesson.is_required,
            )
            for lesson in lessons
        ),
        quiz=_quiz(course),
        asks_confidence=course.asks_confidence,
        stewards=Stewards(
            business=str(course.steward_business) if course.steward_business else "",
            technology=str(course.steward_technology) if course.steward_technology else "",
        ),
        reviewed_on=course.reviewed_on.isoformat() if course.reviewed_on else "",
        frameworks=_frameworks(course),
        terms=_terms(course),
        session=_session(course),
        criterion_id=criterion_id,
        rule=rule,
    )


def _quiz(course: CoursePage) -> CourseQuiz | None:
    if course.bank is None:
        return None
    drawable = drawable_counts([course.bank.pk])[course.bank.pk, course.locale_id]
    return CourseQuiz(
        bank_id=course.bank.pk,
        questions=course.quiz_questions,
        pass_percent=course.pass_percent,
        required=course.quiz_required,
        minutes=max(1, round(course.quiz_questions * 45 / 60)),
        available=is_available(asked=course.quiz_questions, drawable=drawable),
        url=quiz_address(course.slug, language=course.locale.language_code),
    )


def _frameworks(course: CoursePage) -> tuple[MappedFramework, ...]:
    frameworks: dict[str, MappedFramework] = {}
    for link in course.course_competences.select_related("competence__framework"):
        framework = link.competence.framework
        known = frameworks.get(framework.code) or MappedFramework(str(framework), framework.attribution, ())
        competence = f"{link.competence.code} {link.competence.label}"
        frameworks[framework.code] = replace(known, competences=(*known.competences, competence))
    return tuple(frameworks.values())


def _terms(course: CoursePage) -> tuple[CourseWord, ...]:
    """Each word once, in the order of meeting, linked to its page with all its meanings."""
    words: dict[str, str] = {}
    for link in course.course_terms.filter(sense__live=True).select_related("sense__word"):
        words.setdefault(link.sense.word.slug, link.sense.word.lemma)
    language = course.locale.language_code
    return tuple(CourseWord(lemma, address(slug, language=language)) for slug, lemma in words.items())


def _session(course: CoursePage) -> LiveSession | None:
    if not course.session_kind:
        return None
    return LiveSession(
        kind=course.session_kind,
        title=course.session_title,
        minutes=course.session_minutes,
        url=plan_address(course.slug, language=course.locale.language_code) if course.session_plan else "",
        plan=str(render_plan(course)) if course.session_plan else "",
    )


def _card(course: PublishedCourse) -> CourseCard:
    return CourseCard(
        key=course.key,
        code=course.code,
        title=course.title,
        short_title=course.short_title,
        slug=course.slug,
        url=course.url,
        summary=course.summary,
        direction=course.direction,
        level=course.level,
        minutes=course.minutes,
        rule=course.rule,
        lessons=tuple(
            ListedLesson(lesson.key, lesson.title, lesson.objective, lesson.minutes, lesson.url)
            for lesson in course.lessons
        ),
        frameworks=tuple(framework.name for framework in course.frameworks),
        quiz_url=course.quiz.url if course.quiz else "",
    )


def _published_lesson(
    lesson: LessonPage,
    number: int,
    rendered: Rendered,
    course: CoursePage,
    shown: PublishedCourse,
    *,
    check_url: str = "",
) -> PublishedLesson:
    """The lesson with this number among those of the course; `check_url` as in `preview_lesson`."""
    published = PublishedLesson(
        key=str(lesson.translation_key),
        page_id=lesson.pk,
        course_page_id=course.pk,
        course_key=shown.key,
        criterion_id=shown.criterion_id,
        rule=shown.rule,
        code=course.code,
        course_title=course.name,
        course_url=shown.url,
        direction=course.direction,
        asks_confidence=course.asks_confidence,
        title=lesson.title,
        objective=lesson.objective,
        minutes=lesson.minutes,
        number=number,
        total=len(shown.lessons),
        url=lesson_address(course.slug, lesson.slug, language=course.locale.language_code),
        previous=_neighbour(shown, number - 2),
        next=_neighbour(shown, number),
        quiz_url=shown.quiz.url if shown.quiz and shown.quiz.available else "",
        contents=tuple(rendered.contents),
        parts=tuple(rendered.parts),
        pops=rendered.pops,
        questions={
            str(question.translation_key): check_of(question, index)
            for index, question in enumerate(rendered.questions, start=1)
        },
        check_url=check_url,
    )
    checks = published.questions.items()
    questions = {key: replace(check, html=render_check(check, published)) for key, check in checks}
    return replace(published, questions=questions)


def _neighbour(course: PublishedCourse, index: int) -> Neighbour | None:
    if not 0 <= index < len(course.lessons):
        return None
    return Neighbour(course.lessons[index].title, course.lessons[index].url)


def check_of(question: Question, number: int) -> Check:
    """A check that nobody rendered yet, with its place in the lesson."""
    if question.is_a_draft:
        kind, version_id, payload = question.kind, 0, payload_of(question)
    else:
        version = question.current_version
        if version is None:
            # not for people: the database refuses it
            raise ValueError(f"{question.code} is live but has no version")
        kind, version_id, payload = version.kind, version.pk, dict(version.payload)
    if payload.get("shuffle"):
        # By the option's random key: the same order for everybody, and it says nothing about which is right.
        payload["options"] = sorted(payload["options"], key=lambda option: option["key"])
    return Check(payload, str(question.translation_key), version_id, kind, number)
