"""The look keeps its promises: contrast as computed, nothing inline, every icon and font in its place."""

import hashlib
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.template import engines

from bothways.templatetags import look
from quizzes.rules.showing import Mark
from quizzes.rules.verdicts import Verdict
from tests.house.look import PAGES, SITE, STATIC, TOKENS, read
from tests.house.source import name_of

COLOURS = {
    name: (light, dark)
    for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#?\w+), (#?\w+)\);", TOKENS)
}
PAIRS = re.findall(r"^ {3}([\w-]+) on ([\w-]+) +>= ([\d.]+) ", TOKENS, re.MULTILINE)


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
    assert len(PAIRS) >= 48
    assert len(COLOURS) >= 23


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"), PAIRS, ids=[f"{front} on {back}" for front, back, _ in PAIRS]
)
def test_a_listed_pair_can_be_read(front: str, back: str, least: str, theme: str) -> None:
    side = ("light", "dark").index(theme)

    ratio = contrast(COLOURS[front][side], COLOURS[back][side])

    assert ratio >= float(least)


@pytest.mark.parametrize("name", ["ink", "muted", "tech", "biz", "ok", "no", "warn"])
@pytest.mark.parametrize("ground", ["paper", "surface", "sunk"])
def test_every_ink_of_text_is_listed_on_every_paper(name: str, ground: str) -> None:
    assert (name, ground, "4.5") in PAIRS


def test_browsers_without_light_dark_get_the_light_values() -> None:
    fallback = TOKENS.split("@supports not (color: light-dark(red, red))")[1]

    assert dict(re.findall(r"--([\w-]+): (#?\w+);", fallback)) == {
        name: pair[0] for name, pair in COLOURS.items()
    }


# Icons, bars and words


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
    match = re.search(r'data-fit="(\d)"', look.headword(lemma, spine))

    assert (match[1] if match else "") == fit


@pytest.mark.parametrize(
    ("name", "code", "icon", "word"),
    [
        (Verdict.CORRECT, "ok", "check", "Correct"),
        (Verdict.NOT_QUITE, "no", "again", "Not quite"),
        (Verdict.NOT_SURE, "unsure", "half", "Not sure"),
    ],
)
def test_a_verdict_has_one_word_wherever_it_stands(name: Verdict, code: str, icon: str, word: str) -> None:
    assert look.verdict(name) == f"{look.icon(icon)}{word}"
    assert look.verdict_class(name) == code


def test_every_verdict_and_every_mark_has_a_look() -> None:
    assert set(look.VERDICTS) == set(Verdict)
    assert set(look.MARKS) == set(Mark) - {Mark.NOTHING}


def test_who_was_not_sure_has_a_status_without_colour() -> None:
    status = '<span class="status{}">{}{}</span>'

    assert look.verdict_status(Verdict.CORRECT) == status.format(" status--ok", look.icon("check"), "Correct")
    assert look.verdict_status(Verdict.NOT_SURE) == status.format("", look.icon("half"), "Not sure")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (Mark.NOTHING, ""),
        (Mark.RIGHT, "Correct answer"),
        (Mark.CHOSEN, "Your answer"),
        (Mark.CHOSEN_RIGHT, "Your answer, correct"),
        (Mark.CHOSEN_WRONG, "Your answer"),
    ],
)
def test_a_mark_says_whose_answer_it_is(name: Mark, words: str) -> None:
    assert re.sub(r"<[^>]*>", "", look.mark(name)) == words


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
    used |= {shape for _code, shape, _word in look.MARKS.values() if shape}
    used |= {shown.icon for shown in look.VERDICTS.values()}
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


# Titles


def test_a_title_is_not_parted_at_a_hyphen_or_before_a_unit() -> None:
    assert look.heading("Accruals & the month-end e-mail at 99.9 %") == (
        'Accruals &amp; the <span class="nowrap">month-end</span> <span class="nowrap">e-mail</span>'
        " at 99.9\N{NO-BREAK SPACE}%"
    )
    assert look.heading("a-word-that-is-as-long-as-this") == "a-word-that-is-as-long-as-this"


def test_a_description_is_one_line_of_text_and_nothing_where_there_is_none() -> None:
    assert (
        look.description(' Count\n "hours" ') == '<meta name="description" content="Count &quot;hours&quot;">'
    )
    assert look.description("") == ""


def test_every_icon_takes_the_colour_of_the_text_beside_it() -> None:
    """A shape that names no colour would be black, on black, too."""
    colours = {"none", "currentColor"}
    for symbol in ElementTree.fromstring(read("icons.svg")):
        name = symbol.get("id")
        assert {symbol.get("fill"), symbol.get("stroke")} <= colours, name
        for shape in symbol.iter():
            assert (
                not shape.tag.endswith("style") and not {"style", "class", "opacity"} & shape.attrib.keys()
            ), name
            assert {shape.get(paint, "none") for paint in ("fill", "stroke", "color")} <= colours, name
