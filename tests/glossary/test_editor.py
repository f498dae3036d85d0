"""Words and senses in Wagtail's editor, through its own doors."""

import json
from typing import Any

import pytest
from django.urls import reverse
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.rich_text import features

from glossary.models import Sense, SenseVersion, Word
from glossary.publishing import gathered
from glossary.queries import word_page
from tests.glossary.words import NOW, write_false_friend, write_sense
from tests.worlds import World, again

pytestmark = pytest.mark.django_db
SENSE_LIST = "wagtailsnippets_glossary_sense:list"


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Any) -> None:
    """The editor's own files have no manifest here. Assigned anew, since that also empties Django's memory of it."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture(scope="module")
def words(world: World) -> dict[str, Any]:
    """What is public, and a draft, before anybody edits."""
    with world(), gathered(now=NOW):
        friends = write_false_friend()
        write_sense("contract", abbreviation="SLA", expansion="x", qualifier="agreement")
        write_sense("availability#draft", qualifier="of a draft", draft=True)
        return {"friends": friends, "uptime": write_sense("uptime", qualifier="of a server")}


@pytest.fixture
def false_friend(words: dict[str, Any], db: None) -> Any:
    return again(words["friends"])


@pytest.fixture
def sense(words: dict[str, Any], db: None) -> Any:
    """The one meaning of uptime."""
    return again(words["uptime"])


@pytest.fixture
def editor(client: Any, hired: Any) -> Any:
    """A browser in which somebody is signed in who may do everything in the editor."""
    client.force_login(hired("root", "Administrator", is_superuser=True))
    return client


def sense_form(word: Word, **fields: str) -> dict[str, str]:
    form = {
        "word": str(word.pk), "slug": "main", "position": "1", "qualifier": "", "home_side": "shared", "domain": "",
        "importance": "2", "gloss": "A gloss.", "wording_business": "For business.", "wording_technology": "For IT.",
        "why_it_matters": "", "abbreviation": "", "expansion": "", "formula": "", "unit": "", "owner_business": "",
        "owner_technology": "", "review_due": "", "meaning_changed": "on", "changed_because": "", "replaced_by": "",
    }  # fmt: skip
    for name in ("exchanges", "synonyms", "sources", "matches"):
        form |= {
            f"{name}-TOTAL_FORMS": "0",
            f"{name}-INITIAL_FORMS": "0",
            f"{name}-MIN_NUM_FORMS": "0",
            f"{name}-MAX_NUM_FORMS": "1000",
        }
    return form | fields


@pytest.fixture
def word(locale: Any) -> Word:
    return Word.objects.create(lemma="latency", slug="latency", locale=locale)


def test_a_sense_is_drafted_and_then_published_with_a_version(editor: Any, word: Word, locale: Any) -> None:
    editor.post(reverse("wagtailsnippets_glossary_sense:add"), sense_form(word))
    sense = word.senses.get()
    assert (sense.live, sense.versions.count()) == (False, 0)

    editor.post(
        reverse("wagtailsnippets_glossary_sense:edit", args=[sense.pk]),
        sense_form(word, gloss="Better.") | {"action-publish": "action-publish"},
    )

    assert sense.versions.get().texts["gloss"] == "Better."
    page = word_page("latency", locale.pk)
    assert page is not None
    assert page.senses[0].gloss == "Better."


def test_nobody_posts_a_status(editor: Any, word: Word) -> None:
    editor.post(
        reverse("wagtailsnippets_glossary_sense:add"),
        sense_form(word, status="agreed") | {"action-publish": "action-publish"},
    )

    assert word.senses.get().status == "proposed"


def test_a_renamed_word_is_renamed_everywhere_and_its_senses_have_to_be_signed_anew(
    editor: Any, sense: Any, locale: Any
) -> None:
    editor.post(
        reverse("wagtailsnippets_glossary_word:edit", args=[sense.word.pk]),
        {
            "lemma": "Up-time",
            "slug": "uptime",
            "part_of_speech": "noun",
            "pronunciation": "",
            "spine": "",
            "careful": "",
        },
    )

    page = word_page("uptime", locale.pk)
    assert page is not None
    assert page.word.lemma == "Up-time"
    assert SenseVersion.objects.get(sense=sense, number=2).texts["lemma"] == "Up-time"


def test_the_editor_of_a_word_lists_its_senses_and_leads_to_them(editor: Any, false_friend: Any) -> None:
    html = editor.get(
        reverse("wagtailsnippets_glossary_word:edit", args=[false_friend[0].word.pk])
    ).content.decode()

    for sense in false_friend:
        assert reverse("wagtailsnippets_glossary_sense:edit", args=[sense.pk]) in html
        assert sense.gloss in html


def test_a_sense_that_was_public_is_not_deleted_but_explained(editor: Any, sense: Any) -> None:
    response = editor.post(reverse("wagtailsnippets_glossary_sense:delete", args=[sense.pk]), follow=True)

    assert Sense.objects.filter(pk=sense.pk).exists()
    assert "Unpublish it instead" in response.content.decode()


def test_the_bulk_door_refuses_too(editor: Any, sense: Any) -> None:
    address = reverse("wagtail_bulk_action", args=["glossary", "sense", "delete"])

    response = editor.post(f"{address}?id={sense.pk}", follow=True)

    assert Sense.objects.filter(pk=sense.pk).exists()
    assert "Unpublish it instead" in response.content.decode()


def test_a_draft_that_was_never_public_can_go(editor: Any, written: Any) -> None:
    sense = written("downtime", draft=True)

    response = editor.post(reverse("wagtailsnippets_glossary_sense:delete", args=[sense.pk]))

    assert response.status_code == 302
    assert not Sense.objects.filter(pk=sense.pk).exists()


def test_a_word_with_senses_is_not_deleted(editor: Any, sense: Any) -> None:
    response = editor.post(reverse("wagtailsnippets_glossary_word:delete", args=[sense.word.pk]), follow=True)

    assert Word.objects.filter(pk=sense.word_id).exists()
    assert "has senses" in response.content.decode()


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("avail", ["of a service", "of people"]),
        ("percent", []),
        ("Free or", ["of people"]),
        ("sla", ["agreement"]),
    ],
)
def test_the_chooser_finds_public_senses_by_word_gloss_and_short_form(
    editor: Any, words: dict[str, Any], q: str, found: list[str]
) -> None:
    html = editor.get(
        reverse("wagtailsnippetchoosers_glossary_sense:choose_results"), {"q": q}
    ).content.decode()

    shown = [
        qualifier
        for qualifier in ("of a service", "of people", "agreement", "of a draft")
        if qualifier in html
    ]
    assert shown == found


def test_the_chooser_names_the_sense_for_the_mark(editor: Any, false_friend: Any) -> None:
    address = reverse("wagtailsnippetchoosers_glossary_sense:chosen", args=[false_friend[0].pk])

    result = json.loads(editor.get(address).content)["result"]

    assert (result["id"], result["string"]) == (str(false_friend[0].pk), "availability (of a service)")


def test_the_editor_knows_the_mark_and_loads_its_script() -> None:
    plugin = features.get_editor_plugin("draftail", "term")

    assert plugin.data["type"] == "TERM"
    assert str(plugin.data["chooserUrls"]["senseChooser"]) == reverse(
        "wagtailsnippetchoosers_glossary_sense:choose"
    )
    assert any("glossary/term.js" in path for path in plugin.media._js)


def test_a_mark_survives_the_way_into_the_editor_and_back(sense: Any) -> None:
    converter = ContentstateConverter(features=["term"])
    stored = f'<p data-block-key="aaaaa">The <a id="{sense.pk}" linktype="term">hours</a> count.</p>'

    state = json.loads(converter.from_database_format(stored))

    assert state["entityMap"]["0"]["data"] == {
        "id": sense.pk, "label": "uptime (of a server)", "url": "/glossary/uptime/#main",
    }  # fmt: skip
    back = converter.to_database_format(json.dumps(state))
    assert 'linktype="term"' in back
    assert f'id="{sense.pk}"' in back
    assert ">hours</a>" in back


def test_a_mark_whose_sense_is_gone_opens_in_the_editor_all_the_same(locale: Any) -> None:
    converter = ContentstateConverter(features=["term"])

    state = json.loads(
        converter.from_database_format('<p data-block-key="aaaaa"><a id="999" linktype="term">hours</a></p>')
    )

    assert state["entityMap"]["0"]["data"] == {"id": "999"}
    assert state["blocks"][0]["text"] == "hours"
