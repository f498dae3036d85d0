"""Every address of the URL map is opened once, by somebody who may: on PostgreSQL too.

Who may open what is tested in test_authorisation.py, on one database. What only another database
refuses, such as a query that it reads differently, shows here.
"""

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.site.test_authorisation import ROLES, filled, people, routes, table, things
from tests.worlds import again

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
__all__ = ["people", "things"]  # fixtures

# No worker runs here, and Wagtail's page of this name is one that fails.
MAY_FAIL = {"health/", "admin/failwhale/"}
# The addresses of the table say 1 here, which is the first row only where a database counts from one.
IDS = {"documents/": "document", "images/": "image", "completion/people/": "user"}


def address(route: str, things: dict[str, Any]) -> str:
    """The address with things of this database for every name in it."""
    for part, name in IDS.items():
        if part in route:
            route = re.sub(r"<\w+:pk>", str(things[name]), route)
    return filled(route, things)


def role_for(codes: dict[str, int]) -> str:
    """Who gets the page; where nobody does, who gets furthest."""
    return min(reversed(ROLES), key=lambda role: (codes[role] != 200, codes[role] in {403, 404, 405}))


# Wagtail leaves the temporary file of a new rendition to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_every_address_opens_for_somebody_who_may(things: dict[str, Any], people: dict[str, Any]) -> None:
    known = table()
    clients: dict[str, tuple[Client, dict[str, Any]]] = {}
    codes = {}

    for route in sorted(set(routes()) - MAY_FAIL):
        role = role_for(known[f"GET {route}"])
        if role not in clients:
            client = Client(raise_request_exception=False)
            if role != "anonymous":
                client.force_login(again(people[role]))
            clients[role] = client, dict(client.cookies)
        client, cookies = clients[role]
        client.cookies.clear()
        client.cookies.update(cookies)
        with transaction.atomic():
            answer = client.get(address(route, things))
            if answer.streaming:
                answer.getvalue()  # a file that is sent stays open until it was read
            codes[route] = answer.status_code
            transaction.set_rollback(True)

    assert {route: code for route, code in codes.items() if code >= 500} == {}
    assert sum(code == 200 for code in codes.values()) >= 213
