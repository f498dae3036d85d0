"""A word and its meanings in one form, with remarks beside the fields; what is public does not change by it."""

from typing import Any

import pytest
from django.urls import reverse

from glossary.models import Sense, Word
from tests.glossary.words import write_sense
from tests.worlds import World, again

pytestmark = pytest.mark.django_db


@pytest.fixture
def steward(client: Any, steward_business: Any) -> Any:
    client.force_login(steward_business)
    return client


@pytest.fixture(scope="module")
def written_word(world: World) -> Word:
    with world():
        sense = write_sense(
            "uptime",
            gloss="Uptime is when a service is up",
            wording_business="b",
            wording_technology="t",
            word={"part_of_speech": "noun"},
        )
        return sense.word


@pytest.fixture
def word(written_word: Word, db: None) -> Any:
    return again(written_word)


def form(word: Word, **changes: str) -> dict[str, str]:
    """What the browser sends: the word, its one meaning, and an empty row."""
    sense = word.senses.get(slug="main").pk
    sent = {
        "lemma": word.lemma,
        "slug": word.slug,
        "part_of_speech": "noun",
        "pronunciation": "",
        "spine": "",
        "careful": "",
    }
    for row in (f"sense-{sense}", "sense-new"):
        for name in ("qualifier", "gloss", "wording_business", "wording_technology", "why_it_matters"):
            sent[f"{row}-{name}"] = ""
        sent[f"{row}-home_side"] = "shared"
    sent |= {f"sense-{sense}-gloss": "Uptime is when a service is up", f"sense-{sense}-wording_business": "b"}
    return sent | {f"sense-{sense}-wording_technology": "t"} | changes


def test_the_form_shows_the_meanings_and_what_weakens_them(steward: Any, word: Word) -> None:
    page = steward.get(reverse("wagtailsnippets_glossary_word:edit", args=[word.pk])).content.decode()

    assert "Uptime is when a service is up" in page
    assert "It explains “uptime” with “uptime” itself." in page
    assert reverse("wagtailsnippets_glossary_sense:edit", args=[word.senses.get().pk]) in page


def test_a_changed_meaning_is_a_draft(steward: Any, word: Word) -> None:
    sense = word.senses.get()

    steward.post(
        reverse("wagtailsnippets_glossary_word:edit", args=[word.pk]),
        form(word, **{f"sense-{sense.pk}-gloss": "The time in which a service can be used"}),
    )

    stored = Sense.objects.get(pk=sense.pk)
    assert stored.gloss == "Uptime is when a service is up"
    assert stored.has_unpublished_changes
    assert stored.get_latest_revision_as_object().gloss == "The time in which a service can be used"


def test_saving_without_a_change_makes_no_draft(steward: Any, word: Word) -> None:
    before = word.senses.get().latest_revision_id

    steward.post(reverse("wagtailsnippets_glossary_word:edit", args=[word.pk]), form(word))

    assert word.senses.get().latest_revision_id == before


def test_the_empty_row_adds_a_meaning(steward: Any, word: Word) -> None:
    steward.post(
        reverse("wagtailsnippets_glossary_word:edit", args=[word.pk]),
        form(word, **{"sense-new-qualifier": "of a person", "sense-new-gloss": "Hours somebody is awake"}),
    )

    added = word.senses.get(slug="of-a-person")
    assert (added.live, added.gloss, added.position) == (False, "Hours somebody is awake", 2)


def test_the_editor_of_a_meaning_leads_back_to_its_word(steward: Any, word: Word) -> None:
    page = steward.get(
        reverse("wagtailsnippets_glossary_sense:edit", args=[word.senses.get().pk])
    ).content.decode()

    assert reverse("wagtailsnippets_glossary_word:edit", args=[word.pk]) in page
    assert "Begin with what it is" in page
