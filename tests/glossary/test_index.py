"""The index and the search, as people meet them."""

from typing import Any, cast

import pytest
from bs4 import BeautifulSoup, Tag
from django.db.models import Q

from glossary import queries, views
from glossary.actions import befriend, sign
from glossary.models import PublishedWord, Sense, Synonym
from glossary.publishing import gathered
from tests.glossary.reading import text
from tests.glossary.words import NOW, write_false_friend, write_sense
from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words")]


@pytest.fixture(scope="module")
def words(world: World) -> None:
    """Four words, one of them a false friend."""
    with world(), gathered(now=NOW):
        write_false_friend()
        write_sense("incident")
        write_sense("latency")
        write_sense(
            "uptime",
            home_side="technology",
            gloss="Hours running.",
            synonyms=[
                Synonym(label="being up", acceptability="avoid"),
                Synonym(label="running time"),
            ],
        )


def test_the_index_lists_words_by_letter_with_counts_in_the_names(get: Any) -> None:
    html = get("/glossary/")

    assert '<a href="#letter-1">A<span class="vh">, 1 word</span></a>' in html
    assert 'id="letter-1"' in html
    assert "uptime Hours running. Technology" in text(html)
    assert "availability of a service: Share of time. of people: Free or not. 2 meanings" in text(html)


def test_the_filter_shows_only_false_friends_and_is_a_link(get: Any) -> None:
    html = get("/glossary/?show=false-friends")

    assert '<a href="?show=false-friends" aria-current="true">' in html
    assert "availability" in text(html)
    assert "uptime" not in text(html)


