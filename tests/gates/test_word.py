"""Word documents: what they say comes in, what could hurt does not."""

import time
import tracemalloc

import pytest

from gates.word import DocumentRefused, Heading, Prose, Table, WordPicture, read_document
from tests.gates.documents import HEAD, TAIL, docx, drawing, paragraph, table

PNG = b"\x89PNG\r\n\x1a\n-not-opened-here"


def test_headings_lists_tables_and_pictures_come_in_their_order() -> None:
    document = read_document(
        docx(
            paragraph("Lines", "Title"),
            paragraph("A line", "Heading1"),
            paragraph("It goes &amp; comes."),
            paragraph("one", bullet=True),
            paragraph("two", bullet=True),
            table(("Line", "Metres"), ("A", "1")),
            drawing("A red field"),
            paragraph("More", "Heading2"),
            picture=PNG,
        )
    )

    assert document.parts == [
        Heading(1, 1, "Lines"),
        Heading(2, 1, "A line"),
        Prose(3, "<p>It goes &amp; comes.</p><ul><li>one</li><li>two</li></ul>"),
        Table(5, [["Line", "Metres"], ["A", "1"]], has_head=False, is_merged=False),
        WordPicture(6, PNG, "png", "A red field"),
        Heading(7, 2, "More"),
    ]


def test_what_is_hostile_in_a_text_stays_text() -> None:
    hostile = "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;"

    (part,) = read_document(docx(paragraph(hostile))).parts

    assert isinstance(part, Prose)
    assert "<script" not in part.html
    assert "<img" not in part.html


def test_a_script_in_a_link_is_no_link() -> None:
    link = '<w:p><w:hyperlink r:id="r5"><w:r><w:t>words</w:t></w:r></w:hyperlink></w:p>'
    rels = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r5" TargetMode="External" Target="javascript:alert(1)"'
        ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"/></Relationships>'
    )

    (part,) = read_document(docx(link, parts={"word/_rels/document.xml.rels": rels})).parts

    assert isinstance(part, Prose)
    assert "javascript" not in part.html


def test_a_picture_of_an_unknown_kind_is_named_as_one() -> None:
    (part,) = read_document(docx(drawing(), picture=b"EMF", kind="emf")).parts

    assert isinstance(part, WordPicture)
    assert (part.kind, part.alt) == ("", "")


def test_joined_cells_are_told() -> None:
    (part,) = read_document(docx(table(("Both",), ("A",), span=True))).parts

    assert isinstance(part, Table)
    assert part.is_merged
    assert part.rows == [["Both", ""], ["A", ""]]


def test_a_style_that_was_not_known_is_told() -> None:
    assert any("Odd" in warning for warning in read_document(docx(paragraph("x", "Odd"))).warnings)


LAUGHS = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
DEEP = HEAD + "<w:p>" * 5_000 + "</w:p>" * 5_000 + TAIL
LONG = HEAD + "<w:p/>" * 70_000 + TAIL


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"not a document", "not a ZIP"),
        (docx(parts={"word/document.xml": LAUGHS + "<l>&b;</l>"}), "entities"),
        (docx(parts={"word/document.xml": OUTSIDE + "<l>&a;</l>"}), "entities"),
        (docx(parts={"word/styles.xml": LAUGHS + "<l>&b;</l>"}), "entities"),
        (docx(parts={"word/document.xml": (LAUGHS + "<l>&b;</l>").encode("utf-16")}), "entities|damaged"),
        (docx(parts={"word/document.xml": DEEP}), "too deeply"),
        (docx(parts={"word/document.xml": LONG}), "too long"),
        (docx(parts={"word/document.xml": "<w:p>" + " " * 5_000_000}), "too long"),
        (docx(parts={"word/document.xml": "<a"}), "damaged"),
        (docx(parts={"../outside.xml": "x"}), "name"),
        (docx(parts={"word/media/bomb.bin": b"\0" * 70_000_000}), "60 MB"),
        (docx(paragraph("x"))[:-40], "ZIP"),
        (b"x" * (16 * 1024 * 1024), "larger than 15 MB"),
    ],
)
def test_a_hostile_document_is_refused_with_a_sentence(data: bytes, words: str) -> None:
    tracemalloc.start()
    start = time.process_time()
    with pytest.raises(DocumentRefused, match=words):
        read_document(data)
    seconds = time.process_time() - start
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert seconds < 5  # traced, which is several times slower than a second
    assert peak < 64 * 1024 * 1024
