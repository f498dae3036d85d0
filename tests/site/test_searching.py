"""No search box fails on what is typed into it, and symbols around the words do not hide what the words find."""

import logging
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.search import index
from wagtail.search.backends import get_search_backend
from wagtail.search.query import MATCH_ALL, MATCH_NONE, And, Boost, Fuzzy, Not, Phrase, PlainText
from wagtail.search.utils import parse_query_string

from bothways.search_backend import in_words
from courses.models import LessonPage
from glossary.models import Sense, Word
from quizzes.models import Question
from tests.conftest import hire
from tests.gates.test_asked import TITLES
from tests.site.addresses import filled, routes
from tests.site.estate import PIXEL
from tests.soak import ROUNDS
from tests.worlds import World, again

pytestmark = [pytest.mark.django_db, pytest.mark.sql]

NASTY = [
    '"', "'", "%", "_", "(", ")", "[", "*", ":", "^", "\\", "-", "–", "+", "&", "/", "\x00", "\U0001f600",
    '12"', "AND", "OR", "NOT", "NEAR(", "NEAR(a b, 3)", "a AND NOT", "title:a", "{title}: a", "-a", "a*", "a'b", "a:*", "!a", "a <-> b",
    'service" level', '"service level', "'service level", '"a" "b', "live:true", 'live:"true"', "P & L", "RTO & RPO", "capex / opex",
    "What 99.9 % really buys", "cost – benefit", "%s %d %(a)s", "x" * 10_000, "a " * 5_000, '"a" ' * 2_500, "'a' " * 2_500, "\x00a\x00",
]  # fmt: skip
# Wagtail's lists of results are found by their address, so that a new one is tried as well; these stand beside them.
ALSO = (
    "search/", "glossary/", "admin/images/", "admin/documents/", "admin/snippets/quizzes/question/", "admin/choose-page/search/",
    "admin/api/main/^images/", "admin/api/main/^documents/", "admin/api/main/^pages/",
)  # fmt: skip


NO_BOXES = (
    "admin/workflows/usage/",
    "admin/sites/history",
    "admin/locales/history",
    "admin/groups/history",
    "admin/pages/<int:page_id>/history/",
)


def boxes() -> list[str]:
    return sorted(
        {
            route
            for route in routes()
            if route in ALSO or (route.endswith("results/") and not route.startswith(NO_BOXES))
        }
    )


@pytest.fixture(scope="module")
def indexed(world: World, published_course: SimpleNamespace) -> dict[str, Any]:
    """One of everything that is searched, in the index."""
    course = published_course
    with world():
        word = Word.objects.create(lemma="uptime", slug="uptime", locale=course.page.locale)
        sense = Sense(
            word=word, locale=word.locale, gloss="Time in use", wording_business="b", wording_technology="t"
        )
        sense.save()
        sense.save_revision().publish()
        image = Image.objects.create(title="A pixel", file=ContentFile(PIXEL, name="pixel.png"))
        document = Document.objects.create(title="Notes", file=ContentFile(b"notes", name="notes.txt"))
        things: dict[str, Any] = {
            "administrator": hire("administrator", "Employee", "Administrator", side="technology"),
            "manager": hire("manager", "Employee"),
            "page": course.one.pk, "question": course.checks[0].pk, "image": image.pk, "document": document.pk,
            "word": word.pk, "sense": sense.pk, "bank": course.bank.pk, "file": document.file.name,
        }  # fmt: skip
        for kind, key in (
            (LessonPage, "page"),
            (Question, "question"),
            (Image, "image"),
            (Document, "document"),
        ):
            index.insert_or_update_object(kind.objects.get(pk=things[key]))
    return things


@pytest.fixture
def administrator(client: Client, indexed: dict[str, Any], db: None) -> Client:
    client.force_login(again(indexed["administrator"]))
    return client


def address(route: str, indexed: dict[str, Any]) -> str:
    return filled(route, indexed, otherwise="1")


def strings_for(number: int) -> list[str]:
    """A quotation mark and one more of the table; `make soak` tries all in each."""
    if ROUNDS > 1:
        return NASTY
    return ['"', NASTY[number % len(NASTY)]]


