"""Every sentence a person sees goes through gettext: shown by a language in which all of them look different."""

import html
import json
import re
import sys
from typing import Any

import pytest
from bs4 import BeautifulSoup
from bs4.element import Comment, Doctype
from django.utils.translation import trans_real

from courses.models import Published
from people import places
from people.models import Employee, Organisation
from tests.courses import course as courses
from tests.courses.test_lesson_page import form_of, option

pytestmark = pytest.mark.django_db

PAGES = [
    "/", "/courses/", "/courses/?minutes=20&asked=required", "/courses/always-on/", "/courses/always-on/hours/",
    "/courses/always-on/reading/", "/courses/always-on/quiz/", "/glossary/", "/glossary/?q=latncy", "/search/?q=hours",
    "/search/?q=zzz", "/me/", "/accounts/password/change/", "/nothing/", "/glossary/nothing/", "/health/",
]  # fmt: skip
SEPARATOR = "\x04"


@pytest.fixture
def pseudo(monkeypatch):
    """English with brackets around everything that was translated."""

    def wrap(message: str) -> str:
        return f"⟦{message.rpartition(SEPARATOR)[2]}⟧"

    monkeypatch.setattr(trans_real.DjangoTranslation, "gettext", lambda self, message: wrap(message))
    monkeypatch.setattr(
        trans_real.DjangoTranslation,
        "ngettext",
        lambda self, one, many, number: wrap(one if number == 1 else many),
    )
    places.forget()
    yield
    places.forget()


def unwrapped(text: str) -> str:
    """What is left of a text outside all brackets."""
    left, depth = [], 0
    for character in text:
        depth += (character == "⟦") - (character == "⟧")
        if depth == 0 and character not in "⟦⟧":
            left.append(character)
    return " ".join("".join(left).split())


def data_of(*texts: str) -> str:
    """Everything that is content: what authors, HR and the tests wrote, without markup."""
    rows = [json.dumps([row.card, row.data], ensure_ascii=False) for row in Published.objects.all()]
    people = [f"{person.display_name} {person.email}" for person in Employee.objects.all()]
    everything = " ".join([*rows, *people, *Organisation.objects.values_list("name", flat=True), *texts])
    return " ".join(html.unescape(re.sub(r"<[^>]+>|\\n", " ", everything)).split())


def untranslated(response: Any, data: str) -> list[str]:
    page = BeautifulSoup(response.content, "html.parser")
    nodes = [node for node in page.find_all(string=True) if not isinstance(node, Comment | Doctype)]
    nodes = [node for node in nodes if node.parent.name not in {"script", "style", "option"}]
    seen = [str(node) for node in nodes]
    known = {word.casefold() for word in words_of(data)}
    for name in ("aria-label", "title", "alt", "placeholder", "data-saved", "data-unsaved"):
        seen += [tag[name] for tag in page.select(f"[{name}]")]
    left = {unwrapped(text) for text in seen}
    pieces = {piece.strip(" .,:“”") for text in left for piece in text.split("·")}
    # A text may join a code, a title and a figure, each of which is content.
    return sorted(piece for piece in pieces if not all(word.casefold() in known for word in words_of(piece)))


def words_of(text: str) -> list[str]:
    return re.findall(r"[A-Za-z]{2,}", text)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_shows_only_what_was_translated_or_is_content(client, employee, course, pseudo, path):
    client.force_login(employee)
    from courses.publishing import render_course

    render_course(course.page, now=courses.NOW)

    response = client.get(path)

    known = "Bothways Both ways Example Ltd latncy zzz Python Django Wagtail SQLite PostgreSQL Europe/Berlin"
    assert untranslated(response, data_of(known, path)) == []


def test_feedback_is_translated_too(client, employee, course, pseudo):
    client.force_login(employee)
    url = "/courses/always-on/hours/"
    response = client.post(url, form_of(client.get(url)) | {"answer": option(course, 1)}, follow=True)

    assert "⟦Not quite⟧" in response.content.decode()


def test_the_sign_in_page_is_translated(client, organisation, pseudo):
    response = client.get("/accounts/login/")

    assert untranslated(response, "Bothways Both ways Example Ltd prov ision provision") == []


def test_the_test_finds_a_sentence_that_nobody_translated(client, employee, course, pseudo, monkeypatch):
    monkeypatch.setattr(sys.modules["courses.views.catalogue"], "_", lambda text: "Everything")
    client.force_login(employee)

    assert "Everything" in untranslated(client.get("/courses/"), data_of())