def test_the_filter_shows_only_words_of_which_each_meaning_is_agreed(
    get: Any, steward_business: Any, steward_technology: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Agreed" not in text(get("/glossary/"))
    for sense in Sense.objects.filter(word__slug__in=["uptime", "latency"]):
        sign(version=sense.current_version, side="business", employee=steward_business, now=NOW)
    for sense in Sense.objects.filter(Q(word__slug="uptime") | Q(word__slug="availability", slug="people")):
        if sense.word.slug == "availability":  # one of its two meanings
            sign(version=sense.current_version, side="business", employee=steward_business, now=NOW)
        sign(version=sense.current_version, side="technology", employee=steward_technology, now=NOW)

    html = get("/glossary/?show=agreed")

    assert "All words 4 False friends 1 Agreed 1" in text(get("/glossary/"))
    assert '<a href="?show=agreed" aria-current="true">' in html
    assert "uptime" in text(html)
    assert "latency" not in text(html)
    assert "availability" not in text(html)
    assert '<a href="#letter-1">U<span class="vh">, 1 word</span></a>' in html
    monkeypatch.setattr("glossary.views.WORDS_ON_ONE_PAGE", 0)
    assert '<a href="?show=agreed&amp;letter=U" aria-current="true">' in get(
        "/glossary/?show=agreed&letter=U"
    )


def test_a_filter_that_finds_nothing_says_so_and_one_that_is_not_known_shows_all(get: Any) -> None:
    page = text(get("/glossary/?show=agreed"))

    assert "Agreed 0" in page
    assert "There is no such word yet." in page
    assert "Words by letter" not in page
    assert text(get("/glossary/?show=%3Cb%3E")) == text(get("/glossary/"))


def test_an_empty_glossary_says_why(get: Any) -> None:
    PublishedWord.objects.all().delete()

    page = text(get("/glossary/"))

    assert "No words yet" in page
    assert "Words by letter" not in page


def test_a_long_glossary_shows_one_letter_at_a_time(get: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "WORDS_ON_ONE_PAGE", 1)

    first, second, wrong = get("/glossary/"), get("/glossary/?letter=U"), get("/glossary/?letter=%3Cb%3E")

    assert "availability" in text(first)
    assert "uptime" not in text(first)
    assert '<a href="?letter=U" aria-current="true">' in second
    assert "uptime" in text(second)
    assert "availability" not in text(second)
    assert text(wrong) == text(first)


def links(html: str, label: str) -> list[tuple[str, str, str | None]]:
    """Text, address and aria-current of the links of a landmark."""
    nav = BeautifulSoup(html, "html.parser").find("nav", {"aria-label": label})
    assert isinstance(nav, Tag), label
    return [
        (" ".join(link.get_text().split()), str(link["href"]), cast("str | None", link.get("aria-current")))
        for link in nav.find_all("a")
    ]


@pytest.fixture
def long_letter(words: None, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six words with A, among them the false friend, in pages of two."""
    with gathered(now=NOW):
        for lemma in ("abbey", "acorn", "apple", "arrow", "axle"):
            write_sense(lemma)
    monkeypatch.setattr(views, "WORDS_ON_ONE_PAGE", 3)
    monkeypatch.setattr(views, "WORDS_OF_A_LETTER", 2)


def lemmas(html: str) -> list[str]:
    return [tag.get_text() for tag in BeautifulSoup(html, "html.parser").select(".words__word")]


@pytest.mark.usefixtures("long_letter")
def test_a_long_letter_is_shown_in_pages_named_by_their_first_and_last_words(get: Any) -> None:
    second = get("/glossary/?letter=A&page=2")

    assert lemmas(second) == ["apple", "arrow"]
    assert links(second, "Pages of A") == [
        ("abbey – acorn", "?letter=A", None),
        ("apple – arrow", "?letter=A&page=2", "page"),
        ("availability – axle", "?letter=A&page=3", None),
    ]
    assert links(second, "Previous and next page") == [
        ("Previous page: abbey – acorn", "?letter=A", None),
        ("Next page: availability – axle", "?letter=A&page=3", None),
    ]
    assert "<title>Glossary: A, page 2 of 3" in " ".join(second.split()).replace("<title> ", "<title>")
    assert lemmas(get("/glossary/")) == ["abbey", "acorn"]


@pytest.mark.usefixtures("long_letter")
@pytest.mark.parametrize(
    ("page", "shown"), [("9", ["availability", "axle"]), ("0", ["abbey", "acorn"]), ("x", ["abbey", "acorn"])]
)
def test_a_page_that_is_not_there_shows_the_last_or_the_first(get: Any, page: str, shown: list[str]) -> None:
    assert lemmas(get(f"/glossary/?letter=A&page={page}")) == shown


@pytest.mark.usefixtures("long_letter")
def test_a_short_letter_and_the_false_friends_need_no_pages(get: Any) -> None:
    assert "Pages of" not in get("/glossary/?letter=U")
    friends = get("/glossary/?show=false-friends&letter=A&page=2")
    assert lemmas(friends) == ["availability"]
    assert "Pages of" not in friends


@pytest.mark.usefixtures("long_letter")
def test_pages_of_false_friends_keep_to_them(get: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with gathered(now=NOW):
        for slug in ("alpha", "amber", "atom"):
            pair = [write_sense(f"{slug}#{sense}", qualifier=sense) for sense in ("one", "two")]
            befriend(first=pair[0], second=pair[1], contrast="Different.", now=NOW)

    html = get("/glossary/?show=false-friends&letter=A&page=2")

    assert lemmas(html) == ["atom", "availability"]
    assert links(html, "Pages of A")[0] == ("alpha – amber", "?show=false-friends&letter=A", None)


def test_many_hits_are_shown_in_pages(get: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "WORDS_FOUND", 2)
    with gathered(now=NOW):
        for number in range(5):
            write_sense(f"server-{number}", word={"lemma": f"server {number}"})

    html = get("/glossary/?q=server&page=2")

    assert lemmas(html) == ["server 2", "server 3"]
    assert "5 words" in text(html)
    assert '<ol class="words gap-4" start="3">' in html
    assert links(html, "Pages") == [
        ("Previous page", "/glossary/?q=server&page=1", None),
        ("Page 1", "/glossary/?q=server&page=1", None),
        ("Page 2", "/glossary/?q=server&page=2", "page"),
        ("Page 3", "/glossary/?q=server&page=3", None),
        ("Next page", "/glossary/?q=server&page=3", None),
    ]
    assert lemmas(get("/glossary/?q=server&page=99")) == ["server 4"]


def test_a_search_says_how_many_words_and_why_they_were_found(get: Any) -> None:
    assert "1 word uptime" in text(get("/glossary/?q=uptime"))
    assert "“being up” is better not said." in text(get("/glossary/?q=being+up"))
    assert "Also “running time”." in text(get("/glossary/?q=running+time"))
    assert 'value="being up"' in get("/glossary/?q=being+up")


def test_a_typing_mistake_is_answered_with_a_suggestion_and_no_dead_end(get: Any) -> None:
    html = get("/glossary/?q=latancy")

    assert "Did you mean latency ?" in text(html)
    assert '<a href="/glossary/latency/">latency</a>' in html
    assert "Suggest this word" in html


def test_nothing_found_says_what_to_try(get: Any) -> None:
    assert "No word “zzzzzz” Try another spelling" in text(get("/glossary/?q=zzzzzz"))


def test_an_unknown_word_is_a_404_that_searches(get: Any) -> None:
    html = get("/glossary/latancy/", status=404)

    assert "There is no word “latancy” here" in text(html)
    assert "Did you mean latency ?" in text(html)
    assert 'role="search"' in html


def test_an_inflected_address_leads_on(get: Any) -> None:
    assert '<a href="/glossary/incident/">' in get("/glossary/incidents/", status=404)


@pytest.mark.sql
@pytest.mark.parametrize("words_shown", [1, 3])
def test_pages_take_the_same_queries_for_one_word_and_for_three(
    client: Any, employee: Any, words_shown: int, django_assert_num_queries: Any
) -> None:
    kept = ["latency", "incident", "uptime"][:words_shown]
    PublishedWord.objects.exclude(slug__in=kept).delete()
    client.force_login(employee)
    client.get("/glossary/?q=latency")  # the organisation is remembered

    counted = {"/glossary/": 4, "/glossary/?q=latency": 4, "/glossary/?q=latancy": 7, "/glossary/latency/": 3}
    # session, person, row; letters and their words; hits and their cards
    for path, count in counted.items():
        with django_assert_num_queries(count):
            assert "latency" in client.get(path).content.decode()


@pytest.mark.parametrize("path", ["/glossary/", "/glossary/uptime/"])
def test_pages_change_nothing_and_answer_only_to_reading(client: Any, employee: Any, path: str) -> None:
    client.force_login(employee)
    before = list(PublishedWord.objects.values())

    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405
    assert list(PublishedWord.objects.values()) == before
