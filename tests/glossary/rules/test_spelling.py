"""How near is near enough: what a word may look like and still be found, by examples."""

import pytest

from glossary.rules.matching import Vocabulary


def test_words_are_found_in_their_own_language() -> None:
    words: Vocabulary[str] = Vocabulary(language="de")
    words.add("s", ["Störung", "", "—"])
    assert words.lookup("Störungen") == "s"
    assert words.lookup("—") is None


def vocabulary() -> Vocabulary[str]:
    words: Vocabulary[str] = Vocabulary()
    words.add("change", ["change"])
    words.add("change window", ["change window", "slot"])
    words.add("point of no return", ["point of no return"])
    return words


@pytest.mark.parametrize(
    "text",
    [
        "change  window",
        "change -window",
        "change--window",
        "change\nwindow",
        "change‑window",
        "change_window",
    ],
)
def test_any_spaces_and_hyphens_between_its_words_make_a_phrase(text: str) -> None:
    assert vocabulary().occurrences(f"A {text}!") == [(2, 2 + len(text), "change window")]


@pytest.mark.parametrize("text", ["change. window", "change, window", "change/window", "change (window)"])
def test_other_signs_between_its_words_make_none(text: str) -> None:
    assert vocabulary().occurrences(text) == [(0, 6, "change")]


def test_a_phrase_of_many_words_is_found_at_the_very_end() -> None:
    text = "Slot: the point of no return"

    assert vocabulary().occurrences(text) == [(0, 4, "change window"), (10, 28, "point of no return")]
    assert Vocabulary[str]().occurrences(text) == []


def test_a_name_of_two_words_of_the_glossary_is_not_guessed() -> None:
    words: Vocabulary[str] = Vocabulary()
    words.add("one", ["agent"])
    words.add("other", ["agent"])

    assert words.lookup("agent") is None
    assert words.lookup("agents") is None
