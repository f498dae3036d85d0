"""The white space of our templates: what is folded, what stays, and that lines are counted as they stand in the file."""

import textwrap
from pathlib import Path

import pytest
from django.template import Context, Engine, TemplateSyntaxError, engines
from django.template.base import Lexer, TokenType
from django.template.loader import get_template
from hypothesis import given
from hypothesis import strategies as st

from bothways import template_loader
from bothways.template_loader import Folding, folded
from tests.house.source import ROOT, templates


def fold(source: str) -> str:
    """The template as it is compiled, written as a template again."""
    ends = {TokenType.BLOCK: ("{% ", " %}"), TokenType.VAR: ("{{ ", " }}"), TokenType.COMMENT: ("{# ", " #}"), TokenType.TEXT: ("", "")}  # fmt: skip
    return "".join(
        f"{ends[token.token_type][0]}{token.contents}{ends[token.token_type][1]}"
        for token in folded(Lexer(source).tokenize())
    )


@pytest.mark.parametrize(
    ("unfolded", "sent"),
    [
        ("<p>\n  Text\n</p>\n<p>\n</p>\n", "<p>Text</p><p></p>"),
        ("<p>one\n  line and\n  another</p>", "<p>one line and another</p>"),
        ("<b>a</b>\n<b>b</b> <b>c</b>", "<b>a</b><b>b</b> <b>c</b>"),
        ("{% if a %}\n  x\n{% endif %}\n{{ b }}\n", "{% if a %}x{% endif %}{{ b }}"),
        ("a\n{{ b }} c,{{ ' ' }}\n{{ d }}", "a{{ b }} c,{{ ' ' }}{{ d }}"),
        ("<a\n  class='x\n    y'\n  href=\"/\"\n>\n  z\n</a>", "<a class='x y' href=\"/\">z</a>"),
        (
            "<img\n  {% if a %}alt='>'{% endif %}\n  src='x'\n/>",
            "<img {% if a %}alt='>'{% endif %} src='x'/>",
        ),
        (
            "<li{% if a > b %} class='x'{% endif %}>\n  y</li>",
            "<li{% if a > b %} class='x'{% endif %}>y</li>",
        ),
        ("a < b and\n  c > d", "a < b and c > d"),
        ("<p>\n  don't\n  <b>“x”</b></p>", "<p>don't<b>“x”</b></p>"),
    ],
)
def test_white_space_with_a_line_break_is_nothing_beside_a_tag_and_a_space_between_words(unfolded, sent):
    assert fold(unfolded) == sent


@pytest.mark.parametrize(
    "kept",
    [
        "<pre>\n  a\n    b\n</pre>",
        "<textarea name='x'>\n  {{ a }}\n  b</textarea>",
        "<script>\n  if (a < b) {\n  }\n</script>",
        "<PRE class='x'>\n a</PRE>",
        "{% blocktranslate trimmed %}\n  A <b>sentence</b>\n  of two lines.\n{% endblocktranslate %}",
        "{% blocktranslate count n=n %}\n  one\n{% plural %}\n  {{ n }}\n{% endblocktranslate %}",
    ],
)
def test_what_means_its_white_space_keeps_it(kept):
    assert fold(f"<div>\n  {kept}\n</div>") == f"<div>{kept}</div>"


def test_after_an_element_that_stays_everything_is_folded_again():
    assert fold("<pre>\n\n</pre>\n<p>\n</p>") == "<pre>\n\n</pre><p></p>"


PIECES = st.sampled_from(
    ["<p>", "</p>", "<a\n  href='x'\n>", "<pre>", "</pre>", "word", "“", "'", " ", "\n", "\n    ", "{{ a }}", "{% if a %}", "{% endif %}",
     "{# b #}", "{% blocktranslate %}", "{% endblocktranslate %}", "<", ">", "=\""]
)  # fmt: skip


@given(st.lists(PIECES, max_size=20).map("".join))
def test_folding_twice_is_folding_once(source):
    assert fold(fold(source)) == fold(source)


@given(st.lists(PIECES, max_size=20).map("".join))
def test_folding_takes_nothing_but_white_space(source):
    assert "".join(fold(source).split()) == "".join(fold_nothing(source).split())


def fold_nothing(source: str) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Folding, "fold", lambda self, text: text)
        return fold(source)


@given(st.text(alphabet="ab<>='\" \n/"), st.integers(0, 8))
def test_indentation_does_not_count(text, depth):
    """Outside of <pre> and its like, which this alphabet cannot spell."""
    assert fold(textwrap.indent(text, " " * depth, lambda line: True)).strip() == fold(text).strip()


def test_every_template_of_ours_is_folded_and_none_of_wagtails():
    names = [path.relative_to(ROOT).as_posix().partition("/templates/")[2] for path in templates()]
    ours = [get_template(name).template for name in names if name.endswith(".html")]

    assert len(ours) > 100
    assert all(template_loader._is_ours(template.origin) for template in ours)
    assert not template_loader._is_ours(get_template("wagtailadmin/login.html").template.origin)
    assert not template_loader._is_ours(get_template("account/email/invite_message.txt").template.origin)


def test_a_page_of_ours_has_no_line_of_its_own():
    page = get_template("components/empty.html").render(
        {"title": "a", "body": "b", "url": "/", "action": "c"}
    )

    assert "\n" not in page
    assert "><" in page


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(template_loader, "_our_folders", lambda: (tmp_path,))
    return tmp_path


@pytest.mark.parametrize("debug", [False, True])
def test_a_fault_is_told_with_the_line_of_the_file(folder, debug):
    inner = ("django.template.loaders.filesystem.Loader", [folder])
    engine = Engine(debug=debug, loaders=[("bothways.template_loader.Loader", [inner])])
    (folder / "fault.html").write_text("<p>\n  a\n</p>\n<p>\n  {% nothing %}\n</p>\n")
    (folder / "late.html").write_text("<p>\n  a\n</p>\n<p>\n  {{ a.b }}\n</p>\n")

    with pytest.raises(TemplateSyntaxError, match="line 5"):
        engine.get_template("fault.html")
    late = engine.get_template("late.html")
    assert late.render(Context({"a": {"b": "c"}})) == "<p>a</p><p>c</p>"
    assert [node.token.lineno for node in late.nodelist if hasattr(node, "filter_expression")] == [5]


def test_a_template_from_a_string_is_left_alone():
    assert engines["django"].from_string("<p>\n</p>").render() == "<p>\n</p>"
