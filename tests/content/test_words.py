"""A word has every field, short and plain, and its relations lead somewhere."""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache

import pytest

from exchange.content_files import missing_fields
from glossary.rules.linting import Definition, count_words, remarks
from glossary.rules.matching import Vocabulary
from glossary.wordfile import SensePart, WordPart
from tests.content.given import CONTENT, SLUGS, listed, resolve, word_errors, words

each_word = pytest.mark.parametrize("slug", SLUGS)

EVERYDAY = frozenset("budget forecast revenue server ticket".split())
"""Words of one side that everybody in an office has met: a definition may use them without a relation."""


@each_word
def test_its_file_has_no_mistake(slug: str) -> None:
    assert slug not in word_errors(), listed(word_errors()[slug])
    assert words()[slug].slug == slug, "the file is called like the word"


@each_word
def test_every_field_is_filled(slug: str) -> None:
    word = words()[slug]

    for sense in word.senses:
        assert missing_fields(sense, several=len(word.senses) > 1) == [], sense.slug


@each_word
def test_the_linter_of_definitions_has_nothing_to_say(slug: str) -> None:
    word = words()[slug]

    told = [
        f"{sense.slug}, {remark.field_name}: {remark.text}"
        for sense in word.senses
        for remark in remarks(definition(word, sense), of_side=only_of_side())
    ]

    assert not told, listed(told)


def definition(word: WordPart, sense: SensePart) -> Definition:
    own = f"{word.slug}#{sense.slug}"
    friends = [link for link in sense.links if link.kind == "false_friend"]
    return Definition(
        slug=word.slug,
        lemma=word.texts["lemma"],
        gloss=sense.texts["gloss"],
        wording_business=sense.texts["wording_business"],
        wording_technology=sense.texts["wording_technology"],
        exchanges=len(sense.exchanges),
        sources=len(sense.sources),
        contrasts=[link.contrast for link in friends],
        other_glosses=[other.texts["gloss"] for other in word.senses if other.slug != sense.slug],
        leads_to=frozenset(reference.partition("#")[0] for reference in relations()[own]),
    )


@cache
def only_of_side() -> dict[str, Vocabulary[str]]:
    """The words that one side only uses, by side."""
    vocabularies = {"business": Vocabulary[str]("en"), "technology": Vocabulary[str]("en")}
    for slug, word in words().items():
        sides = {sense.home_side for sense in word.senses}
        if len(sides) == 1 and slug not in EVERYDAY and (side := sides.pop()) in vocabularies:
            vocabularies[side].add(slug, [word.texts["lemma"]])
    return vocabularies


@cache
def relations() -> dict[str, set[str]]:
    """Sense → the senses it leads to; related and false friends hold both ways, broader also as narrower."""
    relations: dict[str, set[str]] = {
        f"{slug}#{sense.slug}": set() for slug, word in words().items() for sense in word.senses
    }
    for slug, word in words().items():
        for sense in word.senses:
            for link in sense.links:
                with suppress(LookupError):  # another test names it
                    other = resolve(link.reference)
                    relations[f"{slug}#{sense.slug}"].add(other)
                    relations[other].add(f"{slug}#{sense.slug}")
    return relations


def test_relations_lead_to_one_other_sense_each() -> None:
    wrong = []
    for own, sense in all_senses():
        for kind in ("related", "broader", "false_friend"):
            named = []
            for link in sense.links:
                try:
                    named += [resolve(link.reference)] if link.kind == kind else []
                except LookupError as problem:
                    wrong.append(f"{own}: {problem}")
            wrong += [f"{own}: leads to itself"] if own in named else []
            wrong += [f"{own}: names one twice in {kind}"] if len(set(named)) < len(named) else []

    assert not wrong, listed(wrong)


def test_no_sense_is_both_related_to_and_below_another() -> None:
    """SKOS S27: related is disjoint with broader, over any number of steps. And nothing is above itself."""
    wrong = []
    for own, sense in all_senses():
        above = everything_above(own)
        related = {resolve(link.reference) for link in sense.links if link.kind == "related"}
        wrong += [f"{own}: {other}" for other in related & above] + ([own] if own in above else [])

    assert not wrong, listed(wrong)


def all_senses() -> Iterator[tuple[str, SensePart]]:
    for slug, word in words().items():
        for sense in word.senses:
            yield f"{slug}#{sense.slug}", sense


def everything_above(reference: str) -> set[str]:
    above: set[str] = set()
    waiting = [reference]
    while waiting:
        for other in broader()[waiting.pop()] - above:
            above.add(other)
            waiting.append(other)
    return above


@cache
def broader() -> dict[str, set[str]]:
    return {
        f"{slug}#{sense.slug}": {resolve(link.reference) for link in sense.links if link.kind == "broader"}
        for slug, word in words().items()
        for sense in word.senses
    }


def test_what_to_say_in_a_meeting_is_better_than_what_was_said() -> None:
    wrong = [
        own
        for own, sense in all_senses()
        for one in sense.exchanges
        if len({one["said"], one["heard"], one["say_instead"]}) < 3 or one["speaker"] == one["hearer"]
    ]

    assert not wrong, listed(wrong)


def test_sources_name_their_author_and_nothing_is_quoted() -> None:
    wrong = [
        f"{own}: {source['title']}"
        for own, sense in all_senses()
        for source in sense.sources
        if not source["author"] or source["quoted"]
    ]

    assert not wrong, listed(wrong)


def test_why_it_matters_is_one_sentence() -> None:
    wrong = [
        f"{own}: {why}"
        for own, sense in all_senses()
        if len(re.findall(r"[.!?](?:\s|$)", why := sense.texts["why_it_matters"])) != 1
        or count_words(why) > 40
    ]

    assert not wrong, listed(wrong)


def test_abbreviations_are_spelled_out() -> None:
    wrong = [
        own for own, sense in all_senses() if sense.texts["abbreviation"] and not sense.texts["expansion"]
    ]

    assert not wrong, listed(wrong)


def test_no_two_words_are_written_alike() -> None:
    lemmas = [word.texts["lemma"].casefold() for word in words().values()]

    assert len(set(lemmas)) == len(lemmas)


def test_only_words_lie_in_the_folder() -> None:
    assert {path.suffix for path in (CONTENT / "terms").iterdir()} == {".yaml"}
