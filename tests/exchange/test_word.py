"""A Word document becomes a draft lesson, and the same document again changes nothing."""

from typing import Any

import pytest

from courses.models import CoursePage, ImportedFile, LessonPage
from exchange.importing import import_document
from exchange.importing.report import Report
from tests.exchange.files import NOW, WAGTAILS_FILES, picture
from tests.gates.documents import W, docx, drawing, paragraph, table

pytestmark = [pytest.mark.django_db, WAGTAILS_FILES]


def document(text: str = "It goes.", alt: str = "A red field") -> bytes:
    return docx(
        paragraph("Lines in Word", "Title"),
        paragraph("A line", "Heading1"),
        paragraph(text),
        paragraph("one", bullet=True),
        table(("Line", "Metres"), ("A", "1")),
        drawing(alt),
        picture=picture(),
    )


@pytest.fixture
def course(imported: Report) -> CoursePage:
    return CoursePage.objects.get()


def take(course: CoursePage, data: bytes, name: str = "lines.docx", **options: Any) -> Any:
    return import_document(data, name, course=course, now=NOW, **options)


def lesson() -> LessonPage:
    page: LessonPage = LessonPage.objects.get(slug="lines-in-word").get_latest_revision_as_object()
    return page


def test_a_document_becomes_a_draft_lesson(course: CoursePage) -> None:
    report = take(course, document())

    page = lesson()
    assert (page.title, page.live, page.get_parent().pk) == ("Lines in Word", False, course.pk)
    assert [block.block_type for block in page.body] == ["text", "table", "figure"]
    assert page.body.get_prep_value()[0]["value"] == "<h2>A line</h2><p>It goes.</p><ul><li>one</li></ul>"
    assert page.body[2].value["alt"] == "A red field"
    told = {entry["line"]: entry["reason"] for entry in report.reported}
    assert "Table: say in a caption what it shows." in " ".join(told.values())
    assert {entry["file"] for entry in report.reported} == {"lines.docx"}


def test_a_picture_without_alternative_text_is_told_with_its_paragraph(course: CoursePage) -> None:
    report = take(course, document(alt=""))

    assert [entry["line"] for entry in report.reported if "alternative text" in entry["reason"]] == [6]


def test_the_same_document_again_changes_nothing(course: CoursePage) -> None:
    take(course, document())
    before = lesson().latest_revision_id, LessonPage.objects.count(), ImportedFile.objects.count()

    report = take(course, document())

    assert report.states == {"lines.docx": "unchanged"}
    assert (lesson().latest_revision_id, LessonPage.objects.count(), ImportedFile.objects.count()) == before


def test_a_changed_document_is_a_new_draft_and_an_edited_lesson_is_left_alone(course: CoursePage) -> None:
    take(course, document())

    take(course, document("It stops."))
    assert "It stops." in str(lesson().body.get_prep_value())
    page = lesson()
    page.body = "[]"
    page.save_revision()
    report = take(course, document("It goes on."))

    assert any("edited here since the last import" in entry["reason"] for entry in report.reported)
    assert not lesson().body


def test_an_address_that_is_taken_gets_a_number(course: CoursePage) -> None:
    take(course, docx(paragraph("Lines", "Title"), paragraph("x")))

    assert LessonPage.objects.filter(slug="lines-2", title="Lines").exists()


def test_a_dry_run_stores_nothing(course: CoursePage) -> None:
    report = take(course, document(), dry_run=True)

    assert report.states == {"lines.docx": "imported"}
    assert not LessonPage.objects.filter(slug="lines-in-word").exists()


def test_a_hostile_document_stores_nothing(course: CoursePage, bomb_picture: bytes) -> None:
    refused = take(course, b"PK not a document")
    bomb = take(course, docx(paragraph("Big", "Title"), paragraph("x"), drawing("x"), picture=bomb_picture))

    assert "not a ZIP" in refused.refusal
    assert not refused.states
    assert any("million pixels" in entry["reason"] for entry in bomb.reported)
    figure = LessonPage.objects.get(slug="big").get_latest_revision_as_object().body[-1]
    assert (figure.block_type, figure.value["image"], figure.value["alt"]) == ("figure", None, "x")


FIELD = '<w:p><w:r><w:t>See </w:t></w:r><w:fldSimple w:instr="REF x"><w:r><w:t>page 4</w:t></w:r></w:fldSimple></w:p>'
EQUATION = (
    "<w:p><m:oMath><m:sSup><m:e><m:r><m:t>a</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>"
    "<m:r><m:t>=</m:t></m:r><m:f><m:num><m:r><m:t>b+c</m:t></m:r></m:num><m:den><m:r><m:t>d</m:t></m:r></m:den></m:f>"
    "</m:oMath></w:p>"
)
COMMENTS = f'<w:comments xmlns:w="{W}"><w:comment w:id="1"/><w:comment w:id="2"/></w:comments>'
HEADER = f'<w:hdr xmlns:w="{W}">{paragraph("Secret")}</w:hdr>'


def test_what_word_can_hold_and_a_lesson_cannot_keeps_its_words(course: CoursePage) -> None:
    inner = f"<w:tc>{table(('c', 'd'))}{paragraph('')}</w:tc>"
    data = docx(
        paragraph("Lines in Word", "Title"),
        paragraph("Top", "Heading1"),
        paragraph("Below", "Heading2"),
        paragraph("Deep", "Heading3"),
        paragraph("one", bullet=True),
        paragraph("within", bullet=True, level=1),
        FIELD,
        EQUATION,
        paragraph("Table 1: What is said", "Caption"),
        f"<w:tbl><w:tr><w:tc>{paragraph('outer')}</w:tc>{inner}</w:tr></w:tbl>",
        paragraph("Odd", "Odd"),
        parts={"word/comments.xml": COMMENTS, "word/header1.xml": HEADER},
    )

    report = take(course, data)

    assert not report.refusal
    body = lesson().body.get_prep_value()
    text = body[0]["value"]
    assert "<h3>Below</h3><p><b>Deep</b></p><ul><li>one<ul><li>within</li></ul></li></ul>" in text
    assert "<p>See page 4</p><p>a^2=(b+c)/d</p>" in text
    assert (body[1]["type"], body[1]["value"]["caption"]) == ("table", "What is said")
    assert [item["value"] for item in body[1]["value"]["head"]] == ["outer", "c; d"]
    told = {(entry["line"], entry["reason"]) for entry in report.reported}
    assert (6, "A field, such as a date or a reference, was kept as the words that it showed.") in told
    assert any(line == 7 and "“a^2=(b+c)/d”" in reason for line, reason in told)
    assert (0, "The document has 2 comments; they were not taken.") in told
    assert (0, "The head or foot of its pages was not taken.") in told
    assert (0, "Paragraphs of the style “Odd one” were read as plain text.") in told
    assert not any("w:" in reason or "{http" in reason or "no caption" in reason for _line, reason in told)
    assert report.in_part == ["lines.docx"]
