"""Hostile text in every field of a course, a lesson and a question, judged on the parsed page.

Strings come in batches. One publication holds a whole batch, each string in fields of its own that know
nothing of the others; the same page with as many harmless texts is made once for all batches. Where a
page of a batch has more than the harmless one, the batch is halved until it is known which string did it.
"""

import json
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import cache
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.test import Client
from django.utils.safestring import mark_safe
from wagtail.models import Page

from courses import actions
from courses.models import CoursePage, LessonPage, Published
from courses.publishing import render_course
from gates.memo import Memo
from quizzes.actions import record_publication
from quizzes.models import Option, Question
from tests.conftest import hire
from tests.courses.course import NOW, publish
from tests.gates.bisecting import guilty
from tests.gates.xss_corpus import CORPUS as ALL
from tests.gates.xss_corpus import dangers, new_dangers
from tests.worlds import World

LESSON = "/courses/always-on/hours/"
# What UTF-8 cannot carry, and NUL, never gets through a form: the gates have tests of their own for it.
CORPUS = [text.encode("utf-8", "replace").decode().replace("\0", "") for text in ALL]
HARMLESS = "harmless"
IN_LESSON, IN_TITLES = 60, 37  # strings in a batch


def batches(strings: Sequence[str], size: int) -> list[list[str]]:
    return [list(strings[start : start + size]) for start in range(0, len(strings), size)]


def blamed(strings: list[str], dangers_with: Callable[[list[str]], list[str]]) -> dict[str, list[str]]:
    """Each string that makes a danger, with its dangers; of several that are dangerous only together, all."""
    return {text: dangers_with([text]) for text in guilty(strings, lambda some: not dangers_with(some))}


class Ids(HTMLParser):
    """Counts the ids of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.counts: Counter[str | None] = Counter()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.counts.update(value for name, value in attrs if name == "id")


def beyond(html: str, harmless: str) -> list[str]:
    """What the page has beyond the same page with harmless texts; ids of headings are ours and never clash."""
    counts = Ids(html).counts
    dangers = [
        reason
        for reason in new_dangers(html, harmless)
        if not (reason.startswith("unprefixed id") and reason.split("'")[1] in counts)
    ]
    return dangers + [f"id {name!r} stands {count} times" for name, count in counts.items() if count > 1]


@pytest.fixture(scope="module", autouse=True)
def _nothing_is_missing() -> Iterator[None]:
    """Hostile text that renders to nothing would be refused as an empty block: here it has to get through."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("authoring.readiness.needed", lambda _draft: [])
        yield


@pytest.fixture(scope="module")
def learner(world: World) -> Any:
    """Begins courses that nobody asks of them."""
    with world():
        return hire("learner", "Employee")


