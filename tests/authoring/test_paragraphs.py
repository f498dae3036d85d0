"""What a reviewer compares of a block: words without markup, and beside them what else readers get."""

import pytest

from authoring.paragraphs import read
from authoring.rules.difference import Paragraph, differences


def words(html: str) -> list[str]:
    return [paragraph.words for paragraph in read("Text", html)]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One <b>two</b>.</p><p>Three</p>", ["One two.", "Three"]),
        ("<ul><li>a</li><li>b <ul><li>c</li></ul></li></ul>", ["a", "b", "c"]),
        ("<table><tr><th>Year</th><td>12</td></tr><tr><td>1</td><td>2</td></tr></table>", ["Year 12", "1 2"]),
        (
            '<figure><img src="/a.png" alt="A hill"><figcaption>Seen</figcaption></figure>',
            ["Picture: A hill", "Seen"],
        ),
        ("<p> </p>", []),
    ],
)
def test_html_is_cut_where_a_line_begins(html: str, expected: list[str]) -> None:
    assert words(html) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<p><a href="/one/">This</a></p>', '<p><a href="/two/">This</a></p>'),
        ('<img src="/a.png" alt="">', '<img src="/b.png" alt="">'),
        ("<p>Not this</p>", "<p><b>Not</b> this</p>"),
        ('<svg><path d="M0 0"/></svg>', '<svg><path d="M0 9"/></svg>'),
    ],
)
def test_what_readers_get_beside_the_words_is_a_difference(before: str, after: str) -> None:
    assert differences(read("Text", before), read("Text", after))


def test_a_link_within_the_page_may_count_its_blocks_anew() -> None:
    """A block put in front gives every heading behind it another number."""
    before, after = (read("Text", f'<p><a href="#b{number}-x">See</a></p>') for number in (1, 2))

    assert before == after == [Paragraph("Text", "See", "a ")]
