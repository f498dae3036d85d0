"""Pages kept for many hold nothing of one person: they are made without a user, a session or messages.

Two people who see the same pages and differ in everything else open each of them. What the second
gets must not depend on who came first.
"""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.template import engines
from django.test import Client, RequestFactory
from django.utils.safestring import mark_safe

from courses import actions
from courses.models import Audience, CoursePage, Published
from courses.publishing import render_course
from courses.views import lesson_page
from gates import kept_pages
from people.frames import frame_key
from people.models import Employee
from tests.conftest import hire
from tests.courses.course import NOW
from tests.site.test_authorisation import table
from tests.worlds import World, again

pytestmark = pytest.mark.django_db

# Every page of ours that an employee may open, by its address in the URL map, and what is asked of it here.
PAGES = {
    "": "/",
    "courses/": "/courses/",
    "courses/<slug:course>/": "/courses/always-on/",
    "courses/<slug:course>/<slug:lesson>/": "/courses/always-on/hours/",
    "courses/<slug:course>/<slug:lesson>/problem/": "/courses/always-on/hours/problem/",
    "courses/<slug:course>/quiz/": "/courses/always-on/quiz/",
    "courses/<slug:course>/session-plan/": "/courses/always-on/session-plan/",
    "accessibility/": "/accessibility/",
    "glossary/": "/glossary/",
    "glossary/<str:slug>/": "/glossary/uptime/",
    "help/": "/help/",
    "me/": "/me/",
    "robots.txt": "/robots.txt",
    "search/": "/search/?q=hours",
    "search/suggest/": "/search/suggest/?q=hourz",
}
LESSON = PAGES["courses/<slug:course>/<slug:lesson>/"]
# Django's and allauth's own pages keep nothing of ours; files have no frame.
FOREIGN = ("admin/", "_util/", "accounts/", "files/", "^documents/", "health/")
READS_THE_PERSON = (
    "{{ request.user.email }}{{ user.email }}{{ request.session.canary }}{% for one in messages %}{{ one }}{% endfor %}"
    "{{ request.COOKIES.canary }}{{ request.GET.canary }}"
)


@pytest.fixture(scope="module")
def cast(world: World, published_course: SimpleNamespace) -> SimpleNamespace:
    """Two employees whose pages look the same, and a required course and a word for both."""
    from wagtail.models import Locale

    from glossary.models import Sense, Word

    with world():
        actions.add_audience(
            course=published_course.page, scope=Audience.Scope.EVERYONE, requirement=Audience.Requirement.REQUIRED,
            due_on=NOW.date(), now=NOW,
        )  # fmt: skip
        course = CoursePage.objects.get(pk=published_course.page.pk)
        course.session_kind, course.session_plan = "brown-bag", "Bring a lunch."
        course.save()
        render_course(course, now=NOW)
        locale = Locale.objects.get_or_create(language_code="en")[0]
        word = Word.objects.create(lemma="uptime", slug="uptime", locale=locale)
        sense = Sense(word=word, locale=locale, gloss="In use", wording_business="b", wording_technology="t")
        sense.save()
        sense.save_revision().publish()
        boss = hire("ottilie-boss", "Employee")
        return SimpleNamespace(
            first=hire("ottilie-first", "Employee", employee_number="OTTILIE-1", manager=boss),
            second=hire("somebody-else", "Employee", side="technology", employee_number="E-2"),
        )


@pytest.fixture
def two(cast: SimpleNamespace, db: None) -> SimpleNamespace:
    return again(cast)


def page(person: Employee, address: str) -> str:
    """What somebody gets, without the tokens and keys that are new each time."""
    client = Client()
    client.force_login(person)
    client.cookies["canary"] = "ottilie-cookie"
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r'(name="(?:csrfmiddlewaretoken|key)" value=")[^"]+', r"\1", answer.content.decode())


def leaks(two: SimpleNamespace, address: str) -> list[str]:
    """Lines of the second person's page that are different because the first one came before."""
    kept_pages.forget()
    alone = page(two.second, address).splitlines()
    kept_pages.forget()
    page(two.first, address)
    after = page(two.second, address).splitlines()
    return [line for line in after if line not in alone] or [line for line in alone if line not in after]


