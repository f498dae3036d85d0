"""What only shows with two real web workers: limits, signing out, and both ways of starting."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.journeys import servers
from tests.journeys.servers import FAST_HASHING, PASSWORD, Serve
from tools.load import CSRF, NO_TLS
from tools.stack import Stack

serve = servers.serve  # a fixture
pytestmark = pytest.mark.server

OFFICE = 500
WAYS_IN_AT_ONCE = 40


@contextmanager
def only_worker(stack: Stack, number: int) -> Iterator[None]:
    """The other worker is stopped for a moment, so whatever answers is this one."""
    other = stack.web_workers()[1 - number]
    other.suspend()
    try:
        yield
    finally:
        other.send_signal(signal.SIGCONT)


def browser(address: str, **headers: str) -> httpx.Client:
    """Cookies like a browser, a new connection for every request, so that any worker may answer."""
    limits = httpx.Limits(max_keepalive_connections=0)
    client = httpx.Client(base_url=address, headers=headers, limits=limits, timeout=60, trust_env=False)
    client.cookies.set("csrftoken", CSRF, domain="127.0.0.1")
    return client


def sign_in(client: httpx.Client, email: str, password: str = PASSWORD) -> httpx.Response:
    return client.post("/accounts/login/", data=form(login=email, password=password))


def form(**fields: Any) -> dict[str, Any]:
    return {"csrfmiddlewaretoken": CSRF, **fields}


def test_five_hundred_people_sign_in_at_nine_from_one_address(serve: Serve) -> None:
    """As fast as this machine can, forty at a time: attempts are counted over 15 minutes, so a slower
    machine counts the same. No time is asserted.
    """
    stack = serve(with_worker=False, DJANGO_SETTINGS_MODULE=FAST_HASHING)
    stack.ask("hire", count=OFFICE, password=PASSWORD, prefix="office")

    answers = asyncio.run(_office(stack.address))

    assert [answer for answer in answers if answer != "/"] == []
    assert len(answers) == OFFICE


async def _office(address: str) -> list[str]:
    """Where each was led after signing in; a word about the answer where somebody was not let in."""
    gate = asyncio.Semaphore(WAYS_IN_AT_ONCE)

    async def come_in(number: int) -> str:
        data = form(login=f"office-{number}@example.com", password=PASSWORD)
        async with (
            gate,
            httpx.AsyncClient(base_url=address, timeout=120, trust_env=False, verify=NO_TLS) as client,
        ):
            client.cookies.set("csrftoken", CSRF, domain="127.0.0.1")
            answer = await client.post("/accounts/login/", data=data)
            return answer.headers.get("Location") or f"{answer.status_code} {answer.text[:200]}"

    return await asyncio.gather(*(come_in(number) for number in range(1, OFFICE + 1)))


@pytest.mark.parametrize("last", [0, 1])
def test_the_eleventh_wrong_password_is_refused_by_either_worker(serve: Serve, last: int) -> None:
    stack = serve(with_worker=False)
    client = browser(stack.address)
    for number in (0, 1):
        with only_worker(stack, number):
            tried = [
                sign_in(client, "employee-1@example.com", f"not the password {turn}") for turn in range(5)
            ]
        assert [answer.status_code for answer in tried] == [200] * 5

    with only_worker(stack, last):
        eleventh = sign_in(client, "employee-1@example.com", "not the password either")
    with only_worker(stack, 1 - last):
        right_but_late = sign_in(client, "employee-1@example.com")
        somebody_else = sign_in(browser(stack.address), "employee-2@example.com")

    assert eleventh.status_code == right_but_late.status_code == 429
    assert "too many attempts" in right_but_late.text
    assert somebody_else.headers["Location"] == "/"


@pytest.mark.parametrize("leaving", [0, 1])
def test_signing_out_in_one_worker_is_signed_out_in_the_other(serve: Serve, leaving: int) -> None:
    stack = serve(with_worker=False)
    client = browser(stack.address)
    sign_in(client, "employee-1@example.com")
    kept = httpx.Cookies({"sessionid": client.cookies["sessionid"]})
    for number in (0, 1):
        with only_worker(stack, number):
            assert client.get("/courses/").status_code == 200

    with only_worker(stack, leaving):
        client.post("/accounts/logout/", data=form(csrfmiddlewaretoken=client.cookies["csrftoken"]))

    for number in (1 - leaving, leaving):
        with only_worker(stack, number):
            answer = httpx.get(f"{stack.address}/courses/", cookies=kept, trust_env=False)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/accounts/login/")


def test_over_plain_http_on_this_machine_everything_works(serve: Serve) -> None:
    stack = serve(with_worker=False)
    client = browser(stack.address)

    page = client.get("/accounts/login/")
    answer = sign_in(client, "employee-1@example.com")

    assert "Secure" not in page.headers["Set-Cookie"]
    assert "Secure" not in " ".join(answer.headers.get_list("Set-Cookie"))
    assert "Strict-Transport-Security" not in page.headers
    assert client.get("/").status_code == 200


def test_an_https_address_brings_secure_cookies_the_redirect_and_hsts(serve: Serve) -> None:
    stack = serve(with_worker=False, BOTHWAYS_URL="https://learn.example.com", BEHIND_PROXY="1")
    plain = browser(stack.address, Host="learn.example.com")
    # What a proxy in front adds to a request that came by https.
    https = {
        "Host": "learn.example.com",
        "X-Forwarded-Proto": "https",
        "Referer": "https://learn.example.com/accounts/login/",
    }
    proxied = browser(stack.address, **https)

    redirected = plain.get("/courses/?minutes=20")
    page = proxied.get("/accounts/login/")
    # Another one signs in: this one would keep the secure cookie and not send it over the inner http.
    answer = sign_in(browser(stack.address, **https), "employee-1@example.com")

    assert redirected.status_code == 301
    assert redirected.headers["Location"] == "https://learn.example.com/courses/?minutes=20"
    assert int(page.headers["Strict-Transport-Security"].removeprefix("max-age=")) >= 31536000
    assert answer.headers["Location"] == "/"
    cookies = [cookie for response in (page, answer) for cookie in response.headers.get_list("Set-Cookie")]
    assert {cookie.partition("=")[0] for cookie in cookies} >= {"sessionid", "csrftoken"}
    assert all("; Secure" in cookie for cookie in cookies)


def test_the_load_balancer_may_ask_for_health_over_plain_http(serve: Serve) -> None:
    stack = serve(with_worker=False, BOTHWAYS_URL="https://learn.example.com", BEHIND_PROXY="1")

    answer = browser(stack.address, Host="learn.example.com").get("/health/?format=json")

    assert answer.headers["Content-Type"] == "application/json"
    assert set(answer.json()) >= {"state", "findings", "versions"}
