"""Two nodes that start at once: the second waits for the first, says so, and finds nothing left to do."""

import contextlib
import fcntl
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from bothways.operations import turns
from publishing import publication
from tests.journeys.servers import NEEDS_POSTGRES
from tests.patience import until
from tools import stack
from tools.postgres import cluster

ROOT = Path(__file__).resolve().parents[2]
BACKENDS = [
    pytest.param(False, id="sqlite"),
    pytest.param(True, id="postgresql", marks=[pytest.mark.postgres, NEEDS_POSTGRES]),
]
COUNTED = """
from people.models import Employee, Organisation
from wagtail.models import Page, Site
from courses.models import CataloguePage
print("counted:", Organisation.objects.count(), Employee.objects.count(), Site.objects.count(),
      CataloguePage.objects.count(), Page.find_problems() == ([], [], [], [], []))
"""


@contextlib.contextmanager
def database(postgres: bool) -> Iterator[str]:
    """The DATABASE_URL of an empty PostgreSQL; "" for SQLite."""
    if not postgres:
        yield ""
        return
    with cluster() as server:
        yield server.make_database("both")


@contextlib.contextmanager
def turn_of_another(url: str, data: Path) -> Iterator[None]:
    """Nobody begins meanwhile: what two starts find before their turn, both find."""
    if url:
        with psycopg.connect(url) as holder:
            holder.execute("SELECT pg_advisory_xact_lock(%s)", [turns._TURN])
            yield
        return
    data.mkdir()
    with (data / "bothways.sqlite3.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def begin(log: Path, settings: dict[str, str]) -> subprocess.Popen[bytes]:
    with log.open("wb") as said:
        return subprocess.Popen(
            [sys.executable, "manage.py", "prepare"],
            cwd=ROOT, env=settings, stdout=said, stderr=subprocess.STDOUT,
        )  # fmt: skip


@pytest.mark.server
@pytest.mark.parametrize("postgres", BACKENDS)
def test_two_first_starts_at_once_make_one_site(postgres: bool, tmp_path: Path) -> None:
    """On PostgreSQL each node has a data folder of its own; on SQLite two starts share one."""
    with database(postgres) as url:
        nodes = [tmp_path / (f"node-{number}" if postgres else "data") for number in (1, 2)]
        logs = [tmp_path / f"{number}.log" for number in (1, 2)]
        given = {**stack.NEW, "SECRET_KEY": "both nodes have it", "PYTHONUNBUFFERED": "1"}
        with turn_of_another(url, nodes[0]):
            begun = [
                begin(log, stack.environment(node, database_url=url, **given))
                for node, log in zip(nodes, logs, strict=True)
            ]
            until(lambda: all(turns._WAITS in log.read_text() for log in logs))
        ended = [process.wait() for process in begun]
        said = [log.read_text() for log in logs]
        counted = stack.run(
            [sys.executable, "manage.py", "shell", "-v0", "-c", COUNTED],
            env=stack.environment(nodes[0], database_url=url, **given),
        ).stdout

    assert ended == [0, 0], "\n".join(said)
    assert ["is set up." in text for text in said].count(True) == 1
    # On PostgreSQL nobody is asked before the turn, so nothing that was given is left over.
    assert ["The one named here was not made" in text for text in said].count(True) == (0 if postgres else 1)
    assert "counted: 1 1 1 1 True" in counted
    assert all((node / "static" / "staticfiles.json").exists() for node in nodes)


@pytest.mark.django_db
@pytest.mark.sql
def test_whoever_has_the_turn_may_ask_again_and_gives_it_back() -> None:
    said: list[str] = []

    for _ in range(2):
        with turns.alone(connection, said.append), turns.alone(connection, said.append):
            call_command("migrate", verbosity=0)

    assert said == []


def test_a_turn_on_sqlite_is_waited_for(tmp_path: Path) -> None:
    class Connection:
        vendor = "sqlite"
        settings_dict = {"NAME": tmp_path / "bothways.sqlite3"}

        def is_in_memory_db(self) -> bool:
            return False

    other = os.open(tmp_path / "bothways.sqlite3.lock", os.O_WRONLY | os.O_CREAT)
    fcntl.flock(other, fcntl.LOCK_EX)
    order: list[str] = []

    def say(sentence: str) -> None:
        order.append(sentence)
        threading.Thread(target=give_back).start()

    def give_back() -> None:
        order.append("given back")
        os.close(other)

    with turns.alone(Connection(), say):
        order.append("begun")

    assert order == [turns._WAITS, "given back", "begun"]


def test_whoever_prepares_may_publish_meanwhile() -> None:
    """One number for both locks, and a process would wait for itself for ever."""
    assert turns._TURN != publication._TURN
