"""Every address of the URL map is opened once, by somebody who may: on PostgreSQL too.

Who may open what is tested in test_authorisation.py, on one database. What only another database
refuses, such as a query that it reads differently, shows here.
"""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from courses.models import CataloguePage
from tests.site.addresses import filled, routes
from tests.site.estate import ROLES, build, everybody
from tests.site.test_authorisation import table
from tests.worlds import World, again

pytestmark = [pytest.mark.django_db, pytest.mark.sql]

# Wagtail's page of this name is one that fails.
MAY_FAIL = {"admin/failwhale/"}


@pytest.fixture(scope="module")
def estate(world: World, catalogue_page: CataloguePage) -> SimpleNamespace:
    with world():
        return build(catalogue_page, everybody())


def role_for(codes: dict[str, int]) -> str:
    """Who gets the page; where nobody does, who gets furthest."""
    return min(reversed(ROLES), key=lambda role: (codes[role] != 200, codes[role] in {403, 404, 405}))


# Wagtail leaves the temporary file of a new rendition to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_every_address_opens_for_somebody_who_may(estate: SimpleNamespace) -> None:
    known = table()
    clients: dict[str, tuple[Client, dict[str, Any]]] = {}
    codes = {}

    for route in sorted(set(routes()) - MAY_FAIL):
        role = role_for(known[f"GET {route}"])
        if role not in clients:
            client = Client(raise_request_exception=False)
            if role != "anonymous":
                client.force_login(again(estate.cast[role]))
            clients[role] = client, dict(client.cookies)
        client, cookies = clients[role]
        client.cookies.clear()
        client.cookies.update(cookies)
        with transaction.atomic():
            answer = client.get(filled(route, estate.theirs))
            if answer.streaming:
                answer.getvalue()  # a file that is sent stays open until it was read
            codes[route] = answer.status_code
            transaction.set_rollback(True)

    assert {route: code for route, code in codes.items() if code >= 500} == {}
    assert sum(code == 200 for code in codes.values()) >= 213
