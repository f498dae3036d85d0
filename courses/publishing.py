"""Publishing writes what is shown: one row per course and lesson, and the rule for completing it.

A lesson shows its neighbours, its place in the course and the questions of its checks, so the whole
course is written at once, in the transaction of whatever was published. A request then reads one row.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from wagtail.models import Page

from courses.completion import LessonNeed, Rule
from courses.hooks import hooks
from courses.models import CoursePage, Criterion, LessonPage, Published
from courses.queries.criteria import newest_criterion
from courses.rendering import Rendered, render_check, render_lesson, render_plan
from courses.tasks import refresh_records
from glossary.actions import replace_uses
from glossary.linking import one_reading_of_the_glossary, resolve
from glossary.publishing import gathered, of_another_format
from quizzes.actions import replace_question_uses
from quizzes.drawing import is_enough
from quizzes.models import Question
from quizzes.queries import banks_with_figures, drawable_count, know_their_versions
from quizzes.rendering import payload_of

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
        summary = _course_data(course, lessons, rendered, criterion.pk, criterion.rule)
        rows.exclude(page_id__in=[course.pk, *(lesson.pk for lesson in lessons)]).delete()
        _write(course, course, "", 0, card=_card(summary), data=summary, now=now)
        for number, lesson in enumerate(lessons, start=1):
            data = _lesson_data(lesson, number, lessons, rendered[lesson.pk], course, summary)
            card = {
                "title": lesson.title,
                "objective": lesson.objective,
                "url": data["url"],
                "minutes": lesson.minutes,
            }
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
    ready = {bank.pk: bank.ready for bank in banks_with_figures()}  # type: ignore[attr-defined]  # an annotation
    rows = Published.objects.filter(slug="", page__live=True).values_list("page_id", "data__quiz")
    changed = [
        page_id
        for page_id, quiz in rows
        if quiz and quiz["available"] != is_enough(ready.get(quiz["bank_id"], 0), quiz["questions"])
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
    rule = rule_of(course, lessons, rendered).to_json()
    summary = _course_data(course, lessons, rendered, 0, rule)
    place = next(number for number, lesson in enumerate(lessons, start=1) if lesson is page)
    data = _lesson_data(page, place, lessons, rendered[page.pk], course, summary, check_url=check_url)
    return Published(
        course_key=course.translation_key,
        key=page.translation_key,
        course_slug=course.slug,
        slug=page.slug,
        data=data,
    )


def preview_course(course: CoursePage) -> dict[str, Any]:
    """What publishing this draft of a course would show. Nothing is stored."""
    lessons = list(LessonPage.objects.child_of(course).live().order_by("path")) if course.pk else []
    rendered = {lesson.pk: render_lesson(lesson) for lesson in lessons}
    return _course_data(course, lessons, rendered, 0, rule_of(course, lessons, rendered).to_json())


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
    course: CoursePage, page: Page, slug: str, position: int, *, card: Any, data: Any, now: datetime
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
            "card": card,
            "data": {"format": FORMAT, **data},
            "rendered_at": now,
        },
    )


def _replace_term_uses(lesson: LessonPage, rendered: Rendered, course: CoursePage, now: datetime) -> None:
    senses = [resolve(reference, locale_id=lesson.locale_id) for reference in rendered.terms]
    address = f"/courses/{course.slug}/{lesson.slug}/"
    replace_uses(target=lesson, senses=senses, title=lesson.title, address=address, now=now)


def _course_data(
    course: CoursePage,
    lessons: Sequence[LessonPage],
    rendered: dict[int, Rendered],
    criterion_id: int,
    rule: dict[str, Any],
) -> dict[str, Any]:
    url = f"/courses/{course.slug}/"
    drawable = drawable_count(course.bank) if course.bank else 0
    quiz = None
    if course.bank is not None:
        quiz = {
            "bank_id": course.bank_id,
            "questions": course.quiz_questions,
            "pass_percent": course.pass_percent,
            "required": course.quiz_required,
            "minutes": max(1, round(course.quiz_questions * 45 / 60)),
            "available": is_enough(drawable, course.quiz_questions),
            "url": f"{url}quiz/",
        }
    competences = course.course_competences.select_related("competence__framework")
    frameworks: dict[str, dict[str, Any]] = {}
    for link in competences:
        framework = link.competence.framework
        entry = frameworks.setdefault(
            framework.code, {"name": str(framework), "attribution": framework.attribution, "competences": []}
        )
        entry["competences"].append(f"{link.competence.code} {link.competence.label}")
    return {
        "key": str(course.translation_key),
        "page_id": course.pk,
        "code": course.code,
        "title": course.title,
        "short_title": course.name,
        "slug": course.slug,
        "url": url,
        "summary": course.summary,
        "direction": course.direction,
        "level": course.level,
        "outcomes": [{"key": item.value["key"], "text": item.value["text"]} for item in course.outcomes],
        "minutes": sum(lesson.minutes for lesson in lessons),
        "lessons": [
            {
                "key": str(lesson.translation_key),
                "slug": lesson.slug,
                "title": lesson.title,
                "objective": lesson.objective,
                "minutes": lesson.minutes,
                "url": f"{url}{lesson.slug}/",
                "checks": [str(question.translation_key) for question in rendered[lesson.pk].questions],
                "required": lesson.is_required,
            }
            for lesson in lessons
        ],
        "quiz": quiz,
        "asks_confidence": course.asks_confidence,
        "stewards": {
            "business": str(course.steward_business) if course.steward_business else "",
            "technology": str(course.steward_technology) if course.steward_technology else "",
        },
        "reviewed_on": course.reviewed_on.isoformat() if course.reviewed_on else "",
        "frameworks": list(frameworks.values()),
        "terms": _terms(course),
        "session": {
            "kind": course.session_kind,
            "title": course.session_title,
            "minutes": course.session_minutes,
            "url": f"{url}session-plan/" if course.session_plan else "",
            "plan": str(render_plan(course)) if course.session_plan else "",
        }
        if course.session_kind
        else None,
        "criterion_id": criterion_id,
        "rule": rule,
    }


def _terms(course: CoursePage) -> list[dict[str, str]]:
    """Each word once, in the order of meeting, linked to its page with all its meanings."""
    words: dict[str, str] = {}
    for link in course.course_terms.filter(sense__live=True).select_related("sense__word"):
        words.setdefault(link.sense.word.slug, link.sense.word.lemma)
    return [{"lemma": lemma, "url": f"/glossary/{slug}/"} for slug, lemma in words.items()]


def _card(summary: dict[str, Any]) -> dict[str, Any]:
    """What a list of courses shows, without what only the course's own page needs."""
    kept = (
        "key",
        "code",
        "title",
        "short_title",
        "slug",
        "url",
        "summary",
        "direction",
        "level",
        "minutes",
        "rule",
    )
    card = {name: summary[name] for name in kept}
    card["lessons"] = [
        {name: lesson[name] for name in ("key", "title", "objective", "minutes", "url")}
        for lesson in summary["lessons"]
    ]
    card["frameworks"] = [framework["name"] for framework in summary["frameworks"]]
    card["quiz_url"] = summary["quiz"]["url"] if summary["quiz"] else ""
    return card


