"""How words are found. Rules only, no database."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glossary.rules.matching import (
    Hit,
    Rank,
    Searchable,
    Vocabulary,
    distance,
    find,
    normalise,
    stem,
    suggestions,
)

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


@settings(deadline=None)  # other work on the machine is no fault
@given(WORDS, st.lists(WORDS, max_size=8))
def test_suggestions_are_near_and_never_what_was_typed(typed: str, candidates: list[str]) -> None:
    suggested = suggestions(typed, candidates)

    assert len(suggested) <= 3
    assert set(suggested) <= set(candidates)
    for candidate in suggested:
        assert 0 < distance(normalise(typed), normalise(candidate)) <= 3


@pytest.mark.parametrize(
    ("typed", "suggested", "too_far"),
    [
        ("ab", None, "ac"),
        ("abc", "abx", "axx"),
        ("abcde", "abcdx", "abcxx"),
        ("abcdef", "abcdxx", "abcxxx"),
        ("abcdefghi", "abcdefgxx", "abcdefxxx"),
        ("abcdefghij", "abcdefgxxx", "abcdefxxxx"),
    ],
)
def test_a_longer_word_may_have_more_mistakes(typed: str, suggested: str | None, too_far: str) -> None:
    candidates = [name for name in (suggested, too_far) if name]

    assert suggestions(typed, candidates) == candidates[:-1]


def test_the_nearest_suggestion_comes_first() -> None:
    assert suggestions("avialability", ["liability", "availability", "uptime"]) == ["availability"]
    assert suggestions("chnge", ["charge", "change"])[0] == "change"


SLA = Searchable("SLA", names=("service level agreement", "the guarantee"), texts=("A contract clause.",))


@pytest.mark.parametrize(
    ("query", "hit"),
    [
        ("sla", Hit(Rank.WORD)),
        ("Service-Level Agreement", Hit(Rank.OTHER_NAME, "service level agreement")),
        ("SLAs", Hit(Rank.WORD_INFLECTED)),
        ("guarantees", None),
        ("the guarantees", Hit(Rank.OTHER_NAME_INFLECTED, "the guarantee")),
        ("sl", Hit(Rank.BEGINNING)),
        ("level", Hit(Rank.BEGINNING_OF_OTHER_NAME, "service level agreement")),
        ("contracts", Hit(Rank.MEANING)),
        ("of", None),
        ("  ", None),
        ("contract lawyer", None),
    ],
)
def test_a_search_finds_a_word_by_name_other_name_inflection_beginning_and_meaning(
    query: str, hit: Hit | None
) -> None:
    assert list(find(query, [SLA])) == [hit]


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
