"""The index, the search and the word page, as people meet them."""

import re
from html import unescape
from typing import Any

import pytest
from django.utils.html import strip_tags

from glossary.actions import befriend, relate, replace_uses, sign
from glossary.models import Exchange, PublishedWord, Source, Synonym
from glossary.rendering import render_pops

pytestmark = pytest.mark.django_db


@pytest.fixture
def get(client: Any, employee: Any) -> Any:
    client.force_login(employee)

    def get(path: str, status: int = 200) -> str:
        response = client.get(path)
        assert response.status_code == status
        return str(response.content.decode())

    return get


def text(html: str) -> str:
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(unescape(strip_tags(re.sub(r"<[^>]+>", lambda tag: tag[0] + " ", main))).split())


def test_the_index_lists_words_by_letter_with_counts_in_the_names(
    get: Any, written: Any, false_friend: Any
) -> None:
    written("uptime", home_side="technology", gloss="Hours running.")

    html = get("/glossary/")

    assert '<a href="#letter-1">A<span class="vh">, 1 word</span></a>' in html
    assert 'id="letter-1"' in html
    assert "uptime Hours running. Technology" in text(html)
    assert "availability of a service: Share of time. of people: Free or not. 2 meanings" in text(html)


def test_the_filter_shows_only_false_friends_and_is_a_link(get: Any, written: Any, false_friend: Any) -> None:
    written("uptime")

    html = get("/glossary/?show=false-friends")

    assert '<a href="?show=false-friends" aria-current="true">' in html
    assert "availability" in text(html)
    assert "uptime" not in text(html)


def test_an_empty_glossary_says_why(get: Any, locale: Any) -> None:
    page = text(get("/glossary/"))

    assert "No words yet" in page
    assert "Words by letter" not in page


