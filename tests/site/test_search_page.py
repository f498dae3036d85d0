"""The page of the search, as people meet it."""

import json
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup, Tag
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from bothways.operations import installation
from courses.models import CoursePage, LessonPage
from glossary.models import SuggestedWord, Synonym
from glossary.publishing import gathered
from search.models import Kind, Target
from tests.conftest import hire
from tests.courses.course import publish
from tests.glossary.words import NOW, write_false_friend, write_sense
from tests.worlds import World, again

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def course(world: World, published_course: SimpleNamespace) -> SimpleNamespace:
    with world():
        write_false_friend()
        write_sense("uptime", gloss="Time in service, in <per cent> & hours.")
        return published_course


@pytest.fixture
def reader(course: SimpleNamespace, db: None) -> Client:
    client = Client()
    client.force_login(hire("searching", "Employee"))
    return client


def page(client: Client, typed: str) -> Tag:
    answer = client.get("/search/", {"q": typed})
    assert answer.status_code == 200
    main = BeautifulSoup(answer.content, "html.parser").main
    assert main is not None
    return main


def texts(main: Tag, selector: str) -> list[str]:
    return [" ".join(tag.get_text().split()) for tag in main.select(selector)]


def test_a_lesson_shows_the_sentence_that_was_found_and_leads_to_its_paragraph(reader: Client) -> None:
    main = page(reader, "month")

    assert texts(main, "#r-lesson ~ ol .result__text")[0] == "1 % of a month is 7.2 hours."
    assert set(texts(main, ".result__text mark")) == {"month"}
    link = main.select_one("#r-lesson ~ ol .result__where a")
    assert link is not None and link.get_text() == "From per cent to hours"
    address, _hash, anchor = str(link["href"]).partition("#")
    lesson = BeautifulSoup(reader.get(address).content, "html.parser")
    paragraph = lesson.find(id=anchor)
    assert paragraph is not None
    assert " ".join(paragraph.get_text().split()) == "1 % of a month is 7.2 hours."


def test_a_heading_is_found_and_leads_to_itself(reader: Client) -> None:
    main = page(reader, "only text")

    assert main.select_one('.result__where a[href$="/reading/#only-text"]') is not None


def test_kinds_stand_in_the_order_of_their_best_hits_with_their_counts(reader: Client) -> None:
    assert texts(page(reader, "hours"), "h2") == ["Lessons 2", "Words 1", "Courses 2"]
    assert texts(page(reader, "uptime"), "h2")[0] == "Words 1"
    assert texts(page(reader, "hours"), "[role=status] p") == ["5 results Lessons 2 Words 1 Courses 2"]


@pytest.fixture
def many_words(reader: Client) -> None:
    with gathered(now=NOW):
        for number in range(45):
            write_sense(f"server-{number:02}", word={"lemma": f"server {number:02}"})


@pytest.mark.usefixtures("many_words")
def test_ten_of_each_kind_are_shown_and_a_link_leads_to_all(reader: Client) -> None:
    main = page(reader, "server")

    assert len(main.select(".results > li")) == 10
    link = main.find("a", string="All 45 words")
    assert isinstance(link, Tag) and link["href"] == "?q=server&kind=words"
    assert main.find("nav", {"aria-label": "Pages"}) is None


@pytest.mark.usefixtures("many_words")
def test_all_of_one_kind_come_in_pages_of_twenty(reader: Client) -> None:
    main = BeautifulSoup(reader.get("/search/?q=server&kind=words&page=2").content, "html.parser").main
    assert main is not None

    assert texts(main, "h3")[::19] == ["server 20", "server 39"]
    results = main.select_one(".results")
    assert results is not None and results["start"] == "21"
    pages = main.find("nav", {"aria-label": "Pages"})
    assert isinstance(pages, Tag)
    assert [(link["href"], link.get("aria-current")) for link in pages.select("ol a")] == [
        ("?q=server&kind=words", None),
        ("?q=server&kind=words&page=2", "page"),
        ("?q=server&kind=words&page=3", None),
    ]
    assert main.find("a", string="Words, courses and lessons", href="?q=server") is not None
    last = BeautifulSoup(reader.get("/search/?q=server&kind=words&page=99").content, "html.parser")
    assert len(last.select(".results > li")) == 5


def test_one_kind_shows_no_other(reader: Client) -> None:
    main = BeautifulSoup(reader.get("/search/?q=hours&kind=lessons").content, "html.parser").main
    assert main is not None
    assert texts(main, "h2") == ["Lessons 2"]
    main = BeautifulSoup(reader.get("/search/?q=hours&kind=nothing").content, "html.parser").main
    assert main is not None
    assert len(texts(main, "h2")) == 3


def test_qualifier_and_meaning_are_parted_and_the_tag_counts_meanings(reader: Client) -> None:
    main = page(reader, "availability")

    assert texts(main, ".result__text") == ["of a service: Share of time.", "of people: Free or not."]
    assert texts(main, ".badge") == ["2 meanings"]


def test_a_name_that_is_better_not_said_is_not_recommended(reader: Client) -> None:
    write_sense(
        "outage",
        gloss="A service is away.",
        synonyms=[Synonym(label="blackout", acceptability="avoid"), Synonym(label="interruption")],
    )

    assert "Better not: blackout" in " ".join(page(reader, "blackout").get_text().split())
    assert "Also: interruption" in " ".join(page(reader, "interruption").get_text().split())


