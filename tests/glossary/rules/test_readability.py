"""A reading grade is a rough figure; it must not be rough where the text is plain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glossary.rules.readability import reading_grade, syllables


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("cat", 1),
        ("late", 1),
        ("whole", 1),
        ("roles", 1),
        ("called", 1),
        ("table", 2),
        ("tables", 2),
        ("needed", 2),
        ("changes", 2),
        ("people", 2),
        ("idea", 3),
        ("services", 3),
        ("create", 2),
        ("technician", 3),
        ("reliable", 4),
        ("availability", 6),
        ("isn’t", 1),
        ("SLA", 3),
        ("a", 1),
    ],
)
def test_syllables_are_counted_as_they_are_said(word, count):
    assert syllables(word) == count


def test_short_words_in_short_sentences_are_for_everybody():
    assert reading_grade("The cat sat on the mat. It was warm. It slept.") < 2


def test_long_words_in_one_long_sentence_are_not():
    text = "Organisational interoperability necessitates comprehensive documentation of responsibilities"

    assert reading_grade(text + ", dependencies and configuration parameters.") > 20


def test_a_list_is_read_item_by_item():
    items = "- bring the invoice to the office\n- wait for the stamp\n- take it home again\n"

    assert reading_grade("You have three things to do:\n\n" + items) < reading_grade(items.replace("\n", " "))


def test_a_decimal_point_ends_no_sentence():
    assert reading_grade("It was 99.5 per cent of the month") == reading_grade(
        "It was 99 per cent of the month"
    )


def test_words_that_are_explained_elsewhere_do_not_make_a_text_hard():
    text = "Ask for the availability of the system before you sign."

    assert reading_grade(text, known=frozenset({"availability"})) < reading_grade(text)


@pytest.mark.parametrize("text", ["", "  ", "99.5 %", "…"])
def test_without_words_there_is_no_grade(text):
    assert reading_grade(text) == 0


@given(st.text(max_size=300))
def test_every_text_has_a_grade(text):
    assert isinstance(reading_grade(text), float)
