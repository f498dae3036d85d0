"""What is written as YAML is read back as it was."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gates.sources import SourceError, load_yaml
from gates.yaml_out import dump_yaml, readable

TEXTS = st.text(max_size=80).map(readable)
LINES = st.lists(TEXTS, max_size=5).map("\n".join)
SCALARS = st.one_of(TEXTS, LINES, st.booleans(), st.none(), st.integers(-(10**14), 10**14))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS.filter(bool), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(TEXTS.filter(bool), VALUES, min_size=1, max_size=4))
@example({"a": "true"})
@example({"a": "1.5e3", "b": "12:30", "c": "0o7", "d": "~", "e": "- x", "f": "a: b", "g": "a #b"})
@example({"a": ["one, two", "three", "[x]", "{y}"]})
@example({"a": "x\n", "b": "x\n\n", "c": "\nx", "d": " x\ny", "e": "x\n  \ny", "f": "x\ty\nz", "g": ":::\nx"})
@example({"a": [["", "b"], [], {}], "b": [{"text": "one\ntwo"}]})
def test_every_value_comes_back(value: dict[str, object]) -> None:
    assert load_yaml(dump_yaml(value)) == value


@given(st.text(max_size=200))
def test_a_readable_text_can_be_written(text: str) -> None:
    assert load_yaml(dump_yaml({"text": readable(text)})) == {"text": readable(text)}


@given(st.text(alphabet=":-a\n`~ ", max_size=60).map(readable))
def test_no_text_can_close_the_fence_around_it(text: str) -> None:
    lines = dump_yaml({"block": "markdown", "text": text}).split("\n")

    assert not [line for line in lines if line.startswith(":::")]


@pytest.mark.parametrize("text", ['a: "\\0"', 'a: "\\x07"', '"\\0": a', 'a: "\\u2028"'])
def test_what_a_file_may_not_hold_it_may_not_spell_out(text: str) -> None:
    with pytest.raises(SourceError, match="is not allowed"):
        load_yaml(text)
