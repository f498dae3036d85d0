"""How near is near enough: what a word may look like and still be found, by examples."""

import pytest

from glossary.rules.matching import (
    Hit,
    Rank,
    Searchable,
    Vocabulary,
    distance,
    find,
    mistakes_allowed,
    normalise,
    stem,
    suggestions,
)


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


@pytest.mark.parametrize(
    ("typed", "candidates", "meant"),
    [
        ("latancy", ["latency"], ["latency"]),
        ("sla", ["slo"], ["slo"]),  # three letters may have one mistake
        ("it", ["ot"], []),  # two may have none
        ("ab", ["abc"], []),
        ("abc", ["abcde"], []),
        ("Latency", ["latency"], []),
        ("", ["a"], []),
        ("serve", ["nerve", "server"], ["server", "nerve"]),  # the first letter is seldom wrong
        ("serve", ["serves", "server"], ["server", "serves"]),  # else by the alphabet
        (
            "change",
            ["changers", "changed", "chance"],
            ["chance", "changed", "changers"],
        ),  # the nearer ones first
        ("change", ["changed", "changed"], ["changed"]),
    ],
)
def test_suggestions_are_what_may_have_been_meant_the_nearest_first(
    typed: str, candidates: list[str], meant: list[str]
) -> None:
    assert suggestions(typed, candidates) == meant


def test_three_suggestions_are_enough_unless_somebody_asks_otherwise() -> None:
    near = ["changea", "changeb", "changec", "changed"]

    assert suggestions("change", near) == near[:3]
    assert suggestions("change", near, limit=1) == near[:1]


WINDOW = Searchable("change window", ("maintenance slot", "hole"), ("When systems may go down.",))


@pytest.mark.parametrize(
    ("query", "hit"),
    [
        ("c", None),
        ("m", None),
        ("ch", Hit(Rank.BEGINNING)),
        ("win", Hit(Rank.BEGINNING)),
        ("indow", None),
        ("ma", Hit(Rank.BEGINNING_OF_OTHER_NAME, "maintenance slot")),
        ("holes", Hit(Rank.OTHER_NAME_INFLECTED, "hole")),
        ("hole", Hit(Rank.OTHER_NAME, "hole")),
        ("go", None),
        ("may", Hit(Rank.MEANING)),
        ("when go", Hit(Rank.MEANING)),
        ("window down", Hit(Rank.MEANING)),
        ("when never", None),
    ],
)
def test_one_letter_finds_nothing_and_two_find_a_beginning(query: str, hit: Hit | None) -> None:
    assert list(find(query, [WINDOW])) == [hit]


def test_words_are_found_in_their_own_language() -> None:
    disturbances = [Searchable("Störung", language=language) for language in ("de", "fr")]
    assert list(find("störungen", disturbances)) == [Hit(Rank.WORD_INFLECTED), None]

    words: Vocabulary[str] = Vocabulary(language="de")
    words.add("s", ["Störung", "", "—"])
    assert words.lookup("Störungen") == "s"
    assert words.lookup("—") is None


def test_the_best_place_counts_above_others() -> None:
    assert list(Rank) == [
        Rank.WORD, Rank.OTHER_NAME, Rank.WORD_INFLECTED, Rank.OTHER_NAME_INFLECTED, Rank.BEGINNING,
        Rank.BEGINNING_OF_OTHER_NAME, Rank.MEANING,
    ]  # fmt: skip
    assert [rank.value for rank in Rank] == sorted(rank.value for rank in Rank)


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
