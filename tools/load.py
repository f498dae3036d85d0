"""Many clients save answers; afterwards every acknowledgement is counted against the rows.

    .venv/bin/python tools/load.py                           40 clients, 2,000 answers, SQLite
    .venv/bin/python tools/load.py --postgres --kill         … on PostgreSQL, a web worker killed every 40 answers

Each client is another person. A save is sent again with the same key after any doubt (no
connection, time-out, 5xx), as outbox.js does. What was sent and what was said to be saved is a
history; a fresh process then reads the rows, and `judge` compares the two. Reliability: an answer is
acknowledged by a 2xx whose X-Saved names its key; what was acknowledged is stored, byte for byte, once.
"""

import argparse
import asyncio
import contextlib
import json
import random
import ssl
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)] if str(ROOT) not in sys.path else []

from tools.stack import NotStarted, Stack  # noqa: E402 - after the path
from tools.templates import copied, template  # noqa: E402

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # plain http: no certificates need loading for every client
CSRF = "c" * 32  # any secret will do: the cookie and the form agree
GIVE_UP_SECONDS = 120
SAVES_PER_KILL = 40  # counted, not timed: however fast a machine is, every run meets its kills
Chance = random.Random  # seeded, so that a run can be repeated; nothing secret comes from it


@dataclass(frozen=True)
class Sent:
    """One answer as a client meant it."""

    employee: int
    key: str
    question: str
    version: int
    chosen: tuple[str, ...]
    unsure: bool
    confidence: int | None


@dataclass
class History:
    """What the clients did: every answer that was begun, every acknowledgement, every doubt."""

    invoked: list[Sent] = field(default_factory=list)
    acknowledged: list[Sent] = field(default_factory=list)
    retried: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    kills: int = 0
    seconds: float = 0.0
    slowest_seconds: float = 0.0

    def write(self, path: Path) -> None:
        """One JSON line per event, for reading afterwards what went wrong."""
        with path.open("w") as file:
            for kind, events in (("invoke", self.invoked), ("ok", self.acknowledged)):
                for sent in events:
                    file.write(json.dumps({"event": kind, **asdict(sent)}) + "\n")


@dataclass(frozen=True)
class Verdict:
    acknowledged: int
    stored: int
    lost: int
    duplicated: int
    invented: int
    altered: int
    unanswered: int
    retried: int
    errors: int
    refused: int
    differences: int

    def is_clean(self, *, while_killing: bool = False) -> bool:
        """Nothing lost, doubled, invented or altered, and every answer got through in the end.

        Doubts (retries, errors) are expected while workers are killed and at no other time.
        """
        wrong = (
            self.lost,
            self.duplicated,
            self.invented,
            self.altered,
            self.unanswered,
            self.refused,
            self.differences,
        )
        calm = while_killing or (self.retried == 0 and self.errors == 0)
        return not any(wrong) and calm and self.acknowledged == self.stored > 0

    def __str__(self) -> str:
        return "  ".join(f"{name} {value}" for name, value in asdict(self).items())


def judge(history: History, rows: Sequence[Mapping[str, Any]], differences: Iterable[str] = ()) -> Verdict:
    """Compare what was sent and acknowledged with the rows that a fresh process read.

    lost: acknowledged, not stored. duplicated: a key with a second row, a second acknowledgement or a
    second sender. invented: stored, never sent. altered: stored or acknowledged otherwise than sent.
    unanswered: begun and never acknowledged.
    """
    sent = {one.key: one for one in history.invoked}
    stored: dict[str, list[Sent]] = {}
    for row in rows:
        stored.setdefault(row["key"], []).append(as_sent(row))
    said = Counter(one.key for one in history.acknowledged)
    twice = [*(len(found) - 1 for found in stored.values()), *(count - 1 for count in said.values())]
    return Verdict(
        acknowledged=len(history.acknowledged),
        stored=len(rows),
        lost=sum(key not in stored for key in said),
        duplicated=sum(twice) + len(history.invoked) - len(sent),
        invented=sum(key not in sent for key in (*stored, *said)),
        altered=sum(one != sent.get(one.key, one) for found in stored.values() for one in found)
        + sum(one != sent.get(one.key, one) for one in history.acknowledged),
        unanswered=sum(key not in said for key in sent),
        retried=history.retried,
        errors=history.errors.total(),
        refused=len(history.refused),
        differences=len(list(differences)),
    )


def as_sent(row: Mapping[str, Any]) -> Sent:
    return Sent(
        employee=row["employee_id"],
        key=row["key"],
        question=row["question_key"],
        version=row["version_id"],
        chosen=tuple(row["chosen"]),
        unsure=bool(row["is_unsure"]),
        confidence=row["confidence"],
    )


def some_answer(person: Mapping[str, Any], check: Mapping[str, Any], chance: Chance) -> Sent:
    """An answer to a check: one option, several where several may be right, or "I'm not sure"."""
    unsure = chance.random() < 0.1
    several = chance.randint(1, len(check["options"])) if check["kind"] == "multiple_choice" else 1
    return Sent(
        employee=person["id"],
        key=str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        question=check["key"],
        version=check["version"],
        chosen=() if unsure else tuple(sorted(chance.sample(check["options"], several))),
        unsure=unsure,
        confidence=None if unsure else chance.choice([None, 1, 2, 3]),
    )


