"""One person with a browser: opens pages, fills in the forms that stand there, and sends them as outbox.js does."""

import asyncio
import random
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Self, TypeGuard

import httpx

from tools.load import CSRF, NO_TLS
from tools.load.history import History
from tools.load.pages import Form, Page

Chance = random.Random  # seeded, so that a run can be repeated; nothing secret comes from it
# As outbox.js: what ends an answer for good, how long it waits for one, and for how long it rests between two tries.
FINAL = frozenset({400, 404, 409, 410, 413, 422})
PATIENCE_SECONDS = 8
PAUSES = (1, 2, 4, 6)
UNSURE = "unsure"
GIVE_UP_SECONDS = 150  # a browser never does; a run must end


class GaveUp(Exception):
    """Nothing came through for so long that the run is over."""


@dataclass
class Told:
    """What came back in the end: a 2xx, a redirect, or a refusal for good."""

    status: int
    saved: str
    location: str
    text: str


@dataclass
class Browser:
    """Cookies and connections of one person. `haste` divides the pauses: 1 is what people have.

    `patience` are the seconds after which nothing comes back: 8 is what outbox.js has.
    """

    address: str
    employee: int
    session: str
    history: History
    chance: Chance
    haste: float = 1
    patience: float = PATIENCE_SECONDS
    client: httpx.AsyncClient = field(init=False)
    _stuck_since: float | None = None

    def __post_init__(self) -> None:
        self.client = httpx.AsyncClient(
            base_url=self.address,
            cookies={"sessionid": self.session, "csrftoken": CSRF},
            timeout=self.patience,
            trust_env=False,
            verify=NO_TLS,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.client.aclose()

    async def open(self, url: str) -> Page | None:
        """A page, loaded again until it comes; None where there is none (any more).

        Raises: GaveUp
        """
        while True:
            told = await self._ask("", "GET", url)
            if told is not None and told.status in (200, 404):
                return Page(told.text) if told.status == 200 else None
            if told is not None and told.location:
                url = told.location
            elif told is not None:
                self._doubt("", f"{told.status} for a page")
            await self._rest(0)

    async def deliver(self, key: str, url: str, fields: Mapping[str, Any]) -> Told:
        """An answer, sent until the server names its key or refuses it for good.

        Raises: GaveUp
        """
        headers = {"Accept": "text/html", "X-Fragment": "1", "X-Person": str(self.employee)}
        for turn in count():
            told = await self._ask(key, "POST", url, data=fields, headers=headers)
            if told is not None and told.saved and told.status < 300:
                # Written down as the server names it: the checker finds an acknowledgement of another key.
                self.history.ok(told.saved)
                return told
            if self._is_final(told, key):
                return told
            await self._rest(turn)
        raise GaveUp(key)

    async def press(self, key: str, url: str, fields: Mapping[str, Any]) -> Told:
        """A plain form, sent again after a doubt, as somebody does who loads the page once more. A redirect says yes.

        Raises: GaveUp
        """
        for turn in count():
            told = await self._ask(key, "POST", url, data=fields)
            if told is not None and told.status < 400 and not told.location.startswith("/accounts/"):
                self.history.ok(key, told=told.location)
                return told
            if self._is_final(told, key):
                return told
            await self._rest(turn)
        raise GaveUp(key)

    def _is_final(self, told: Told | None, key: str) -> TypeGuard[Told]:
        if told is not None and told.status in FINAL:
            self.history.fail(key, str(told.status))
            return True
        if told is not None:
            self._doubt(key, str(told.status))
        return False

    async def _ask(self, key: str, method: str, url: str, **options: Any) -> Told | None:
        """None where nothing came back, which is a doubt."""
        try:
            answer = await self.client.request(method, url, **options)
        except httpx.TransportError as error:
            self._doubt(key, type(error).__name__)
            return None
        if answer.status_code < 400:
            self._stuck_since = None
        saved, location = answer.headers.get("X-Saved", ""), answer.headers.get("Location", "")
        return Told(answer.status_code, saved, location, answer.text)

    def _doubt(self, key: str, reason: str) -> None:
        self.history.info(key, reason)
        now = time.monotonic()
        self._stuck_since = self._stuck_since or now
        if now - self._stuck_since > GIVE_UP_SECONDS:
            raise GaveUp(reason)

    async def _rest(self, turn: int) -> None:
        pause = PAUSES[min(turn, len(PAUSES) - 1)] * self.chance.uniform(0.75, 1.25)
        await asyncio.sleep(pause / self.haste)


def filled_in(form: Form, chance: Chance, right: Collection[str] = ()) -> dict[str, Any]:
    """The form as somebody sends it: what stands in it, and an answer, several where several may be chosen.

    Who knows which options are `right` often chooses them.
    """
    offered = [value for value in form.choices["answer"] if value != UNSURE]
    known = [value for value in offered if value in right]
    said = chance.random()
    if said < 0.1:
        return {**form.fields, "answer": [UNSURE]}
    if said < 0.8 and known:
        fields = {**form.fields, "answer": known}
    else:
        several = chance.randint(1, len(offered)) if "answer" in form.several else 1
        fields = {**form.fields, "answer": chance.sample(offered, several)}
    if sure := chance.choice(["", *form.choices.get("confidence", [])]):
        fields["confidence"] = sure
    return fields


def meant(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What an answer says, as the rows have to say it."""
    chosen = [value for value in fields["answer"] if value != UNSURE]
    said: dict[str, Any] = {
        "chosen": sorted(chosen),
        "unsure": not chosen,
        "confidence": int(fields["confidence"]) if fields.get("confidence") and chosen else None,
    }
    if "check" in fields:
        said |= {"question": fields["check"], "version": int(fields["version"])}
    return said
