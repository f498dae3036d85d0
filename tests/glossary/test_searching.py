"""What a search finds, what it suggests, and in which order."""

from typing import Any

import pytest

from glossary import queries
from glossary.models import Synonym
from glossary.publishing import gathered
from glossary.rules.matching import Rank
from tests.glossary.words import NOW, write_sense
from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.sql, pytest.mark.usefixtures("words")]


@pytest.fixture(scope="module")
def words(world: World) -> None:
    with world(), gathered(now=NOW):
        write_sense(
            "sla",
            word={"lemma": "SLA"},
            abbreviation="SLA",
            expansion="service level agreement",
            gloss="A clause that promises a measured quality.",
            synonyms=[
                Synonym(label="the guarantee", acceptability="avoid"),
                Synonym(label="service contract", acceptability="admitted"),
            ],
        )
        write_sense("slo", word={"lemma": "SLO"})
        write_sense("latency", gloss="Time until the first answer.")
        write_sense("secret", draft=True)


@pytest.mark.parametrize(
    ("q", "lemma", "rank", "better_not"),
    [
        ("sla", "SLA", Rank.WORD, False),
        ("SERVICE-LEVEL AGREEMENT", "SLA", Rank.OTHER_NAME, False),
        ("the guarantee", "SLA", Rank.OTHER_NAME, True),
        ("service contracts", "SLA", Rank.OTHER_NAME_INFLECTED, False),
        ("SLAs", "SLA", Rank.WORD_INFLECTED, False),
        ("late", "latency", Rank.BEGINNING, False),
        ("promised", "SLA", Rank.MEANING, False),
    ],
)
def test_search_finds_every_way_to_say_it(
    locale: Any, q: str, lemma: str, rank: Rank, better_not: bool
) -> None:
    found = queries.search_words(q, locale.pk).words

    assert [(entry.card.lemma, entry.rank, entry.better_not) for entry in found] == [
        (lemma, rank, better_not)
    ]


def test_the_word_itself_comes_before_words_that_only_mention_it(written: Any, locale: Any) -> None:
    written("credit", gloss="What a missed SLA costs the provider.")

    found = queries.search_words("SLA", locale.pk)

    assert [entry.card.lemma for entry in found.words] == ["SLA", "credit"]
    assert found.exact is found.words[0]


def test_what_only_stands_in_a_meaning_is_no_exact_answer(locale: Any) -> None:
    assert queries.search_words("promised", locale.pk).exact is None


@pytest.mark.parametrize(
    ("q", "suggested"), [("latancy", ["latency"]), ("the garantee", ["SLA"]), ("zzz", []), ("", [])]
)
def test_a_typing_mistake_brings_a_suggestion(locale: Any, q: str, suggested: list[str]) -> None:
    found = queries.search_words(q, locale.pk)

    assert found.words == []
    assert [entry.label for entry in found.suggestions] == suggested


def test_drafts_are_never_found(locale: Any) -> None:
    assert queries.search_words("secret", locale.pk).words == []
    assert queries.search_words("secrte", locale.pk).suggestions == []
    assert queries.word_page("secret", locale.pk) is None
