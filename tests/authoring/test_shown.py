"""What an author's desk shows, made of values: no database, so pages name a kind (Wagtail would look for it)."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from authoring import shown
from authoring.models import CourseCopy
from authoring.queries import CourseRow, LessonRow
from authoring.reviews import Review
from authoring.rules.lacks import Finding
from courses.models import CoursePage, LessonPage
from jobs.models import Stage


def copy(stage: Stage) -> CourseCopy:
    return CourseCopy(
        copy=CoursePage(title="Always on", content_type_id=1),
        stage=stage,
        error="You do not write it any more.",
    )


@pytest.mark.parametrize(
    ("stage", "kind", "icon", "title", "then", "link"),
    [
        (Stage.FAILED, "careful", "alert", "“Always on” was not copied whole", "", "What happened"),
        (
            Stage.IMPORTING, "note", "note", "“Always on” is being copied",
            "It stands among your courses when it is whole.", "How far it is",
        ),
    ],
)  # fmt: skip
def test_the_desk_tells_a_copy_on_its_way_from_one_that_failed(
    stage: Stage, kind: str, icon: str, title: str, then: str, link: str
) -> None:
    row = copy(stage)

    assert shown.copy_on_desk(row) == shown.ShownCopy(row.key, kind, icon, title, then, link)


def test_a_copy_that_failed_says_why_and_that_the_first_course_is_safe() -> None:
    ended = shown.ended_copy(copy(Stage.FAILED))

    assert ended.heading == "The course was not copied whole"
    assert ended.lead == "You do not write it any more."
    assert ended.reassurance == "The course that you copied is as it was."


def test_a_copy_that_is_whole_needs_no_reassurance() -> None:
    ended = shown.ended_copy(copy(Stage.IMPORTED))

    assert ended.heading == "The course is copied"
    assert ended.lead.startswith("“Always on” is a draft")
    assert ended.reassurance == ""


@pytest.mark.parametrize(
    ("subject", "about"),
    [
        ({"objective": "say what 99.9 % buys", "summary": "x"}, "Say what 99.9 % buys"),
        ({"objective": "", "summary": "What a year costs."}, "What a year costs."),
        ({"summary": "What a year costs."}, "What a year costs."),
        ({}, ""),
    ],
)
def test_a_text_that_waits_says_what_it_is_about(subject: dict[str, Any], about: str) -> None:
    review = Review(SimpleNamespace(pk=1, **subject), "", "Ann", datetime(2026, 3, 2, tzinfo=UTC))

    assert shown.review(review).about == about


def test_each_lesson_leads_to_the_editor_and_says_what_it_lacks() -> None:
    lesson = LessonRow(
        LessonPage(pk=7, content_type_id=1), "draft", needed=[Finding("Check %(number)d: x", {"number": 2})]
    )
    course = shown.course(CourseRow(CoursePage(pk=5, content_type_id=1), "draft", [lesson]))

    assert course.edit_url.endswith("/5/edit/")
    assert course.lessons[0].edit_url.endswith("/7/edit/")
    assert course.lessons[0].missing == ["Check 2: x"]
