"""The page of an import before it is done, after it, and after it failed."""

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from exchange.importing.report_page import in_plain_words, shown_report
from exchange.models import Upload
from jobs.models import Stage

WOULD = (
    "Nothing is stored yet.", "would come in without", "Would be imported", "Put the file away", 'value="import"',
)  # fmt: skip
DID = ("what is new stands in drafts", "Imported in part", "Import another file", "files imported")


def told(**more: Any) -> dict[str, Any]:
    remarks = [
        {"file": "a.md", "line": 3, "reason": "No word `such`."},
        {"file": "a.docx", "line": 12, "reason": "A field."},
        {"file": "course.yaml", "line": 0, "reason": "All of it."},
        {"file": "data/", "line": 0, "reason": "237 data files."},
    ]
    lists = {"imported": ["b.md"], "in_part": ["a.md"], "unchanged": ["c.md"], "not_imported": ["data/x.csv"]}
    return {**lists, "remarks": remarks, "is_empty": False, "refusal": ""} | more


def page(name: str, **more: Any) -> str:
    report = shown_report(told(**more), is_done=name == "imported")
    text = render_to_string(
        f"exchange/{name}.html", {"upload": {"name": "z1.zip"}, "title": "", "report": report}
    )
    return " ".join(text.split())


@pytest.mark.parametrize(("name", "said", "unsaid"), [("preview", WOULD, DID), ("imported", DID, WOULD)])
def test_a_preview_says_what_would_be_done_and_the_page_after_it_what_was_done(
    name: str, said: tuple[str, ...], unsaid: tuple[str, ...]
) -> None:
    text = page(name)

    assert [words for words in said if words not in text] == []
    assert [words for words in unsaid if words in text] == []
    assert all(file in text for file in ("a.md", "b.md", "c.md"))


def test_a_remark_says_where_in_words_of_an_author() -> None:
    text = page("imported")

    assert "Line 3: No word “such”." in text
    assert "Paragraph 12: A field." in text
    assert "The whole file: All of it." in text
    assert "237 data files." in text
    assert "The whole file: 237" not in text


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("`short_title` is a text.", "The short title is a text."),
        ("course.yaml, line 3: `slug` is missing.", "course.yaml, line 3: The address is missing."),
        ("There is no picture: `image` is a text.", "There is no picture: The picture is a text."),
        ("A fold has `title` and `parts`.", "A fold has the title and “parts”."),
        ("A part is `text: …`.", "A part is “text: …”."),
        ("Nothing is called `a “b”`.", "Nothing is called “a ‘b’”."),
        ("He wrote “see `this`”.", "He wrote “see ‘this’”."),
    ],
)
def test_fields_are_called_as_authors_call_them_and_quotation_marks_are_nested(
    reason: str, shown: str
) -> None:
    assert in_plain_words(reason) == shown


def test_why_nothing_was_taken_stands_first_and_once() -> None:
    reason = "No course is here."
    remark = {"file": "course.yaml", "line": 0, "reason": reason}

    text = page("preview", refusal=reason, remarks=[remark], imported=[], in_part=[], is_empty=True)

    assert text.count(reason) == 1
    assert text.index(reason) < text.index('<details class="more">')
    assert "Remarks" not in text


def test_what_an_earlier_version_kept_is_still_shown() -> None:
    old = {
        "imported": ["b.md"],
        "unchanged": [],
        "reported": told()["remarks"],
        "is_empty": False,
        "format": 1,
    }

    assert shown_report(old, is_done=True).counts[0] == (1, "file imported")


def test_what_holds_nothing_new_cannot_be_imported_and_says_so_afterwards() -> None:
    assert 'value="import"' not in page("preview", is_empty=True)
    assert "Nothing of “z1.zip” was imported." in page("imported", is_empty=True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("outcome", "title"),
    [({}, "Nothing was imported"), ({"imported": []}, "The import has ended early")],
)
def test_an_import_that_failed_says_whether_anything_came_in(
    client: Any, author: Any, outcome: dict[str, Any], title: str
) -> None:
    upload = Upload.objects.create(
        sender=author, name="z1.zip", made_at=timezone.now(), stage=Stage.FAILED, outcome=outcome
    )
    client.force_login(author)

    text = client.get(f"/write/import/{upload.key}/").content.decode()

    assert f"<h1>{title}</h1>" in text
    assert f"<title>{title}" in text.replace("<title> ", "<title>")
