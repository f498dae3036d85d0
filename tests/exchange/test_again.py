"""A course that was imported, and the same folder again: what is the same stays, what a person wrote is left alone."""

from typing import Any

import pytest

from courses.models import CoursePage, ImportedFile, LessonPage, Published
from exchange.importing.report import Report
from quizzes.models import Question
from tests.exchange.files import COURSE, EVERYTHING, QUESTIONS, SECOND, WAGTAILS_FILES, picture
from tests.exchange.test_course import rows, told

pytestmark = [pytest.mark.django_db, WAGTAILS_FILES]


def edit(slug: str, **fields: Any) -> None:
    page = LessonPage.objects.get(slug=slug).get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision()


def test_every_file_of_a_new_course_is_imported_and_its_pages_are_public(imported: Report) -> None:
    assert (imported.imported, imported.unchanged, imported.reported) == (EVERYTHING, [], [])
    course = CoursePage.objects.get(slug="lines-and-ladders")
    assert course.live
    assert [page.slug for page in LessonPage.objects.child_of(course).live().order_by("path")] == [
        "lines",
        "ladders",
    ]
    assert "When is the line back?" in Published.objects.get(slug="lines").data["parts"][0]["html"]


def test_every_block_of_the_format_becomes_one_of_the_editor(imported: Report) -> None:
    kinds = [block.block_type for block in LessonPage.objects.get(slug="lines").body]
    assert kinds == [
        "hook", "markdown", "meeting", "example", "exhibit", "figure", "figure", "callout", "fold", "table",
        "resources", "say", "checks",
    ]  # fmt: skip


def test_a_fold_is_closed_and_opens_without_a_script(imported: Report) -> None:
    html = Published.objects.get(slug="lines").data["parts"][0]["html"]
    assert '<details class="more fold"><summary>' in html
    assert html.index("Solution") < html.index(">3.6 hours</li>") < html.index("</details>")


def test_the_same_folder_again_changes_nothing(imported: Report, load: Any) -> None:
    before = rows(), list(ImportedFile.objects.order_by("name").values())

    report = load()

    assert (report.imported, report.unchanged, report.reported) == ([], EVERYTHING, [])
    assert (rows(), list(ImportedFile.objects.order_by("name").values())) == before


def test_other_line_ends_and_a_byte_order_mark_are_no_change(imported: Report, load: Any) -> None:
    report = load({"02-ladders.md": b"\xef\xbb\xbf" + SECOND.replace("\n", "\r\n").encode()})

    assert report.unchanged == EVERYTHING


def test_a_changed_lesson_is_a_new_draft_and_what_is_live_stays(imported: Report, load: Any) -> None:
    before = rows()

    report = load({"02-ladders.md": SECOND.replace("go up", "go down")})

    assert report.imported == ["02-ladders.md"]
    page = LessonPage.objects.get(slug="ladders")
    assert page.live
    assert page.has_unpublished_changes
    assert "go up" in Published.objects.get(slug="ladders").data["parts"][0]["html"]
    assert "go down" in str(page.get_latest_revision_as_object().body)
    assert [after - was for after, was in zip(rows(), before, strict=True)] == [0, 0, 0, 1, 0, 0, 0, 0]


def test_a_changed_lesson_whose_page_was_edited_too_is_reported_and_left_alone(
    imported: Report, load: Any
) -> None:
    edit("ladders", title="Ladders of mine")
    before = rows()

    report = load({"02-ladders.md": SECOND.replace("go up", "go down")})

    assert told(report, "02-ladders.md") == [
        (0, "It was edited here since the last import, and the file changed too. The page was left alone.")
    ]
    assert rows() == before
    assert LessonPage.objects.get(slug="ladders").get_latest_revision_as_object().title == "Ladders of mine"


def test_an_edited_page_is_never_overwritten_by_the_file_of_the_last_import(
    imported: Report, load: Any
) -> None:
    edit("ladders", title="Ladders of mine")

    report = load()

    assert [file for file, _reason in ((e["file"], e["reason"]) for e in report.reported)] == [
        "02-ladders.md"
    ]
    assert LessonPage.objects.get(slug="ladders").get_latest_revision_as_object().title == "Ladders of mine"


def test_the_same_change_made_here_and_in_the_file_is_no_change(imported: Report, load: Any) -> None:
    edit("ladders", title="Rungs")

    report = load({"02-ladders.md": SECOND.replace("title: Ladders", "title: Rungs")})

    assert report.unchanged == EVERYTHING


def test_saving_a_page_without_a_change_is_no_edit(imported: Report, load: Any) -> None:
    edit("ladders")

    report = load({"02-ladders.md": SECOND.replace("go up", "go down")})

    assert report.imported == ["02-ladders.md"]


def test_a_changed_course_is_a_draft_too(imported: Report, load: Any) -> None:
    report = load({"course.yaml": COURSE.replace("Lines and ladders", "Ladders and lines")})

    course = CoursePage.objects.get(slug="lines-and-ladders")
    assert report.imported == ["course.yaml"]
    assert course.title == "Lines and ladders"
    assert course.get_latest_revision_as_object().title == "Ladders and lines"


def test_a_changed_plan_is_a_draft_of_the_course(imported: Report, load: Any) -> None:
    report = load({"session-plan.md": "# Other lines\n"})

    assert "session-plan.md" in report.imported
    assert "Other lines" in CoursePage.objects.get().get_latest_revision_as_object().session_plan


def test_a_changed_picture_changes_its_lesson(imported: Report, load: Any) -> None:
    report = load({"images/red.png": picture("blue")})

    assert "01-lines.md" in report.imported
    assert "images/red.png" in report.imported


def test_a_draft_of_a_live_question_does_not_change_what_is_asked(imported: Report, load: Any) -> None:
    load({"questions.yaml": QUESTIONS.replace("How many hours", "How long")}, publishes=False)

    question = Question.objects.get(code="z1-c1-1")
    assert question.stem.startswith("How many hours")
    assert question.get_latest_revision_as_object().stem.startswith("How long")


def test_a_lesson_takes_the_place_that_its_file_name_gives(imported: Report, load: Any) -> None:
    first = SECOND.replace("Ladders", "First").replace("slug: ladders", "slug: first")

    load({"00-first.md": first})

    course = CoursePage.objects.get()
    slugs = [page.slug for page in LessonPage.objects.child_of(course).order_by("path")]
    assert slugs[0] == "first"
    assert (
        list(Published.objects.exclude(slug="").order_by("position").values_list("slug", flat=True)) == slugs
    )


def test_a_renamed_file_finds_its_page(imported: Report, load: Any) -> None:
    report = load({"02-ladders.md": None, "03-ladders.md": SECOND})

    assert "03-ladders.md" in report.unchanged
    assert not report.reported
    assert LessonPage.objects.count() == 2


def test_a_page_whose_file_is_gone_stays_and_is_named(imported: Report, load: Any) -> None:
    report = load({"02-ladders.md": None})

    assert told(report, "02-ladders.md") == [
        (0, "This file is not in the folder any more. Its page was left as it is.")
    ]
    assert LessonPage.objects.filter(slug="ladders", live=True).exists()