def _lesson_data(
    lesson: LessonPage,
    number: int,
    lessons: Sequence[LessonPage],
    rendered: Rendered,
    course: CoursePage,
    summary: dict[str, Any],
    *,
    check_url: str = "",
) -> dict[str, Any]:
    url = f"/courses/{course.slug}/{lesson.slug}/"
    neighbours = summary["lessons"]
    questions = {
        str(question.translation_key): check_data(question, index)
        for index, question in enumerate(rendered.questions, start=1)
    }
    data = {
        "key": str(lesson.translation_key),
        "page_id": lesson.pk,
        "course_page_id": course.pk,
        "course_key": summary["key"],
        "criterion_id": summary["criterion_id"],
        "rule": summary["rule"],
        "code": course.code,
        "course_title": course.name,
        "course_url": summary["url"],
        "direction": course.direction,
        "asks_confidence": course.asks_confidence,
        "title": lesson.title,
        "objective": lesson.objective,
        "minutes": lesson.minutes,
        "number": number,
        "total": len(lessons),
        "url": url,
        "previous": _neighbour(neighbours, number - 2),
        "next": _neighbour(neighbours, number),
        "quiz_url": summary["quiz"]["url"] if summary["quiz"] and summary["quiz"]["available"] else "",
        "contents": rendered.contents,
        "parts": rendered.parts,
        "pops": rendered.pops,
        "questions": questions,
    }
    if check_url:
        data["check_url"] = check_url
    for question in questions.values():
        question["html"] = render_check(question, data)
    return data


def _neighbour(lessons: list[dict[str, Any]], index: int) -> dict[str, str] | None:
    return (
        {"title": lessons[index]["title"], "url": lessons[index]["url"]}
        if 0 <= index < len(lessons)
        else None
    )


def check_data(question: Question, number: int) -> dict[str, Any]:
    """A check as the lesson keeps it: the version to answer (0: a draft), its payload, its place in the lesson."""
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
    return {
        **payload,
        "key": str(question.translation_key),
        "version_id": version_id,
        "kind": kind,
        "number": number,
    }
