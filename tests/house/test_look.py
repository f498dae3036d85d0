"""The look keeps its promises: contrast as computed, one place for colours, nothing inline, every file joined."""

import gzip
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
import tinycss2
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.template import engines

from bothways.staticfiles import (
    SCRIPTS,
    STYLES,
    JoinedManifestStorage,
    join_css,
    join_js,
    squeeze_css,
    squeeze_js,
)
from bothways.templatetags import look
from tests.house import style_guards
from tests.house.source import ROOT, name_of, style_sheets, templates, text_of

SITE = ROOT / "site" / "bothways"
STATIC = SITE / "static"
CSS = STATIC / "css"
TOKENS = (CSS / "tokens.css").read_text()
SOURCES = sorted(CSS.rglob("*.css"))
PAGES = [path for path in templates() if path.suffix == ".html"]

COLOURS = {
    name: (light, dark)
    for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#?\w+), (#?\w+)\);", TOKENS)
}
PAIRS = re.findall(r"^ {3}([\w-]+) on ([\w-]+) +>= ([\d.]+) ", TOKENS, re.MULTILINE)


def read(name: str) -> str:
    return (STATIC / name).read_text()


def luminance(colour: str) -> float:
    """Relative luminance. Source: WCAG 2.2, definition of relative luminance."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Source: WCAG 2.2, definition of contrast ratio."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


# Contrast


def test_the_formula_gives_what_the_standard_says() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


def test_the_list_of_pairs_is_not_empty_by_accident() -> None:
    assert len(PAIRS) >= 60
    assert len(COLOURS) >= 35


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"), PAIRS, ids=[f"{front} on {back}" for front, back, _ in PAIRS]
)
def test_a_listed_pair_can_be_read(front: str, back: str, least: str, theme: str) -> None:
    side = ("light", "dark").index(theme)

    found = contrast(COLOURS[front][side], COLOURS[back][side])

    assert found >= float(least)


@pytest.mark.parametrize("name", ["ink", "muted", "tech", "biz", "ok", "no", "warn"])
@pytest.mark.parametrize("ground", ["paper", "surface", "sunk"])
def test_every_ink_of_text_is_listed_on_every_paper(name: str, ground: str) -> None:
    assert (name, ground, "4.5") in PAIRS


def test_browsers_without_light_dark_get_the_light_values() -> None:
    fallback = TOKENS.split("@supports not (color: light-dark(red, red))")[1]

    assert dict(re.findall(r"--([\w-]+): (#?\w+);", fallback)) == {
        name: pair[0] for name, pair in COLOURS.items()
    }


# Style sheets


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


# Joining


def test_every_style_sheet_is_joined_exactly_once() -> None:
    joined = [part for name in STYLES for part in join_css(name, read)[1]]

    assert sorted(joined) == sorted(
        str(path.relative_to(STATIC)) for path in SOURCES if f"css/{path.name}" not in STYLES
    )


def test_every_module_is_joined() -> None:
    joined = [part for name in SCRIPTS for part in join_js(name, read)[1]]

    assert sorted(joined) == sorted(
        f"js/{path.name}" for path in (STATIC / "js").glob("*.js") if f"js/{path.name}" not in SCRIPTS
    )


def test_joined_modules_stand_after_what_they_need() -> None:
    _text, parts = join_js("js/site.js", read)

    assert parts.index("js/outbox.js") < parts.index("js/check-form.js")


def test_the_joined_script_has_no_import_left() -> None:
    text, _parts = join_js("js/site.js", read)

    assert not re.search(r"^(?:import|export) ", text, re.MULTILINE)
    assert "class CheckForm" in text


def test_two_modules_with_the_same_name_are_refused() -> None:
    files = {
        "js/site.js": 'import "./one.js";\nimport "./two.js";\n',
        "js/one.js": "const same = 1;\n",
        "js/two.js": "const same = 2;\n",
    }

    with pytest.raises(ImproperlyConfigured, match="same"):
        join_js("js/site.js", files.__getitem__)


def test_a_bundle_holds_only_imports() -> None:
    files = {"css/site.css": "@layer base;\np { margin: 0; }"}

    with pytest.raises(ImproperlyConfigured, match="only"):
        join_css("css/site.css", files.__getitem__)


def test_a_part_in_a_folder_may_not_point_at_files() -> None:
    files = {
        "css/site.css": '@import url("components/a.css") layer(components);',
        "css/components/a.css": 'p { background: url("x.png"); }',
    }

    with pytest.raises(ImproperlyConfigured, match="url"):
        join_css("css/site.css", files.__getitem__)


def test_squeezing_keeps_the_meaning_of_white_space() -> None:
    text = """
    /* a "comment" */
    p :is(a, b) > c { content: "a  ;  b" ; margin: calc(1px + 2px) -1px; }
    @media (min-width: 1px) and (color) { q:hover { color: red; } }
    """

    assert squeeze_css(text) == (
        'p :is(a,b) > c{content:"a  ;  b";margin:calc(1px + 2px) -1px}'
        "@media (min-width:1px) and (color){q:hover{color:red}}"
    )


@pytest.mark.parametrize("name", STYLES)
def test_squeezed_styles_say_the_same(name: str) -> None:
    """Rule by rule the joined text has the selectors and declarations of its parts."""

    def facts(text: str) -> list[str]:
        found: list[str] = []

        def walk(rules: Any) -> None:
            for rule in rules:
                if rule.type == "declaration":
                    found.append(rule.lower_name + re.sub(r"\s+", "", tinycss2.serialize(rule.value)).lower())
                elif rule.type in {"qualified-rule", "at-rule"}:
                    found.append(re.sub(r"\s*([,:;])\s*", r"\1", tinycss2.serialize(rule.prelude).strip()))
                    if rule.content is not None:
                        walk(
                            tinycss2.parse_blocks_contents(
                                rule.content, skip_comments=True, skip_whitespace=True
                            )
                        )

        walk(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True))
        return [re.sub(r"\s+", " ", fact) for fact in found]

    text, parts = join_css(name, read)
    squeezed = re.sub(r"#([0-9a-f])([0-9a-f])([0-9a-f])\b", r"#\1\1\2\2\3\3", text)
    layers = {"reset", "tokens", "base", "layout", "components", "reset,tokens,base,layout,components"}
    want = [
        re.sub(r"#([0-9a-f])([0-9a-f])([0-9a-f])\b", r"#\1\1\2\2\3\3", fact)
        for part in parts
        for fact in facts(read(part))
    ]

    assert [fact for fact in facts(squeezed) if fact not in layers] == want


@pytest.mark.parametrize("path", sorted((STATIC / "js").glob("*.js")), ids=lambda path: path.name)
def test_a_module_is_short_and_can_be_squeezed(path: Path) -> None:
    text = path.read_text()

    assert len(text.splitlines()) < 100
    assert all(line.count("`") % 2 == 0 for line in text.splitlines()), "a template over several lines"
    assert "innerHTML" not in text
    assert squeeze_js(text)


def test_the_first_lesson_stays_small() -> None:
    def packed(text: str) -> int:
        return len(gzip.compress(text.encode(), 9))

    assert packed(join_css("css/site.css", read)[0]) <= 10_000
    assert packed(join_js("js/site.js", read)[0]) <= 4_200
    assert packed(read("icons.svg")) <= 2_000


@pytest.fixture
def collected(tmp_path: Path, settings: Any) -> JoinedManifestStorage:
    """Our own static files, copied and post-processed as collectstatic does it."""
    settings.DEBUG = False
    storage = JoinedManifestStorage(location=tmp_path, base_url="/static/")
    source = FileSystemStorage(location=STATIC)
    names = [str(path.relative_to(STATIC)) for path in STATIC.rglob("*") if path.is_file()] + [
        "fonts/unused.woff2"
    ]
    for name in names[:-1]:
        with source.open(name) as file:
            storage._save(name, file)
    storage._save("fonts/unused.woff2", ContentFile(b"nobody asks for me"))
    failed = [
        done
        for _name, _hashed, done in storage.post_process({name: (source, name) for name in names})
        if not done
    ]
    assert failed == []
    return storage


def test_collecting_leaves_one_file_of_each_kind_and_no_parts(collected: JoinedManifestStorage) -> None:
    names = {
        str(path.relative_to(collected.location))
        for path in Path(collected.location).rglob("*")
        if path.is_file()
    }

    assert {name for name in names if re.fullmatch(r"(?:css|js)/[a-z-]+\.(?:css|js)", name)} == {
        *STYLES,
        *SCRIPTS,
    }
    assert not any("components/" in name or "unused" in name for name in names)


def test_collected_styles_point_at_hashed_fonts(collected: JoinedManifestStorage) -> None:
    name = collected.stored_name("css/site.css")

    text = (Path(collected.location) / name).read_text()

    assert re.search(r"\.\./fonts/brygada-1918-latin-wght-normal\.[0-9a-f]{12}\.woff2", text)
    assert "@import" not in text
    assert (Path(collected.location) / f"{name}.gz").exists()


def test_the_address_of_the_sprite_lasts(collected: JoinedManifestStorage) -> None:
    """What publishing wrote into a lesson must still be there after the next release."""
    assert re.fullmatch(r"/static/icons\.svg\?v=[0-9a-f]{12}", collected.url("icons.svg"))
    assert (Path(collected.location) / "icons.svg").exists()


def test_lessons_and_pages_ask_for_the_same_sprite(collected: JoinedManifestStorage) -> None:
    """The tag knows no manifest: content is published before the first collectstatic."""
    assert look.sprite() == collected.url("icons.svg")
    assert f'href="{look.sprite()}#i-check"' in look.icon("check")


def test_only_arrows_turn_round_from_right_to_left() -> None:
    assert "icon--dir" in look.icon("forward")
    assert "icon--dir" not in look.icon("check")


def test_a_bar_shows_the_few_that_are_overdue_and_never_grows_too_long() -> None:
    def widths(*people: int) -> list[int]:
        return [int(width) for width in re.findall(r'data-v="(\d+)"', look.bar(*people))]

    assert widths(996, 2, 2, 1000) == [98, 1, 1]
    assert widths(500, 1, 0, 1000) == [50, 1]
    assert widths(997, 0, 1, 1000) == [98, 1]
    assert widths(0, 0, 0, 0) == []
    assert widths(7, 0, 0, 7) == [100]


@pytest.mark.parametrize(
    ("lemma", "spine", "fit"),
    [
        ("availability", "avail|ability", ""),
        ("segregation of duties", "", "3"),
        ("Datenschutzgrundverordnung", "", "4"),
    ],
)
def test_a_long_word_is_set_smaller(lemma: str, spine: str, fit: str) -> None:
    found = re.search(r'data-fit="(\d)"', look.headword(lemma, spine))

    assert (found[1] if found else "") == fit


# Templates


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_template_has_nothing_inline(path: Path) -> None:
    text = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", path.read_text(), flags=re.DOTALL)

    assert not re.search(r"<[^>]*\sstyle=", text), "style attribute"
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\ssrc=)", text), "inline script"
    assert not re.search(r"<[^>]*\son[a-z]+=", text), "event attribute"
    assert not re.search(r"#[0-9a-fA-F]{6}\b", text), "raw colour"


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_template_can_be_read_by_the_engine(path: Path) -> None:
    engines["django"].from_string(path.read_text())


def test_every_component_says_what_it_takes() -> None:
    silent = [
        path.name
        for path in sorted((SITE / "templates" / "components").glob("*.html"))
        if "{% comment %}" not in path.read_text() and path.name != "nav-items.html"
    ]

    assert silent == []


# Files


def symbols() -> set[str]:
    return set(re.findall(r'<symbol [^>]*id="i-([\w-]+)"', read("icons.svg")))


def test_every_icon_that_is_used_exists() -> None:
    used = {
        name
        for path in [*PAGES, SITE / "templatetags" / "look.py"]
        for name in re.findall(r'{% icon "([\w-]+)"|icon\("([\w-]+)"|#i-([\w-]+)', path.read_text())
        for name in name
        if name
    }
    used |= {shape for _code, shape, _word in look.SIDES.values()}
    used |= {shape for _code, shape, _word in look.STATUSES.values()}
    used |= look.MIRRORED

    assert used - symbols() == set()
    assert {"check", "circle", "square"} <= used


def test_no_symbol_was_ever_taken_away() -> None:
    """Published lesson bodies name them. Add to this list, never take from it."""
    assert symbols() >= {
        "square",
        "circle",
        "to",
        "search",
        "menu",
        "person",
        "check",
        "again",
        "clock",
        "half",
        "open",
        "alert",
        "flag",
        "forward",
        "back",
        "chevron",
        "download",
        "calendar",
        "place",
        "quiz",
        "people",
        "edit",
        "link",
        "plus",
        "print",
        "mk1",
        "mk2",
        "mk3",
        "mk4",
        "mk5",
        "note",
        "tip",
        "away",
    }


def test_the_fonts_are_the_ones_we_took() -> None:
    lines = read("fonts/CHECKSUMS.sha256").split("\n")
    listed = dict(reversed(line.split("  ")) for line in lines if line)

    assert {path.name for path in (STATIC / "fonts").glob("*.woff2")} <= set(listed)
    for name, digest in listed.items():
        assert hashlib.sha256((STATIC / "fonts" / name).read_bytes()).hexdigest() == digest


def test_every_font_is_used() -> None:
    assert {path.name for path in (STATIC / "fonts").glob("*.woff2")} == set(
        re.findall(r"fonts/([\w-]+\.woff2)", TOKENS)
    )
