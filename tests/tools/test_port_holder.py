"""The port of an installation: held from the start to the end, whichever web server comes and goes."""

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.patience import until
from tools import port_holder
from tools.port_holder import PortHolder

# Serves "served" on the lent port, and says so; ends with its input, and leaves nothing behind.
WEB = """
import os, socket, sys, threading
port = socket.socket(fileno=int(os.environ["BOTHWAYS_PORT_FD"]))
port.setblocking(True)
def serve():
    while True:
        connection, _ = port.accept()
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 6\\r\\nConnection: close\\r\\n\\r\\nserved")
        connection.close()
threading.Thread(target=serve, daemon=True).start()
os.write(int(os.environ["BOTHWAYS_READY_FD"]), b"1")
sys.stdin.read()
"""


@pytest.fixture
def held() -> Iterator[PortHolder]:
    with PortHolder("127.0.0.1", 0) as opened:
        yield opened


def ask(
    opened: PortHolder, path: str = "/", data: bytes | None = None, **headers: str
) -> tuple[int, Any, str]:
    address = f"http://127.0.0.1:{opened.port.getsockname()[1]}{path}"
    request = urllib.request.Request(address, data=data, headers=headers)
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode()


def serve(opened: PortHolder) -> "subprocess.Popen[bytes]":
    with opened.lent() as (files, names):
        return subprocess.Popen(
            [sys.executable, "-c", WEB], stdin=subprocess.PIPE, pass_fds=files, env={**os.environ, **names}
        )


def end(web: "subprocess.Popen[bytes]") -> None:
    web.kill()
    web.communicate()


def test_before_anybody_serves_a_page_says_what_is_safe_and_opens_by_itself(held: PortHolder) -> None:
    status, headers, text = ask(held, "/courses/")

    assert status == 503
    assert headers["Retry-After"] == "3"
    assert headers["Cache-Control"] == "no-store"
    assert '<meta http-equiv="refresh" content="3">' in text
    assert "Everything that said “saved” is safe." in text


def test_a_form_is_not_sent_again_by_itself(held: PortHolder) -> None:
    status, _headers, text = ask(held, "/courses/", data=b"x" * 3_000_000)

    assert status == 503
    assert "http-equiv" not in text
    assert "Nothing was saved by this click." in text


@pytest.mark.parametrize(
    ("path", "headers", "code", "kind", "text"),
    [
        ("/health/live", {}, 200, "text/plain", "starting\n"),
        ("/health/ready", {}, 503, "application/json", '"reasons": ["Bothways is starting."]'),
        ("/health/?format=json", {}, 503, "application/json", '"state": "red"'),
        ("/quiz/", {"X-Fragment": "1"}, 503, "text/plain", "Nothing was saved by this click."),
        ("/admin/api/", {"Accept": "application/json"}, 503, "text/plain", "is starting"),
    ],
)
def test_machines_get_what_they_can_read(
    held: PortHolder, path: str, headers: dict[str, str], code: int, kind: str, text: str
) -> None:
    status, given, said = ask(held, path, None, **headers)

    assert status == code
    assert given["Content-Type"].startswith(kind)
    assert text in said


def test_the_name_of_the_company_stands_on_it_and_is_no_markup(
    held: PortHolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRAND", "A&B <b>|{learn}")

    assert "A&amp;B &lt;b&gt;{learn} is starting." in ask(held)[2]


def test_who_says_nothing_keeps_nobody_waiting(held: PortHolder) -> None:
    with socket.create_connection(held.port.getsockname()):
        assert ask(held)[0] == 503


def test_once_a_web_server_serves_it_alone_answers(held: PortHolder) -> None:
    web = serve(held)
    until(lambda: held.answers_at is None)

    assert {ask(held)[::2] for _turn in range(20)} == {(200, "served")}

    end(web)


def test_a_request_between_two_web_servers_waits_and_is_served(
    held: PortHolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What kill -9 of the web server does to whoever comes meanwhile: nothing but a wait."""
    monkeypatch.setattr(port_holder, "PATIENCE_SECONDS", 3600)
    first = serve(held)
    until(lambda: held.answers_at is None)
    end(first)
    with socket.create_connection(held.port.getsockname()) as waiting:
        waiting.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        until(lambda: held.answers_at is not None)  # the end was noticed

        second = serve(held)

        waiting.settimeout(60)
        assert b"200 OK" in waiting.recv(100)
    end(second)


def test_a_wait_that_gets_long_is_answered_with_the_page(
    held: PortHolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(port_holder, "PATIENCE_SECONDS", 0.2)
    web = serve(held)
    until(lambda: held.answers_at is None)
    end(web)

    assert ask(held)[0] == 503

    again = serve(held)
    until(lambda: held.answers_at is None)
    assert ask(held)[0] == 200
    end(again)


def test_a_web_server_that_ends_before_it_serves_leaves_the_page(held: PortHolder) -> None:
    with held.lent() as (files, _names):
        subprocess.run([sys.executable, "-c", ""], pass_fds=files, check=True)

    assert ask(held)[0] == 503


def test_after_the_end_nothing_keeps_the_port() -> None:
    with PortHolder("127.0.0.1", 0) as opened:
        port = opened.port.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            PortHolder("127.0.0.1", port)

    with PortHolder("127.0.0.1", port):
        pass


def test_once_it_is_to_end_the_port_is_free_at_once() -> None:
    with PortHolder("127.0.0.1", 0) as held:
        address = held.port.getsockname()
        held.shut()

        with pytest.raises(ConnectionRefusedError), socket.create_connection(address):
            pass
        with PortHolder(*address):
            pass
