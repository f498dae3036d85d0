"""Real servers for tests: gunicorn with two workers and the background worker, on a copied installation.

The installation is prepared once per state of the code (migrated, content loaded, people hired) and
kept under BOTHWAYS_DATA/templates, so that a test copies a folder instead of waiting for a minute.
A test module that uses it says `serve = servers.serve`.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tools.stack import NEW, Postgres, Stack, copied, template

PASSWORD = NEW["BOTHWAYS_ADMIN_PASSWORD"]
ADMINISTRATOR = NEW["BOTHWAYS_ADMIN_EMAIL"]
PEOPLE = 40
FAST_HASHING = "tests.journeys.fast_settings"

Serve = Callable[..., Stack]


def backend(name: str) -> Any:
    """A parameter for `serve(postgres=…)`; PostgreSQL is skipped where its programs are missing."""
    if name == "sqlite":
        return pytest.param(False, id=name)
    missing = Postgres.bin_folder() is None
    reason = "no PostgreSQL on this machine (Debian: apt install postgresql, or set POSTGRES_BIN)"
    return pytest.param(
        True, id=name, marks=[pytest.mark.postgres, pytest.mark.skipif(missing, reason=reason)]
    )


BOTH_BACKENDS = pytest.mark.parametrize("postgres", [backend("sqlite"), backend("postgresql")])


def installation(*, demo: bool = False, postgres: bool = False) -> Path:
    """The folder of a prepared installation: the demo, or employee-1@ to employee-40@example.com."""
    cache = Path(settings.DATA) / "templates"
    return template(cache, demo=demo, people=0 if demo else PEOPLE, postgres=postgres)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """A function that starts a server on its own copy of an installation; all end with the test.

    `serve(demo=True)`, `serve(postgres=True)`, `serve(with_worker=False)`, and variables of the
    environment by name: `serve(BOTHWAYS_URL="https://learn.example.com")`.
    """
    with ExitStack() as running:
        number = iter(range(100))

        def start(*, demo: bool = False, postgres: bool = False, **options: Any) -> Stack:
            place = tmp_path / f"server-{next(number)}"
            place.mkdir()
            return running.enter_context(copied(installation(demo=demo, postgres=postgres), place, **options))

        yield start