@pytest.fixture(scope="module")
def newcomer(world: World) -> Any:
    """Is asked to take every course of the shelf and has begun none."""
    with world():
        return hire("newcomer", "Employee", side="technology")


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def get(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


# Lessons ---------------------------------------------------------------------------------------------


def hostile_body(strings: list[str]) -> str:
    """A lesson with a string in every text of every block that holds text."""

    def items(values):
        return [{"type": "item", "value": value, "id": str(uuid.uuid4())} for value in values]

    blocks = []
    for text in strings:
        short = text[:60]
        blocks += [
            {"type": "markdown", "value": f"## {text}\n\n{text}\n\n- {text}\n\n```{short}\n{text}\n```"},
            {"type": "text", "value": f"<p>{text}</p>"},
            {"type": "hook", "value": {"text": text}},
            {"type": "meeting", "value": {"speaker_side": "business", "speaker": short, "said": text, "hearer": short, "heard": text, "say_instead": text}},
            {"type": "example", "value": {"title": text, "intro": text, "steps": items([{"step": text, "working": text, "result": short}]), "conclusion": text}},
            {"type": "exhibit", "value": {"title": text, "kind": "mail", "text": f"{text} [1]", "notes": items([text])}},
            {"type": "callout", "value": {"kind": "tip", "title": text, "text": text}},
            {"type": "table", "value": {"caption": text, "head": items([text]), "rows": items([items([text])]), "numbers": []}},
            {"type": "say", "value": {"line": text}},
            {"type": "resources", "value": {"items": items([{"title": text, "url": "javascript:alert(1)", "note": text}])}},
        ]  # fmt: skip
    return json.dumps([{**block, "id": str(uuid.uuid4())} for block in blocks])


def lesson_page(course: SimpleNamespace, person: Any, strings: list[str]) -> str:
    lesson = LessonPage.objects.get(pk=course.one.pk)
    lesson.body = hostile_body(strings)
    publish(lesson)
    return get(signed_in(person), LESSON)


@pytest.fixture(scope="module")
def harmless_lesson(world: World, published_course: SimpleNamespace, learner: Any) -> Callable[[int], str]:
    """A function: the page of a lesson with so many harmless texts, made once."""

    @cache
    def page(count: int) -> str:
        with world():
            return lesson_page(published_course, learner, [HARMLESS] * count)

    return page


@pytest.fixture
def in_a_lesson(course: SimpleNamespace, learner: Any, harmless_lesson: Callable[[int], str]) -> Any:
    """A function: the dangers of a lesson with these strings."""

    def dangers(strings: list[str]) -> list[str]:
        harmless = harmless_lesson(len(strings))
        return beyond(lesson_page(course, learner, strings), harmless)

    return dangers


LESSONS = batches(CORPUS, IN_LESSON)


@pytest.mark.parametrize("strings", LESSONS, ids=range(len(LESSONS)))
def test_no_string_becomes_script_in_a_lesson(in_a_lesson, strings):
    assert blamed(strings, in_a_lesson) == {}


# Titles and questions --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shelf(world: World, catalogue_page: Any, published_course: SimpleNamespace) -> list[SimpleNamespace]:
    """Courses with a lesson each, and as many questions: a batch only changes their texts."""
    one, first = published_course.one, published_course.page
    rows = []
    with world():
        for number in range(IN_TITLES):
            catalogue_page.refresh_from_db()
            course = catalogue_page.add_child(
                instance=CoursePage(
                    locale=one.locale, slug=f"shelf-{number}", code=f"S{number}", direction=first.direction,
                    title=HARMLESS, summary=HARMLESS, session_kind="tour",
                )
            )  # fmt: skip
            lesson = LessonPage(locale=one.locale, slug="hours", title=HARMLESS, objective=HARMLESS)
            question = Question(
                bank=first.bank, locale=one.locale, code=f"shelf-{number}", purpose="check", live=True,
                stem=HARMLESS, shuffle=False,
            )  # fmt: skip
            question.options = [
                Option(sort_order=place, text=HARMLESS, is_correct=place == 0) for place in range(2)
            ]
            course.add_child(instance=lesson)
            question.save()
            actions.add_audience(
                course=course, scope="side", side="technology", requirement="required", now=NOW
            )
            rows.append(SimpleNamespace(course=course.pk, lesson=lesson.pk, question=question.pk))
    return rows


def write(row: SimpleNamespace, text: str) -> None:
    """Every text of the course, its lesson and its question is this one; that of one line where there is one line."""
    line = " ".join(text.split())[:180] or "x"
    CoursePage.objects.filter(pk=row.course).update(
        title=line, summary=line, short_title=line[:60], session_title=line[:150], session_plan=text,
        outcomes=json.dumps([{"type": "outcome", "value": {"key": "hours", "text": line}}]),
    )  # fmt: skip
    LessonPage.objects.filter(pk=row.lesson).update(title=line, objective=line)
    Question.objects.filter(pk=row.question).update(stem=text, section=line)
    Option.objects.filter(question=row.question).update(text=text, explanation=text)


def publish_all(shelf: list[SimpleNamespace], one: LessonPage) -> None:
    """The courses go live; the questions become the checks of one lesson."""
    for row in shelf:
        record_publication(question_id=row.question, now=NOW)
        Page.objects.filter(pk__in=[row.course, row.lesson]).update(live=True)
        render_course(CoursePage.objects.get(pk=row.course), now=NOW)
    chosen = [{"type": "item", "value": row.question, "id": str(uuid.uuid4())} for row in shelf]
    one.body = json.dumps([{"type": "checks", "value": {"questions": chosen}}])
    publish(one)


def answer_all(client: Client, page: str) -> None:
    """Every check of a lesson gets its first option; the reasons then stand on the page."""
    for form in BeautifulSoup(page, "html.parser").select("form[id^=check-]"):
        fields = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
        first = form.select_one(".option input")
        sent = client.post(LESSON, {**fields, "answer": first["value"]}, headers={"X-Fragment": "1"})
        assert sent.status_code == 200


def pages_of(place: SimpleNamespace, strings: list[str], *, visited: int) -> dict[str, str]:
    """Every page on which the texts stand, those of a single course for the first `visited` ones.

    Afterwards the texts are gone, and no page is kept.
    """
    with place.world():
        shelf = place.shelf[: len(strings)]
        for row, text in zip(shelf, strings, strict=True):
            write(row, text)
        publish_all(shelf, LessonPage.objects.get(pk=place.course.one.pk))
        learner, newcomer = signed_in(place.learner), signed_in(place.newcomer)
        pages: dict[str, str] = {}
        for number, row in enumerate(shelf):
            begin(place.learner, row, number)
            pages |= pages_of_one(learner, number) if number < visited else {}
        pages["asked"] = get(learner, LESSON)
        answer_all(learner, pages["asked"])
        pages |= {path: get(learner, path) for path in (LESSON, "/courses/", "/me/")}
        pages["/ of a newcomer"] = get(newcomer, "/")
        transaction.set_rollback(True)
    return pages


def begin(person: Any, row: SimpleNamespace, number: int) -> None:
    course = Published.objects.get(page_id=row.course)
    actions.begin_course(employee=person, course=course, now=NOW + timedelta(days=1, minutes=number))


def pages_of_one(client: Client, number: int) -> dict[str, str]:
    """The pages of one course, and home of somebody who has just begun it."""
    address = f"/courses/shelf-{number}/"
    pages = {address + page: get(client, address + page) for page in ("", "session-plan/", "hours/")}
    return pages | {f"/ after {address}": get(client, "/")}


def measure(path: str) -> str:
    """The harmless page of the same kind: all courses of a shelf have the same pages."""
    return re.sub(r"shelf-\d+", "shelf-0", path)


@pytest.fixture(scope="module")
def in_titles(
    world: World, shelf: list[SimpleNamespace], published_course: SimpleNamespace, learner: Any, newcomer: Any
) -> Callable[[list[str]], list[str]]:
    """A function: the dangers of all pages where these strings are titles and questions."""
    place = SimpleNamespace(
        world=world, shelf=shelf, course=published_course, learner=learner, newcomer=newcomer
    )

    @cache
    def harmless(count: int) -> dict[str, str]:
        return pages_of(place, [HARMLESS] * count, visited=1)

    def dangers(strings: list[str]) -> list[str]:
        usual = harmless(len(strings))
        return [
            f"{path}: {reason}"
            for path, html in pages_of(place, strings, visited=len(strings)).items()
            for reason in new_dangers(html, usual[measure(path)])
        ]

    return dangers


TITLES = batches(CORPUS[::9], IN_TITLES)


@pytest.mark.parametrize("strings", TITLES, ids=range(len(TITLES)))
@pytest.mark.django_db
def test_no_string_becomes_script_in_titles_and_questions(in_titles, strings):
    assert blamed(strings, in_titles) == {}


# The tests themselves --------------------------------------------------------------------------------


def test_the_judge_would_see_script_in_a_lesson():
    assert dangers("<main><p onclick=alert(1)>x</p><script>alert(1)</script></main>")


def test_an_id_that_stands_twice_is_a_danger():
    page = '<!doctype html><html><body><p id="a"></p><p id="{}"></p></body></html>'

    assert beyond(page.format("b"), page.format("b")) == []
    assert beyond(page.format("a"), page.format("b")) == ["id 'a' stands 2 times"]


def test_a_block_that_trusts_its_text_is_found_with_the_string_that_shows_it(in_a_lesson, monkeypatch):
    monkeypatch.setattr("courses.rendering.sanitise", mark_safe)  # rich text as it was sent
    monkeypatch.setattr("courses.rendering._sanitised", Memo(0))  # and nothing is remembered of what it was
    strings = ["a < b", "It's", "<img src=x onerror=alert(1)>", "R&D"]

    ((text, dangers),) = blamed(strings, in_a_lesson).items()

    assert text == strings[2]
    assert "handler onerror on <img>" in dangers


@pytest.mark.django_db
def test_questions_that_trust_their_words_are_found_with_the_string_that_shows_it(in_titles, monkeypatch):
    monkeypatch.setattr("quizzes.rendering._line", str)
    strings = ["a < b", "<img src=x onerror=alert(1)>", "R&D"]

    ((text, dangers),) = blamed(strings, in_titles).items()

    assert text == strings[1]
    assert {f"{page}: handler onerror on <img>" for page in ("asked", LESSON)} <= set(dangers)


@pytest.mark.django_db
def test_titles_that_are_trusted_are_found_on_every_page_that_has_them(in_titles, monkeypatch):
    monkeypatch.setattr("django.template.base.conditional_escape", str)
    strings = ["a < b", "It's", "<img src=x onerror=alert(1)>"]

    ((text, dangers),) = blamed(strings, in_titles).items()

    assert text == strings[2]
    one = "/courses/shelf-0/"
    pages = (
        "/courses/", "/me/", "/ of a newcomer", f"/ after {one}", one, f"{one}hours/", f"{one}session-plan/",
    )  # fmt: skip
    assert {f"{page}: handler onerror on <img>" for page in pages} <= set(dangers)


def test_the_course_page_class_has_no_text_that_this_file_forgets():
    """A new text field of a course needs a line above."""
    tested = {"title", "summary", "short_title", "session_title", "session_plan", "outcomes"}
    harmless = {"code", "direction", "level", "session_kind"}  # choices, or letters and digits only
    own = {
        field.name
        for field in CoursePage._meta.local_fields
        if field.get_internal_type() in {"CharField", "TextField", "StreamField", "JSONField"}
    }

    assert own - tested - harmless == set()
