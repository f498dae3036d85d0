"""The words of a course: read together, however many lessons name them, and rendered with the whole course."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import CoursePage, LessonPage
from courses.publishing import render_course
from glossary.actions import refresh_targets
from glossary.publishing import gathered
from tests.courses.course import NOW
from tests.glossary.words import write_sense

pytestmark = pytest.mark.django_db


def name_words(course: Any, text: str) -> None:
    for page in (course.one, course.two):
        lesson = LessonPage.objects.get(pk=page.pk)
        lesson.body = [("markdown", text)]
        lesson.save_revision().publish()


@pytest.mark.sql
@pytest.mark.parametrize("words", [["uptime"], ["uptime", "margin", "scope"]])
def test_a_course_reads_the_words_of_its_lessons_together(course: Any, words: list[str]) -> None:
    with gathered(now=NOW):
        for slug in ("uptime", "margin", "scope"):
            write_sense(slug)
    name_words(course, "Before.")
    for page in (course.one, course.two):
        LessonPage.objects.filter(pk=page.pk).update(
            body=[{"type": "markdown", "value": f"[[{word}]] here", "id": word} for word in words]
        )

    with CaptureQueriesContext(
        connection,
    ) as asked:
        render_course(CoursePage.objects.get(pk=course.page.pk), now=NOW)

    of_words = [
        query["sql"]
        for query in asked
        if '"slug" IN (' in query["sql"] and "wording_business" in query["sql"]
    ]
    assert len(of_words) == 1


def test_a_published_word_renders_each_course_once(course: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sense = write_sense("uptime")
    name_words(course, "[[uptime]] here")
    rendered: list[Any] = []
    monkeypatch.setattr("courses.publishing.render_course_of", lambda page, now: rendered.append(page.pk))

    assert refresh_targets(sense_id=sense.pk, now=NOW) == 1

    assert len(rendered) == 1
