"""What can be asked, and that the answer costs the same for one row and for three."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from gates.paging import part_of
from glossary import queries
from glossary.actions import befriend, relate, replace_uses, sign
from glossary.models import Exchange, Source, Synonym
from glossary.publishing import gathered
from tests.glossary.words import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
Counted = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture
def rich(written: Any, now: Any, steward_business: Any, steward_technology: Any) -> Callable[[int], Any]:
    """`rich(3)`: a word with so many senses, and so many of everything that a sense can have."""

    def make(count: int) -> Any:
        senses = []
        others = [written(f"word-{place}") for place in range(count)]
        wider = [written(f"wide-{place}") for place in range(count)]
        for number in range(count):
            sense = written(
                f"provision#sense-{number}",
                qualifier=f"kind {number}",
                owner_business=steward_business,
                exchanges=[
                    Exchange(
                        speaker_side="business",
                        speaker="Sales",
                        said="A",
                        hearer="IT",
                        heard="B",
                        say_instead="C",
                    )
                    for _ in range(count)
                ],
                synonyms=[Synonym(label=f"other {place}") for place in range(count)],
                sources=[Source(title=f"Book {place}") for place in range(count)],
            )
            for other, wide in zip(others, wider, strict=True):
                relate(kind="related", source=sense, target=other, now=now)
                relate(kind="broader", source=sense, target=wide, now=now)
                befriend(first=sense, second=other, contrast="Not the same.", now=now)
            for side, person in (("business", steward_business), ("technology", steward_technology)):
                sign(version=sense.current_version, side=side, employee=person, now=now)
            senses.append(sense)
        for place, other in enumerate(others):
            address = f"/courses/a/{place}/"
            replace_uses(target=other, senses=senses, title=f"Lesson {place}", address=address, now=now)
        return senses

    return make


@pytest.mark.parametrize("count", [1, 3])
def test_a_word_page_takes_two_queries(
    rich: Any, locale: Any, count: int, django_assert_num_queries: Counted
) -> None:
    with gathered(now=NOW):
        rich(count)

    with django_assert_num_queries(2):
        page = queries.word_page("provision", locale.pk)

    assert page is not None
    assert len(page.senses) == count
    sense = page.senses[0]
    for name in ("exchanges", "also_said", "sources", "related", "broader", "friends", "uses"):
        assert len(getattr(sense, name)) == count, name
    assert [signed.name for signed in sense.signatures] == ["Steward Business", "Steward Technology"]
    assert sense.stewards[0].name == "Steward Business"


def test_a_word_page_without_people_takes_one_query(
    written: Any, locale: Any, django_assert_num_queries: Counted
) -> None:
    written("uptime")

    with django_assert_num_queries(1):
        queries.word_page("uptime", locale.pk)


@pytest.mark.parametrize("count", [1, 3])
def test_letters_words_pops_and_word_of_the_week_take_one_query_each_and_a_search_two(
    written: Any, locale: Any, now: Any, count: int, django_assert_num_queries: Counted
) -> None:
    with gathered(now=now):
        for number in range(count):
            first = written(f"word-{number}#one", qualifier="one", home_side="business")
            second = written(f"word-{number}#two", qualifier="two", home_side="technology")
            befriend(first=first, second=second, contrast="Different.", now=now)

    with django_assert_num_queries(1):
        found = queries.a_to_z(locale.pk)
    assert (found.words, found.false_friends) == (count, count)
    with django_assert_num_queries(1):
        assert len(queries.words_of(found.letters, locale.pk).texts["W"]) == count
    with django_assert_num_queries(1):
        part = part_of(count, 1, 1)
        listed = queries.words_of(found.letters, locale.pk, part=part)
    assert [len(words) for words in listed.texts.values()] == [1]
    assert listed.guide_words() == [(f"word {number}",) * 2 for number in range(count if count > 1 else 0)]
    with django_assert_num_queries(2):  # the hits and their cards
        assert len(queries.search_words("word").words) == count
    with django_assert_num_queries(5):  # the same, what is near, what is known, and hits again
        assert queries.search_words("wrod-0").suggestions[0].label == "word 0"
    with django_assert_num_queries(1):
        assert len(queries.pops([f"word-{number}#one" for number in range(count)], locale.pk)) == count
    with django_assert_num_queries(1):
        assert queries.word_of_the_week(date(2026, 3, 2), locale.pk) is not None


def test_only_letters_with_words_are_listed_and_accents_do_not_hide_them(written: Any, locale: Any) -> None:
    lemmas = {"uptime": "uptime", "etat": "état", "e-mail": "E-mail", "404": "404", "hidden": "hidden"}
    with gathered(now=NOW):
        for slug, lemma in lemmas.items():
            written(slug, word={"lemma": lemma}, draft=slug == "hidden")

    found = queries.a_to_z(locale.pk)

    listed = queries.words_of(found.letters, locale.pk).by_letter()
    assert [(entry.letter, [card.lemma for card in words]) for entry, words in listed] == [
        ("#", ["404"]),
        ("E", ["E-mail", "état"]),
        ("U", ["uptime"]),
    ]


def test_a_false_friend_is_a_word_whose_own_senses_are_taken_for_each_other(
    written: Any, false_friend: Any, locale: Any, now: Any
) -> None:
    two = [written(f"change#{slug}", qualifier=slug) for slug in ("a", "b")]
    befriend(first=two[0], second=false_friend[0], contrast="Another word.", now=now)

    found = queries.a_to_z(locale.pk, show=queries.Show.FALSE_FRIENDS)

    listed = queries.words_of(found.letters, locale.pk, show=queries.Show.FALSE_FRIENDS).by_letter()
    assert [card.lemma for _letter, words in listed for card in words] == ["availability"]
    assert (found.words, found.all_words, found.false_friends) == (1, 2, 1)


def test_pops_come_in_the_order_asked_for_and_unknown_ones_are_left_out(
    false_friend: Any, written: Any, locale: Any
) -> None:
    written("uptime")

    found = queries.pops(["uptime", "nothing", "availability", "availability#people", "uptime#x"], locale.pk)

    assert [pop.reference for pop in found] == ["uptime", "availability#people"]
    assert (found[1].word, found[1].qualifier, found[1].careful) == (
        "availability",
        "of people",
        "Here yes or no.",
    )
    assert found[1].url == "/glossary/availability/#people"
    assert (found[0].business, found[0].technology) == ("uptime for business", "uptime for IT")


def test_the_word_of_the_week_changes_every_monday_and_all_come_up(
    written: Any, locale: Any, now: Any
) -> None:
    with gathered(now=now):
        for slug in ("a", "b", "c"):
            pair = [written(f"{slug}#{sense}", qualifier=sense) for sense in ("one", "two")]
            befriend(first=pair[0], second=pair[1], contrast="Different.", now=now)
        written("alone")
    monday = date(2040, 1, 2)  # long after they were published

    def lemma(day: date) -> str:
        card = queries.word_of_the_week(day, locale.pk)
        assert card is not None
        return card.lemma

    week = {lemma(monday + timedelta(days=day)) for day in range(7)}
    assert len(week) == 1
    assert lemma(monday - timedelta(days=1)) not in week
    assert {lemma(monday + timedelta(weeks=number)) for number in range(3)} == {"a", "b", "c"}


def test_the_word_of_the_week_stays_while_others_come_in(written: Any, locale: Any, now: Any) -> None:
    def befriended(slug: str) -> None:
        pair = [written(f"{slug}#{sense}", qualifier=sense) for sense in ("one", "two")]
        befriend(first=pair[0], second=pair[1], contrast="Different.", now=now)

    today = timezone.now().date()
    shown = set()
    for slug in ("m", "z", "a", "n", "b"):
        befriended(slug)
        card = queries.word_of_the_week(today, locale.pk)
        assert card is not None
        shown.add(card.lemma)

    assert shown == {"m"}
    later = {queries.word_of_the_week(today + timedelta(weeks=week), locale.pk) for week in range(1, 6)}
    assert {card.lemma for card in later if card} == set("mzanb")


def test_without_a_false_friend_there_is_no_word_of_the_week(written: Any, locale: Any) -> None:
    written("uptime")

    assert queries.word_of_the_week(date(2026, 3, 2), locale.pk) is None


def test_a_false_friend_shows_the_gloss_of_each_side(false_friend: Any, locale: Any) -> None:
    page = queries.word_page("availability", locale.pk)

    assert page is not None
    assert (page.says_business, page.says_technology) == ("Free or not.", "Share of time.")
    assert page.senses[0].contrasts == ("Here a percentage.",)
