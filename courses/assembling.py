"""What is published of a course and of a lesson, put together from the pages and from what was rendered."""

from collections.abc import Sequence
from dataclasses import replace

from courses.addresses import course_address, lesson_address, plan_address, quiz_address
from courses.checks import render_check
from courses.models import CoursePage, LessonPage
from courses.published import (
    Check,
    CourseCard,
    CourseLesson,
    CourseQuiz,
    CourseWord,
    ListedLesson,
    LiveSession,
    MappedFramework,
    Neighbour,
    Outcome,
    PublishedCourse,
    PublishedLesson,
    Stewards,
)
from courses.rendering import Rendered, render_plan
from courses.rules.completion import LessonNeed, Rule
from courses.rules.minutes import quiz_minutes
from glossary.addresses import address
from quizzes.models import Question
from quizzes.queries import drawable_counts
from quizzes.rendering import payload_of
from quizzes.rules.availability import is_available


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


def published_course(
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
        minutes=quiz_minutes(course.quiz_questions),
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


def card_of(course: PublishedCourse) -> CourseCard:
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


def published_lesson(
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
        words=tuple(rendered.explained),
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
    """A check that nobody rendered yet, with its position in the lesson."""
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
