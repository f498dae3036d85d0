"""What cannot be kept keeps its place, and a lesson with a hole in it never goes live by an import."""

from typing import Any

import pytest

from courses.models import CoursePage, LessonPage
from exchange.exporting import export_course, write_folder
from exchange.importing import import_course
from tests.exchange.files import DRAWING, LESSON, NOW, WAGTAILS_FILES
from tests.exchange.workbench_files import SHELVES, WORKBENCH_FILES

pytestmark = [pytest.mark.django_db, WAGTAILS_FILES]
FIGURE = "\n::: figure\nimage: images/two-boxes.svg\nalt: Two boxes\ncaption: How it goes\n:::\n"
INKSCAPE = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="9" height="9" style="fill:red"/></svg>'
PLAIN = SHELVES.partition("## Kinds")[0]


def body(slug: str) -> list[tuple[str, Any]]:
    page = LessonPage.objects.get(slug=slug).get_latest_revision_as_object()
    return [(block["type"], block["value"]) for block in page.body.get_prep_value()]


def reasons(report: Any, file: str) -> list[str]:
    return [entry["reason"] for entry in report.reported if entry["file"] == file]


def test_a_drawing_that_cannot_be_shown_keeps_its_place_and_its_lesson_a_draft(load: Any) -> None:
    report = load({"images/two-boxes.svg": "<svg", "01-lines.md": LESSON + FIGURE})

    figure = next(
        value for kind, value in body("lines") if kind == "figure" and value.get("caption") == "How it goes"
    )
    assert figure["alt"] == "Two boxes"
    assert not figure.get("image")
    assert not figure.get("drawing")
    assert not LessonPage.objects.get(slug="lines").live
    assert "images/two-boxes.svg" in report.not_imported
    assert "not well-formed" in reasons(report, "images/two-boxes.svg")[0]
    assert "01-lines.md" in report.in_part


def test_a_lesson_of_another_program_with_a_hole_in_a_fold_stays_a_draft(load: Any) -> None:
    fold = "\n::: solution\n\nAs here:\n\n![Three shelves](fig/gone.png)\n\n:::\n"
    report = load({**WORKBENCH_FILES, "episodes/01-shelves.md": PLAIN + fold})

    parts = next(value for kind, value in body("shelves") if kind == "fold")["parts"]
    assert [part["type"] for part in parts] == ["text", "figure"]
    assert parts[1]["value"]["alt"] == "Three shelves"
    assert LessonPage.objects.get(slug="begin").live
    assert not LessonPage.objects.get(slug="shelves").live
    assert any("Kept as a draft." in reason for reason in reasons(report, "episodes/01-shelves.md"))


def test_a_drawing_of_another_program_is_a_picture_and_its_lesson_goes_live(load: Any) -> None:
    picture = "\n![A shelf](fig/shelf.svg)\n"
    report = load(
        {**WORKBENCH_FILES, "episodes/01-shelves.md": PLAIN + picture, "episodes/fig/shelf.svg": INKSCAPE}
    )

    figure = next(value for kind, value in body("shelves") if kind == "figure")
    assert figure["alt"] == "A shelf"
    assert LessonPage.objects.get(slug="shelves").live
    assert "episodes/fig/shelf.svg" in report.imported


def test_our_own_diagrams_stay_diagrams_and_their_faults_are_told(load: Any) -> None:
    report = load({"images/two-boxes.svg": DRAWING.replace("<rect", "<rect style='x'")})

    assert "must not have the attribute style" in reasons(report, "01-lines.md")[0]
    assert not LessonPage.objects.get(slug="lines").live


def test_a_drawing_is_exported_as_it_came_in(load: Any, tmp_path: Any) -> None:
    load({"images/two-boxes.svg": INKSCAPE, "01-lines.md": LESSON + FIGURE}, publishes=False)
    write_folder(export_course(CoursePage.objects.get()), tmp_path / "out")

    again = import_course(tmp_path / "out", now=NOW, publishes=False)

    assert (again.imported, again.in_part) == ([], [])
