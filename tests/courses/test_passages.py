"""The paragraphs of a lesson: their addresses, and what the search reads of them. Without a database."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.passages import addressed, passages_of
from search.rules.indexing import IN_HEADING, Passage


def test_paragraphs_items_and_rows_get_an_address_and_keep_one_they_have() -> None:
    html = '<p>One</p><ul class="x"><li>Two</li></ul><p id="own">Three</p><table><tr><td>4</td></tr></table><pre>p</pre>'

    assert addressed(html) == (
        '<p id="para-1">One</p><ul class="x"><li id="para-2">Two</li></ul><p id="own">Three</p>'
        '<table><tr id="para-3"><td>4</td></tr></table><pre>p</pre>'
    )


def test_a_text_stands_under_its_heading_and_at_its_paragraph() -> None:
    html = (
        '<p id="para-1">Before &amp; after.</p><h2 id="from-here">From <em>here</em></h2>'
        '<div class="callout"><p id="para-2">A <a href="/x">linked</a> word.<br>Next line.</p></div><div>Bare.</div>'
    )

    assert passages_of(html) == (
        Passage("Before & after.", "para-1"),
        Passage("From here", "from-here", weight=IN_HEADING),
        Passage("A linked word. Next line.", "para-2", "From here"),
        Passage("Bare.", "from-here", "From here"),
    )


@pytest.mark.parametrize(
    ("html", "texts"),
    [
        ('<p>Seen<svg><text>drawn</text></svg><span class="vh"> heard</span></p>', ["Seen"]),
        ('<p>Seen<span aria-hidden="true">§</span></p>', ["Seen"]),
        ("<table><tr><th>Who</th><td>Finance</td></tr></table>", ["Who · Finance"]),
        ("<ul><li>One<ul><li>Two</li></ul></li></ul>", ["One", "Two"]),
        ("<p>never closed", ["never closed"]),
        ("</p><img src=x><p>text</p>", ["text"]),
        ("", []),
    ],
)
def test_only_what_is_read_is_kept(html: str, texts: list[str]) -> None:
    assert [passage.text for passage in passages_of(html)] == texts


@settings(deadline=None)  # other work on the machine is no fault
@given(st.text(alphabet='ab<>/p li"=h2', max_size=80))
def test_any_text_is_read_and_addresses_are_never_given_twice(html: str) -> None:
    passages_of(html)
    ids = re.findall(r' id="para-(\d+)"', addressed(html))
    assert len(ids) == len(set(ids))
