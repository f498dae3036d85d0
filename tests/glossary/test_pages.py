"""The word page, as people meet it."""

import re
from typing import Any

import pytest

from glossary.actions import befriend, relate, replace_uses, sign
from glossary.models import Exchange, Source, Synonym
from glossary.publishing import gathered
from glossary.queries import pops
from glossary.rendering import render_pops
from tests.glossary.reading import text
from tests.glossary.words import NOW, write_false_friend, write_sense
from tests.worlds import World, again

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words")]


@pytest.fixture(scope="module")
def words(world: World) -> dict[str, Any]:
    """A word that has everything a word can have, those that it names, and a false friend."""
    with world(), gathered(now=NOW):
        write_false_friend()
        words = {slug: write_sense(slug) for slug in ("downtime", "lesson", "measure")}
        full = words["uptime"] = write_full()
        relate(kind="related", source=full, target=words["downtime"], now=NOW)
        relate(kind="broader", source=full, target=words["measure"], now=NOW)
        befriend(first=full, second=words["lesson"], contrast="One teaches the other.", now=NOW)
        replace_uses(
            target=words["lesson"],
            senses=[full],
            title="What 99.9 % buys",
            address="/courses/t2/what/",
            now=NOW,
        )
        return words


@pytest.fixture
def full(words: dict[str, Any], db: None) -> Any:
    return again(words["uptime"])


def write_full() -> Any:
    return write_sense(
        "uptime",
        word={"pronunciation": "ˈʌptaɪm"},
        home_side="shared",
        why_it_matters="One bad hour costs sales.",
        formula="up ÷ all",
        unit="per cent",
        domain="service management",
        exchanges=[
            Exchange(
                speaker_side="technology",
                speaker="Infrastructure",
                said="It is up.",
                hearer="Finance",
                heard="All is well.",
                say_instead="It answers.",
            )
        ],
        synonyms=[
            Synonym(label="running time", side="business"),
            Synonym(label="being up", acceptability="avoid"),
        ],
        sources=[
            Source(
                title="A book",
                author="Somebody",
                year=2016,
                url="https://example.com/book",
                licence="CC BY 4.0",
            )
        ],
    )


def test_a_word_page_tells_everything_in_its_order(get: Any) -> None:
    page = text(get("/glossary/uptime/"))

    parts = [
        "noun /ˈʌptaɪm/ uptime",
        "What uptime means in one line.",
        "At home on both sides",
        "Starter wording, not yet agreed in your company",
        "For business uptime for business",
        "For IT uptime for IT",
        "In a meeting Infrastructure says “It is up.” Finance hears “All is well.”",
        "Say instead “It answers.”",
        "Why it matters One bad hour costs sales.",
        "Field service management",
        "Formula up ÷ all",
        "Unit per cent",
        "Also said running time (business)",
        "Better not “being up”",
        "Not the same as lesson : One teaches the other.",
        "A kind of measure",
        "Related downtime",
        "In lessons What 99.9 % buys",
        "1 source Somebody: A book , 2016. In our own words. CC BY 4.0",
    ]
    places = [page.find(part) for part in parts]
    assert -1 not in places, [part for part, place in zip(parts, places, strict=True) if place < 0]
    assert places == sorted(places)


def test_links_of_a_word_page_lead_to_senses_and_lessons(get: Any) -> None:
    html = get("/glossary/uptime/")

    assert '<a href="/glossary/downtime/#main">downtime</a>' in html
    assert '<a href="/courses/t2/what/">What 99.9\N{NO-BREAK SPACE}% buys</a>' in html
    assert '<a href="https://example.com/book" rel="noopener noreferrer">A book</a>' in html


def test_no_button_or_link_of_a_feature_that_is_not_there(get: Any) -> None:
    html = get("/glossary/uptime/") + get("/glossary/")

    for words in ("Add to my review", "Suggest", "map", "Do we share it"):
        assert words not in text(html), words
    assert 'href="#"' not in html


