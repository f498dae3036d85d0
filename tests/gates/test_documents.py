"""Documents from strangers: what the bytes say counts, not the name."""

import pytest

from gates.documents import TYPES, DocumentRefused, refuse_false_document

PAGE = b"<!doctype html><script>x()</script>"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"%PDF-1.7", "a.pdf"),
        (b"a,b\n1,2", "a.CSV"),
        (b"PK\x03\x04", "a.b.docx"),
        (b"WEBVTT\n", "a.vtt"),
        (b"\x00\x00\x00\x18ftypisom", "a.mp4"),
        (PAGE, "a.txt"),  # as text it is shown to nobody but as text
    ],
)
def test_what_is_as_it_is_called_is_taken(head: bytes, name: str) -> None:
    refuse_false_document(head, name)


@pytest.mark.parametrize("ending", sorted(set(TYPES) - {".txt", ".csv"}))
def test_a_page_is_refused_whatever_it_is_called(ending: str) -> None:
    with pytest.raises(DocumentRefused, match=f"^a{ending} is not the kind of file that its name says.$"):
        refuse_false_document(PAGE, f"a{ending}")


@pytest.mark.parametrize("ending", sorted(TYPES))
def test_a_program_is_refused_whatever_it_is_called(ending: str) -> None:
    with pytest.raises(DocumentRefused, match="not the kind of file"):
        refuse_false_document(PROGRAM, f"a{ending}")


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.exe", "a", ".pdf", "a.pdf.exe", ""])
def test_a_kind_that_is_not_offered_is_refused(name: str) -> None:
    with pytest.raises(DocumentRefused, match="is of a kind that is not offered as a download"):
        refuse_false_document(b"%PDF-1.7", name)
