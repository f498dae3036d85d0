"""Many threads, few seats: who needs one, who leaves it when, and what is on it."""

import threading
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import RequestFactory

from bothways import outage
from bothways.wsgi import Entrance


def environ(path: str = "/courses/", method: str = "GET") -> dict[str, Any]:
    return RequestFactory().generic(method, path).environ


def nothing(*_words: object) -> None:
    """A server's start_response."""


class Streamed:
    streaming = True

    def __iter__(self) -> Iterator[bytes]:
        yield b"part"

    def close(self) -> None:
        raise OSError("the client is gone")


def free(entrance: Entrance) -> int:
    return entrance.seats.qsize()


def test_a_page_has_a_seat_and_what_is_open_to_all_has_none() -> None:
    seats_free: list[int] = []

    def page(_environ: Any, _start: Any) -> Iterable[bytes]:
        seats_free.append(free(entrance))
        return [b""]

    entrance = Entrance(page, seats=2)
    for path in ("/courses/", "/static/css/site.css", "/health/live", "/health/"):
        entrance(environ(path), nothing)

    assert seats_free == [1, 2, 2, 1]
    assert free(entrance) == 2


def test_a_finished_page_leaves_its_seat_and_a_streamed_one_keeps_it_to_the_end() -> None:
    entrance = Entrance(lambda _environ, _start: Streamed(), seats=1)

    answer: Any = entrance(environ(), nothing)

    assert free(entrance) == 0
    assert list(answer) == [b"part"]
    with pytest.raises(OSError, match="gone"):
        answer.close()
    assert free(entrance) == 1


def test_a_seat_is_left_also_where_a_page_fails() -> None:
    def page(_environ: Any, _start: Any) -> Iterable[bytes]:
        raise RuntimeError

    entrance = Entrance(page, seats=1)
    with pytest.raises(RuntimeError):
        entrance(environ(), nothing)

    assert free(entrance) == 1


@pytest.mark.django_db(transaction=True)
def test_the_connections_stay_on_the_seat_whoever_sits_on_it() -> None:
    used: list[tuple[int, int]] = []

    def page(_environ: Any, _start: Any) -> Iterable[bytes]:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
        used.append((threading.get_ident(), id(connections["default"])))
        return [b""]

    entrance = Entrance(page, seats=1)

    def ask() -> None:
        entrance(environ(), nothing)
        assert connections.all(initialized_only=True) == []

        together.wait()  # so that these are two threads

    together = threading.Barrier(2)
    threads = [threading.Thread(target=ask) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for connection in entrance.seats.get().values():
        connection.close()

    assert len({thread for thread, _connection in used}) == 2
    assert len({connection for _thread, connection in used}) == 1


def test_who_gets_no_seat_is_told_so_and_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "notice", outage.Notice(3600))
    connections.close_all()  # whatever test was before: Django looks at an open one when a request begins
    entrance = Entrance(get_wsgi_application(), seats=0, patience=0)
    began: list[tuple[str, dict[str, str]]] = []

    answer = b"".join(
        entrance(environ(method="POST"), lambda status, headers, *_: began.append((status, dict(headers))))
    )

    ((status, headers),) = began
    assert status == "503 Service Unavailable"
    assert "Nothing was saved by this click." in answer.decode()
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
