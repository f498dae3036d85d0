"""No text of the corpus becomes script, whichever way it takes through the gates."""

import random

import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gates.blocks import parse_lesson
from gates.html import sanitise
from gates.markdown import render_inline, render_markdown
from tests.gates.xss_corpus import CORPUS, FAMILIES, dangers, new_dangers

# Places in a Markdown text where a line of foreign text can stand.
PLACES = {
    "a heading": "# {}",
    "a heading underlined": "{}\n===",
    "a link's text": "[{}](https://example.org)",
    "a link's address": "[x]({})",
    "a link's address in brackets": "[x](<{}>)",
    "a link's title": '[x](https://example.org "{}")',
    "a picture's text": "![{}](x.png)",
    "a picture's address": "![x]({})",
    "an automatic link": "<{}>",
    "an automatic link with a scheme": "<https://{}>",
    "a reference": "[x][y]\n\n[y]: {}",
    "a reference's title": '[x][y]\n\n[y]: https://example.org "{}"',
    "a reference's label": "[x][{0}]\n\n[{0}]: https://example.org",
    "a footnote's label": "x[^{0}]\n\n[^{0}]: y",
    "a footnote": "x[^1]\n\n[^1]: {}",
    "a fence's language": "```{}\nx\n```",
    "a fence's attributes": "```{{.x {}}}\nx\n```",
    "a fence": "```html\n{}\n```",
    "indented code": "    {}",
    "code in the line": "`{}`",
    "a cell": "| a | b |\n|---|---|\n| {} | c |",
    "a cell of the head": "| {} | b |\n|---|---|\n| a | c |",
    "a formula": "${}$",
    "text in a formula": "$\\text{{{}}}$",
    "a displayed formula": "$$\n{}\n$$",
    "a term": "{}\n: x",
    "a definition": "x\n: {}",
    "a quote": "> {}",
    "an item": "- {}",
    "emphasis": "*{}* **{}** _{}_",
    "a term link": "[[{}]] [[x|{}]]",
}


def test_the_corpus_is_large_and_has_no_doubles():
    assert len(CORPUS) >= 900
    assert len(CORPUS) == len(set(CORPUS))


@pytest.mark.parametrize("family", FAMILIES)
def test_the_judge_fires_on_every_family_as_it_comes(family):
    firing = [text for text in FAMILIES[family] if dangers(text)]

    assert len(firing) >= max(1, len(FAMILIES[family]) * 4 // 10), family


def test_the_judge_fires_on_most_of_the_corpus():
    assert sum(bool(dangers(text)) for text in CORPUS) >= 700


def test_the_judge_fires_on_markdown_that_is_not_sanitised():
    unsafe = [markdown.markdown(text, extensions=["extra", "toc"]) for text in FAMILIES["markdown"]]

    assert sum(bool(dangers(html)) for html in unsafe) >= 100


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<script>1</script>", "element <script>"),
        ("<iframe srcdoc=x></iframe>", "attribute srcdoc on <iframe>"),
        ("<object></object>", "element <object>"),
        ("<embed>", "element <embed>"),
        ("<base href=/>", "element <base>"),
        ("<meta http-equiv=refresh content=0>", "attribute http-equiv on <meta>"),
        ("<p onclick=x>", "handler onclick on <p>"),
        ("<p style=x>", "attribute style on <p>"),
        ("<a href=javascript:x>", "address 'javascript:x' in href of <a>"),
        ("<a href='java&#9;script:x'>", "address 'java\\tscript:x' in href of <a>"),
        ("<a href='&#1;javascript&colon;x'>", "address '\\x01javascript:x' in href of <a>"),
        ("<a href='/\\x'>", "address '/\\\\x' in href of <a>"),
        ("<math><mi xlink:href=javascript:x>", "address 'javascript:x' in href of <mi>"),
        ("<p id=x>", "unprefixed id 'x'"),
        ("<input>", "form control <input>"),
        ("<noscript><p title='</noscript><p onclick=x>'>", "handler onclick on <p>"),
        ("<noscript><p onclick=x></noscript>", "handler onclick on <p>"),
    ],
)
def test_the_judge_names_each_kind_of_danger(html, reason):
    assert reason in dangers(html)