def test_the_warning_of_a_false_friend_comes_before_its_senses(get: Any) -> None:
    html = get("/glossary/availability/")
    page = text(html)

    assert "When business says it 2 of people When technology says it 1 of a service" in page
    assert page.count("Free or not.") == page.count("Share of time.") == 1  # nothing is said twice
    assert page.index("Careful: two meanings Say which one you mean.") < page.index(
        "1 availability of a service"
    )
    assert page.index("1 availability of a service") < page.index("2 availability of people")
    assert '<span>avail</span><span class="headword__t">ability</span>' in html
    assert 'id="service"' in html
    assert 'id="people"' in html
    assert "<title>availability, 2 meanings · " in html


def test_the_meanings_of_a_word_lead_to_each_other(get: Any) -> None:
    html = get("/glossary/availability/")
    head, service, people = re.split(r'<section class="sense"', html)
    assert 'href="#service"' in head
    assert 'href="#people"' in head
    assert 'href="#people"' in service
    assert 'href="#service"' not in service
    assert 'href="#service"' in people
    assert '<a href="/glossary/?letter=A">A</a>' in head
    assert "Other meanings" not in get("/glossary/uptime/")


def test_business_stands_before_it_whoever_reads(client: Any, technician: Any) -> None:
    client.force_login(technician)

    page = text(client.get("/glossary/uptime/").content.decode())

    assert page.index("For business") < page.index("For IT")


def test_agreement_names_both_stewards_and_the_day(
    get: Any, full: Any, steward_business: Any, steward_technology: Any, now: Any, publish_again: Any
) -> None:
    for side, person in (("business", steward_business), ("technology", steward_technology)):
        sign(version=full.current_version, side=side, employee=person, now=now)

    assert "Agreed by Steward Business and Steward Technology, 2 Mar 2026" in text(get("/glossary/uptime/"))
    assert "Starter wording" not in text(get("/glossary/uptime/"))

    publish_again(type(full).objects.get(pk=full.pk), gloss="New text.", changed_because="It was unclear")

    page = text(get("/glossary/uptime/"))
    assert "Changed since it was agreed, not yet agreed again" in page
    assert "Agreed by" not in page
    assert "Last change It was unclear" in page


def test_a_word_that_is_no_longer_used_leads_to_its_replacement(
    get: Any, words: dict[str, Any], publish_again: Any
) -> None:
    publish_again(again(words["downtime"]), replaced_by=again(words["measure"]))

    html = get("/glossary/downtime/")

    assert "No longer used. Say instead: measure" in text(html)
    assert '<a href="/glossary/measure/#main">measure</a>' in html


def test_neighbouring_words_are_named(get: Any) -> None:
    page = text(get("/glossary/lesson/"))

    assert "Previous word: downtime" in page
    assert "Next word: measure" in page


def test_no_page_has_an_inline_style_or_script(get: Any) -> None:
    html = (
        get("/glossary/") + get("/glossary/availability/") + get("/glossary/uptime/") + get("/glossary/?q=x")
    )

    assert not re.findall(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=", html)


def test_a_pop_over_has_both_wordings_a_way_to_close_and_the_way_to_the_entry(
    locale: Any,
) -> None:
    html = render_pops(pops(["availability#service"], locale.pk))

    assert 'id="pop-availability--service"' in html
    assert "availability for business" in html
    assert "availability for IT" in html
    assert "Here a percentage." in html
    assert '<a href="/glossary/availability/#service">Open the full entry</a>' in html
    assert 'popovertarget="pop-availability--service" popovertargetaction="hide"' in html
    assert html.index("Careful, two meanings.") < html.index("For business") < html.index("For IT")
    assert html.index("Close") < html.index("Careful")  # in the head, which stays in sight


def test_a_figure_and_its_unit_stay_on_one_line_of_the_page_the_index_and_the_search(get: Any) -> None:
    write_sense("delay", gloss="Up to 200 ms.", wording_business="Up to 300 ms.", formula="5 s <b> 5 min")

    page, together = get("/glossary/delay/"), "Up to 200\N{NO-BREAK SPACE}ms."

    assert together in page
    assert "Up to 300\N{NO-BREAK SPACE}ms." in page
    assert "5\N{NO-BREAK SPACE}s &lt;b&gt; 5\N{NO-BREAK SPACE}min" in page
    assert together in get("/glossary/")
    assert together in get("/glossary/?q=delay")
