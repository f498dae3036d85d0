"""Who may open what: every address × every role × method, against a table that a person reviewed.

The table is `authorisation.tsv` beside this file. An address without a row fails. After adding an
address, write the table anew with `AUTHORISATION_WRITE=1 make test` and read the difference.
"""

import base64
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver

from people.backends import EmployeeBackend
from tests.conftest import hire
from tests.courses import course as courses
from tests.worlds import World, again

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).with_name("authorisation.tsv")
ROLES = [
    "anonymous", "employee", "technician", "author", "reviewer", "steward_business", "steward_technology",
    "hr", "manager", "outsider", "administrator",
]  # fmt: skip
OURS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]
# Wagtail's own views: what reads, what writes, and a method that none of them knows.
WAGTAIL = ["GET", "POST", "DELETE"]
# Whom an address names, by a part of it.
PEOPLE = {"users/": "user", "team/": "stranger"}
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def routes(patterns: Any = None, before: str = "") -> Iterator[str]:
    """Every address of the URL map, as written there."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def methods_of(route: str) -> list[str]:
    return WAGTAIL if route.startswith(("admin/", "_util/")) else OURS


@pytest.fixture(scope="module")
def people(world: World) -> dict[str, Any]:
    """Everybody of the table, by role."""
    groups = {
        "author": ["Author"], "reviewer": ["Reviewer"], "steward_business": ["Steward"],
        "steward_technology": ["Steward"], "hr": ["HR"], "administrator": ["Administrator"],
    }  # fmt: skip
    technical = {"technician", "author", "steward_technology", "administrator"}
    with world():
        cast = {
            role: hire(
                role.replace("_", "-"),
                *([] if role == "outsider" else ["Employee"]), *groups.get(role, []),
                side="technology" if role in technical else "business",
            )
            for role in ROLES
            if role != "anonymous"
        }  # fmt: skip
        for led in ("employee", "technician"):
            cast[led].manager = cast["manager"]
            cast[led].save()
    return cast


@pytest.fixture(scope="module")
def things(world: World, published_course: SimpleNamespace, people: dict[str, Any]) -> dict[str, Any]:
    """One of everything that addresses name; people's things belong to the technician."""
    from wagtail.documents.models import Document
    from wagtail.images.models import Image

    from courses import actions

    course, technician = published_course, people["technician"]
    with world():
        word = glossary_word()
        attempt = actions.start_quiz(employee=technician, course=course.row, now=courses.NOW)
        image = Image.objects.create(title="A pixel", file=ContentFile(PIXEL, name="pixel.png"))
        document = Document.objects.create(title="Notes", file=ContentFile(b"notes", name="notes.txt"))
        return {
            "page": course.one.pk, "course": "always-on", "lesson": "hours", "attempt": attempt.public_id,
            "question": course.checks[0].pk, "bank": course.bank.pk, "word": word.pk,
            "sense": word.senses.get().pk, "slug": word.slug, "user": technician.pk, "image": image.pk,
            "stranger": people["outsider"].pk,
            "document": document.pk, "file": document.file.name, "revision": course.one.latest_revision_id,
        }  # fmt: skip


def glossary_word() -> Any:
    from wagtail.models import Locale

    from glossary.models import Sense, Word

    locale = Locale.objects.get_or_create(language_code="en")[0]
    word = Word.objects.create(lemma="uptime", slug="uptime", locale=locale)
    sense = Sense(word=word, locale=locale, gloss="Time in use", wording_business="b", wording_technology="t")
    sense.save()
    sense.save_revision().publish()
    return word


