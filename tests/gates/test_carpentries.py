"""Lessons of the Carpentries Workbench: divs, pictures and headings with their lines."""

from hypothesis import given
from hypothesis import strategies as st

from gates.carpentries import Div, Picture, Text, parse_workbench, without_tags

LESSON = """---
title: Lines
teaching: 5
---

:::::::: challenge

## Try

Draw ![](fig/line.png){alt='A line'}

::::: solution
![Words](fig/two.png "Caption")
:::::

::::::::::::::::::

```
::: not-a-div
![](no.png)
```

## A line {#line}

| a | b |
|---+---|
"""


def test_divs_nest_and_pictures_come_out_of_the_text() -> None:
    read = parse_workbench(LESSON)

    assert not read.errors
    assert read.front_matter == {"title": "Lines", "teaching": 5}
    div = next(part for part in read.parts if isinstance(part, Div))
    assert (div.kind, div.line, div.closed) == ("challenge", 6, True)
    assert div.parts[1] == Picture(10, "fig/line.png", "A line", "")
    solution = div.parts[3]
    assert isinstance(solution, Div)
    assert solution.parts == [Picture(13, "fig/two.png", "Words", "Caption")]


def test_code_is_left_as_it_is_and_headings_lose_their_ids() -> None:
    read = parse_workbench(LESSON)

    text = read.parts[-1]
    assert isinstance(text, Text)
    assert "::: not-a-div" in text.lines
    assert "## A line" in text.lines
    assert "|---|---|" in text.lines
    assert read.anchors == {"line": "A line"}


def test_what_is_open_or_closes_nothing_is_told() -> None:
    told = parse_workbench("---\ntitle: x\n---\n:::\n::: callout\nx\n```\n").errors

    assert [(error.line, error.reason) for error in told] == [
        (4, "this ::: closes nothing"),
        (5, "the div “callout” is not closed"),
        (5, "the code that starts with ``` is not closed"),
    ]


def test_html_is_taken_away_and_keys_become_bold() -> None:
    assert without_tags("Press <kbd>F1</kbd> <u>now</u> `<b>`") == ("Press **F1** now `<b>`", ["u", "u"])


@given(st.lists(st.sampled_from([":::", "::: callout", "::::: solution", "```", "---", "## x {#y}", "![](a.png)", "text", "", "a\0b", "<b>", "|-+-|"]), max_size=30))  # fmt: skip
def test_no_order_of_lines_breaks_the_reader(lines: list[str]) -> None:
    read = parse_workbench("---\ntitle: x\n---\n" + "\n".join(lines))

    assert all(error.line <= len(lines) + 4 for error in read.errors)


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    parse_workbench(text)
