"""Style sheets and scripts are joined, squeezed and collected, and stay small."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
import tinycss2
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

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
from tests.house.look import SOURCES, STATIC, read

ADMIN = "css/admin.css"


def test_every_style_sheet_is_joined_exactly_once() -> None:
    """Wagtail's admin is no page of ours and has the tokens once more, in a sheet of its own."""
    joined = [part for name in STYLES if name != ADMIN for part in join_css(name, read)[1]]

    assert join_css(ADMIN, read)[1] == ["css/tokens.css"]
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
        facts: list[str] = []

        def walk(rules: Any) -> None:
            for rule in rules:
                if rule.type == "declaration":
                    facts.append(rule.lower_name + re.sub(r"\s+", "", tinycss2.serialize(rule.value)).lower())
                elif rule.type in {"qualified-rule", "at-rule"}:
                    facts.append(re.sub(r"\s*([,:;])\s*", r"\1", tinycss2.serialize(rule.prelude).strip()))
                    if rule.content is not None:
                        walk(
                            tinycss2.parse_blocks_contents(
                                rule.content, skip_comments=True, skip_whitespace=True
                            )
                        )

        walk(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True))
        return [re.sub(r"\s+", " ", fact) for fact in facts]

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
    assert packed(join_js("js/site.js", read)[0]) <= 5_000
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
