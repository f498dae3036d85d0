"""A pasted table becomes rows."""

import pytest

from courses.blocks import TableBlock, pasted_rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("Promise\tAllowed\n99 %\t7.2 hours\n", [["Promise", "Allowed"], ["99 %", "7.2 hours"]]),
        ("a\tb\r\nc\r\n\r\n", [["a", "b"], ["c", ""]]),
        ("one\u00a0 word\t  two ", [["one word", "two"]]),
    ],
)
def test_cells_are_parted_by_tabs(text: str, rows: list[list[str]]) -> None:
    assert pasted_rows(text) == rows


def test_what_was_pasted_takes_the_place_of_the_rows() -> None:
    block = TableBlock()
    value = block.to_python(
        {"pasted": "Promise\tAllowed\n99 %\t7.2 hours", "caption": "Downtime", "head": ["x"], "rows": [["y"]]}
    )

    cleaned = block.clean(value)

    assert list(cleaned["head"]) == ["Promise", "Allowed"]
    assert [list(row) for row in cleaned["rows"]] == [["99 %", "7.2 hours"]]
    assert cleaned["pasted"] == ""


def test_without_anything_pasted_the_rows_stay() -> None:
    block = TableBlock()
    value = block.to_python({"caption": "Downtime", "head": ["x"], "rows": [["y"]]})

    assert list(block.clean(value)["head"]) == ["x"]
