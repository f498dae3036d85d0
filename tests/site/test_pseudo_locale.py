"""Every sentence a person sees goes through gettext: shown by a language in which all of them look different.

The pages are those of the URL map. Each is opened once, by the first role that the table of rights lets in;
what stands outside the brackets of the language must be content: words that stand in the database.
"""

import html
import json
import re
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace
from typing import Any
from zoneinfo import available_timezones

import pytest
from bs4 import BeautifulSoup
from bs4.element import Comment, Doctype
from django.apps import apps
from django.db import models
from django.test import Client
from django.utils.translation import trans_real

from authoring.models import CourseCopy
from authoring.teams import add_author
from courses import actions
from courses.actions import report_problem
from courses.models import Audience, SessionKind
from courses.publishing import render_course
from exchange.importing.actions import keep_upload as keep_course
from gates import kept_pages
from gates.archives import pack
from people.importing.actions import keep_upload as keep_people
from people.models import Department, Employee, Membership, PeopleUpload
from tests.conftest import hire
from tests.courses import course as courses
from tests.courses.test_lesson_page import form_of, option
from tests.people.importing.lists import HEAD, SIX_FAULTY
from tests.site.addresses import filled, routes
from tests.site.estate import ROLES
from tests.site.test_authorisation import table
from tests.worlds import World, again
from tools.packages import packages

pytestmark = pytest.mark.django_db

GROUPS = {
    "author": "Author", "reviewer": "Reviewer", "steward_business": "Steward", "steward_technology": "Steward", "hr": "HR",
    "administrator": "Administrator",
}  # fmt: skip
SEPARATOR = "\x04"
# Names of products, of the files of an import, and the figures of the sign-in page.
KNOWN = "Bothways Both ways Python Django Wagtail SQLite PostgreSQL course.yaml one.md left.txt prov ision provision"
# Addresses that no GET answers with a page: they take a POST, send a file or lead on.
WITHOUT_A_PAGE = {
    ".well-known/change-password", ".well-known/security.txt",
    "^((?:[\\w\\-]+/)*)$", "^documents/(\\d+)/(.*)$", "accounts/demo/", "accounts/oidc/<slug:provider_id>/login/",
    "accounts/oidc/<slug:provider_id>/login/callback/", "accounts/signup/", "brand/<str:name>", "courses/<slug:course>/start/",
    "courses/reports/<int:report>/away/", "files/<path:name>", "health/", "health/live", "health/ready", "robots.txt", "theme/", "write/course/<int:course>/lesson/", "write/course/<int:course>/order/", "write/import/course/<int:course>.zip",
    "write/take-back/<str:kind>/<int:pk>/", "write/words/<int:sense>/sign/", "write/words/<int:sense>/why/",
}  # fmt: skip


@contextmanager
def pseudo_language() -> Iterator[None]:
    """English with brackets around everything that was translated."""

    def wrap(message: str) -> str:
        return f"⟦{message.rpartition(SEPARATOR)[2]}⟧"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trans_real.DjangoTranslation, "gettext", lambda self, message: wrap(message))
        patch.setattr(
            trans_real.DjangoTranslation,
            "ngettext",
            lambda self, one, many, number: wrap(one if number == 1 else many),
        )
        kept_pages.forget()
        yield
        kept_pages.forget()


@pytest.fixture
def pseudo() -> Iterator[None]:
    with pseudo_language():
        yield


@pytest.fixture(scope="module")
def company(world: World, published_course: SimpleNamespace) -> SimpleNamespace:
    """Everybody, and one of everything that a page can show; published and filed in the pseudo language."""
    with world(), pseudo_language():
        return everything(again(published_course))


