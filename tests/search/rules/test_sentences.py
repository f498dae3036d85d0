"""The sentence that is shown of a hit, and its marks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.rules.asked import read
from search.rules.sentences import LONGEST, best_passage, marked, sentence, sentences


def shown(text: str, typed: str) -> str:
    return "".join(
        f"[{piece.text}]" if piece.is_hit else piece.text for piece in sentence(text, read(typed, "en"))
    )


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("We count. Risks grow fast. A risk is a cost.", "risk", "[Risks] grow fast."),
        ("A risk is named. The risk has a budget.", "budgeted risks", "The [risk] has a [budget]."),
        ("It says 99.9 % of a month.", "99.9 %", "It says [99.9] % of a month."),
        ("Send an e-mail to IT.", "email", "Send an [e-mail] to IT."),
        ("The organisation pays.", "organization", "The [organisation] pays."),
        ("Then we roll back.", "rollback", "Then we roll back."),
        ("The budgeting round.", "budg", "The [budgeting] round."),
        ("Nothing here.", "risk", "Nothing here."),
    ],
)
def test_the_sentence_with_most_words_is_shown_with_its_words_marked(
    text: str, typed: str, expected: str
) -> None:
    assert shown(text, typed) == expected


def test_a_point_inside_a_sentence_ends_none() -> None:
    assert sentences("It is 99.9 % e.g. in IT. Then? “Yes.” No!") == [
        "It is 99.9 % e.g. in IT.",
        "Then?",
        "“Yes.",
        "No!",
    ]


def test_a_long_sentence_is_cut_around_its_first_hit() -> None:
    text = "word " * 100 + "risk " + "word " * 100

    said = shown(text, "risk")

    assert said.startswith("… ") and said.endswith(" …") and "[risk]" in said
    assert len(said) <= LONGEST + 8


@settings(deadline=None)  # other work on the machine is no fault
@given(st.text(max_size=200), st.text(max_size=30))
def test_the_pieces_of_a_text_are_the_text(text: str, typed: str) -> None:
    assert "".join(piece.text for piece in marked(text, read(typed, "en"))) == text


def test_the_passage_with_most_terms_is_chosen_the_first_of_equals() -> None:
    asked = read("risk budget", "en")

    assert best_passage({"risk": [0, 2, 3], "budget": [2, 3]}, asked) == 2
    assert best_passage({"risk": [4, 1]}, asked) == 1
    assert best_passage({}, asked) is None