def test_every_page_of_an_employee_is_compared() -> None:
    opened = {
        key.removeprefix("GET ")
        for key, codes in table().items()
        if key.startswith("GET ") and codes["employee"] == 200
    }

    assert {route for route in opened if not route.startswith(FOREIGN)} == set(PAGES)


@pytest.mark.parametrize("address", PAGES.values())
def test_a_page_does_not_depend_on_who_came_first(address: str, two: SimpleNamespace) -> None:
    assert leaks(two, address) == []
    assert "ottilie" not in page(two.second, address).lower()


@pytest.mark.parametrize("address", [LESSON, PAGES["courses/"], PAGES[""]])
def test_everybody_reads_their_own_name(address: str, two: SimpleNamespace) -> None:
    names = [re.findall(r">(Ottilie|Somebody)<", page(person, address)) for person in (two.first, two.second)]

    assert {*names[0]} == {"Ottilie"}
    assert {*names[1]} == {"Somebody"}


def test_a_template_that_reads_the_person_shows_nothing(two: SimpleNamespace, monkeypatch: Any) -> None:
    """The template of a lesson gets a line that prints whatever it can find of a person."""
    real = lesson_page.render_to_string

    def planted(template: str, context: dict[str, Any], request: Any = None) -> str:
        html = real(template, context, request=request)
        return (
            html + "<hr>" + engines["django"].from_string(READS_THE_PERSON).render(context, request) + "<hr>"
        )

    monkeypatch.setattr(lesson_page, "render_to_string", planted)
    kept_pages.forget()

    shown = [page(person, f"{LESSON}?canary=ottilie-query") for person in (two.first, two.second)]

    assert [re.findall("<hr>(.*)<hr>", html, re.DOTALL)[-1].strip() for html in shown] == ["", ""]
    assert two.first.email not in shown[0] + shown[1]


def test_a_personal_value_in_the_context_of_a_kept_page_is_found(
    two: SimpleNamespace, monkeypatch: Any
) -> None:
    """The comparison itself is checked: this is what a fault looks like."""
    real_page, real_context, reader = lesson_page._page, lesson_page._page_context, []

    def planted_page(request: Any, *given: Any, **named: Any) -> str:
        reader[:] = [request.user.email]
        return real_page(request, *given, **named)

    def planted_context(*given: Any, **named: Any) -> dict[str, Any]:
        context = real_context(*given, **named)
        return context | {"pops": mark_safe(f"{context['pops']}\n<i>{reader[0]}</i>\n")}

    monkeypatch.setattr(lesson_page, "_page", planted_page)
    monkeypatch.setattr(lesson_page, "_page_context", planted_context)

    assert leaks(two, LESSON) == [f"<i>{two.first.email}</i>"]


def test_a_shared_request_knows_no_person(two: SimpleNamespace, rf: RequestFactory) -> None:
    asked = rf.get(LESSON, {"canary": "1"}, headers={"cookie": "theme=dark; canary=1"})
    asked.user = two.first
    key = frame_key(asked)

    shared = kept_pages.SharedRequest(asked.path_info, key)

    assert frame_key(shared) == key
    assert key.theme == "dark"
    assert (shared.path, shared.GET.dict(), shared.COOKIES) == (LESSON, {}, {})
    assert not list(get_messages(shared))
    assert not {"user", "session", "auser", "_messages"} & set(vars(shared))


def test_an_answer_that_was_right_in_its_time_is_not_shown_to_who_was_wrong(course: SimpleNamespace) -> None:
    """The same option, once right and wrong after a new version: the verdict is each person's own."""
    row = Published.objects.get(pk=course.row_one.pk)
    key, question = next(iter(row.data["questions"].items()))
    given = {"chosen": [question["options"][0]["key"]], "unsure": False, "confidence": None}

    right = lesson_page.check_html(row, key, {**given, "correct": True})
    wrong = lesson_page.check_html(row, key, {**given, "correct": False})

    assert right != wrong
    assert re.sub(r'value="[^"]+"', "", right) == re.sub(
        r'value="[^"]+"', "", lesson_page.check_html(row, key, {**given, "correct": True})
    )
