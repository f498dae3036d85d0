"""Words that are nearly spelled like what was typed."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from search.rules.near import asked_pieces, is_kept, nearest, pieces
from search.rules.spelling import distance, mistakes_allowed

WORDS = st.text(alphabet="abcdefgh", min_size=5, max_size=14)


def share(typed: str, word: str) -> bool:
    return bool(set(asked_pieces(typed, "en")) & set(pieces(word, "en")))


@settings(deadline=None)  # other work on the machine is no fault
@given(WORDS, st.data())
def test_any_one_mistake_is_found(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcxyz"))
    ways = [word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :]]
    ways.append(word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :])
    typed = data.draw(st.sampled_from(ways))
    assume(typed != word)
    assume(mistakes_allowed(typed) and distance(typed, word) <= mistakes_allowed(typed))

    assert share(typed, word)
    assert nearest(typed, [word]) == [word]


@settings(deadline=None)  # other work on the machine is no fault
@given(st.text(alphabet="abcdefgh", min_size=6, max_size=14), st.data())
def test_so_are_two_changed_letters_of_a_longer_word(word: str, data: st.DataObject) -> None:
    letters = list(word)
    for at in data.draw(st.lists(st.integers(0, len(word) - 1), min_size=2, max_size=2)):
        letters[at] = "x"
    typed = "".join(letters)

    assert share(typed, word)
    assert nearest(typed, [word]) == [word]


@pytest.mark.parametrize(
    ("typed", "words", "expected"),
    [
        ("provison", ["provision", "provisions", "prison"], ["provision"]),
        ("latancy", ["latency", "tenancy"], ["latency"]),
        ("avialability", ["liability", "availability", "uptime"], ["availability"]),
        ("chnge", ["charge", "change"], ["change"]),
        ("abcde", ["abcxx"], []),
        ("abcdefghi", ["abcdefxxx"], []),
        ("budget", ["budget"], []),
    ],
)
def test_only_the_nearest_are_meant(typed: str, words: list[str], expected: list[str]) -> None:
    assert nearest(typed, words) == expected


@pytest.mark.parametrize("word", ["sla", "99", "b2b4", "x" * 25])
def test_short_words_and_numbers_are_never_corrected(word: str) -> None:
    assert not is_kept(word)
    assert asked_pieces(word, "en") == []
