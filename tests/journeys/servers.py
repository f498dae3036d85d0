"""Real servers for tests: gunicorn with two workers and the background worker, on a copied installation.

The installation is prepared once per state of the code (tools/templates.py), so that a module copies a
folder instead of waiting for a minute. A module has one server, `demo = servers.demo`, and each of its tests
another person; a test that kills processes or needs settings of its own says `serve = servers.serve`.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tools.postgres import Postgres
from tools.stack import NEW, Stack
from tools.templates import copied, folder_of, template

PASSWORD = NEW["BOTHWAYS_ADMIN_PASSWORD"]
FAST_HASHING = "tests.journeys.fast_settings"

Serve = Callable[..., Stack]


NEEDS_POSTGRES = pytest.mark.skipif(
    Postgres.bin_folder() is None,
    reason="no PostgreSQL on this machine (Debian: apt install postgresql, or set POSTGRES_BIN)",
)


def installation(kind: str) -> Path:
    """The folder of a prepared installation: see tools/templates.py."""
    return template(folder_of(Path(settings.DATA)), kind)


def employee(number: int) -> str:
    """One of forty in each installation, with no past: each test of a shared server is somebody else.

    The odd ones speak technology, the even ones business.
    """
    return f"employee-{number}@example.com"


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """A function that starts a server of the test's own: for settings of its own, kills, or a past to itself.

    `serve("demo")`, `serve(with_worker=False)`, and variables of the environment by name:
    `serve(BOTHWAYS_URL="https://learn.example.com")`.
    """
    with ExitStack() as running:
        number = iter(range(100))

        def start(kind: str = "company", **options: Any) -> Stack:
            place = tmp_path / f"server-{next(number)}"
            place.mkdir()
            return running.enter_context(copied(installation(kind), place, **options))

        yield start


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One server on the demo for all tests of a module, without a worker."""
    with copied(installation("demo"), tmp_path_factory.mktemp("demo"), with_worker=False) as stack:
        yield stack


@pytest.fixture(scope="module")
def demo_with_worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One server and its worker on the demo for all tests of a module."""
    with copied(installation("demo"), tmp_path_factory.mktemp("demo")) as stack:
        yield stack
