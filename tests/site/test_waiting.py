"""How long is waited for PostgreSQL: a statement may be long, a server may not be silent."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import psycopg
import pytest
from django.db.utils import load_backend

from bothways.postgresql import base, waiting
from bothways.postgresql.waiting import KnownSilent, Patience, Server, Silent, TooLong
from tests.journeys.servers import NEEDS_POSTGRES
from tests.patience import until
from tools.postgres import Postgres, cluster

pytestmark = [pytest.mark.server, pytest.mark.postgres, NEEDS_POSTGRES]

# Quiet for longer than this, and the server is asked; nothing here depends on how much longer.
SOON = Patience(quiet=0.1, longest=0)


class Way:
    """A way to the server that can be closed: what is sent is taken, and nothing of it arrives. So a frozen
    server looks, and a firewall that has forgotten a connection.
    """

    def __init__(self, port: int) -> None:
        self.to = port
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port = self.listener.getsockname()[1]
        self.opened = threading.Event()
        self.opened.set()
        self.forgotten: set[socket.socket] = set()
        self.begun: list[socket.socket] = []
        self.carriers: list[threading.Thread] = []
        self.accepting = threading.Thread(target=self._accept, daemon=True)
        self.accepting.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near = self.listener.accept()[0]
                self.begun.append(near)
                far = socket.create_connection(("127.0.0.1", self.to))
                self.begun.append(far)
                for one, other in ((near, far), (far, near)):
                    carrier = threading.Thread(target=self._carry, args=(one, other, near), daemon=True)
                    carrier.start()
                    self.carriers.append(carrier)

    def _carry(self, one: socket.socket, other: socket.socket, near: socket.socket) -> None:
        with suppress(OSError):
            while part := one.recv(65536):
                self.opened.wait()
                if near not in self.forgotten:
                    other.sendall(part)
            other.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Nobody new comes, then everybody ends, and only then are the ends closed: none is left to a thread."""
        self.opened.set()
        _shut(self.listener)
        self.accepting.join()
        for each in self.begun:
            _shut(each)
        for carrier in self.carriers:
            carrier.join()
        for each in [self.listener, *self.begun]:
            each.close()


def _shut(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with cluster() as running:
        yield running


@pytest.fixture
def way(postgres: Postgres) -> Iterator[Way]:
    made = Way(postgres.port)
    yield made
    made.close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    fresh = Server()
    monkeypatch.setattr(base, "server", fresh)
    return fresh


Wrapped = Callable[..., base.DatabaseWrapper]


@pytest.fixture
def connect(way: Way, server: Server, django_db_blocker: Any) -> Iterator[Wrapped]:
    """A function that gives Django's wrapper around a new connection with this patience."""
    begun: list[base.DatabaseWrapper] = []

    def begin(patience: Patience = SOON) -> base.DatabaseWrapper:
        wrapper: base.DatabaseWrapper = load_backend("bothways.postgresql").DatabaseWrapper(
            settings(way, patience)
        )
        begun.append(wrapper)
        wrapper.ensure_connection()
        return wrapper

    with django_db_blocker.unblock():  # a database of its own
        yield begin
        for wrapper in begun:
            wrapper.close()


def settings(way: Way, patience: Patience) -> dict[str, Any]:
    return {
        "NAME": "postgres", "USER": "postgres", "PASSWORD": "", "HOST": "127.0.0.1", "PORT": way.port,
        "OPTIONS": {"patience": patience, "connect_timeout": 2}, "TIME_ZONE": None, "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True, "AUTOCOMMIT": True, "ATOMIC_REQUESTS": False, "TEST": {},
    }  # fmt: skip


def ask(wrapper: base.DatabaseWrapper, sql: str = "SELECT 7") -> Any:
    """As psycopg says it."""
    return wrapper.connection.execute(sql).fetchone()[0]


def test_a_long_statement_is_waited_for_as_long_as_the_server_is_there(
    connect: Wrapped, server: Server
) -> None:
    asked: list[bool] = []
    answers = server.answers
    server.answers = lambda: asked.append(answers()) or asked[-1]  # type: ignore[method-assign,func-returns-value]

    assert ask(connect(), "SELECT 7 FROM pg_sleep(1)") == 7

    assert asked
    assert all(asked)


def test_a_statement_that_nobody_may_wait_for_is_cancelled_on_the_server(
    connect: Wrapped, server: Server
) -> None:
    wrapper, other = connect(Patience(quiet=60, longest=0.2)), connect()

    with pytest.raises(TooLong):
        ask(wrapper, "SELECT 7 FROM pg_sleep(600)")

    working = (
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()"
    )
    until(lambda: ask(other, working) == 0)
    assert wrapper.connection.closed


def test_a_silent_server_is_given_up_by_all_and_listened_for_by_one(
    connect: Wrapped, way: Way, server: Server
) -> None:
    wrapper, other = connect(), connect()
    way.opened.clear()

    with pytest.raises(Silent):
        ask(wrapper)
    assert wrapper.connection.closed
    with pytest.raises(KnownSilent):
        ask(other)
    with pytest.raises(KnownSilent):
        other.get_new_connection(other.get_connection_params())
    listening = [thread for thread in threading.enumerate() if thread.name == "listen-to-postgresql"]
    assert len(listening) == 1

    way.opened.set()

    until(lambda: not listening[0].is_alive())
    assert ask(connect()) == 7


def test_a_new_connection_that_nobody_answers_is_a_silent_server(
    connect: Wrapped, way: Way, server: Server
) -> None:
    wrapper = connect()
    way.opened.clear()

    with pytest.raises(psycopg.errors.ConnectionTimeout) as error:
        wrapper.get_new_connection(wrapper.get_connection_params())

    assert error.value.nothing_sent  # type: ignore[attr-defined]
    with pytest.raises(KnownSilent):
        server.refuse_if_silent()


def test_a_connection_that_a_firewall_has_forgotten_is_not_usable_and_the_next_one_is(
    connect: Wrapped, way: Way, server: Server
) -> None:
    wrapper = connect()
    way.forgotten.update(way.begun)

    assert not wrapper.is_usable()

    server.refuse_if_silent()  # the server itself is not suspected
    assert ask(connect()) == 7


def test_a_server_that_refuses_is_there(connect: Wrapped, way: Way, server: Server) -> None:
    wrapper = connect()
    server.parameters = {**wrapper.get_connection_params(), "dbname": "there-is-no-such-database"}

    assert server.answers()


def test_commands_wait_for_a_machine_that_stands_still_for_half_a_minute() -> None:
    assert waiting.COMMANDS.quiet > 45
    assert waiting.COMMANDS.longest == 0
    assert waiting.PAGES.quiet + waiting.CONNECT_SECONDS < 5
