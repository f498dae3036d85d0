"""How written words compare. Rules only, no database."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.rules.spelling import distance, mistakes_allowed, normalise, stem

WORDS = st.text(alphabet="abcdeáß -'’", max_size=12)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Change-Window", "change window"),
        ("change_window", "change window"),
        ("  Résumé ", "resume"),
        ("users’ side", "users side"),
        ("99.9 %", "99 9"),
        ("!!!", ""),
    ],
)
def test_spelling_case_accents_and_hyphens_do_not_matter(written: str, plain: str) -> None:
    assert normalise(written) == plain


@settings(deadline=None)  # other work on the machine is no fault
@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@settings(deadline=None)  # other work on the machine is no fault
@given(st.text(max_size=60))
def test_the_stem_does_not_depend_on_case_or_spaces(text: str) -> None:
    assert stem(f"  {normalise(text).upper()} ") == stem(normalise(text))


@pytest.mark.parametrize("plural", ["SLAs", "SLA's", "slas"])
def test_the_plural_of_an_abbreviation_in_capitals_is_known(plural: str) -> None:
    assert (stem(plural) == stem("SLA")) is (plural != "slas")


@pytest.mark.parametrize("inflected", ["incidents", "Incident", "incident's", "INCIDENTS"])
def test_inflected_forms_have_one_stem(inflected: str) -> None:
    assert stem(inflected) == stem("incident")


def test_a_language_without_stemmer_keeps_its_words() -> None:
    assert stem("Incidents", "tlh") == "incidents"


@settings(deadline=None)  # other work on the machine is no fault
@given(WORDS, WORDS)
def test_distance_is_symmetric_and_zero_only_for_the_same(first: str, second: str) -> None:
    assert distance(first, second) == distance(second, first)
    assert (distance(first, second) == 0) is (first == second)
    assert distance(first, second) <= max(len(first), len(second))


@pytest.mark.parametrize(
    ("first", "second", "mistakes"),
    [("latency", "latancy", 1), ("sla", "sal", 1), ("rto", "rpo", 1), ("", "ab", 2)],
)
def test_distance_counts_typing_mistakes_and_a_swap_is_one(first: str, second: str, mistakes: int) -> None:
    assert distance(first, second) == mistakes


@pytest.mark.parametrize(
    ("language", "inflected", "base"),
    [
        ("da", "tjenesterne", "tjeneste"),
        ("de", "störungen", "störung"),
        ("en", "services", "service"),
        ("es", "servicios", "servicio"),
        ("fi", "palvelussa", "palvelu"),
        ("fr", "garanties", "garantie"),
        ("it", "servizi", "servizio"),
        ("nb", "tjenestene", "tjeneste"),
        ("nl", "diensten", "dienst"),
        ("pt", "garantias", "garantia"),
        ("pt-BR", "garantias", "garantia"),
        ("de-at", "störungen", "störung"),
        ("sv", "tjänsterna", "tjänst"),
    ],
)
def test_every_language_of_ours_knows_its_inflections(language: str, inflected: str, base: str) -> None:
    assert stem(inflected, language) == stem(base, language) != normalise(inflected)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("don’t", "don't"),
        ("don't", "don't"),
        ("the users’ data", "the users data"),
        ("𝑨", "a"),
        ("İ", "i"),
        ("ﬁle", "file"),
        ("A—B", "a b"),
    ],
)
def test_a_typographic_apostrophe_and_odd_letters_are_read_as_plain_ones(written: str, plain: str) -> None:
    assert normalise(written) == plain


@pytest.mark.parametrize(
    ("plural", "singular"),
    [("SLAs", "SLA"), ("KPI’s", "KPI"), ("KPI's", "KPI"), ("P1s", "P1"), ("OKRs", "OKR")],
)
def test_the_plural_of_an_abbreviation_is_the_abbreviation(plural: str, singular: str) -> None:
    assert stem(plural) == stem(singular)


@pytest.mark.parametrize("word", ["As", "xSLAs", "slAs"])
def test_one_capital_or_part_of_a_word_is_no_abbreviation(word: str) -> None:
    assert stem(word, "xx") == word.lower()


@pytest.mark.parametrize(
    ("first", "second", "mistakes"),
    [
        ("", "", 0),
        ("", "abc", 3),
        ("abc", "", 3),
        ("ab", "ba", 1),
        ("abc", "ca", 3),
        ("abcd", "acbd", 1),
        ("kitten", "sitting", 3),
        ("latency", "latancy", 1),
        ("abab", "baba", 2),
        ("aaa", "a", 2),
        ("abbb", "b", 3),
    ],
)
def test_a_letter_more_less_other_or_swapped_is_one_mistake(first: str, second: str, mistakes: int) -> None:
    assert distance(first, second) == distance(second, first) == mistakes


def test_longer_words_may_have_more_mistakes() -> None:
    allowed = [mistakes_allowed("x" * letters) for letters in range(12)]

    assert allowed == [0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3]