def everything(course: SimpleNamespace) -> SimpleNamespace:
    """Somebody of each role, and what every address of our own names."""
    people = _cast()
    employee = people["employee"]
    add_author(course=course.page, employee=people["author"])
    department = Department.add_root(name="Sales")
    for person in (employee, people["technician"]):
        Membership.objects.create(employee=person, department=department, from_on=date(2026, 1, 5))
    wanted = Audience(course=course.page, scope="everyone", requirement="required", due_on=date(2026, 12, 1))
    audience = actions.set_audience(wanted, by=people["hr"], now=courses.NOW)
    course.page.session_kind, course.page.session_title = SessionKind.BROWN_BAG, "An hour"
    course.page.session_plan = "## Begin\n\nTalk."
    course.page.save()
    render_course(course.page, now=courses.NOW)
    row = again(course.row)
    open_attempt = actions.start_quiz(employee=people["technician"], course=row, now=courses.NOW)
    things = {
        "course": "always-on", "lesson": "hours", "attempt": open_attempt.public_id, "finished": _finished(employee, row).public_id,
        "report": report_problem(lesson_id=course.one.pk, reporter=employee, text="A figure", now=courses.NOW).pk,
        "audience": audience.pk, "slug": _word(course.page.locale), "user": employee.pk, "page": course.one.pk,
        "write_course": course.page.pk, "file": "x", "document": 1,
        "copy": _copy(course.page, people["author"]).key,
    } | _uploads(people)  # fmt: skip
    return SimpleNamespace(people=people, things=things)


def _cast() -> dict[str, Any]:
    people = {"manager": hire("manager", "Employee")}
    for role in ROLES:
        if role not in {"anonymous", "manager"}:
            groups = [] if role == "outsider" else ["Employee", *([GROUPS[role]] if role in GROUPS else [])]
            side = (
                "technology"
                if role in {"technician", "author", "administrator", "steward_technology"}
                else "business"
            )
            led = {"manager": people["manager"]} if role in {"employee", "technician"} else {}
            people[role] = hire(role.replace("_", "-"), *groups, side=side, **led)
    return people


def _finished(person: Employee, row: Any) -> Any:
    """An attempt with a right and wrong answers."""
    attempt = actions.start_quiz(employee=person, course=row, now=courses.NOW)
    for drawn in attempt.drawn.order_by("position"):
        chosen = drawn.option_order[: 1 if drawn.position == 1 else 2][-1:]
        actions.answer_quiz(
            employee=person, course=row, attempt=attempt, position=drawn.position, key=uuid.uuid4(), chosen=chosen, unsure=False,
            confidence=2, now=courses.NOW,
        )  # fmt: skip
    return attempt


def _copy(course: Any, author: Any) -> CourseCopy:
    return CourseCopy.objects.create(
        author=author, source=course, copy=course, made_at=courses.NOW, stage="importing", total=3
    )


def _word(locale: Any) -> str:
    from glossary.models import Sense, Word

    word = Word.objects.create(lemma="uptime", slug="uptime", locale=locale)
    sense = Sense(word=word, locale=locale, gloss="Time in use", wording_business="b", wording_technology="t")
    sense.save()
    sense.save_revision().publish()
    return word.slug


def _uploads(people: dict[str, Any]) -> dict[str, Any]:
    """Two files that wait for a yes: a course with faults for the author, a list of people with faults for HR."""
    content = "\n".join([HEAD, *SIX_FAULTY, ""]).encode()
    listed = keep_people(
        uploader=people["hr"],
        name="people.csv",
        content=content,
        invite=False,
        may_change_guarded=False,
        now=courses.NOW,
    )
    manifest = (
        "code: T9\ntitle: New\nslug: new\nsummary: Short\ndirection: technology-for-business\ncolour: red\n"
    )
    lesson = "---\ntitle: One\nslug: one\nobjective: count\nminutes: many\n---\n\n## Part\n\nText.\n\n::: nothing\nx\n:::\n"
    archive = pack(
        [("new/course.yaml", manifest.encode()), ("new/1-one.md", lesson.encode()), ("new/left.txt", b"x")]
    )
    kept = keep_course(sender=people["author"], name="new.zip", content=archive, course=None, now=courses.NOW)
    return {"upload": kept.key, "list": listed.pk}


# --- the pages


def addresses() -> list[str]:
    """Every address of our own, as the URL map writes it."""
    return sorted(
        {route for route in routes() if not route.startswith(("admin/", "_util/"))} - WITHOUT_A_PAGE
    )