def test_the_judge_is_silent_on_text_and_structure():
    html = (
        '<p id="user-content-x" class="term" title="onclick=alert(1)">javascript:alert(1) &lt;script&gt;</p>'
        '<a href="https://example.org/?x=javascript:1">x</a><a href="/a:b">y</a><a href="mailto:a@b.c">z</a>'
        "<math><mi>x</mi></math><img src='x.png' alt='y'><!-- onclick -->"
    )

    assert dangers(html) == []


def test_a_page_is_judged_by_what_it_has_more_than_the_harmless_one():
    page = "<!doctype html><html><head><script src=/x.js></script></head><body><form id=f>{}</form></body></html>"

    assert new_dangers(page.format("&lt;script&gt;"), page.format("x")) == []
    assert new_dangers(page.format("<script>1</script>"), page.format("x")) == ["element <script>"]
    assert new_dangers(page.format("<b onclick=x>"), page.format("x")) == ["handler onclick on <b>"]


def test_sanitised_html_is_harmless():
    for text in CORPUS:
        clean = sanitise(text)

        assert dangers(clean) == [], text
        assert sanitise(clean) == clean, text


def test_markdown_is_harmless():
    for text in CORPUS:
        for html in (render_markdown(text), render_inline(text)):
            assert dangers(html) == [], text
            assert sanitise(html) == html, text


@pytest.mark.parametrize("place", PLACES)
def test_markdown_is_harmless_wherever_the_text_stands(place):
    # A tenth of the corpus in each place, another tenth in the next: every string stands in three places.
    for text in CORPUS[list(PLACES).index(place) % 10 :: 10]:
        line = " ".join(text.split("\n"))

        html = render_markdown(PLACES[place].replace("{}", line).replace("{0}", line))

        assert dangers(html) == [], text


def test_many_hostile_texts_in_one_document_are_harmless():
    shuffled = random.Random(1).sample(CORPUS, len(CORPUS))

    for start in range(0, len(shuffled), 50):
        document = "\n\n".join(shuffled[start : start + 50])
        assert dangers(render_markdown(document)) == []
        assert dangers(sanitise(document)) == []


def test_text_in_a_lesson_file_stays_as_it_was_written():
    for text in CORPUS:
        if (
            text.splitlines() == [text]
            and text.strip() == text
            and not text.startswith(("::", "#", "```", "~~~"))
        ):
            pieces = parse_lesson(f"---\ntitle: x\n---\n## y\n\n{text}\n").pieces

            assert [piece.body for piece in pieces] == [text]


def slices(text: str) -> st.SearchStrategy[str]:
    ends = st.integers(0, len(text))
    return st.tuples(ends, ends).map(lambda pair: text[min(pair) : max(pair)])


pieces_of_corpus = st.one_of(
    st.sampled_from(CORPUS),
    st.sampled_from(CORPUS).flatmap(slices),
    st.sampled_from(
        "< > \" ' & / = ` \x00 \n <math> <mtext> <table> <td> <p> <a> <b> <!-- --> <style> </style> <svg> <mi>"
        " </math> </p> </table> <noscript> <title> <pre> $ $$ ``` [ ]( ) * _ | \\ # : ".split(" ")
    ),
    st.text(max_size=5),
)
mixtures = st.lists(pieces_of_corpus, max_size=8).map("".join)


@settings(max_examples=400, deadline=None)
@given(mixtures)
def test_any_mixture_of_hostile_html_is_harmless_and_settled(text):
    clean = sanitise(text)

    assert dangers(clean) == []
    assert sanitise(clean) == clean


@settings(max_examples=250, deadline=None)
@given(mixtures)
def test_any_mixture_of_hostile_markdown_is_harmless(text):
    assert dangers(render_markdown(text)) == []
    assert dangers(render_inline(text)) == []
