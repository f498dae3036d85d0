"""The door, person by person and page by page, and the language that somebody chose."""

from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from bothways.middleware import _refusal, sign_in_required
from bothways.paths import without_language
from people.models import Employee
from tests.conftest import hire

# Who may open what: e = pages of courses, w = Wagtail and writing, f = its files, o = HR's office, m = the own page.
PAGES = {
    "e": ["/", "/courses/", "/glossary/availability/", "/search/", "/administrators/", "/written/"],
    "w": ["/admin/", "/admin/pages/3/edit/", "/write/", "/write/courses/1/"],
    "f": ["/files/lesson.png", "/documents/1/plan.pdf"],
    "o": ["/people/", "/audit/", "/reports/completion/", "/administration/"],
    "m": ["/me/", "/me/saved/"],
}


@pytest.mark.parametrize(
    ("roles", "opens"),
    [
        ("", "m"),
        ("Employee", "efom"),
        ("Author", "wfm"),
        ("Reviewer", "wfm"),
        ("Steward", "wfm"),
        ("HR", "om"),
        ("Administrator", "wfom"),
        ("Employee Author", "ewfom"),
        ("Employee HR", "efom"),
        ("HR Author", "wfom"),
        ("course: T2", "m"),
    ],
)
def test_a_page_opens_to_whom_it_is_for(roles: str, opens: str) -> None:
    """HR's pages let employees through this door: each of them says by itself to whom it opens."""
    held = frozenset({roles} if ":" in roles else roles.split())
    person = SimpleNamespace(roles=held, leads=False, has_perm=lambda permission: False)

    opened = {path: _refusal(path, person) is None for paths in PAGES.values() for path in paths}

    assert opened == {path: kind in opens for kind, paths in PAGES.items() for path in paths}


def test_who_may_open_wagtail_without_a_role_comes_through_its_door_only() -> None:
    person = SimpleNamespace(
        roles=frozenset(), leads=False, has_perm=lambda permission: permission == "wagtailadmin.access_admin"
    )

    assert _refusal("/write/", person) is None
    assert _refusal("/admin/", person) is None
    assert _refusal("/files/lesson.png", person) is not None
    assert _refusal("/courses/", person) is not None


NOBODY = SimpleNamespace(roles=frozenset(), leads=False, has_perm=lambda permission: False)


def test_who_leads_people_and_has_no_role_is_not_told_that_nobody_reports_to_them() -> None:
    refusal = _refusal("/team/", SimpleNamespace(**{**vars(NOBODY), "leads": True}))

    assert refusal is not None
    assert "take courses" in refusal.for_whom
    assert "has no such role yet" in refusal.what_to_do


@pytest.mark.parametrize(
    ("path", "for_whom", "whom_to_ask"),
    [
        ("/write/", "write and review courses", "ask an administrator"),
        ("/admin/", "write and review courses", "ask an administrator"),
        ("/files/lesson.png", "take courses", "Ask your line manager or HR"),
        ("/", "take courses", "Ask your line manager or HR"),
        ("/glossary/", "take courses", "Ask your line manager or HR"),
        ("/team/", "line managers and their own people", "Nobody is entered as reporting to you"),
        ("/team/7/", "line managers and their own people", "Nobody is entered as reporting to you"),
        ("/administration/", "these roles only: Administrator", "ask an administrator"),
        ("/audit/", "HR and administrators", "ask an administrator"),
        ("/nope/", "no page at this address that you may open", "Check the address"),
    ],
)
def test_who_is_refused_learns_for_whom_the_page_is_and_whom_to_ask(
    path: str, for_whom: str, whom_to_ask: str
) -> None:
    refusal = _refusal(path, NOBODY)

    assert refusal is not None
    assert for_whom in refusal[0]
    assert whom_to_ask in refusal[1]


# The person's language ---------------------------------------------------------------------------


@pytest.fixture
def two_languages(settings: Any) -> Any:
    settings.LANGUAGES = [("en", "English"), ("de", "German")]
    with translation.override("en"):
        yield


def languages(chosen: str, path: str = "/courses/") -> tuple[str, str, str]:
    """What is spoken while the page is made, what the request says, and a word in that language."""
    seen: list[tuple[str, str, str]] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(
            (translation.get_language(), getattr(request, "LANGUAGE_CODE", ""), translation.gettext("Yes"))
        )
        return HttpResponse()

    request: Any = RequestFactory().get(path)
    request.session = {}
    request.user = SimpleNamespace(
        pk=1, is_authenticated=True, roles=frozenset({"Employee"}), language=chosen, time_zone="UTC"
    )
    assert sign_in_required(view)(request).status_code == 200
    return seen[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chosen", "path", "spoken"),
    [
        ("de", "/courses/", ("de", "de", "Ja")),
        ("", "/courses/", ("en", "", "Yes")),
        ("en", "/courses/", ("en", "", "Yes")),
        ("fr", "/courses/", ("en", "", "Yes")),  # a language that this installation does not have
        ("de", "/en/courses/", ("en", "", "Yes")),  # the address names the language of a page
    ],
)
def test_a_page_speaks_the_language_of_the_person(
    two_languages: None, chosen: str, path: str, spoken: tuple[str, str, str]
) -> None:
    assert languages(chosen, path) == spoken


@pytest.mark.parametrize(
    ("path", "compared"),
    [
        ("/de/courses/t2/", "/courses/t2/"),
        ("/de/", "/"),
        ("/de", "/"),
        ("/de-at/me/", "/me/"),
        ("/courses/", "/courses/"),
        ("/me/", "/me/"),  # two letters, but no language of this installation
        ("/fr/courses/", "/fr/courses/"),
        ("/en/courses/", "/en/courses/"),  # the first language has no prefix: there is no such page
        ("/", "/"),
    ],
)
def test_paths_are_compared_without_their_language(two_languages: None, path: str, compared: str) -> None:
    assert without_language(path) == compared


@pytest.mark.django_db
def test_the_door_and_the_head_know_the_pages_of_every_language(
    two_languages: None, client: Client, employee: Employee
) -> None:
    door = client.get("/de/accounts/login/")
    client.force_login(employee)
    courses = client.get("/de/courses/")

    assert door.status_code == 200
    assert 'name="password"' in door.content.decode()
    current = BeautifulSoup(courses.content, "html.parser").select_one("[aria-current=page]")
    assert current and current["href"] == "/de/courses/"


@pytest.mark.django_db
def test_a_role_opens_the_same_pages_in_every_language(
    two_languages: None, organisation: Any, client: Client
) -> None:
    client.force_login(hire("nobody"))

    assert "takes no courses yet" in client.get("/de/me/").content.decode()
    assert "for people who write and review courses" in client.get("/de/write/").content.decode()