def test_a_long_glossary_shows_one_letter_at_a_time(
    get: Any, written: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from glossary import views

    monkeypatch.setattr(views, "WORDS_ON_ONE_PAGE", 1)
    written("uptime")
    written("backup")

    first, second, wrong = get("/glossary/"), get("/glossary/?letter=U"), get("/glossary/?letter=%3Cb%3E")

    assert "backup" in text(first)
    assert "uptime" not in text(first)
    assert '<a href="?letter=U" aria-current="true">' in second
    assert "uptime" in text(second)
    assert text(wrong) == text(first)


def test_a_search_says_how_many_words_and_why_they_were_found(get: Any, written: Any) -> None:
    written(
        "uptime", synonyms=[Synonym(label="being up", acceptability="avoid"), Synonym(label="running time")]
    )

    assert "1 word uptime" in text(get("/glossary/?q=uptime"))
    assert "“being up” is better not said." in text(get("/glossary/?q=being+up"))
    assert "Also “running time”." in text(get("/glossary/?q=running+time"))
    assert 'value="being up"' in get("/glossary/?q=being+up")


def test_a_typing_mistake_is_answered_with_a_suggestion_and_no_dead_end(get: Any, written: Any) -> None:
    written("latency")

    html = get("/glossary/?q=latancy")

    assert "Did you mean latency ?" in text(html)
    assert '<a href="/glossary/latency/">latency</a>' in html
    assert "Suggest" not in html


def test_nothing_found_says_what_to_try(get: Any, written: Any) -> None:
    written("latency")

    assert "No word “zzzzzz” Try another spelling" in text(get("/glossary/?q=zzzzzz"))


def test_an_unknown_word_is_a_404_that_searches(get: Any, written: Any) -> None:
    written("latency")

    html = get("/glossary/latancy/", status=404)

    assert "There is no word “latancy” here" in text(html)
    assert "Did you mean latency ?" in text(html)
    assert 'role="search"' in html


def test_an_inflected_address_leads_on(get: Any, written: Any) -> None:
    written("incident")

    assert '<a href="/glossary/incident/">' in get("/glossary/incidents/", status=404)


@pytest.fixture
def full(written: Any, now: Any) -> Any:
    sense = written(
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
    lesson = written("lesson")
    relate(kind="related", source=sense, target=written("downtime"), now=now)
    relate(kind="broader", source=sense, target=written("measure"), now=now)
    befriend(first=sense, second=lesson, contrast="One teaches the other.", now=now)
    replace_uses(
        target=lesson, senses=[sense], title="What 99.9 % buys", address="/courses/t2/what/", now=now
    )
    return sense


def test_a_word_page_tells_everything_in_its_order(get: Any, full: Any) -> None:
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


def test_links_of_a_word_page_lead_to_senses_and_lessons(get: Any, full: Any) -> None:
    html = get("/glossary/uptime/")

    assert '<a href="/glossary/downtime/#main">downtime</a>' in html
    assert '<a href="/courses/t2/what/">What 99.9 % buys</a>' in html
    assert '<a href="https://example.com/book" rel="noopener noreferrer">A book</a>' in html


def test_no_button_or_link_of_a_feature_that_is_not_there(get: Any, full: Any) -> None:
    html = get("/glossary/uptime/") + get("/glossary/")

    for words in ("Add to my review", "Suggest", "Copy link", "map", "Do we share it"):
        assert words not in text(html), words
    assert 'href="#"' not in html


def test_the_warning_of_a_false_friend_comes_before_its_senses(get: Any, false_friend: Any) -> None:
    html = get("/glossary/availability/")
    page = text(html)

    assert page.index("When business says it Free or not.") < page.index(
        "When technology says it Share of time."
    )
    assert page.index("Careful: two meanings Say which one you mean.") < page.index(
        "1 availability of a service"
    )
    assert page.index("1 availability of a service") < page.index("2 availability of people")
    assert '<span>avail</span><span class="headword__t">ability</span>' in html
    assert 'id="service"' in html
    assert 'id="people"' in html
    assert "<title>availability, 2 meanings · " in html


def test_business_stands_before_it_whoever_reads(client: Any, technician: Any, full: Any) -> None:
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
    get: Any, written: Any, publish_again: Any
) -> None:
    new = written("availability")
    publish_again(written("uptime"), replaced_by=new)

    html = get("/glossary/uptime/")

    assert "No longer used. Say instead: availability" in text(html)
    assert '<a href="/glossary/availability/#main">availability</a>' in html


def test_neighbouring_words_are_named(get: Any, written: Any) -> None:
    for slug in ("alpha", "beta", "gamma"):
        written(slug)

    page = text(get("/glossary/beta/"))

    assert "Previous word: alpha" in page
    assert "Next word: gamma" in page


@pytest.mark.parametrize("count", [1, 3])
def test_pages_take_the_same_queries_for_one_word_and_for_three(
    client: Any, employee: Any, written: Any, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        written(f"word-{number}")
    client.force_login(employee)
    client.get("/glossary/")  # the organisation is remembered for half a minute

    for path in ("/glossary/", "/glossary/?q=word", "/glossary/?q=wrod", "/glossary/word-0/"):
        with django_assert_num_queries(3):  # session, person, row or cards
            client.get(path)


@pytest.mark.parametrize("path", ["/glossary/", "/glossary/uptime/"])
def test_pages_change_nothing_and_answer_only_to_reading(
    client: Any, employee: Any, written: Any, path: str
) -> None:
    written("uptime")
    client.force_login(employee)
    before = list(PublishedWord.objects.values())

    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405
    assert list(PublishedWord.objects.values()) == before


def test_no_page_has_an_inline_style_or_script(get: Any, full: Any, false_friend: Any) -> None:
    html = (
        get("/glossary/") + get("/glossary/availability/") + get("/glossary/uptime/") + get("/glossary/?q=x")
    )

    assert not re.findall(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=", html)


def test_a_pop_over_has_both_wordings_a_way_to_close_and_the_way_to_the_entry(
    false_friend: Any, locale: Any
) -> None:
    html = render_pops(["availability#service"], locale.pk)

    assert 'id="pop-availability--service"' in html
    assert "availability for business" in html
    assert "availability for IT" in html
    assert "Here a percentage." in html
    assert '<a href="/glossary/availability/#service">Open the full entry</a>' in html
    assert 'popovertarget="pop-availability--service" popovertargetaction="hide"' in html
