"""What other Markdown knows as well: struck out, boxes, bare addresses, definition lists."""

import time

import pytest

from gates.markdown import render_inline, render_markdown

CASES = [
    ("It costs ~~three~~ two.", "<p>It costs <del>three</del> two.</p>"),
    ("From ~5 to ~~ 6 ~~ and ~~~", "<p>From ~5 to ~~ 6 ~~ and ~~~</p>"),
    ("In `~~code~~`", "<p>In <code>~~code~~</code></p>"),
    ("- [ ] ask\n- [x] told", "<li>\N{BALLOT BOX} ask</li>"),
    ("- [ ] ask\n- [x] told", "<li>\N{BALLOT BOX WITH CHECK} told</li>"),
    ("- [ ] ask\n\n- [x] told", "<p>\N{BALLOT BOX} ask</p>"),
    ("An array[ ] here", "An array[ ] here"),
    ("See https://example.com/a_b_c?d=1.", ">https://example.com/a_b_c?d=1</a>."),
    ("(https://example.com/)", ">https://example.com/</a>)"),
    ("`https://example.com/`", "<code>https://example.com/</code>"),
    ("SLA\n:   What was promised", "<dt>SLA</dt>"),
]


@pytest.mark.parametrize(("text", "html"), CASES)
def test_it_reads_what_other_markdown_reads(text: str, html: str) -> None:
    assert html in render_markdown(text)


def test_an_address_in_a_link_stays_one_link() -> None:
    html = render_markdown("[https://example.com/](https://example.org/) and <https://example.net/>")

    assert html.count("<a ") == 2


def test_one_line_knows_them_too() -> None:
    html = render_inline("~~old~~ https://example.com/")

    assert "<del>old</del>" in html
    assert 'href="https://example.com/"' in html


@pytest.mark.parametrize("piece", ["~~a ", "~~", "~~a~", "https://", "https://a.", "- [ ] "])
def test_a_text_full_of_them_takes_no_long_time(piece: str) -> None:
    start = time.process_time()
    render_markdown(piece * (20_000 // len(piece)))
    assert time.process_time() - start < 2
