"""What search engines, previews of links and Lighthouse ask of every page: what it is about, and may it be read."""

from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "about"),
    [
        ("/", "Your courses, what comes next, and the word of the week."),
        ("/courses/", "Technology for business colleagues, business for technicians: one language."),
        ("/courses/always-on/", "What a figure really promises."),
        ("/courses/always-on/hours/", "After this you can count hours."),
        ("/courses/always-on/quiz/", "What a figure really promises."),
        ("/glossary/", "Words that business and technology use, and what each side means by them."),
    ],
)
def test_a_page_says_what_it_is_about(
    client: Client, employee: Any, course: SimpleNamespace, path: str, about: str
) -> None:
    client.force_login(employee)

    (meta,) = BeautifulSoup(client.get(path).content, "html.parser").select("meta[name=description]")

    assert meta["content"] == about


def test_whoever_asks_reads_in_robots_txt_that_nothing_is_hidden(client: Client) -> None:
    response = client.get("/robots.txt")

    assert (response.status_code, response["Content-Type"]) == (200, "text/plain")
    lines = [line for line in response.content.decode().splitlines() if not line.startswith("#")]
    assert lines == ["User-agent: *", "Allow: /"]
