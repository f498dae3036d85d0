"""The page tells its scripts the reader's side: for a technician the window of a word has "For IT" first."""

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_one_kept_lesson_tells_each_reader_the_own_side(
    client: Client, course: Any, employee: Any, technician: Any
) -> None:
    for person in (employee, technician, employee):
        client.force_login(person)

        page = client.get("/courses/always-on/hours/").content.decode()

        assert f'data-side="{person.side}"' in page
        assert page.count("data-side=") == 1


def test_nobody_has_a_side_at_the_door(client: Client) -> None:
    assert "data-side" not in client.get("/accounts/login/").content.decode()
