"""Style sheets: colours from the tokens, logical properties, nothing that shouts, every variable defined."""

import re
from pathlib import Path

import pytest
import tinycss2

from tests.house import style_guards
from tests.house.look import SOURCES
from tests.house.source import name_of, style_sheets, text_of


@pytest.mark.parametrize("path", style_sheets(), ids=name_of)
def test_a_style_sheet_parses(path: Path) -> None:
    rules = tinycss2.parse_stylesheet(path.read_text(), skip_comments=True, skip_whitespace=True)

    assert [rule.message for rule in rules if rule.type == "error"] == []


def declarations(path: Path) -> list[tuple[str, str]]:
    """Every property with its value, also inside @media and @supports."""
    return [(rule.name, tinycss2.serialize(rule.value)) for rule in style_guards.declarations(text_of(path))]


PHYSICAL = re.compile(
    r"^(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)(?:-.+)?"
    r"|left|right|top|bottom|(?:min-|max-)?(?:width|height)"
    r"|border-(?:top|bottom)-(?:left|right)-radius)$"
)


@pytest.mark.parametrize("path", style_sheets(), ids=name_of)
def test_colours_come_from_the_tokens(path: Path) -> None:
    faults = style_guards.raw_colours(name_of(path), text_of(path))

    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("path", style_sheets(), ids=name_of)
def test_no_rule_shouts(path: Path) -> None:
    faults = style_guards.shouts(name_of(path), text_of(path))

    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("path", style_sheets(), ids=name_of)
def test_a_declaration_has_its_own_line(path: Path) -> None:
    faults = style_guards.shares_a_line(name_of(path), text_of(path))

    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("path", style_sheets(), ids=name_of)
def test_properties_are_logical(path: Path) -> None:
    physical = [name for name, _value in declarations(path) if PHYSICAL.match(name)]
    physical += [value for _name, value in declarations(path) if value.strip() in {"left", "right"}]

    assert physical == []


@pytest.mark.parametrize("path", style_sheets(), ids=name_of)
def test_no_rule_names_an_id(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)

    assert re.findall(r"^\s*[^@{}\n]*#[a-z][\w-]*[^;{}]*\{", text, re.MULTILINE) == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_every_variable_that_is_used_exists(path: Path) -> None:
    defined = {name for source in SOURCES for name, _value in declarations(source) if name.startswith("--")}
    used = {name for _property, value in declarations(path) for name in re.findall(r"var\((--[\w-]+)", value)}

    assert used - defined == set()


def test_every_token_is_used() -> None:
    tokens = next(source for source in SOURCES if source.name == "tokens.css")
    defined = {name for name, _value in declarations(tokens) if name.startswith("--")}
    everywhere = "\n".join(path.read_text() for path in style_sheets())

    assert {
        name for name in defined if f"var({name})" not in everywhere and f"var({name}," not in everywhere
    } == set()
