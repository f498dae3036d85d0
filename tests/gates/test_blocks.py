"""Lesson files in, cut into pieces; the format is docs/content-format.md."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gates.blocks import (
    MARKDOWN_BLOCKS,
    SOURCE_LIMIT,
    YAML_BLOCKS,
    Piece,
    SourceError,
    load_yaml,
    node_line,
    parse_lesson,
)
from tests.gates.clock import at_most

ROOT = Path(__file__).resolve().parents[2]

LESSON = """\
---
title: What 99.9 % really buys
slug: what-99-9-really-buys        # never `quiz`
minutes: 7
---
::: hook
A meeting that went wrong.

It took *two* hours.
:::

## A section

Text with a [[downtime]] term.

::: meeting
speaker_side: business
said: "We need it: always up."
hearer: IT
:::

After the meeting.

::: callout
kind: careful
title: Three nines: what they hide

Not **one** outage.
:::

::: checks
- t2-c1-1
- t2-c1-2
:::

## What it costs ##

```sh
## no heading
::: no fence
:::
```

::: say
Ask for the hours.
:::
"""


def lesson(body: str) -> str:
    return f"---\ntitle: x\n---\n{body}"


def kinds(text: str) -> list[str]:
    return [piece.kind for piece in parse_lesson(text).pieces]


def test_a_lesson_is_cut_into_its_pieces():
    source = parse_lesson(LESSON)

    assert source.errors == []
    assert source.front_matter == {
        "title": "What 99.9 % really buys",
        "slug": "what-99-9-really-buys",
        "minutes": 7,
    }
    assert source.pieces == [
        Piece("hook", 6, body="A meeting that went wrong.\n\nIt took *two* hours.", body_line=7),
        Piece("section", 12, title="A section", body="Text with a [[downtime]] term.", body_line=14),
        Piece(
            "meeting",
            16,
            body_line=17,
            data={"speaker_side": "business", "said": "We need it: always up.", "hearer": "IT"},
        ),
        Piece("text", 22, body="After the meeting.", body_line=22),
        Piece(
            "callout",
            24,
            body="Not **one** outage.",
            body_line=28,
            data={"kind": "careful", "title": "Three nines: what they hide"},
        ),
        Piece("checks", 31, body_line=32, data=["t2-c1-1", "t2-c1-2"]),
        Piece(
            "section",
            36,
            title="What it costs",
            body="```sh\n## no heading\n::: no fence\n:::\n```",
            body_line=38,
        ),
        Piece("say", 44, body="Ask for the hours.", body_line=45),
    ]


def test_the_line_of_every_value_is_that_of_the_file():
    source = parse_lesson(LESSON)

    assert node_line(source.front_matter, "minutes") == 4
    assert node_line(source.pieces[2].data, "hearer") == 19
    assert node_line(source.pieces[4].data, "title") == 26
    assert node_line(source.pieces[5].data, 1) == 33


def test_windows_line_ends_and_a_byte_order_mark_change_nothing():
    assert parse_lesson("\ufeff" + LESSON.replace("\n", "\r\n")) == parse_lesson(LESSON)


@pytest.mark.parametrize("kind", sorted(MARKDOWN_BLOCKS | YAML_BLOCKS))
def test_every_fence_of_the_format_is_known(kind):
    body = "- a" if kind in {"checks", "resources"} else "a: b"

    source = parse_lesson(lesson(f"::: {kind}\n{body}\n:::\n"))

    assert source.errors == []
    assert [piece.kind for piece in source.pieces] == [kind]


def test_the_fences_are_those_of_the_documented_format():
    documented = re.findall(r"^\| `::: (\w+)`", (ROOT / "docs/content-format.md").read_text(), re.MULTILINE)

    assert set(documented) == MARKDOWN_BLOCKS | YAML_BLOCKS


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("no front matter", 1, "the front matter is missing"),
        ("", 1, "the front matter is missing"),
        ("---\ntitle: x\n", 1, "the front matter is not closed"),
        ("---\ntitle: [\n---\n", 2, "no YAML"),
        ("---\na: 1\na: 2\n---\n", 3, "already given in line 2"),
        ("---\n- a\n---\n", 2, "expected keys with values"),
        ("---\n---\n", 1, "expected keys with values"),
        (lesson("::: weird\nx\n:::\n"), 4, "unknown fence “weird”"),
        (lesson("::: Hook\nx\n:::\n"), 4, "unknown fence “Hook”"),
        (lesson("x\n\n:::\n"), 6, "closes nothing"),
        (lesson("::: hook\nx\n"), 4, "“hook” is not closed"),
        (lesson("::: hook\nx\n\n::: say\ny\n:::\n"), 4, "“hook” is not closed before line 7"),
        (lesson("::: meeting\na: b: c\n:::\n"), 5, "no YAML"),
        (lesson("::: meeting\na: 1\nb: 2\na: 3\n:::\n"), 7, "already given in line 5"),
        (lesson("::: meeting\n- a\n:::\n"), 5, "expected keys with values"),
        (lesson("::: checks\na: b\n:::\n"), 5, "expected a list"),
        (lesson("::: checks\n:::\n"), 5, "expected a list"),
        (lesson("::: hook\n\n:::\n"), 4, "“hook” is empty"),
        (lesson("::: callout\nkind: tip\n\n:::\n"), 4, "“callout” is empty"),
        (lesson("::: callout\nkind: danger\n\nx\n:::\n"), 5, "one of note, tip, careful, not “danger”"),
        (lesson("::: callout\ntitle: a\ntitle: b\n\nx\n:::\n"), 6, "already given in line 5"),
        (lesson("::: hook extra\nx\n"), 4, "one name, at the very start"),
        (lesson(" ::: hook\nx\n"), 4, "one name, at the very start"),
        (lesson(":::: hook\nx\n"), 4, "one name, at the very start"),
        (lesson(":::hook{.x}\nx\n"), 4, "one name, at the very start"),
        (lesson("## \nx\n"), 4, "a heading without text"),
        (lesson("```sh\n## a\n"), 4, "the code that starts with ``` is not closed"),
        (lesson("::: hook\n~~~~\nx\n:::\n"), 5, "the code that starts with ~~~~ is not closed"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text, line, reason):
    source = parse_lesson(text, source="a.md")

    assert any(error.line == line and reason in error.reason for error in source.errors), source.errors
    assert all(error.source == "a.md" for error in source.errors)


def test_all_errors_of_a_file_are_said_at_once_and_the_rest_is_read():
    text = lesson(
        "::: weird\nx\n:::\n\n## Good\n\ntext\n\n::: meeting\na: [\n:::\n\n:::\n\n::: say\nfine\n:::\n::: hook\nnever closed\n"
    )

    source = parse_lesson(text)

    assert [error.line for error in source.errors] == [4, 13, 16, 21]
    assert [(piece.kind, piece.title or piece.body) for piece in source.pieces] == [
        ("section", "Good"),
        ("say", "fine"),
    ]


def test_a_callout_may_start_with_its_text():
    [piece] = parse_lesson(lesson("::: callout\nJust text.\nkind: not a setting here\n:::\n")).pieces

    assert piece.data == {}
    assert piece.body == "Just text.\nkind: not a setting here"


def test_a_title_may_stand_in_quotes():
    [piece] = parse_lesson(lesson('::: callout\ntitle: "A: b"\n\nx\n:::\n')).pieces

    assert piece.data == {"title": "A: b"}


def test_headings_of_other_levels_belong_to_the_text():
    [piece] = parse_lesson(lesson("## A\n\n### B\n\n#### C\n# D\n")).pieces

    assert piece.body == "### B\n\n#### C\n# D"


def test_text_before_the_first_heading_is_a_piece():
    assert kinds(lesson("\nbefore\n\n## A\n")) == ["text", "section"]


def test_code_of_any_length_of_fence_hides_what_looks_like_structure():
    body = "## A\n\n````md\n```\n## B\n```\n::: hook\n````\n\n~~~\n## C\n~~~\n\n- x\n\n    ```\n    ::: say\n    ```\n"

    source = parse_lesson(lesson(body))

    assert source.errors == []
    assert [piece.kind for piece in source.pieces] == ["section"]


def test_a_fence_inside_yaml_text_closes_only_at_the_start_of_the_line():
    [piece] = parse_lesson(lesson("::: exhibit\ntext: |\n  a\n  :::\n  ```\n  b\n:::\n")).pieces

    assert piece.data == {"text": "a\n:::\n```\nb\n"}


def test_a_file_above_the_limit_is_refused_with_the_limit_named():
    source = parse_lesson("x" * SOURCE_LIMIT, source="a.md")

    assert source.errors == [SourceError(1, "1,000,000 characters; the limit is 1,000,000", "a.md")]
    assert source.pieces == []


@pytest.mark.parametrize(
    "piece",
    [
        ":::\n",
        "::: hook\n",
        "::: weird\n",
        "```\n",
        "```` `\n",
        "## a\n",
        "##",
        "`",
        "> ```\n",
        " ",
        "kind: note\n",
        "---\n",
        "\n",
    ],
)
@pytest.mark.parametrize("start", ["---\ntitle: x\n---\n", "---\n", "---\nt: x\n---\n::: callout\n"])
def test_hostile_lessons_take_less_than_two_seconds(start, piece):
    with at_most(2):
        parse_lesson(start + piece * (100_000 // len(piece)))


lines = st.sampled_from(
    [
        "---",
        "title: x",
        "::: hook",
        "::: checks",
        "::: meeting",
        "::: callout",
        "::: x",
        ":::",
        " :::",
        "## A",
        "##",
        "### B",
        "```",
        "```sh",
        "~~~",
        "- a",
        "a: b",
        "a: [",
        "kind: tip",
        "title: y",
        "",
        "text",
        "*x",
        "> ```",
        "\x00",
        "\ud800",
    ]
) | st.text(max_size=8)


@settings(max_examples=500, deadline=None)
@given(st.lists(lines, max_size=25).map("\n".join) | st.text())
def test_any_file_is_read_or_its_errors_are_said(text):
    source = parse_lesson(text)

    last = len(text.splitlines()) + 2
    assert all(1 <= error.line <= last and error.reason for error in source.errors)
    assert all(1 <= piece.line <= last for piece in source.pieces)
    assert isinstance(source.front_matter, dict)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        lines.filter(lambda line: not set(line) & set("\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\n")),
        max_size=20,
    )
)
def test_no_line_of_text_is_lost_without_a_word(rows):
    source = parse_lesson(lesson("\n".join(rows)))

    if not source.errors:
        kept = "\n".join(piece.title + "\n" + piece.body + "\n" + str(piece.data) for piece in source.pieces)
        for row in rows:
            if (
                row.strip()
                and not row.startswith((":::", "## ", "##"))
                and row in {"text", "- a", "> ```", "### B"}
            ):
                assert row.removeprefix("- ") in kept


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab: -[]{}\n#&*!|>'\"~é", max_size=60))
def test_any_front_matter_is_read_or_its_errors_are_said(matter):
    source = parse_lesson(f"---\n{matter}\n---\n\ntext\n")

    assert source.errors or (source.front_matter == load_yaml(matter) and source.pieces)
