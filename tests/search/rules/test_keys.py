"""Which ways of writing are one for the search."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.rules.asked import name_meant, read
from search.rules.keys import keys


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("risk", "risks"),
        ("negotiate", "negotiating"),
        ("organisation", "organization"),
        ("authorisation", "authorizations"),
        ("amortised", "amortization"),
        ("analyse", "analyzing"),
        ("colour", "colors"),
        ("centre", "center"),
        ("catalogue", "catalogs"),
        ("defence", "defense"),
        ("licence", "license"),
        ("cancelled", "canceled"),
        ("programme", "programs"),
        ("judgement", "judgment"),
        ("e-mail", "emails"),
        ("per cent", "percent"),
        ("SLAs", "SLA"),
        ("SLA’s", "sla"),
    ],
)
def test_inflection_and_both_spellings_of_english_have_one_key(one: str, other: str) -> None:
    assert keys(one, "en") == keys(other, "en")


@pytest.mark.parametrize(
    ("one", "other"), [("hour", "hor"), ("rise", "riz"), ("licence", "lice"), ("four", "for")]
)
def test_words_that_only_look_so_stay_apart(one: str, other: str) -> None:
    assert keys(one, "en") != keys(other, "en")


def test_another_language_keeps_its_spelling() -> None:
    assert keys("Organisation", "de") != keys("Organization", "de")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("lesson about backups", ["backups"]),
        ("What is a risk?", ["risk"]),
        ("What 99.9 % really buys", ["99", "9", "really", "buys"]),
        ("RTO & RPO", ["rto", "rpo"]),
        ("80 %", ["80"]),
        ("p and l", ["p", "l"]),
        ("Who are you", ["who", "are", "you"]),
        ("lesson", ["lesson"]),
        ("% & – *", []),
        ("", []),
    ],
)
def test_filler_words_and_symbols_are_not_looked_for_unless_there_is_nothing_else(
    typed: str, words: list[str]
) -> None:
    assert [term.word for term in read(typed, "en").terms] == words


@pytest.mark.parametrize(
    ("typed", "key"),
    [("roll back", "rollback"), ("on-prem", "prem"), ("slas", "sla"), ("zero day", "zeroday")],
)
def test_a_word_is_also_looked_for_as_one_with_its_neighbour_and_in_the_singular(
    typed: str, key: str
) -> None:
    assert key in read(typed, "en").keys


@settings(deadline=None)  # other work on the machine is no fault
@given(st.text(max_size=80), st.sampled_from(["en", "de", "tlh"]))
def test_anything_can_be_asked(typed: str, language: str) -> None:
    asked = read(typed, language)

    assert all(term.keys and all(term.keys) for term in asked.terms)
    assert bool(asked.terms) is bool(asked.roots)


def test_the_name_that_was_meant_is_the_one_as_typed_then_the_inflected_then_one_that_begins_so() -> None:
    names = ["the guarantees", "guarantee", "service contract"]

    assert name_meant(read("guarantee", "en"), names) == "guarantee"
    assert name_meant(read("service contracts", "en"), names) == "service contract"
    assert name_meant(read("contr", "en"), names) == "service contract"
    assert name_meant(read("warranty", "en"), names) == ""
