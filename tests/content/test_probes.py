"""Every false friend can be measured: probes for both of its meanings, and for what follows from them."""

from functools import cache
from typing import Any

import pytest

from tests.content.given import CODES, course, listed, resolve, senses, words
from tests.content.plan import FALSE_FRIENDS

PROBES_LEAST = 3


@cache
def probes() -> dict[str, list[dict[str, Any]]]:
    """Word → its probes, from whichever course."""
    by_word: dict[str, list[dict[str, Any]]] = {}
    for code in CODES:
        for item in course(code).asked("probe"):
            by_word.setdefault(str(item["senses"][0]).partition("#")[0], []).append(item)
    return by_word


@pytest.mark.parametrize("slug", FALSE_FRIENDS)
def test_a_false_friend_has_three_probes_for_both_senses(slug: str) -> None:
    asked = probes().get(slug, [])

    assert len(asked) >= PROBES_LEAST
    assert "consequence" in {item["probe"] for item in asked}
    covered = {resolve(str(item["senses"][0])) for item in asked}
    assert covered == {f"{slug}#{sense.slug}" for sense in words()[slug].senses}


@pytest.mark.parametrize("code", CODES)
def test_a_probe_can_be_answered_and_names_its_word_in_its_id(code: str) -> None:
    wrong = [
        item["id"]
        for item in course(code).asked("probe")
        if item["kind"] != "single_choice"
        or len(item["options"]) not in {3, 4}
        or not item["id"].startswith(f"{code.lower()}-p-{str(item['senses'][0]).partition('#')[0]}-")
    ]

    assert wrong == []


@pytest.mark.parametrize("slug", FALSE_FRIENDS)
def test_a_false_friend_says_on_both_sides_how_it_differs(slug: str) -> None:
    word = words()[slug]

    assert word.texts["careful"]
    assert len(word.senses) >= 2
    for sense in word.senses:
        contrasts = [link for link in sense.links if link.kind == "false_friend"]
        assert sense.texts["qualifier"]
        assert contrasts
        assert all(link.contrast for link in contrasts)
        assert all(link.reference.partition("#")[0] == slug for link in contrasts)
    assert {sense.home_side for sense in word.senses} >= {"business", "technology"}


def test_false_friends_name_each_other() -> None:
    pairs = {
        (f"{word.slug}#{sense.slug}", resolve(link.reference))
        for word, sense in senses()
        for link in sense.links
        if link.kind == "false_friend"
    }

    assert not (alone := {pair for pair in pairs if pair[::-1] not in pairs}), listed(sorted(alone))