def path_of(route: str, things: dict[str, Any]) -> str:
    """The address with a thing of the world for every name in it."""
    named = {
        "<int:report>": things["report"], "<int:lesson>": things["page"], "<int:course>": things["write_course"],
        "people/import/<int:pk>": f"people/import/{things['list']}",
        "<uuid:key>": things["upload"], "people/<int:pk>": f"people/{things['user']}", "team/<int:pk>": f"team/{things['user']}",
        "audiences/<int:pk>": f"audiences/{things['audience']}",
    }  # fmt: skip
    if route.endswith("/result/"):
        things = things | {"attempt": things["finished"]}
    for name, value in named.items():
        route = route.replace(name, str(value))
    return filled(route, things, otherwise="1")


def opened(route: str, company: SimpleNamespace) -> tuple[str, Any]:
    """The page, as the first role sees it that the table lets in, or whose thing it is."""
    allowed = [role for role, code in table()[f"GET {route}"].items() if code == 200]
    path = path_of(route, company.things)
    response = None
    for role in [*allowed, *(role for role in ROLES if role not in allowed)]:
        client = Client()
        if role != "anonymous":
            client.force_login(again(company.people[role]))
        response = client.get(path)
        if response.status_code == 200:
            break
    return path, response


@pytest.mark.parametrize("route", addresses())
def test_a_page_shows_only_what_was_translated_or_is_content(company, pseudo, route):
    path, response = opened(route, company)

    assert response.status_code == 200, "no role could open it: give the world what it needs"
    zones = available_timezones() if route == "me/" else ()  # written as everybody writes them
    assert untranslated(response, content(path, *zones)) == []


@pytest.mark.parametrize(
    "path",
    ["/courses/?minutes=20&asked=required", "/glossary/?q=latncy", "/search/?q=hours", "/search/?q=zzz", "/nothing/", "/glossary/nothing/", "/health/"],
)  # fmt: skip
def test_a_page_with_a_question_or_without_an_answer_is_translated_too(company, client, pseudo, path):
    client.force_login(again(company.people["employee"]))

    assert untranslated(client.get(path), content(path)) == []


@pytest.mark.parametrize("route", ["team/", "audit/", "reports/completion/"])
def test_somebody_who_may_not_open_a_page_is_told_in_their_language(company, client, pseudo, route):
    client.force_login(again(company.people["outsider"]))
    response = client.get(f"/{route}")

    assert response.status_code == 403
    assert untranslated(response, content()) == []


def test_feedback_is_translated_too(company, client, published_course, pseudo):
    client.force_login(again(company.people["reviewer"]))
    url = "/courses/always-on/hours/"
    response = client.post(
        url, form_of(client.get(url)) | {"answer": option(again(published_course), 1)}, follow=True
    )

    assert "⟦Not quite⟧" in response.content.decode()


def test_a_report_of_an_import_is_translated_sentence_by_sentence(company, client, pseudo):
    """The faults of a file come from the gates, the reader and the report: all of them stand in brackets."""
    client.force_login(again(company.people["author"]))
    page = client.get(path_of("write/import/<uuid:key>/", company.things)).content.decode()

    assert "⟦“colour” is not a field of a course.⟧" in page
    assert "⟦unknown fence “nothing”; known are " in page
    assert "⟦⟦the number of minutes⟧ is a whole number from 1 to 90.⟧" in page


@pytest.mark.parametrize("stage", ["reading", "importing", "imported", "failed"])
def test_a_list_of_people_is_translated_wherever_it_is(company, client, pseudo, stage):
    PeopleUpload.objects.filter(pk=company.things["list"]).update(stage=stage)
    client.force_login(again(company.people["hr"]))
    path = f"/people/import/{company.things['list']}/"

    assert untranslated(client.get(path), content(path)) == []


