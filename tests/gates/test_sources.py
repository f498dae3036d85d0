"""YAML in, with the line of everything."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gates.sources import (
    DEPTH_LIMIT,
    NODE_LIMIT,
    SOURCE_LIMIT,
    SourceDict,
    SourceError,
    SourceList,
    load_yaml,
    node_line,
)
from tests.gates.clock import at_most


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("# only a comment", None),
        ("a", "a"),
        ("a: b", {"a": "b"}),
        ("- a\n- b", ["a", "b"]),
        ("{a: [1, 2], b: {c: d}}", {"a": [1, 2], "b": {"c": "d"}}),
        ("a: |\n  one\n  two\nb: >\n  three\n  four\n", {"a": "one\ntwo\n", "b": "three four\n"}),
        ("a: 'x: y'\nb: \"tab\\t\"", {"a": "x: y", "b": "tab\t"}),
        ("[true, True, false, null, ~, '']", [True, True, False, None, None, ""]),
        ("[0, 1, -2, +3, 1.5, -0.25, 1.0e3]", [0, 1, -2, 3, 1.5, -0.25, 1000.0]),
        # Texts, although YAML 1.1 or another reader would make something else of them.
        ("[yes, no, on, off, y, n]", ["yes", "no", "on", "off", "y", "n"]),
        (
            "[12:30, 1_000, 0x1F, 0o17, 007, .5, 5., 1e3]",
            ["12:30", "1_000", "0x1F", "0o17", "007", ".5", "5.", "1e3"],
        ),
        ("[2026-01-01, .inf, .nan, 1.2.3]", ["2026-01-01", ".inf", ".nan", "1.2.3"]),
        ("[1234567890123456, 9999999999999999999999]", ["1234567890123456", "9999999999999999999999"]),
        # Keys are texts.
        ("1: a\ntrue: b\nnull: c\n<<: d", {"1": "a", "true": "b", "null": "c", "<<": "d"}),
        ("a:\nb: c", {"a": None, "b": "c"}),
        ("a: b\r\nc: d\r\n", {"a": "b", "c": "d"}),
    ],
)
def test_values_are_read(text, expected):
    value = load_yaml(text)

    assert value == expected
    assert type(value) in {type(expected), SourceDict, SourceList}


def test_everything_knows_its_line():
    data = load_yaml("a: 1\n\nlist:\n  - x\n  # note\n  - b: 2\n    c: 3\n  - - y\n    - z\n", first_line=10)

    assert node_line(data) == 10
    assert node_line(data, "a") == 10
    assert node_line(data, "list") == 12
    assert node_line(data["list"]) == 13
    assert [node_line(data["list"], index) for index in range(3)] == [13, 15, 17]
    assert node_line(data["list"], -1) == 17
    assert node_line(data["list"][1], "c") == 16
    assert node_line(data["list"][2], 1) == 18


def test_the_line_of_what_is_missing_is_that_of_its_place():
    data = load_yaml("a: 1\nb:\n  - c\n")

    assert node_line(data, "missing") == 1
    assert node_line(data["b"], 7) == 3
    assert node_line("no container") == 1


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("a: 1\nb: 2\na: 3", 3, "“a” was already given in line 1"),
        ("a:\n  b: 1\n  b: 2", 3, "“b” was already given in line 2"),
        ("{a: 1, a: 2}", 1, "already given"),
        ("'1': a\n1: b", 2, "already given"),
        ("a: 1\nb: *c", 2, "quotes"),
        ("- *bold* text", 1, "quotes"),
        ("a: &x 1\nb: *x", 1, "quotes"),
        ("a: !important x", 1, "quotes"),
        ("a: !!python/object/apply:os.system ['x']", 1, "tag"),
        ("!!map {}", 1, "tag"),
        ("a: b: c", 1, "no YAML"),
        ("a: 1\nb: [1,\n 2", 2, "no YAML"),
        ("a: 'x", 1, "no YAML"),
        ("a: 1\n b: 2", 2, "no YAML"),
        ("a: @x", 1, "no YAML"),
        ("a:\n\t- x", 2, "no YAML"),
        ("--- a\n--- b", 2, "no YAML"),
        ("? [a]\n: b", 1, "a key must be a text"),
        ("? {a: b}\n: c", 1, "a key must be a text"),
        ("a: 1\nb: \x00", 2, "U+0000"),
        ("\n\x00", 2, "U+0000"),
        ("a: \x07", 1, "U+0007"),
        ("a: \ud800", 1, "U+D800"),
        ("a: x\u2028y", 1, "U+2028"),
        ("%YAML 9.9\n--- a", 1, "no YAML"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text, line, part):
    with pytest.raises(SourceError) as caught:
        load_yaml(text, source="x.yaml", first_line=1)

    assert caught.value.line == line
    assert part in caught.value.reason
    assert str(caught.value).startswith(f"x.yaml, line {line}: ")


def test_a_line_counts_from_where_the_text_starts():
    with pytest.raises(SourceError) as caught:
        load_yaml("a: 1\na: 2", first_line=40)

    assert caught.value.line == 41
    assert caught.value.reason == "the key “a” was already given in line 40"


def test_errors_are_values_that_can_be_compared():
    assert SourceError(1, "a") == SourceError(1, "a")
    assert SourceError(1, "a") != SourceError(2, "a")
    assert SourceError(1, "a") != "a"
    assert len({SourceError(1, "a", "x"), SourceError(1, "a", "x"), SourceError(1, "a", "y")}) == 2
    assert isinstance(SourceError(1, "a"), ValueError)


def test_limits_are_named():
    with pytest.raises(SourceError, match=f"{SOURCE_LIMIT:,}"):
        load_yaml("x" * 1_000_000)
    with pytest.raises(SourceError, match=f"{NODE_LIMIT:,}"):
        load_yaml("[" + "a," * (NODE_LIMIT + 1) + "]")
    with pytest.raises(SourceError, match=str(DEPTH_LIMIT)):
        load_yaml("[" * (DEPTH_LIMIT + 1) + "]" * (DEPTH_LIMIT + 1))
    assert load_yaml("[" * DEPTH_LIMIT + "]" * DEPTH_LIMIT) is not None


def test_a_billion_laughs_end_before_the_first():
    laughs = "a: &a [lol, lol]\n" + "".join(
        f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )

    with at_most(0.5), pytest.raises(SourceError, match="anchor"):
        load_yaml(laughs)


@pytest.mark.parametrize(
    "piece",
    [
        "[", "{", "{a: ", "[a,", "- ", "? ", "a: ", "a:\n", "'", '"', "|\n", "  ", "\t", "#", "&a ", "*a ", "!", "!!str ",
        "---\n", "%", "[],", "a: [\n", "- a\n", "\n", "? a\n: b\n", "<<: ", "1_", "1:", '"\\x41', "9", ">\n a\n\n", "a: b\n",
    ],
)  # fmt: skip
def test_hostile_yaml_takes_less_than_two_seconds(piece):
    with at_most(2):
        try:
            load_yaml(piece * (100_000 // len(piece)))
        except SourceError as error:
            assert error.line >= 1


def plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="ab:-?[]{},#&*!|>'\"%@` \n\t~01.\x00\u2028é", max_size=60) | st.text())
def test_any_text_is_read_or_refused_with_a_line_of_it(text):
    try:
        value = load_yaml(text)
    except SourceError as error:
        assert 1 <= error.line <= text.count("\n") + text.count("\r") + 2
    else:
        assert load_yaml(text) == plain(value)


names = st.text(alphabet="abcdefgh", min_size=1, max_size=6)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(names, st.integers(0, 3)), min_size=1, max_size=12, unique_by=lambda pair: pair[0]))
def test_each_key_is_on_the_line_where_it_was_written(keys):
    lines: list[str] = []
    expected = {}
    for name, blank in keys:
        lines += [""] * blank
        expected[name] = len(lines) + 1
        lines.append(f"{name}: x")

    data = load_yaml("\n".join(lines))

    assert {name: node_line(data, name) for name in data} == expected
