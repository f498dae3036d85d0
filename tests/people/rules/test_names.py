"""How names are found and put in order, in every script and database. Without a database."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.rules.names import find_key, folded, sort_key, spellings


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Öztürk", "ozturk"), ("Straße", "strasse"), ("Łukasz Żak", "lukasz zak"), ("Søren Æbelø", "soren aebelo"),
        ("Ελένη", "ελενη"), ("田辺", "田辺"), ("Jo\u0308rg", "jorg"), ("  Ada \u00a0 Weiss ", "ada weiss"), ("İpek", "ipek"),
        ("Йосип", "иосип"), ("", ""),
    ],
)  # fmt: skip
def test_a_name_without_its_accents(written: str, plain: str) -> None:
    assert folded(written) == plain


def test_names_stand_in_the_order_of_their_letters_whatever_their_accents() -> None:
    names = [
        "Zoë",
        "田辺",
        "Öz",
        "Oz",
        "Ελένη",
        "adam",
        "Ida",
        "Ágnes",
        "Łukasz",
        "Lund",
        "Anna-Lena",
        "Anna Maria",
        "Йосип",
    ]

    assert sorted(names, key=sort_key) == [
        "adam", "Ágnes", "Anna Maria", "Anna-Lena", "Ida", "Łukasz", "Lund", "Öz", "Oz", "Zoë", "Ελένη", "Йосип", "田辺",
    ]  # fmt: skip


@given(st.text(max_size=60))
def test_a_key_has_only_signs_that_every_collation_puts_in_the_same_order(name: str) -> None:
    key = sort_key(name)

    assert set(key) <= set(string.hexdigits.lower())
    assert len(key) <= 400


@given(st.text(max_size=150) | st.just("\ufdfa" * 150), st.text(max_size=40), st.emails())
def test_a_key_fits_its_column(name: str, number: str, email: str) -> None:
    assert len(sort_key(name)) <= 400
    assert len(find_key(name, number, email)) <= 900


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("muller", "Jörg Müller"),
        ("mueller", "Jörg Müller"),
        ("müller", "Jörg Mueller"),
        ("JOERG", "Jo\u0308rg Müller"),
    ],
)
def test_umlauts_are_found_however_they_are_typed(typed: str, name: str) -> None:
    assert any(spelling in find_key(name, "", "") for spelling in spellings(typed))
