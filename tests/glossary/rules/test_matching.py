"""How words are found in a text. Rules only, no database."""

from hypothesis import given, settings
from hypothesis import strategies as st

from glossary.rules.matching import Vocabulary


def vocabulary() -> Vocabulary[str]:
    words: Vocabulary[str] = Vocabulary()
    for lemma in ("service", "service level agreement", "change", "change window", "recovery"):
        words.add(lemma, [lemma])
    words.add("recover", ["recover"])
    return words


def test_the_exact_spelling_wins_over_the_stem() -> None:
    assert vocabulary().lookup("Recovery") == "recovery"
    assert vocabulary().lookup("recover") == "recover"


def test_two_words_with_one_stem_are_not_guessed() -> None:
    words: Vocabulary[str] = Vocabulary()
    words.add("operation", ["operation"])
    words.add("operator", ["operator"])

    assert words.lookup("operators") is None
    assert words.lookup("operator") == "operator"


def test_the_longest_word_is_found_first_and_places_never_overlap() -> None:
    text = "Service-level agreements name change windows. Change, window and service."

    occurrences = [(text[start:end], key) for start, end, key in vocabulary().occurrences(text)]

    assert occurrences == [
        ("Service-level agreements", "service level agreement"),
        ("change windows", "change window"),
        ("Change", "change"),
        ("service", "service"),
    ]


@settings(deadline=None)  # other work on the machine is no fault
@given(st.text(alphabet="abc service level agreement,.-", max_size=80))
def test_occurrences_stand_in_order_inside_the_text(text: str) -> None:
    last = 0
    for start, end, _key in vocabulary().occurrences(text):
        assert last <= start < end <= len(text)
        last = end
