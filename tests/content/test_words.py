"""A word has every field, short and plain, and its relations lead somewhere."""

import re
from contextlib import suppress
from functools import cache

import pytest

from courses.curriculum import missing_fields
from glossary.linting import Definition, remarks
from glossary.matching import Vocabulary
from glossary.wordfile import SensePart, WordPart, count_words
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

    found = [
        f"{sense.slug}, {remark.place}: {remark.text}"
        for sense in word.senses
        for remark in remarks(definition(word, sense), of_side=only_of_side())
    ]

    assert not found, listed(found)


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
    found = {"business": Vocabulary[str]("en"), "technology": Vocabulary[str]("en")}
    for slug, word in words().items():
        sides = {sense.home_side for sense in word.senses}
        if len(sides) == 1 and slug not in EVERYDAY and (side := sides.pop()) in found:
            found[side].add(slug, [word.texts["lemma"]])
    return found


@cache
def relations() -> dict[str, set[str]]:
    """Sense → the senses it leads to; related and false friends hold both ways, broader also as narrower."""
    found: dict[str, set[str]] = {
        f"{slug}#{sense.slug}": set() for slug, word in words().items() for sense in word.senses
    }
    for slug, word in words().items():
        for sense in word.senses:
            for link in sense.links:
                with suppress(LookupError):  # another test names it
                    other = resolve(link.reference)
                    found[f"{slug}#{sense.slug}"].add(other)
                    found[other].add(f"{slug}#{sense.slug}")
    return found


@each_word
def test_its_relations_lead_to_one_other_sense_each(slug: str) -> None:
    for sense in words()[slug].senses:
        for kind in ("related", "broader", "false_friend"):
            named = [resolve(link.reference) for link in sense.links if link.kind == kind]
            assert f"{slug}#{sense.slug}" not in named
            assert len(set(named)) == len(named), f"{sense.slug}: twice in {kind}"


@each_word
def test_no_sense_is_both_related_to_and_broader_than_another(slug: str) -> None:
    """SKOS S27: related is disjoint with broader, over any number of steps. And nothing is above itself."""
    for sense in words()[slug].senses:
        above = everything_above(f"{slug}#{sense.slug}")
        related = {resolve(link.reference) for link in sense.links if link.kind == "related"}
        assert f"{slug}#{sense.slug}" not in above
        assert related & above == set()


def everything_above(reference: str) -> set[str]:
    found: set[str] = set()
    waiting = [reference]
    while waiting:
        for other in broader()[waiting.pop()] - found:
            found.add(other)
            waiting.append(other)
    return found


@cache
def broader() -> dict[str, set[str]]:
    return {
        f"{slug}#{sense.slug}": {resolve(link.reference) for link in sense.links if link.kind == "broader"}
        for slug, word in words().items()
        for sense in word.senses
    }


@each_word
def test_it_says_in_a_meeting_something_better_than_what_was_said(slug: str) -> None:
    for sense in words()[slug].senses:
        for exchange in sense.exchanges:
            assert len({exchange["said"], exchange["heard"], exchange["say_instead"]}) == 3
            assert exchange["speaker"] != exchange["hearer"]


@each_word
def test_its_sources_are_named_in_full(slug: str) -> None:
    for sense in words()[slug].senses:
        for source in sense.sources:
            assert source["author"], sense.slug
            assert source["quoted"] is False, "own words"
            if source["url"]:
                assert source["url"].startswith(("https://", "http://")), sense.slug


@each_word
def test_why_it_matters_is_one_sentence(slug: str) -> None:
    for sense in words()[slug].senses:
        why = sense.texts["why_it_matters"]
        assert len(re.findall(r"[.!?](?:\s|$)", why)) == 1, why
        assert count_words(why) <= 40


@each_word
def test_a_spelled_out_abbreviation_is_spelled_out(slug: str) -> None:
    for sense in words()[slug].senses:
        if sense.texts["abbreviation"]:
            assert sense.texts["expansion"]


def test_no_two_words_are_written_alike() -> None:
    lemmas = [word.texts["lemma"].casefold() for word in words().values()]

    assert len(set(lemmas)) == len(lemmas)


def test_only_words_lie_in_the_folder() -> None:
    assert {path.suffix for path in (CONTENT / "terms").iterdir()} == {".yaml"}
