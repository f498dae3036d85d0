"""What somebody typed, as words: no symbol is left that a search would read as a command, and no word is lost."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gates.asked import INSIDE, MOST, plain_words

ROOT = Path(__file__).resolve().parents[2]
TITLES = sorted(
    re.search(r"^title: *(.+)$", lesson.read_text(), re.MULTILINE)[1].strip("'\"")
    for lesson in (ROOT / "content").glob("[BT][1-6]/0*.md")
)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", ""),
        ('"', ""),
        ('12"', "12"),
        ('service" level', "service level"),
        ('"service level"', "service level"),
        ("What 99.9 % really buys", "What 99.9 really buys"),
        ("RTO & RPO", "RTO RPO"),
        ("P&L", "P&L"),
        ("capex / opex", "capex opex"),
        ("cost – benefit", "cost benefit"),
        ("cost–benefit (early)", "cost–benefit early"),
        ("e-mail, don't", "e-mail don't"),
        ("budget + forecast", "budget forecast"),
        ("NEAR(a b", "NEAR a b"),
        ("title:risk* ^first", "title:risk first"),
        ("a\\b", "a b"),
        ("nul\x00byte", "nul byte"),
        ("soft\u00adhyphen", "softhyphen"),
        ("cafe\u0301!", "cafe\u0301"),
        ("\U0001f600 (*) [ ] -- ...", ""),
        ("ما\u200cشین", "ماشین"),
        (" one \n\t two ", "one two"),
    ],
)
def test_symbols_go_and_words_stay(typed: str, words: str) -> None:
    assert plain_words(typed) == words


def test_a_long_text_is_cut() -> None:
    assert plain_words("ab " * 5000) == " ".join(["ab"] * 67)


@given(st.text(max_size=MOST) | st.lists(st.sampled_from("a1é\"'().*-:^%\\ ")).map("".join))
def test_every_letter_and_figure_stays_in_its_order_and_words_begin_and_end_with_one(typed: str) -> None:
    words = plain_words(typed)

    assert [letter for letter in words if letter.isalnum()] == [
        letter for letter in typed[:MOST] if letter.isalnum()
    ]
    assert plain_words(words) == words
    for word in words.split(" ") if words else []:
        assert word[0].isalnum()
        assert word[-1] not in INSIDE
    assert not set(words) & set('"()[]{}*^\\\x00')


def test_of_every_lessons_title_its_words_are_left() -> None:
    assert len(TITLES) == 60
    for title in TITLES:
        assert re.findall(r"\w+", plain_words(title)) == re.findall(r"\w+", title)
        assert all(re.search(r"\w", word) for word in plain_words(title).split())
