"""Redis that is stopped, frozen and started again: every page answers, and one line says so."""

import logging
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from bothways import redis_cache
from bothways.redis_cache import PatientRedisCache
from tools.stack import free_port

SERVER = shutil.which("redis-server")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.server,
    pytest.mark.skipif(SERVER is None, reason="no Redis on this machine (Debian: apt install redis-server)"),
]
PAGES = {
    "administrator": ["/", "/me/", "/admin/", "/admin/pages/", "/admin/reports/site-history/", "/people/", "/audit/", "/health/"],
    "employee": ["/", "/me/", "/courses/", "/glossary/", "/search/?q=hours"],
    "": ["/accounts/login/", "/accounts/password/reset/", "/health/live", "/health/ready", "/nothing/"],
}  # fmt: skip


class Redis:
    """A server of the test's own, which keeps nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self.process = subprocess.Popen(
            [str(SERVER), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=5) as opened:
                    opened.sendall(b"PING\r\n")
                    if opened.recv(5) == b"+PONG":
                        return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("Redis did not start")

    def stop(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        self.process.wait(30)

    def freeze(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGCONT)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The clock of the pause: it stands until somebody turns it."""
    turned = SimpleNamespace(at=1000.0)
    monkeypatch.setattr(redis_cache, "time", SimpleNamespace(monotonic=lambda: turned.at))
    monkeypatch.setattr(redis_cache, "_breakers", {})
    return turned


@pytest.fixture
def redis(tmp_path: Path, settings: Any, clock: SimpleNamespace) -> Iterator[Redis]:
    server = Redis(tmp_path)
    server.start()
    named = {"BACKEND": "bothways.redis_cache.PatientRedisCache", "LOCATION": server.url}
    settings.CACHES = {**settings.CACHES, "default": named}
    yield server
    server.stop()


def cache() -> PatientRedisCache:
    found = caches["default"]
    assert isinstance(found, PatientRedisCache)
    return found


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every time that Redis itself was asked."""
    import redis as library

    found: list[str] = []
    execute = library.Redis.execute_command

    def counted(self: Any, *arguments: Any, **options: Any) -> Any:
        found.append(str(arguments[0]))
        return execute(self, *arguments, **options)

    monkeypatch.setattr(library.Redis, "execute_command", counted)
    return found


def codes(people: dict[str, Client]) -> dict[tuple[str, str], int]:
    return {(who, page): people[who].get(page).status_code for who, pages in PAGES.items() for page in pages}


def test_every_page_answers_while_redis_is_stopped_frozen_and_back(
    redis: Redis, clock: SimpleNamespace, administrator: Any, employee: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="bothways.redis_cache")
    people = {"administrator": Client(), "employee": Client(), "": Client()}
    people["administrator"].force_login(administrator)
    people["employee"].force_login(employee)

    def cache_says() -> str:
        return people[""].get("/health/?format=json").json()["findings"]["cache"]["state"]

    as_ever = codes(people)
    assert max(as_ever.values()) < 500
    assert as_ever["administrator", "/admin/"] == as_ever["", "/accounts/password/reset/"] == 200
    assert cache_says() == "well"

    redis.stop()
    assert (codes(people), cache_says()) == (as_ever, "warning")
    assert people[""].get("/health/ready").status_code == 200
    redis.start()
    clock.at += redis_cache.PAUSE_SECONDS
    assert (codes(people), cache_says()) == (as_ever, "well")
    redis.freeze()
    assert (codes(people), cache_says()) == (as_ever, "warning")
    redis.thaw()
    clock.at += redis_cache.PAUSE_SECONDS
    assert (codes(people), cache_says()) == (as_ever, "well")

    said = [
        record.getMessage().partition(" (")[0]
        for record in caplog.records
        if record.name == "bothways.redis_cache"
    ]
    assert said == [
        "Redis does not answer",
        "Redis answers again.",
        "Redis does not answer",
        "Redis answers again.",
    ]


def test_it_is_an_empty_cache_and_is_not_asked_again_for_a_while(
    redis: Redis, clock: SimpleNamespace, asked: list[str]
) -> None:
    cache().set("kept", "from before")
    redis.stop()
    asked.clear()

    assert cache().get("kept", "nothing") == "nothing"
    assert cache().add("lock", 1) is True
    cache().set("dropped", 1)
    assert cache().get_many(["kept", "dropped"]) == {}
    assert cache().set_many({"dropped": 1}) == ["dropped"]
    assert (cache().has_key("kept"), cache().touch("kept"), cache().delete("kept")) == (False, False, False)
    cache().delete_many(["kept"])
    assert cache().get_or_set("made", lambda: 7) == 7
    with pytest.raises(ValueError, match="not found"):
        cache().incr("kept")
    cache().clear()
    assert asked == ["GET"]

    clock.at += redis_cache.PAUSE_SECONDS - 0.1
    assert (cache().answers(), asked) == (False, ["GET"])
    clock.at += 0.1
    assert (cache().answers(), asked) == (False, ["GET", "PING"])


def test_a_redis_that_was_started_again_in_between_is_no_outage(
    redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    cache().set("one", 1)
    redis.stop()
    redis.start()

    cache().set("two", 2)

    assert (cache().get("one"), cache().get("two")) == (None, 2)
    assert not [record for record in caplog.records if record.name == "bothways.redis_cache"]


@pytest.mark.parametrize("away", [False, True])
def test_links_are_limited_whether_redis_is_there_or_not(redis: Redis, employee: Any, away: bool) -> None:
    if away:
        redis.stop()

    answers = [
        Client().post("/accounts/password/reset/", {"email": employee.email}).status_code for _ in range(8)
    ]

    assert answers == [302] * 5 + [429] * 3
    if away:
        redis.start()
