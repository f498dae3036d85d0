"""Where signing in leads: everybody to their own work."""

import re
from typing import Any

import pytest
from django.test import Client

from people import roles
from people.accounts.landing import first_page
from tests.conftest import PASSWORD

ROLES = frozenset(roles.ALL)


@pytest.mark.parametrize(
    ("held", "leads", "page"),
    [
        ({"Employee"}, False, "home"),
        ({"Employee"}, True, "reports:team"),
        ({"Employee", "Author"}, False, "write:desk"),
        ({"Employee", "Author"}, True, "write:desk"),
        ({"Employee", "Reviewer"}, False, "write:desk"),
        ({"Employee", "Steward"}, False, "agreement:waiting"),
        ({"Employee", "Steward", "Author"}, True, "agreement:waiting"),
        ({"Employee", "Reviewer", "Steward"}, False, "write:desk"),
        ({"Employee", "Administrator"}, False, "administration"),
        ({"Employee", "Administrator", "Author"}, False, "write:desk"),
        ({"Employee", "Administrator", "Steward"}, False, "agreement:waiting"),
        ({"Employee", "HR"}, False, "reports:completion"),
        ({"HR"}, False, "reports:completion"),
        (ROLES, True, "reports:completion"),
        ({"Author"}, False, "write:desk"),
        (set(), False, "me"),
        (set(), True, "me"),
        ({"course: T2"}, False, "me"),
    ],
)
def test_the_most_specific_role_says_where_somebody_begins(held: set[str], leads: bool, page: str) -> None:
    assert first_page(held, leads=leads) == page


WORK = [
    ("employee", "/", "Asked of you"),
    ("technician", "/", "Asked of you"),
    ("manager", "/team/", "people"),
    ("author", "/write/", "Start a course"),
    ("reviewer", "/write/", "Your courses"),
    ("steward_business", "/write/words/", "Nothing waits for your signature"),
    ("steward_technology", "/write/words/", "Nothing waits for your signature"),
    ("hr", "/reports/completion/", "Completion"),
    ("administrator", "/administration/", "What you keep"),
    ("outsider", "/me/", "Who can see what"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "page", "words"), WORK)
def test_each_role_comes_to_its_own_work_and_finds_home_in_the_head(
    client: Client, request: pytest.FixtureRequest, role: str, page: str, words: str
) -> None:
    person: Any = (
        request.getfixturevalue("employee").manager if role == "manager" else request.getfixturevalue(role)
    )

    answer = client.post("/accounts/login/", {"login": person.email, "password": PASSWORD}, follow=True)

    assert answer.redirect_chain == [(page, 302)]
    assert answer.status_code == 200
    text = answer.content.decode()
    assert words in text
    home = "/me/" if role == "outsider" else "/"
    assert f'<a class="wordmark" href="{home}"' in text
    head = re.findall(r"<nav class=\"nav nav--bar\".*?</nav>", text, re.DOTALL)[0]
    here = ' aria-current="page"' if page == "/" else ""
    assert (f'<a href="/"{here}><span>Home</span></a>' in head) == (role != "outsider")
    assert client.get(home).status_code == 200


@pytest.mark.django_db
def test_who_asked_for_a_page_gets_that_page_and_not_the_own_work(client: Client, hr: Any) -> None:
    asked = client.get("/glossary/")
    answer = client.post(asked["Location"], {"login": hr.email, "password": PASSWORD, "next": "/glossary/"})

    assert answer["Location"] == "/glossary/"


@pytest.mark.django_db
def test_the_address_of_the_site_asks_for_no_page(client: Client, hr: Any) -> None:
    door = client.get("/")["Location"]
    assert door == "/accounts/login/"

    assert client.post(door, {"login": hr.email, "password": PASSWORD})["Location"] == "/reports/completion/"
    assert client.get("/").status_code == 200