def filled(route: str, things: dict[str, Any]) -> str:
    """The address with an existing thing for every name in it."""

    def value(name: str) -> str:
        if name in {"page_id", "page_to_move_id", "parent_page_id", "root_page_id", "destination_page_id"}:
            return str(things["page"])
        if name in {"course", "lesson", "attempt", "slug"} and not route.startswith("admin/"):
            return str(things[name])
        if name in {"image_id", "document_id", "revision_id", "doc_id"}:
            return str(things[{"doc_id": "document"}.get(name, name.removesuffix("_id"))])
        if name in {"pk", "object_id"}:
            for part in ("question", "bank", "word", "sense"):
                if f"/{part}/" in route:
                    return str(things[part])
            # In a team: somebody whom nobody here leads.
            named = next((name for part, name in PEOPLE.items() if part in route), "")
            return str(things.get(named, 1))
        return {
            "name": things["file"], "uidb36": "1", "key": "set-password", "position": "1", "app_label": "wagtailcore",
            "model_name": "page", "action": "delete", "app_name": "wagtailcore", "filter_spec": "width-100",
            "file_hash": "x", "content_type_app_name": "courses", "content_type_model_name": "lessonpage",
            "content_type_app_label": "courses", "slot": "x", "revision_id_a": "earliest", "revision_id_b": "latest",
        }.get(name, "1")  # fmt: skip

    path = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda match: value(match[1]), route)
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: value(match[1]), path)
    path = (
        path.replace(r"((?:[\w\-]+/)*)", "nothing/")
        .replace(r"(\d+)", str(things["document"]))
        .replace("(.*)", "notes.txt")
    )
    return "/" + re.sub(r"[\^$\\]|/\?", "", path)


class Visitor(Client):
    """Keeps no cookie, and nothing of a page but the answer: Django's client copies every template's context."""

    def request(self, **request: Any) -> Any:
        return self.handler(self._base_environ(**request))


def status(client: Client, method: str, path: str) -> int:
    """What the address answers. Nothing that it did stays."""
    with transaction.atomic():
        answer = client.generic(method, path, content_type="application/x-www-form-urlencoded")
        if answer.streaming:
            answer.getvalue()  # a file that is sent stays open until it was read
        transaction.set_rollback(True)
    code: int = answer.status_code
    return code


@pytest.fixture
def _once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is the same in every one of 13,000 requests is not done in each.

    The rights of a person stay what they are, since every request is undone; the words at the door have
    tests of their own; a line of the log takes longer than a refusal.
    """
    ask, known = EmployeeBackend.get_all_permissions, {}

    def rights(backend: Any, user: Any, obj: Any = None) -> Any:
        if obj is not None or not user.is_active:
            return ask(backend, user, obj)
        if user.pk not in known:
            known[user.pk] = ask(backend, user)
        return known[user.pk]

    def page(request: Any, template: str, context: Any, *, status: int) -> HttpResponse:
        return HttpResponse(status=status)

    monkeypatch.setattr(EmployeeBackend, "get_all_permissions", rights)
    monkeypatch.setattr("bothways.middleware.render", page)
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


# Wagtail leaves the temporary file of a new rendition to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
@pytest.mark.usefixtures("_once")
@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_a_role_as_the_table_says(
    role: str, things: dict[str, Any], people: dict[str, Any]
) -> None:
    client = Visitor()
    if role != "anonymous":
        client.force_login(again(people[role]))
    answers = {
        f"{method} {route}": status(client, method, filled(route, things))
        for route in sorted(set(routes()))
        for method in methods_of(route)
    }
    if os.environ.get("AUTHORISATION_WRITE"):
        write(role, answers)
        return
    known = table()
    differences = {
        key: (code, known.get(key, {}).get(role))
        for key, code in answers.items()
        if known.get(key, {}).get(role) != code
    }
    assert differences == {}, "(answered, expected)"
    # Wagtail's own forms answer 500 to an editor who sends nothing at all; health says that no worker runs.
    ours = {key: code for key, code in answers.items() if " admin/" not in key and " health/" not in key}
    assert [key for key, code in ours.items() if code >= 500] == []


def table() -> dict[str, dict[str, int]]:
    lines = TABLE.read_text().splitlines() if TABLE.exists() else []
    if not lines:
        return {}
    roles = lines[0].split("\t")[1:]
    rows = (line.split("\t") for line in lines[1:])
    return {key: dict(zip(roles, map(int, codes), strict=True)) for key, *codes in rows}


def write(role: str, answers: dict[str, int]) -> None:
    rows = {
        key: {**dict.fromkeys(ROLES, 0), **table().get(key, {}), role: code} for key, code in answers.items()
    }
    lines = ["\t".join(["address", *ROLES])]
    lines += [
        "\t".join([key, *(str(codes[name]) for name in ROLES)])
        for key, codes in sorted(rows.items(), key=lambda row: row[0].split(" ")[::-1])
    ]
    TABLE.write_text("\n".join(lines) + "\n")
