"""Help and the accessibility statement: open to everybody, and at the foot of every page in the same place."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

pytestmark = pytest.mark.django_db
PAGES = ("/help/", "/accessibility/")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("who", ["nobody", "employee", "outsider"])
def test_everybody_gets_help(client: Client, request: pytest.FixtureRequest, who: str, path: str) -> None:
    if who != "nobody":
        client.force_login(request.getfixturevalue(who))

    page = BeautifulSoup(client.get(path).content, "html.parser")

    assert len(page.select("h1")) == 1
    ids = [section["aria-labelledby"] for section in page.select("section[aria-labelledby]")]
    assert len(ids) > 2
    assert all(page.select(f"#{one}") for one in ids)
    asked_to_sign_in = page.select("main a[href='/accounts/password/reset/']")
    assert bool(asked_to_sign_in) is (who == "nobody" and path == "/help/")


@pytest.mark.parametrize("path", [*PAGES, "/accounts/login/", "/", "/glossary/", "/me/", "/nowhere/"])
def test_help_is_the_last_link_of_every_page(client: Client, employee: Any, path: str) -> None:
    if not path.startswith("/accounts/"):
        client.force_login(employee)

    page = BeautifulSoup(client.get(path).content, "html.parser")

    (foot,) = page.select("footer.foot")
    assert [link["href"] for link in foot.select("a")][-1] == "/help/"
    assert "/accessibility/" in [link["href"] for link in foot.select("a")]
    assert foot.select("a, button")[-1].text == "Help"
