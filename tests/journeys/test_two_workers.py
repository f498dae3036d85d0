"""What only shows with two real web workers: limits, signing out, and both ways of starting."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.journeys.servers import FAST_HASHING, PASSWORD, employee, installation
from tests.soak import ROUNDS
from tools.load import CSRF, NO_TLS
from tools.stack import Stack
from tools.templates import copied

pytestmark = pytest.mark.server

OFFICE = 120 * ROUNDS
WAYS_IN_AT_ONCE = 40


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """On this machine, over plain http; what is tested is the counting and not Argon2id."""
    with copied(
        installation("company"),
        tmp_path_factory.mktemp("company"),
        with_worker=False,
        DJANGO_SETTINGS_MODULE=FAST_HASHING,
    ) as stack:
        yield stack


@pytest.fixture(scope="module")
def behind_https(company: Stack) -> Iterator[Stack]:
    """The same company as a proxy with a certificate sees it."""
    settings = {
        "BOTHWAYS_URL": "https://learn.example.com",
        "BEHIND_PROXY": "1",
        "ALLOWED_HOSTS": "127.0.0.1",
    }
    with company.with_other(**settings) as stack:
        yield stack


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


@pytest.mark.soak
def test_a_whole_office_signs_in_at_nine_from_one_address(company: Stack) -> None:
    """As fast as this machine can, forty at a time: attempts are counted over 15 minutes, so a slower
    machine counts the same. No time is asserted.
    """
    company.ask("hire", count=OFFICE, password=PASSWORD, prefix="office")

    answers = asyncio.run(_office(company.address))

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
def test_the_eleventh_wrong_password_is_refused_by_either_worker(company: Stack, last: int) -> None:
    client, person = browser(company.address), employee(1 + last)
    for number in (0, 1):
        with only_worker(company, number):
            tried = [sign_in(client, person, f"not the password {turn}") for turn in range(5)]
        assert [answer.status_code for answer in tried] == [200] * 5

    with only_worker(company, last):
        eleventh = sign_in(client, person, "not the password either")
    with only_worker(company, 1 - last):
        right_but_late = sign_in(client, person)
        somebody_else = sign_in(browser(company.address), employee(3 + last))

    assert eleventh.status_code == right_but_late.status_code == 429
    assert "too many attempts" in right_but_late.text
    assert somebody_else.headers["Location"] == "/"


@pytest.mark.parametrize("leaving", [0, 1])
def test_signing_out_in_one_worker_is_signed_out_in_the_other(company: Stack, leaving: int) -> None:
    client = browser(company.address)
    sign_in(client, employee(5 + leaving))
    kept = httpx.Cookies({"sessionid": client.cookies["sessionid"]})
    for number in (0, 1):
        with only_worker(company, number):
            assert client.get("/courses/").status_code == 200

    with only_worker(company, leaving):
        client.post("/accounts/logout/", data=form(csrfmiddlewaretoken=client.cookies["csrftoken"]))

    for number in (1 - leaving, leaving):
        with only_worker(company, number):
            answer = httpx.get(f"{company.address}/courses/", cookies=kept, trust_env=False)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/accounts/login/")


def test_over_plain_http_on_this_machine_everything_works(company: Stack) -> None:
    client = browser(company.address)

    page = client.get("/accounts/login/")
    answer = sign_in(client, employee(7))

    assert answer.headers["Location"] == "/"
    assert "Secure" not in page.headers["Set-Cookie"]
    assert "Secure" not in " ".join(answer.headers.get_list("Set-Cookie"))
    assert "Strict-Transport-Security" not in page.headers
    assert client.get("/").status_code == 200


def test_an_https_address_brings_secure_cookies_the_redirect_and_hsts(behind_https: Stack) -> None:
    plain = browser(behind_https.address, Host="learn.example.com")
    # What a proxy in front adds to a request that came by https.
    https = {
        "Host": "learn.example.com",
        "X-Forwarded-Proto": "https",
        "Referer": "https://learn.example.com/accounts/login/",
    }
    proxied = browser(behind_https.address, **https)

    redirected = plain.get("/courses/?minutes=20")
    page = proxied.get("/accounts/login/")
    # Another one signs in: this one would keep the secure cookie and not send it over the inner http.
    answer = sign_in(browser(behind_https.address, **https), employee(8))

    assert redirected.status_code == 301
    assert redirected.headers["Location"] == "https://learn.example.com/courses/?minutes=20"
    assert page.status_code == 200
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert answer.headers["Location"] == "/"
    cookies = [cookie for response in (page, answer) for cookie in response.headers.get_list("Set-Cookie")]
    assert {cookie.partition("=")[0] for cookie in cookies} >= {"sessionid", "csrftoken"}
    assert all("; Secure" in cookie for cookie in cookies)


def test_a_host_that_is_not_ours_is_refused(behind_https: Stack) -> None:
    assert browser(behind_https.address, Host="evil.example").get("/accounts/login/").status_code == 400


@pytest.mark.parametrize("host", ["learn.example.com", "127.0.0.1", "10.1.2.3:8124"])
def test_the_load_balancer_may_ask_for_health_over_plain_http(behind_https: Stack, host: str) -> None:
    answer = browser(behind_https.address, Host=host).get("/health/?format=json")

    assert answer.headers["Content-Type"] == "application/json"
    assert set(answer.json()) == {"state", "findings", "seconds_since_success"}
    assert browser(behind_https.address, Host=host).get("/health/live").text == "live"
    assert browser(behind_https.address, Host=host).get("/health/ready").json() == {
        "state": "ready",
        "reasons": [],
    }