def test_what_is_marked_stays_text(reader: Client) -> None:
    assert texts(page(reader, "per cent"), "#r-word ~ ol .result__text") == [
        "Time in service, in <per cent> & hours."
    ]


def test_a_typing_mistake_is_corrected_and_said(reader: Client) -> None:
    main = page(reader, "uptmie")

    assert texts(main, ".found__note") == ["Nothing holds “uptmie”. This is what was found for “uptime”."]
    assert texts(main, "h3")[0] == "uptime"


@pytest.mark.parametrize("typed", ["month", "hours", "promises", "Always on T2"])
def test_who_may_not_see_a_course_finds_nothing_of_it(
    reader: Client, course: SimpleNamespace, typed: str
) -> None:
    found = ".results a[href^='/courses/always-on/']"
    assert texts(page(reader, typed), found) != []

    restriction = PageViewRestriction.objects.create(
        page=course.page, restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.add(Group.objects.get_or_create(name="Somebody else")[0])

    assert texts(page(reader, typed), found) == []


def test_what_comes_down_moves_or_is_called_otherwise_is_found_as_it_is_now(
    reader: Client, course: SimpleNamespace
) -> None:
    lesson = again(course.one)
    lesson.title = "Minutes"
    publish(lesson)
    assert texts(page(reader, "minutes"), "#r-lesson ~ ol h3") == ["Minutes"]
    assert texts(page(reader, "minutes"), "mark") == ["Minutes"]

    LessonPage.objects.get(pk=lesson.pk).unpublish()
    assert texts(page(reader, "minutes"), "#r-lesson ~ ol h3") == []
    assert not Target.objects.filter(kind=Kind.LESSON, object_id=lesson.pk).exists()

    CoursePage.objects.get(pk=course.page.pk).unpublish()
    pages = [course.page.pk, course.one.pk, course.two.pk]
    assert not Target.objects.filter(kind__in=[Kind.LESSON, Kind.COURSE], object_id__in=pages).exists()


def test_drafts_are_not_found(reader: Client, course: SimpleNamespace) -> None:
    lesson = again(course.one)
    lesson.body = json.dumps([{"type": "markdown", "value": "## Kept back\n\nUnpublished."}])
    lesson.save_revision()

    assert texts(page(reader, "unpublished"), ".results h3") == []


def test_nothing_found_offers_to_suggest_the_word(reader: Client) -> None:
    main = page(reader, "<b>zzzz</b>")

    form = main.select_one("form.suggest")
    assert form is not None and form["method"] == "post" and form["action"] == "/search/suggest/"
    given = {tag["name"]: tag["value"] for tag in form.select("input")}
    assert (given["word"], given["asked_in"]) == ("<b>zzzz</b>", "search")
    assert main.select_one("form.suggest button") is not None


def test_a_suggestion_is_stored_once_for_each_person_and_word(reader: Client) -> None:
    for word in ("Zero  day", "zero-day"):
        answer = reader.post("/search/suggest/", {"word": word, "asked_in": "search"}, follow=True)
        assert "Zero day" in answer.content.decode() or "zero-day" in answer.content.decode()
    other = Client()
    other.force_login(hire("other", "Employee"))
    other.post("/search/suggest/", {"word": "zero day", "asked_in": "glossary"})

    rows = SuggestedWord.objects.values_list("typed", "normalised", "asked_in", "suggested_by__email")
    assert list(rows) == [
        ("Zero day", "zero day", "search", "searching@example.com"),
        ("zero day", "zero day", "glossary", "other@example.com"),
    ]


@pytest.mark.parametrize(
    ("word", "asked_in"),
    [("", "search"), ("% &", "search"), ("x" * 101, "search"), ("zero day", "elsewhere")],
)
def test_what_is_no_word_is_not_stored_and_said(reader: Client, word: str, asked_in: str) -> None:
    assert reader.post("/search/suggest/", {"word": word, "asked_in": asked_in}).status_code == 422
    assert not SuggestedWord.objects.exists()


def test_stewards_see_what_most_people_miss_and_no_names(reader: Client) -> None:
    for number in range(2):
        other = Client()
        other.force_login(hire(f"other{number}", "Employee"))
        other.post("/search/suggest/", {"word": "zero day", "asked_in": "search"})
    reader.post("/search/suggest/", {"word": "pen test", "asked_in": "search"})
    steward = Client()
    steward.force_login(hire("steward", "Employee", "Steward"))

    main = BeautifulSoup(steward.get("/write/words/").content, "html.parser").main
    assert main is not None
    words = texts(main, ".missed li")
    assert [word.partition(",")[0] for word in words] == ["zero day 2 people", "pen test 1 person"]
    assert "other0" not in main.get_text()
    assert reader.get("/write/words/").status_code == 403


def test_an_upgrade_indexes_what_an_earlier_version_published(
    reader: Client, course: SimpleNamespace
) -> None:
    Target.objects.filter(kind=Kind.WORD).update(format=0, digest="")
    Target.objects.filter(kind=Kind.LESSON).delete()

    installation.render_older_rows(say=lambda _line: None, now=timezone.now())

    assert not Target.objects.filter(format=0).exists()
    assert texts(page(reader, "month"), "#r-lesson ~ ol h3") == ["Hours", "Hours"]
    installation.render_older_rows(say=pytest.fail, now=timezone.now())


def test_a_figure_and_its_unit_stay_on_one_line_of_a_hit(reader: Client) -> None:
    assert "1\N{NO-BREAK SPACE}% of a month" in page(reader, "month").get_text()