# Wagtail leaves the temporary file of a new rendition to the garbage collector.
@pytest.mark.soak
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_no_box_fails_on_anything_and_nothing_is_logged(
    administrator: Client, indexed: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    found = boxes()
    assert len(found) > 35
    failed = []
    with caplog.at_level(logging.ERROR):
        for number, route in enumerate(found):
            for typed in strings_for(number):
                name = "search" if "api/" in route else "q"
                answer = administrator.get(address(route, indexed), {name: typed})
                if answer.status_code != 200:
                    failed.append((route, typed[:20], answer.status_code))

    assert failed == []
    assert caplog.records == []


@pytest.mark.parametrize("typed", NASTY, ids=lambda typed: repr(typed[:20]))
def test_the_back_end_takes_anything(indexed: dict[str, Any], db: None, typed: str) -> None:
    back_end = get_search_backend()
    for model in (LessonPage, Question, Image):
        list(back_end.search(typed, model))
        list(back_end.autocomplete(typed, model)[:5])
        len(back_end.search(typed, model, operator="or"))
    for query in (Phrase(typed), parse_query_string(typed)[1], PlainText("hours") & ~Phrase(typed)):
        list(back_end.search(query, LessonPage))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(typed=st.text(max_size=40))
def test_the_back_end_takes_what_nobody_thought_of(indexed: dict[str, Any], db: None, typed: str) -> None:
    list(LessonPage.objects.search(typed))
    list(LessonPage.objects.autocomplete(typed))


AROUND = ["{}", '{}"', '"{}"', '" {}', "({}", "{} %", "{} & ", "– {}", "* {} *", "{}\x00", "[{}]", "{}\\", "\U0001f600 {}", "{} :"]  # fmt: skip


@pytest.mark.parametrize("around", AROUND)
def test_symbols_around_words_hide_nothing(indexed: dict[str, Any], db: None, around: str) -> None:
    back_end = get_search_backend()

    for words, model, name in (
        ("count hours", LessonPage, "page"),
        ("t2-c1-1 allow", Question, "question"),
        ("pixel", Image, "image"),
        ("notes", Document, "document"),
    ):
        assert [one.pk for one in back_end.search(around.format(words), model)][:1] == [indexed[name]]
    for first in ("pix", "a pix"):
        assert [one.pk for one in back_end.autocomplete(around.format(first), Image)] == [indexed["image"]]


# Wagtail leaves the temporary file of a new rendition to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize(
    ("path", "words", "thing"),
    [
        ("/search/?q={}", "count hours", "Hours"),
        ("/glossary/?q={}", "uptime", "Time in use"),
        ("/admin/documents/results/?q={}", "notes", "Notes"),
        ("/admin/pages/search/results/?q={}", "hours", "Hours"),
        ("/admin/api/main/images/?search={}", "pixel", '"total_count": 1'),
        ("/admin/snippets/quizzes/question/results/?q={}", "allow", "t2-c1-1"),
        ("/admin/snippets/choose/quizzes/question/results/?q={}", "t2-c1-1 allow", "t2-c1-1"),
        ("/admin/snippets/choose/glossary/sense/results/?q={}", "time use", "uptime"),
        ("/admin/snippets/glossary/word/results/?q={}", "uptime", "There is 1 match"),
        ("/admin/snippets/glossary/sense/results/?q={}", "use uptime", "uptime"),
        ("/admin/snippets/quizzes/bank/results/?q={}", "t2", "T2"),
        ("/admin/users/results/?q={}", "manager example", "manager"),
    ],
)
def test_each_box_finds_its_thing_by_the_words(
    administrator: Client, path: str, words: str, thing: str
) -> None:
    for typed in (words.replace(" ", '" '), f"% ({words} &"):
        page = administrator.get(path.format(quote(typed))).content.decode()

        assert thing in BeautifulSoup(page, "html.parser").get_text()


# Wagtail leaves the temporary file of a new rendition to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize(
    ("model", "back", "typed", "found"),
    [
        ("wagtailimages/image/delete", "/admin/images/", 'pixel"', "A pixel"),
        ("wagtailimages/image/delete", "/admin/images/", '"', None),
        ("wagtaildocs/document/delete", "/admin/documents/", "(notes \x00", "Notes"),
        ("people/employee/set_active_state", "/admin/users/", "manager\x00", "manager"),
    ],
)
def test_everything_that_was_found_can_be_chosen_at_once(
    administrator: Client, model: str, back: str, typed: str, found: str | None
) -> None:
    answer = administrator.get(f"/admin/bulk/{model}/", {"next": back, "id": "all", "q": typed})

    assert answer.status_code == (404 if found is None else 200), "nothing is chosen where nothing is found"
    assert (found or "") in answer.content.decode()


@pytest.mark.parametrize(
    "path", ["/glossary/up%00time/", "/files/a%00", "/courses/a%00/", "/documents/1/a%00"]
)
def test_an_address_with_a_nul_is_of_no_page(administrator: Client, path: str) -> None:
    assert administrator.get(path).status_code == 404


def test_every_lessons_own_title_finds_it(course: Any) -> None:
    lost = []
    for title in TITLES:
        course.one.title = title
        LessonPage.objects.filter(pk=course.one.pk).update(title=title)
        index.insert_or_update_object(course.one)
        if list(LessonPage.objects.search(title)) != [course.one]:
            lost.append(title)

    assert lost == []


@pytest.mark.parametrize(
    ("query", "in_words_only"),
    [
        ("", ""),
        ('"', MATCH_NONE),
        ("a (b)", "a b"),
        (None, None),
        (MATCH_ALL, MATCH_ALL),
        (PlainText("* a", operator="or", boost=2), PlainText("a", operator="or", boost=2)),
        (PlainText("*"), MATCH_NONE),
        (Phrase('a "b'), Phrase("a b")),
        (Fuzzy("a *", operator="and", unaccent=True), Fuzzy("a", operator="and", unaccent=True)),
        (Boost(Phrase("(a"), 3), Boost(Phrase("a"), 3)),
        (Boost(Phrase("("), 3), MATCH_NONE),
        (Not(Phrase("(")), MATCH_NONE),
        (PlainText("a") & ~Phrase('"'), PlainText("a")),
        (
            (PlainText("a") & Phrase("b c")) & (PlainText("d") & PlainText("?")),
            And([PlainText("a"), Phrase("b c"), PlainText("d")]),
        ),
        (Not(Phrase("(a")), Not(Phrase("a"))),
        (Phrase("(") & PlainText("a"), PlainText("a")),
        (Phrase("(a") | PlainText("*b"), Phrase("a") | PlainText("b")),
        (Phrase("(") | PlainText("*"), MATCH_NONE),
    ],
    ids=repr,
)
def test_a_query_asks_for_words_only(query: Any, in_words_only: Any) -> None:
    assert repr(in_words(query)) == repr(in_words_only)
