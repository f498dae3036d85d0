"""Every element and class that a lesson can have is known to the style sheet, or it is said why it need not be."""

import re
from pathlib import Path
from typing import Any

import pytest
import tinycss2
from pygments.token import STANDARD_TYPES

from bothways.staticfiles import join_css
from gates.allow_list import CLASSES, HTML, MATH
from gates.svg import CLASSES as DRAWN
from tests.house.look import SITE, read
from tests.house.source import ROOT, name_of

# A lesson has site.css alone.
SHEET = join_css("css/site.css", read)[0]
BLOCKS = sorted((ROOT / "courses/templates/courses/blocks").glob("*.html"))
# What blocks include, and what stands around them in a lesson.
PARTS = [
    SITE / "templates/components" / f"{name}.html"
    for name in (
        "callout", "example", "exchange", "exhibit", "feedback", "figure", "margin-note", "question", "resources",
        "say", "video",
    )
]  # fmt: skip

BROWSER = "the browser's own style says it"
PLAIN = "holds others and looks like nothing by itself"
ELEMENTS_WITHOUT = {
    **dict.fromkeys("cite del dfn em i ins q s small sub u var wbr br".split(), BROWSER),
    **dict.fromkeys("div span tbody tfoot tr figure figcaption".split(), PLAIN),
    **dict.fromkeys(MATH, "the browser lays formulas out; math has the font"),
}
CLASSES_WITHOUT = {
    **dict.fromkeys(STANDARD_TYPES.values(), "code has the colour of text; some kinds of token have another"),
    "d-text": "text of a drawing, for which .diagram text is the rule",
    "exhibit--mail": "a mail looks as .exhibit does",
    "exhibit--ticket": "a ticket looks as .exhibit does",
    "callout--note": "a note looks as .callout does",
    "callout--tip": "a tip looks as .callout does",
    "table--cards": "a table like others",
}


def selectors(sheet: str) -> str:
    """All selectors of a style sheet, also of rules in @media, @supports, @layer and @container."""

    def of(rules: list[Any]) -> list[str]:
        texts = []
        for rule in rules:
            if rule.type == "qualified-rule":
                texts.append(tinycss2.serialize(rule.prelude))
            elif rule.type == "at-rule" and rule.content is not None and rule.lower_at_keyword != "font-face":
                texts += of(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))
        return texts

    return ",".join(of(tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)))


SELECTORS = selectors(SHEET)
# Only rules that reach what authors write: those for an element anywhere, and those below .prose.
WRITTEN = [
    one for one in re.split(r",(?![^(]*\))", SELECTORS) if ".prose" in one or not re.match(r"\s*[.\[:]", one)
]
ELEMENTS = {
    name for one in WRITTEN for name in re.findall(r"(?<![\w.#:\[\"=-])([a-z][a-z0-9]*)(?![\w(-])", one)
}
RULED = set(re.findall(r"\.([a-z][\w-]*)", SELECTORS))


def classes_of(path: Path) -> set[str]:
    """Classes in a template. Of `callout--{{ kind }}` the start, as it has several ends."""
    names: set[str] = set()
    for value in re.findall(r'class="((?:[^"{]|{{.*?}}|{%.*?%})*)"', path.read_text()):
        names |= set(re.sub(r"{{.*?}}", "*", re.sub(r"{%.*?%}", " ", value)).split())
    return names


@pytest.mark.parametrize("name", sorted(HTML | MATH))
def test_an_element_that_authors_can_write_has_a_rule_or_needs_none(name: str) -> None:
    assert name in ELEMENTS or name in ELEMENTS_WITHOUT


@pytest.mark.parametrize("name", sorted(CLASSES | DRAWN))
def test_a_class_that_the_renderer_emits_has_a_rule_or_needs_none(name: str) -> None:
    assert name in RULED or name in CLASSES_WITHOUT


@pytest.mark.parametrize("path", [*BLOCKS, *PARTS], ids=name_of)
def test_a_class_of_a_block_has_a_rule_or_needs_none(path: Path) -> None:
    known = RULED | set(CLASSES_WITHOUT)
    names = classes_of(path)

    assert [
        name for name in names if not any(re.fullmatch(name.replace("*", ".+"), one) for one in known)
    ] == []


def test_the_test_sees_what_there_is() -> None:
    assert {"ul", "table", "blockquote"} <= ELEMENTS and {"callout", "align-right"} <= RULED
    assert {"scroll", "table--cards", "r"} <= classes_of(ROOT / "courses/templates/courses/blocks/table.html")
