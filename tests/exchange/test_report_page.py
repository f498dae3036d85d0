"""The page of an import before it is done, after it, and after it failed."""

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from exchange.models import Upload
from jobs.models import Stage

WOULD = (
    "Nothing is stored yet.", "would be left out", "Would be imported", "Put the file away", 'value="import"',
)  # fmt: skip
DID = ("what is new stands in drafts", "was left out", "Imported", "Import another file")


def page(name: str, **more: Any) -> str:
    entries = [("a.md", [{"line": 3, "reason": "No such word."}])]
    report = {"imported": ["b.md"], "unchanged": ["c.md"]}
    values = {"upload": {"name": "z1.zip"}, "title": "", "counts": [], "reported": entries, "report": report}
    return render_to_string(f"exchange/{name}.html", values | more)


@pytest.mark.parametrize(("name", "said", "unsaid"), [("preview", WOULD, DID), ("imported", DID, WOULD)])
def test_a_preview_says_what_would_be_done_and_the_page_after_it_what_was_done(
    name: str, said: tuple[str, ...], unsaid: tuple[str, ...]
) -> None:
    text = page(name)

    assert [words for words in said if words not in text] == []
    assert [words for words in unsaid if words in text] == []
    assert all(file in text for file in ("a.md", "b.md", "c.md"))


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