def form_of(sent: Sent) -> dict[str, Any]:
    return {
        "csrfmiddlewaretoken": CSRF,
        "key": sent.key,
        "check": sent.question,
        "version": str(sent.version),
        "answer": ["unsure"] if sent.unsure else list(sent.chosen),
        "confidence": str(sent.confidence or ""),
    }


async def save_answers(
    stack: Stack, facts: Mapping[str, Any], *, saves: int, seed: int, killing: bool = False
) -> History:
    """Every person of `facts` is a client; together they save `saves` answers, each until it is acknowledged.

    With `killing` a web worker is killed after every `SAVES_PER_KILL` of them, while the others are on
    their way; the last ones drain.
    """
    history, left = History(), iter(range(saves))
    places = [(lesson["url"], check) for lesson in facts["lessons"] for check in lesson["checks"]]
    began = time.monotonic()
    nemesis = Chance(seed)

    def saved() -> None:
        if killing and len(history.acknowledged) < saves:
            _kill_a_worker_when_due(stack, history, nemesis)

    await asyncio.gather(
        *[
            _client(stack.address, person, places, left, history, Chance(f"{seed}-{person['id']}"), saved)
            for person in facts["people"]
        ]
    )
    history.seconds = time.monotonic() - began
    return history


async def _client(
    address: str,
    person: Mapping[str, Any],
    places: Sequence[Any],
    left: Iterable[int],
    history: History,
    chance: Chance,
    saved: Callable[[], None],
) -> None:
    cookies = {"sessionid": person["session"], "csrftoken": CSRF}
    async with httpx.AsyncClient(
        base_url=address, cookies=cookies, timeout=25, trust_env=False, verify=NO_TLS
    ) as client:
        for _ in left:
            url, check = chance.choice(places)
            sent = some_answer(person, check, chance)
            history.invoked.append(sent)
            began = time.monotonic()
            await _until_acknowledged(client, url, sent, history, chance)
            history.slowest_seconds = max(history.slowest_seconds, time.monotonic() - began)
            saved()


async def _until_acknowledged(
    client: httpx.AsyncClient, url: str, sent: Sent, history: History, chance: Chance
) -> None:
    until = time.monotonic() + GIVE_UP_SECONDS
    while time.monotonic() < until:
        try:
            answer = await client.post(
                url, data=form_of(sent), headers={"X-Fragment": "1", "Accept": "text/html"}
            )
        except httpx.TransportError as error:
            history.errors[type(error).__name__] += 1
        else:
            if answer.is_success and answer.headers.get("X-Saved"):
                # Kept as the server names it: an acknowledgement of another key is found by `judge`.
                history.acknowledged.append(Sent(**{**asdict(sent), "key": answer.headers["X-Saved"]}))
                return
            if answer.status_code < 500:
                history.refused.append(f"{answer.status_code} {url} {answer.text[:300]}")
                return
            history.errors[str(answer.status_code)] += 1
        history.retried += 1
        await asyncio.sleep(chance.uniform(0.05, 0.4))


def _kill_a_worker_when_due(stack: Stack, history: History, chance: Chance) -> None:
    """The nemesis: kill -9 of one of gunicorn's workers. One that is just gone is made up for at the next save."""
    if history.kills >= len(history.acknowledged) // SAVES_PER_KILL:
        return
    if workers := stack.web_workers():
        with contextlib.suppress(psutil.NoSuchProcess):
            chance.choice(workers).kill()
            history.kills += 1


def attack(
    stack: Stack, *, clients: int, saves: int, seed: int, killing: bool = False
) -> tuple[History, Verdict]:
    """Load a running stack and judge it by its rows."""
    facts = stack.ask("facts", count=clients)
    before = stack.ask("newest_answer")
    history = asyncio.run(save_answers(stack, facts, saves=saves, seed=seed, killing=killing))
    found = stack.ask("answers", after=before)
    return history, judge(history, found["rows"], found["differences"])


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Save answers from many clients and count them against the rows."
    )
    parser.add_argument("--clients", type=int, default=40)
    parser.add_argument("--saves", type=int, default=2000)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument(
        "--kill", action="store_true", help=f"kill -9 a web worker every {SAVES_PER_KILL} answers"
    )
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--history", type=Path, help="write the history as JSON lines")
    options = parser.parse_args()
    out = sys.stdout
    out.write(f"seed {options.seed}: {options.clients} clients, {options.saves} answers\n")
    with tempfile.TemporaryDirectory(prefix="bothways-load-") as place:
        try:
            kind = "company-postgres" if options.postgres else "company"
            made = template(Path(place) / "templates", kind, people=options.clients)
            with copied(made, Path(place)) as stack:
                history, verdict = attack(
                    stack,
                    clients=options.clients,
                    saves=options.saves,
                    seed=options.seed,
                    killing=options.kill,
                )
        except NotStarted as error:
            sys.stderr.write(f"{error}\n")
            return 2
    if options.history:
        history.write(options.history)
    pace = len(history.acknowledged) / history.seconds
    out.write(
        f"{history.seconds:.1f} s, {pace:.0f} saves/s, slowest {history.slowest_seconds:.2f} s, kills {history.kills}\n"
    )
    out.write(f"{verdict}\n{dict(history.errors) or ''}\n")
    out.writelines(f"refused: {line}\n" for line in history.refused[:5])
    clean = verdict.is_clean(while_killing=options.kill)
    out.write("Nothing was lost.\n" if clean else "NOT CLEAN\n")
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
