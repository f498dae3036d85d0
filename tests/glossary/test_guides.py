"""The words before and after a word: true after every change, and written only where they changed."""

from typing import Any

import pytest

from glossary.actions import record_word
from glossary.models import PublishedWord
from glossary.publishing import gathered
from glossary.queries import word_page

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


def guides(locale: Any) -> dict[str, tuple[str, str]]:
    rows = {slug: word_page(slug, locale.pk) for slug in PublishedWord.objects.values_list("slug", flat=True)}
    return {
        slug: (page.previous.label if page.previous else "", page.next.label if page.next else "")
        for slug, page in rows.items()
        if page
    }


@pytest.mark.parametrize("one_by_one", [0, 20])
def test_a_renamed_word_leaves_no_wrong_neighbour_behind(
    written: Any, locale: Any, now: Any, monkeypatch: pytest.MonkeyPatch, one_by_one: int
) -> None:
    monkeypatch.setattr("glossary.guides.ONE_BY_ONE", one_by_one)
    with gathered(now=now):
        words = {letter: written(letter).word for letter in "abcde"}
    words["a"].lemma = "bb"
    words["a"].save()

    record_word(word_id=words["a"].pk, now=now)

    assert guides(locale) == {
        "b": ("", "bb"),
        "a": ("b", "c"),
        "c": ("bb", "d"),
        "d": ("c", "e"),
        "e": ("d", ""),
    }


def test_renaming_a_word_writes_only_the_words_around_it(written: Any, locale: Any, now: Any) -> None:
    with gathered(now=now):
        words = [written(letter).word for letter in "abcdefghij"]
    PublishedWord.objects.exclude(word__in=words[2:9]).update(guide={"kept": "as it was"})
    words[5].lemma = "fff"
    words[5].save()

    record_word(word_id=words[5].pk, now=now)

    kept = PublishedWord.objects.filter(guide={"kept": "as it was"})
    assert sorted(kept.values_list("slug", flat=True)) == ["a", "b", "j"]
    assert guides_of(words[4]) == ("d", "fff")


def guides_of(word: Any) -> tuple[str, str]:
    guide = word.published_row.guide
    return guide["previous"]["label"], guide["next"]["label"]
