"""What a search finds, what it suggests, and in which order."""

from typing import Any

import pytest

from glossary import queries
from glossary.models import Synonym
from glossary.publishing import gathered
from search.queries import Level
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
    ("q", "lemma", "level", "better_not"),
    [
        ("sla", "SLA", Level.TITLE, False),
        ("SERVICE-LEVEL AGREEMENT", "SLA", Level.NAME, False),
        ("the guarantee", "SLA", Level.NAME, True),
        ("service contracts", "SLA", Level.NAME_INFLECTED, False),
        ("SLAs", "SLA", Level.TITLE_INFLECTED, False),
        ("late", "latency", Level.BEGINNING, False),
        ("promised", "SLA", Level.WORDS, False),
    ],
)
def test_search_finds_every_way_to_say_it(
    locale: Any, q: str, lemma: str, level: Level, better_not: bool
) -> None:
    found = queries.search_words(q).words

    assert [(entry.card.lemma, entry.level, entry.better_not) for entry in found] == [
        (lemma, level, better_not)
    ]


def test_the_word_itself_comes_before_words_that_only_mention_it(written: Any, locale: Any) -> None:
    written("credit", gloss="What a missed SLA costs the provider.")

    found = queries.search_words("SLA")

    assert [entry.card.lemma for entry in found.words] == ["SLA", "credit"]


@pytest.mark.parametrize(
    ("q", "suggested"), [("latancy", ["latency"]), ("the garantee", ["SLA"]), ("zzz", []), ("", [])]
)
def test_a_typing_mistake_brings_a_suggestion(locale: Any, q: str, suggested: list[str]) -> None:
    found = queries.search_words(q)

    assert found.words == []
    assert [entry.label for entry in found.suggestions] == suggested


def test_drafts_are_never_found(locale: Any) -> None:
    assert queries.search_words("secret").words == []
    assert queries.search_words("secrte").suggestions == []
    assert queries.word_page("secret", locale.pk) is None
