"""A disk that is full: pages can be read, a save says that it is none, and room is all that is needed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.journeys.servers import FAST_HASHING, PASSWORD, employee, installation
from tools.load import CSRF, NO_TLS
from tools.templates import copied

pytestmark = pytest.mark.server

# The write-ahead log may still have some pages of its own. Each save needs more than one.
MOST_SAVES_THAT_FIND_ROOM = 2000


@contextmanager
def filled(place: Path) -> Iterator[None]:
    """Not one byte is left."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (65536, 512, 1):
            with suppress(OSError):
                while file.write(b"0" * size):
                    pass
    try:
        yield
    finally:
        ballast.unlink()


def first(results: Callable[[], httpx.Response], status: int) -> httpx.Response:
    for _turn in range(MOST_SAVES_THAT_FIND_ROOM):
        found = results()
        if found.status_code == status:
            return found
    raise AssertionError(f"none answered {status}; the last was {found.status_code}")


def test_a_full_disk_is_said_and_heals_with_room(small_disk: Path) -> None:
    options = {"with_worker": False, "DJANGO_SETTINGS_MODULE": FAST_HASHING}
    with (
        copied(installation("company"), small_disk, **options) as stack,
        httpx.Client(base_url=stack.address, timeout=60, trust_env=False, verify=NO_TLS) as client,
    ):
        client.cookies.set("csrftoken", CSRF, domain="127.0.0.1")
        door = {"csrfmiddlewaretoken": CSRF, "login": employee(1), "password": PASSWORD}
        assert client.post("/accounts/login/", data=door).status_code == 302
        assert client.get("/courses/").status_code == 200

        def choose_dark() -> httpx.Response:
            tokens = [cookie.value for cookie in client.cookies.jar if cookie.name == "csrftoken"]
            return client.post("/theme/", data={"csrfmiddlewaretoken": tokens[-1], "theme": "dark"})

        with filled(small_disk):
            refused = first(choose_dark, 507)
            read = client.get("/courses/")

        saved = choose_dark()

        assert "There is no room to save" in refused.text
        assert "Nothing was saved by this click." in refused.text
        assert read.status_code == 200
        assert saved.status_code == 302
        assert 'data-theme="dark"' in client.get("/courses/").text