@pytest.mark.parametrize("stage", ["importing", "imported", "failed"])
@pytest.mark.parametrize("path", ["/write/", "/write/copy/{copy}/"])
def test_the_copy_of_a_course_is_translated_wherever_it_is(company, client, pseudo, stage, path):
    CourseCopy.objects.filter(key=company.things["copy"]).update(stage=stage)
    client.force_login(again(company.people["author"]))
    path = path.format(copy=company.things["copy"])

    assert untranslated(client.get(path), content(path)) == []


def test_the_test_finds_a_sentence_that_nobody_translated(company, client, pseudo, monkeypatch):
    monkeypatch.setattr(sys.modules["courses.views.catalogue"], "_", lambda text: "Everything")
    client.force_login(again(company.people["employee"]))

    assert "Everything" in untranslated(client.get("/courses/"), content())


def test_every_page_of_the_table_is_opened():
    answered = {
        key.removeprefix("GET ")
        for key, codes in table().items()
        if key.startswith("GET ") and 200 in codes.values()
    }
    ours = {route for route in answered if not route.startswith(("admin/", "_util/"))}

    files = {"^documents/(\\d+)/(.*)$", "files/<path:name>", "write/import/course/<int:course>.zip"}
    probes = {
        "health/",
        "health/live",
        "health/ready",
        "robots.txt",
    }  # the first for people is opened below, by its address
    assert ours - set(addresses()) == files | probes


# --- what stands outside the brackets


INLINE = {"a", "abbr", "b", "code", "em", "i", "kbd", "small", "span", "strong", "time"}


def unwrapped(text: str, depth: int = 0) -> tuple[str, int]:
    """What is left of a text outside all brackets, and how many are open at its end."""
    left = []
    for character in text:
        depth += (character == "⟦") - (character == "⟧")
        if depth == 0 and character not in "⟦⟧":
            left.append(character)
    return " ".join("".join(left).split()), depth


def texts_outside(nodes: list[Any]) -> Iterator[str]:
    """What is left of each node. A sentence may hold emphasis: its brackets stand in two nodes of one block."""
    open_in: dict[int, int] = {}
    for node in nodes:
        block = next(parent for parent in node.parents if parent.name not in INLINE)
        text, open_in[id(block)] = unwrapped(str(node), open_in.get(id(block), 0))
        yield text


def content(*texts: str) -> str:
    """Everything that somebody wrote: the texts in the database, less what publishing made of them."""
    found = [KNOWN, *texts]
    for model in apps.get_models():
        if model.__module__.split(".")[0] not in {"wagtail", *packages()}:
            continue
        if model.__name__ in {"Published", "PublishedWord"}:
            continue
        names = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField) and not field.choices
        ]
        found += [
            json.dumps(row, ensure_ascii=False, default=str)
            for row in model._default_manager.values_list(*names)
        ]
    return " ".join(html.unescape(re.sub(r"<[^>]+>|\\n", " ", " ".join(found))).split())


def untranslated(response: Any, data: str) -> list[str]:
    page = BeautifulSoup(response.content, "html.parser")
    nodes = [node for node in page.find_all(string=True) if not isinstance(node, Comment | Doctype)]
    nodes = [node for node in nodes if node.parent.name not in {"script", "style"}]
    seen = []
    known = {word.casefold() for word in words_of(data)}
    for name in ("aria-label", "title", "alt", "placeholder", "data-saved", "data-why-away"):
        seen += [tag[name] for tag in page.select(f"[{name}]")]
    left = {*texts_outside(nodes), *(unwrapped(text)[0] for text in seen)}
    pieces = {piece.strip(" .,:“”") for text in left for piece in text.split("·")}
    # A text may join a code, a title and a figure, each of which is content.
    return sorted(piece for piece in pieces if not all(word.casefold() in known for word in words_of(piece)))


def words_of(text: str) -> list[str]:
    return re.findall(r"[A-Za-z]{2,}", text)


def test_a_sentence_with_emphasis_is_read_as_one_and_what_follows_it_is_not():
    page = SimpleNamespace(
        content="<p>⟦<b>3</b> people are <b>late</b> today⟧ nobody translated</p><p>this</p>".encode()
    )

    assert untranslated(page, "") == ["nobody translated", "this"]
