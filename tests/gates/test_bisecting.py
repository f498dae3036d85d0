"""Bisecting names every bad string, and asks little when all are good."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gates.bisecting import guilty


@given(good=st.integers(0, 40), bad=st.sets(st.integers(0, 40)))
def test_exactly_the_bad_strings_are_named_in_their_order(good, bad):
    strings = [f"{'bad' if number in bad else 'good'} {number}" for number in range(good)]

    named = guilty(strings, lambda some: not any(text.startswith("bad") for text in some))

    assert named == [text for text in strings if text.startswith("bad")]


def test_good_strings_are_asked_about_once():
    asked = []

    assert guilty(["a", "b", "c"], lambda some: asked.append(some) or True) == []
    assert asked == [["a", "b", "c"]]


def test_strings_that_are_bad_only_together_are_all_named():
    assert guilty(["open", "x", "close"], lambda some: not {"open", "close"} <= set(some)) == [
        "open",
        "x",
        "close",
    ]


@pytest.mark.parametrize("strings", [[], ["fine"]])
def test_nothing_wrong_names_nothing(strings):
    assert guilty(strings, lambda some: True) == []
