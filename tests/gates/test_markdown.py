"""Markdown in, safe HTML out."""

import re
from xml.etree.ElementTree import Element

import pytest
from django.utils.safestring import SafeString
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor

from gates.allow_list import ID_PREFIX
from gates.html import sanitise
from gates.markdown import (
    INLINE_LIMIT,
    MARKDOWN_LIMIT,
    Heading,
    headings,
    render_inline,
    render_markdown,
    slug,
)


class WordLink(Extension):
    """A caller's extension, like the term links of the glossary."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's name
        md.inlinePatterns.register(_WordLink(r"\[\[([^\]]+)\]\]", md), "word", 175)


class _WordLink(InlineProcessor):
    def handleMatch(self, m, data):  # type: ignore[no-untyped-def, override]  # noqa: N802 - the library's name
        link = Element(
            "a", {"class": "term", "href": f"/words/{m[1]}/", "onclick": "alert(1)", "data-x": "y"}
        )
        link.text = m[1]
        return link, m.start(), m.end()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("A *b* **c** `d`", "<p>A <em>b</em> <strong>c</strong> <code>d</code></p>"),
        ("snake_case_word", "<p>snake_case_word</p>"),
        ("\"quotes\" -- 'stay' ...", "<p>\"quotes\" -- 'stay' ...</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>"),
        ("Term\n: what it is", "<dl>\n<dt>Term</dt>\n<dd>what it is</dd>\n</dl>"),
        ("[x](/y 'z')", '<p><a href="/y" title="z">x</a></p>'),
        ("a  \nb", "<p>a<br>\nb</p>"),
        ("---", "<hr>"),
        ("&copy; &lt; &", "<p>© &lt; &amp;</p>"),
        ("\\*not\\* \\`code\\` \\$5", "<p>*not* `code` $5</p>"),
        ("``a ` b``", "<p><code>a ` b</code></p>"),
        ("`a <b> &amp;`", "<p><code>a &lt;b&gt; &amp;amp;</code></p>"),
        ("`no end", "<p>`no end</p>"),
        ("\\\\`a`", "<p>\\<code>a</code></p>"),
        ("`a` ``b` c``", "<p><code>a</code> <code>b` c</code></p>"),
    ],
)
def test_the_dialect_is_read(text, expected):
    assert render_markdown(text) == expected


def test_the_result_is_marked_as_safe():
    assert isinstance(render_markdown("x"), SafeString)
    assert isinstance(render_inline("x"), SafeString)


def test_raw_html_is_shown_as_the_text_it_is():
    assert render_markdown("A <b>c</b> <!-- d --> List<String>") == (
        "<p>A &lt;b&gt;c&lt;/b&gt; &lt;!-- d --&gt; List&lt;String&gt;</p>"
    )
    assert render_markdown("<div>\n*x*\n</div>") == "<p>&lt;div&gt;\n<em>x</em>\n&lt;/div&gt;</p>"


def test_a_table_sets_its_columns_by_class():
    html = render_markdown("| a | b | c |\n|:--|:-:|--:|\n| `x|y` | 1 | $2$ |")

    assert '<th class="align-left">a</th>' in html
    assert '<th class="align-center">b</th>' in html
    assert '<td class="align-right"><math' in html
    assert '<td class="align-left"><code>x|y</code></td>' in html


def test_too_wide_a_table_is_text():
    wide = "|" + "a|" * 60 + "\n|" + "-|" * 60 + "\n|b|"

    assert "<table>" not in render_markdown(wide)


def test_code_is_coloured_with_classes_and_never_with_styles():
    html = render_markdown("```python\ndef f():\n    return '<b>'\n```")

    assert html.startswith('<div class="highlight"><pre><code><span class="k">def</span>')
    assert "style=" not in html
    assert "&lt;b&gt;" in html


@pytest.mark.parametrize("language", ["", "klingon", "text", "python2000"])
def test_code_in_an_unknown_language_is_plain(language):
    assert render_markdown(f"```{language}\na < b\n```") == (
        '<div class="highlight"><pre><code>a &lt; b\n</code></pre></div>'
    )


def test_options_of_a_fence_change_nothing():
    plain = render_markdown("```sql\nselect 1\n```")
    assert render_markdown('```sql {.x #y onclick="z"}\nselect 1\n```') == plain
    assert render_markdown("```sql <b>\nselect 1\n```") == plain

    assert render_markdown('```sql linenums="1" hl_lines="1" title="x"\nselect 1\n```') == plain


def test_long_code_is_plain_and_complete():
    html = render_markdown("```java\n" + "int a = 1;\n" * 400 + "```")

    assert "<span" not in html
    assert html.count("int a = 1;") == 400


def test_a_list_goes_on_after_code_inside_an_item():
    html = render_markdown("- a\n\n    ```sql\n    select 1\n    ```\n- b")

    assert html.count("<li>") == 2
    assert html.count("<ul>") == 1


def test_indented_code_is_code():
    assert "<pre><code>a &lt; b\n</code></pre>" in render_markdown("x\n\n    a < b\n")


def test_footnotes_lead_there_and_back():
    html = render_markdown("One[^a b] two[^a b] three[^2].\n\n[^a b]: First.\n[^2]: Second.")

    references = re.findall(r'<sup id="([^"]+)"><a class="footnote-ref" href="#([^"]+)">(\d)', html)
    assert [number for _, _, number in references] == ["1", "1", "2"]
    for own, target, _ in references:
        assert f'<li id="{target}">' in html
        assert f'href="#{own}"' in html
    assert len({own for own, _, _ in references}) == 3


def test_headings_have_addresses():
    text = "# What 99.9 % *really* buys\n\n## Cost\n\n### Cost\n\n## `x` & $y^2$ [^1]\n\n## Kosten für Ärger\n\n## !!!\n\n[^1]: n"

    outline = headings(text)

    assert outline == [
        Heading(1, "What 99.9 % really buys", "user-content-what-99-9-really-buys"),
        Heading(2, "Cost", "user-content-cost"),
        Heading(3, "Cost", "user-content-cost-2"),
        Heading(2, "x & y^2", "user-content-x-y-2"),
        Heading(2, "Kosten für Ärger", "user-content-kosten-für-ärger"),
        Heading(2, "!!!", "user-content-section"),
    ]
    html = render_markdown(text)
    for heading in outline:
        assert f'<h{heading.level} id="{heading.anchor}">' in html


def test_a_numbered_address_never_meets_a_written_one():
    anchors = [heading.anchor for heading in headings("# a\n\n# a-2\n\n# a\n\n# a\n\n# a-2")]

    assert anchors == [ID_PREFIX + name for name in ("a", "a-2", "a-3", "a-4", "a-2-2")]


def test_headings_move_down_and_stop_at_six():
    text = "# a\n\n## b\n\n###### c"

    assert [heading.level for heading in headings(text, heading_shift=2)] == [3, 4, 6]
    assert '<h3 id="user-content-a">a</h3>' in render_markdown(text, heading_shift=2)
    assert [heading.level for heading in headings(text, heading_shift=-3)] == [1, 1, 3]


def test_links_in_the_text_find_its_headings_also_with_a_prefix():
    html = render_markdown("# Two words\n\n[up](#two-words) [else](#other)", id_prefix="p1-")

    assert '<h1 id="user-content-p1-two-words">' in html
    assert 'href="#user-content-p1-two-words"' in html
    assert 'href="#user-content-other"' in html


def test_two_texts_with_prefixes_share_no_id():
    text = "# a\n\nb[^1]\n\n[^1]: c"
    ids = [
        set(re.findall(r' id="([^"]+)"', render_markdown(text, id_prefix=prefix))) for prefix in ("x-", "y-")
    ]

    assert len(ids[0]) == len(ids[1]) == 3
    assert not ids[0] & ids[1]


@pytest.mark.parametrize("prefix", ["a b", '"', "x" * 61, "#"])
def test_a_prefix_that_cannot_stand_in_an_id_is_refused(prefix):
    with pytest.raises(ValueError, match="id prefix"):
        render_markdown("# a", id_prefix=prefix)


def test_a_caller_can_add_to_the_dialect_and_is_sanitised_too():
    assert render_markdown("A [[word]] *b*", extensions=[WordLink()]) == (
        '<p>A <a class="term" href="/words/word/">word</a> <em>b</em></p>'
    )
    assert (
        render_inline("[[word]]", extensions=[WordLink()]) == '<a class="term" href="/words/word/">word</a>'
    )
    assert headings("# The [[word]]", extensions=[WordLink()])[0].text == "The word"


def test_one_line_has_no_block():
    assert render_inline("# a\n- *b*\n\n1. c") == "# a - <em>b</em> 1. c"
    assert render_inline("> a") == "&gt; a"
    assert render_inline("    a") == "a"
    assert render_inline("```x```") == "<code>x</code>"
    assert render_inline("| a |\n|---|") == "| a | |---|"
    assert render_inline("$$x$$").startswith('<math display="inline">')
    assert render_inline("a[^1] [^1]: b") == "a[^1] [^1]: b"
    assert render_inline("") == ""
    assert render_inline("[x](https://a.b)") == '<a href="https://a.b" rel="noopener noreferrer">x</a>'
    assert render_inline("[x]: /a.b") == "[x]: /a.b"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="#>-*_`|$:[]()~= \n1.ab\\<&", max_size=60))
def test_no_line_makes_a_block(text):
    html = render_inline(text)

    assert not re.search(r"<(?:p|h[1-6]|ul|ol|li|pre|div|table|blockquote|dl|hr)\b", html)
    assert sanitise(html) == html


def test_text_above_the_limit_is_refused_with_the_limit_named():
    for text in ("x" * (MARKDOWN_LIMIT + 1), "x" * 1_000_000):
        for function in (render_markdown, headings):
            with pytest.raises(ValueError, match="100,000"):
                function(text)
        with pytest.raises(ValueError, match="20,000"):
            render_inline(text)
    assert len(render_markdown("word " * (MARKDOWN_LIMIT // 5))) > MARKDOWN_LIMIT - 10
    assert len(render_inline("word " * (INLINE_LIMIT // 5))) > INLINE_LIMIT - 10


def test_hundreds_of_fences_are_refused():
    with pytest.raises(ValueError, match="1,000"):
        render_markdown("```\nx\n```\n" * 501)


def test_the_same_text_gives_the_same_html():
    text = "# a\n\n[^1] $x$ `b`\n\n[^1]: c\n\n" + "[" * 3_000 + "`" * 500

    assert render_markdown(text) == render_markdown(text)


def test_nothing_is_lost_when_the_budget_is_spent():
    text = "[a](b " * 3_000 + "\n\n" + "- " * 3_000 + "last"

    html = render_markdown(text)

    assert html.count("[a](b") == 3_000
    assert "last" in html


def test_deeply_nested_lists_and_quotes_keep_their_text():
    quotes = render_markdown(">" * 300 + " deep")
    items = render_markdown("1. " * 300 + "deep")

    assert quotes.count("<blockquote>") <= 25
    assert items.count("<ol>") <= 25
    assert "deep" in quotes
    assert "deep" in items


words = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.sampled_from(["a", "a 2", "A!", "ä", "", "a-2", "`b`"]) | words),
        max_size=12,
    )
)
def test_addresses_of_headings_are_unique_and_in_the_html(found):
    text = "\n\n".join("#" * level + " " + title for level, title in found)

    outline = headings(text)

    anchors = [heading.anchor for heading in outline]
    assert len(anchors) == len(set(anchors))
    html = render_markdown(text)
    assert re.findall(r'<h([1-6]) id="([^"]*)"', html) == [(str(one.level), one.anchor) for one in outline]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="#>-*_`|$:[]()~=^!\n\n1.ab\\<&{} ", max_size=150))
def test_any_markdown_gives_settled_html(text):
    html = render_markdown(text)

    assert sanitise(html) == html


@given(st.text())
def test_a_slug_is_short_and_stands_in_an_address(text):
    result = slug(text)

    assert re.fullmatch(r"[^\W_]+(?:-[^\W_]+)*", result)
    assert len(result) <= 80
    assert slug(result) == result
