"""/administration/: who sees it and the way to it, and where it leads."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from bothways.operations import health
from people import roles
from tests.conftest import hire

pytestmark = pytest.mark.django_db

PAGE = "/administration/"


def head(client: Client, page: str) -> str:
    soup = BeautifulSoup(client.get(page).content, "html.parser")
    return str(soup.select_one("nav.nav--bar"))


@pytest.mark.parametrize("role", roles.ALL)
def test_the_page_and_the_entry_in_the_head_are_for_administrators_only(client: Client, role: str) -> None:
    client.force_login(hire("somebody", "Employee", role))
    is_theirs = role == roles.ADMINISTRATOR

    answer = client.get(PAGE)

    assert answer.status_code == (200 if is_theirs else 403)
    assert ("What you keep" in answer.content.decode()) == is_theirs
    assert (f'href="{PAGE}"' in head(client, "/courses/")) == is_theirs


def test_a_superuser_without_the_role_is_refused_as_on_every_page_of_administrators(client: Client) -> None:
    person = hire("root", "Employee")
    person.is_superuser = True
    person.save()
    client.force_login(person)

    assert client.get(PAGE).status_code == 403
    assert PAGE not in head(client, "/courses/")


def test_each_way_opens_for_an_administrator(client: Client, administrator: Any) -> None:
    client.force_login(administrator)
    page = BeautifulSoup(client.get(PAGE).content, "html.parser")

    addresses = [str(link["href"]) for link in page.select("main h3 a")]

    assert addresses[:4] == ["/admin/users/", "/people/import/", "/audit/", "/health/"]
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(
        addresses, 200
    )


@pytest.mark.parametrize("page", ["/administration/", "/people/import/", "/audit/"])
def test_the_head_says_that_this_is_administration(client: Client, administrator: Any, page: str) -> None:
    client.force_login(administrator)

    assert f'<a aria-current="page" href="{PAGE}">' in head(client, page)


def test_what_is_not_well_stands_at_the_head(
    client: Client, administrator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = health.Finding("disk", "Disk", health.RED, "1 MB is free.")
    fine = health.Finding("mail", "Mail", health.WELL, "Mail is delivered.")
    monkeypatch.setattr(health, "look", lambda *, now: [fine, full])
    client.force_login(administrator)

    text = client.get(PAGE).content.decode()

    assert "Something needs an operator" in text
    assert "1 MB is free." in text
    assert "Mail is delivered." not in text


def test_the_page_costs_what_the_health_page_costs(
    client: Client, administrator: Any, django_assert_num_queries: Any
) -> None:
    client.force_login(administrator)
    client.get(PAGE)

    with django_assert_num_queries(9):  # session and person, and seven of the health page
        client.get(PAGE)
