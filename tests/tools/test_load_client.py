"""How a client sends: as outbox.js, the same key until it is named or refused for good; and how it is written down."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from tools.load import browser as browsers
from tools.load.browser import Browser, GaveUp, Told
from tools.load.faults import FAULTS
from tools.load.history import ANSWER, QUIZ, History, read

KEY = "11111111-1111-4111-8111-111111111111"
Answers = list[httpx.Response | type[Exception]]


def saved(key: str = KEY, status: int = 200) -> httpx.Response:
    return httpx.Response(status, headers={"X-Saved": key}, text="saved")


def run(answers: Answers, act: Callable[[Browser], Any]) -> tuple[Any, History, list[httpx.Request]]:
    """What came of it, the history, and the requests that were sent."""
    sent: list[httpx.Request] = []

    def server(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        answer = answers[len(sent) - 1]
        if isinstance(answer, httpx.Response):
            return answer
        raise answer("gone", request=request)  # type: ignore[call-arg]  # as httpx raises its errors

    async def all_of_it() -> Any:
        browser = Browser("http://127.0.0.1:1", 7, "session", history, random.Random(1), haste=10**6)
        browser.client = httpx.AsyncClient(
            base_url="http://127.0.0.1:1", transport=httpx.MockTransport(server)
        )
        async with browser:
            return await act(browser)

    history = History()
    return asyncio.run(all_of_it()), history, sent


def deliver(answers: Answers) -> tuple[Told, History, list[httpx.Request]]:
    def act(browser: Browser) -> Any:
        browser.history.invoke(ANSWER, KEY, 7)
        return browser.deliver(KEY, "/lesson/", {"key": KEY, "answer": ["a", "b"]})

    return run(answers, act)


def told(history: History) -> list[str]:
    return [one["event"] for one in history.events]


@pytest.mark.parametrize(
    "doubt",
    [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError, *(httpx.Response(status) for status in (500, 502, 503, 507, 403, 412, 429))],
    ids=str,
)  # fmt: skip
def test_after_any_doubt_the_same_is_sent_again_until_its_key_is_named(doubt: Any) -> None:
    _answer, history, sent = deliver([doubt, doubt, saved()])

    assert told(history) == ["invoke", "info", "info", "ok"]
    assert [parse_qs(request.content.decode()) for request in sent] == [
        {"key": [KEY], "answer": ["a", "b"]}
    ] * 3
    assert {(one.headers["X-Fragment"], one.headers["X-Person"]) for one in sent} == {("1", "7")}
    assert (history.acknowledged, history.doubts, history.refused.total()) == (1, 2, 0)


@pytest.mark.parametrize("status", [400, 404, 409, 410, 413, 422])
def test_a_refusal_for_good_ends_it_and_is_counted_by_its_status(status: int) -> None:
    answer, history, sent = deliver([httpx.Response(status, text="no")])

    assert told(history) == ["invoke", "fail"]
    assert history.refused == {str(status): 1}
    assert (answer.status, len(sent), history.acknowledged) == (status, 1, 0)


def test_a_page_that_names_no_key_is_no_acknowledgement() -> None:
    _answer, history, _sent = deliver(
        [httpx.Response(200), httpx.Response(302, headers={"Location": "/"}), saved()]
    )

    assert told(history) == ["invoke", "info", "info", "ok"]


def test_a_key_that_was_not_sent_is_written_down_as_the_server_named_it() -> None:
    _answer, history, _sent = deliver([saved("another")])

    assert history.events[-1]["key"] == "another"
    assert history.acknowledged == 0


def test_a_plain_form_is_pressed_again_and_a_redirect_says_yes() -> None:
    def act(browser: Browser) -> Any:
        browser.history.invoke(QUIZ, "quiz 1", 7, course="c")
        return browser.press("quiz 1", "/quiz/", {"csrfmiddlewaretoken": "x"})

    door = httpx.Response(302, headers={"Location": "/accounts/login/?next=/quiz/"})
    on = httpx.Response(302, headers={"Location": "/courses/one/quiz/a/1/"})
    _answer, history, sent = run([httpx.Response(503), door, on], act)

    assert told(history) == ["invoke", "info", "info", "ok"]
    assert history.events[-1]["told"] == "/courses/one/quiz/a/1/"
    assert len(sent) == 3
    assert history.acknowledged == 0  # answers are counted, and this is none


def test_a_page_is_loaded_until_it_comes_and_one_that_is_away_is_none() -> None:
    page = httpx.Response(200, html="<h1>Here</h1>")
    elsewhere = httpx.Response(302, headers={"Location": "/there/"})

    found, history, sent = run(
        [httpx.ReadError, httpx.Response(503), elsewhere, page], lambda one: one.open("/here/")
    )
    gone, _history, _sent = run([httpx.Response(404)], lambda one: one.open("/here/"))

    assert found.heading == "Here"
    assert [request.url.path for request in sent] == ["/here/", "/here/", "/here/", "/there/"]
    assert history.errors == {"ReadError": 1, "503 for a page": 1}
    assert gone is None


def test_who_gets_nothing_through_for_long_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsers, "GIVE_UP_SECONDS", -1)

    with pytest.raises(GaveUp):
        deliver([httpx.Response(503)])


def test_a_history_is_read_as_it_was_written(tmp_path: Path) -> None:
    _answer, history, _sent = deliver([httpx.Response(503), saved()])

    history.write(tmp_path / "all.jsonl")
    history.write(tmp_path / "some.jsonl", count=2)

    assert read(tmp_path / "all.jsonl") == history.events
    assert told(history) == ["invoke", "info", "ok"]
    assert read(tmp_path / "some.jsonl") == history.events[:2]
    assert history.keys_acknowledged() == {KEY}


def test_whoever_waits_for_an_event_goes_on_with_it() -> None:
    async def wait() -> int:
        history = History()
        waiting = asyncio.create_task(history.until(lambda: history.doubts >= 2))
        await asyncio.sleep(0)
        history.info(KEY, "503")
        await asyncio.sleep(0)
        assert not waiting.done()
        history.info(KEY, "503")
        await waiting
        return history.doubts

    assert asyncio.run(wait()) == 2


@pytest.mark.parametrize(("answers", "strikes"), [(20, 1), (40, 1), (60, 2), (120, 5), (2000, 99)])
def test_a_fault_strikes_once_for_so_many_answers_and_the_last_ones_drain(answers: int, strikes: int) -> None:
    assert FAULTS["kill-web"].strikes(answers) == strikes


def test_strikes_that_belong_together_are_all_made_and_a_long_run_has_no_more_than_it_bears() -> None:
    assert [FAULTS["clock"].strikes(answers) for answers in (10, 80, 120, 150)] == [4, 4, 4, 8]
    assert FAULTS["kill-master"].strikes(10**5) == 8
