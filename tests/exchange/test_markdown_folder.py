"""A folder of plain Markdown: one file, one lesson, and nothing lost on the way."""

import copy
from typing import Any

import pytest
from wagtail.images import get_image_model

from authoring.teams import add_author
from courses.models import CoursePage, LessonPage
from exchange.importing import import_course
from exchange.importing.report import Report
from tests.exchange.conftest import write_files
from tests.exchange.files import NOW, WAGTAILS_FILES
from tests.exchange.markdown_files import ASKED, MARKDOWN_FILES
from tests.worlds import World

pytestmark = [pytest.mark.django_db, WAGTAILS_FILES]


def blocks(slug: str) -> list[tuple[str, Any]]:
    page = LessonPage.objects.get(slug=slug).get_latest_revision_as_object()
    return [(block["type"], block["value"]) for block in page.body.get_prep_value()]


def texts(slug: str) -> str:
    return "\n---\n".join(value for kind, value in blocks(slug) if kind == "markdown")


def cells(row: Any) -> list[str]:
    return [item["value"] for item in row]


def lines_of(report: Any, file: str) -> dict[int, str]:
    return {entry["line"]: entry["reason"] for entry in report.reported if entry["file"] == file}


@pytest.fixture(scope="module")
def folder_report(world: World, catalogue_page: Any, tmp_path_factory: pytest.TempPathFactory) -> Report:
    with world():
        folder = write_files(tmp_path_factory.mktemp("course") / "move", MARKDOWN_FILES)
        return import_course(folder, now=NOW, asked=ASKED)


@pytest.fixture
def report(folder_report: Report, db: None) -> Report:
    return copy.deepcopy(folder_report)


def test_each_file_becomes_a_draft_in_the_order_of_the_index(report: Report) -> None:
    course = CoursePage.objects.get()
    lessons = LessonPage.objects.child_of(course)

    assert (course.code, course.title, course.direction) == (
        "MOVE",
        "Moving house",
        "business-for-technicians",
    )
    assert course.get_latest_revision_as_object().summary == "How an office moves in three days."
    assert [lesson.slug for lesson in lessons] == ["uebersicht", "van", "after"]
    assert [lesson.title for lesson in lessons] == ["What to pack", "The van", "Afterwards"]
    assert lessons[0].objective == "say what goes into which box"
    assert not course.live
    assert not lessons.live().exists()


def test_every_file_stands_in_one_list_with_what_became_of_it(report: Report) -> None:
    assert report.imported == [
        "10-after.md", "README.md", "files/plan.csv", "img/box one.png", "img/van.svg", "pack/Übersicht.markdown"
    ]  # fmt: skip
    assert report.in_part == ["2-van.MD"]
    assert report.not_imported == ["9-empty.md", "LICENSE.md"]
    assert "holds no text" in lines_of(report, "9-empty.md")[0]


def test_links_notes_code_and_footnotes_are_kept(report: Report) -> None:
    text = texts("uebersicht")

    assert "[the van](/courses/moving-house/van/#who-drives)" in text
    assert "[the list](https://example.com/list)" in text
    assert "/plan.csv)" in text
    assert "[^tape]: Tape is in the drawer." in text.partition("\n---\n")[0]
    assert "## Boxes" in text
    assert 'print("<table>")' in text
    assert "| 1 | 2 |" in text
    assert "Press <CR>, then read List<String>." in text
    notes = [value for kind, value in blocks("uebersicht") if kind == "callout"]
    assert notes[0] == {"kind": "careful", "title": "", "text": "Glass goes on top.\n\nNot below."}
    assert (notes[1]["title"], notes[1]["text"]) == ("Who packs", "Whoever owns it:\n\n- cups\n- books")


def test_html_tables_become_tables_and_what_they_lose_is_one_remark(report: Report) -> None:
    table = next(value for kind, value in blocks("uebersicht") if kind == "table")
    joined = next(value for kind, value in blocks("van") if kind == "table")

    assert (table["caption"], cells(table["head"])) == ("Boxes", ["Kind", "Weight"])
    assert [cells(row["value"]) for row in table["rows"]] == [["**Books**", "12"]]
    assert cells(table["numbers"]) == [2]
    assert cells(joined["head"]) == ["Both", ""]
    told = [entry["reason"] for entry in report.reported if entry["file"] == "2-van.MD"]
    assert [reason for reason in told if "table" in reason] == [
        "Cells of this table are joined; each text stands in the first of them."
    ]


def test_indented_html_is_not_read_as_code_and_details_fold(report: Report) -> None:
    assert "\nKeep left." in texts("van")
    fold = next(value for kind, value in blocks("van") if kind == "fold")
    assert (fold["title"], fold["parts"][0]["value"]) == ("Where is the key?", "Under the mat.")


def test_pictures_come_along_and_a_drawing_of_another_program_is_one(
    report: Report, client: Any, author: Any
) -> None:
    box = next(value for kind, value in blocks("uebersicht") if kind == "figure")
    van = next(value for kind, value in blocks("van") if kind == "figure")
    drawing = get_image_model().objects.get(pk=van["image"])

    assert (box["alt"], box["caption"]) == ("A box", "The first box")
    assert van["alt"] == "A van from the side"
    assert (drawing.width, drawing.height) == (227, 76)
    add_author(course=CoursePage.objects.get(), employee=author)
    rendition = drawing.get_rendition("width-1280")
    client.force_login(author)
    answer = client.get(rendition.url)
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"stroke:red" in b"".join(answer.streaming_content)


def test_the_same_folder_again_changes_nothing(report: Report, write: Any) -> None:
    again = import_course(write(MARKDOWN_FILES), now=NOW, asked=ASKED)

    assert (again.imported, again.in_part) == ([], [])
    assert again.unchanged == sorted([*report.imported, *report.in_part])
    assert again.reported == report.reported
