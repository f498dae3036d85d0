"""What search says about a word that it found. Without a database."""

from typing import Any

import pytest

from bothways.views.search import found_word
from glossary.published import CardSense, WordCard


@pytest.mark.parametrize(("count", "badge"), [(1, ""), (2, "2 meanings"), (3, "3 meanings")])
def test_a_word_says_how_many_meanings_it_has_when_it_has_several(count: int, badge: str) -> None:
    sense = CardSense(
        slug="it", qualifier="IT", gloss="Time in service.", home_side="technology", expansion=""
    )
    fields: dict[str, Any] = {
        **dict.fromkeys(WordCard.__dataclass_fields__, ""),
        "lemma": "uptime",
        "url": "/glossary/uptime/",
        "senses": (sense,) * count,
    }

    word = found_word(WordCard(**fields))

    assert (word.lemma, word.url, word.badge, len(word.senses)) == (
        "uptime",
        "/glossary/uptime/",
        badge,
        count,
    )
