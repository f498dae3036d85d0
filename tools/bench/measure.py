"""CPU time per request of server and database, and how long people wait: the measuring itself."""

import gzip
import http.client
import statistics
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import cycle
from typing import Any

import psutil

from tools.load import CSRF
from tools.postgres import Postgres
from tools.stack import Stack

# What Chromium asks for. Packing an answer is work of ours, and a bench that does not ask for it leaves it out.
AS_BROWSERS_ASK = {"Accept": "text/html", "Accept-Encoding": "gzip, deflate"}
PATIENCE_SECONDS = 60


class Unexpected(Exception):
    """A page answered otherwise than it should; a figure about it would mean nothing."""


@dataclass(frozen=True)
class Request:
    """One request, and how to know that it was answered."""

    method: str
    path: str
    headers: dict[str, str]
    body: str = ""
    says: tuple[str, str] = ("", "")  # a header and its value
    holds: bytes = b"</html>"  # a page of errors or half a page is no figure


@dataclass(frozen=True)
class Target:
    """A page to measure: its goal as a multiple of the floor, and an endless row of requests to it."""

    name: str
    goal: float | None  # None: it is shown how it grows, and no more
    requests: Iterator[Request]
    floor: str = "/"  # what it is compared with
    weight: int = 1  # asked for so many times more seldom, since it is so much more work
    settings: dict[str, str] = field(default_factory=dict)  # of a server of its own for this page


@dataclass
class Figures:
    name: str
    goal: float | None
    ratio: float = 0.0
    lowest: float = 0.0
    highest: float = 0.0
    cpu_ms: float = 0.0
    floor_ms: float = 0.0
    database_share: float = 0.0
    body_kb: float = 0.0
    waits_ms: dict[str, dict[str, float]] = field(default_factory=dict)
    trouble: str = ""  # why there is no figure

    @property
    def is_met(self) -> bool:
        return not self.trouble and (self.goal is None or self.ratio <= self.goal)


class Cpu:
    """CPU seconds of gunicorn's master and workers and of the database, to the nanosecond.

    /proc/PID/stat counts in hundredths of a second, a dozen of our requests; the process's own CPU
    clock (clock_getcpuclockid) is exact. psutil only says which processes there are.
    """

    def __init__(self, stack: Stack, cluster: Postgres | None) -> None:
        self.stack, self.cluster = stack, cluster

    def seconds(self) -> tuple[float, float]:
        database = self.cluster.processes() if self.cluster else []
        return _seconds(self.stack.web_processes()), _seconds(database)


def _seconds(processes: list[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        try:
            total += time.clock_gettime((~process.pid << 3) | 2)
        except OSError:
            continue  # it ended; its successors are counted
    return total


class Connection:
    """A keep-alive connection to 127.0.0.1 that insists on the expected answer."""

    def __init__(self, port: int, *, patience: float = PATIENCE_SECONDS) -> None:
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
        self.size = 0  # bytes of the last answer's body, as they were sent

    def send(self, request: Request) -> float:
        """Seconds until the whole answer was read. Raises: Unexpected, TimeoutError."""
        began = time.perf_counter()
        try:
            answer = self._exchange(request)
        except (http.client.RemoteDisconnected, ConnectionError):
            # gunicorn closes a connection that was idle for five seconds.
            self.http.close()
            answer = self._exchange(request)
        name, value = request.says
        text = answer.read()
        took = time.perf_counter() - began
        self.size = len(text)
        if answer.headers.get("Content-Encoding") == "gzip":  # not in the time: that is the browser's work
            text = gzip.decompress(text)
        if answer.status != 200 or request.holds not in text or (name and answer.headers.get(name) != value):
            raise Unexpected(f"{request.method} {request.path}: {answer.status} {text[:300]!r}")
        return took

    def _exchange(self, request: Request) -> http.client.HTTPResponse:
        self.http.request(request.method, request.path, body=request.body or None, headers=request.headers)
        return self.http.getresponse()

    def close(self) -> None:
        self.http.close()


def cpu_per_request(
    cpu: Cpu, connection: Connection, requests: Iterator[Request], count: int
) -> tuple[float, float]:
    """Seconds per request of (everything, the database alone), over `count` requests one after the other."""
    web, database = cpu.seconds()
    for _ in range(count):
        connection.send(next(requests))
    web_after, database_after = cpu.seconds()
    return (web_after - web + database_after - database) / count, (database_after - database) / count


def ratio_to_floor(
    target: Target, ours: Cpu, floor: Cpu, floor_requests: Iterator[Request], *, rounds: int, count: int
) -> Figures:
    """Rounds of target and floor by turns, so that both see the same minutes; the median of the ratios."""
    at_target, at_floor = Connection(ours.stack.port), Connection(floor.stack.port)
    cpu_per_request(ours, at_target, target.requests, max(count // 2, 10))  # warm
    cpu_per_request(floor, at_floor, floor_requests, 10)
    ratios, costs, floors, shares = [], [], [], []
    for _ in range(rounds):
        cost, database = cpu_per_request(ours, at_target, target.requests, count)
        base, _database = cpu_per_request(floor, at_floor, floor_requests, count)
        ratios.append(cost / base)
        costs.append(cost)
        floors.append(base)
        shares.append(database / cost)
    at_target.close()
    at_floor.close()
    return Figures(
        name=target.name,
        goal=target.goal,
        ratio=statistics.median(ratios),
        lowest=min(ratios),
        highest=max(ratios),
        cpu_ms=1000 * statistics.median(costs),
        floor_ms=1000 * statistics.median(floors),
        database_share=statistics.median(shares),
        body_kb=at_target.size / 1000,
    )


def waits(
    port: int, target: Target, *, connections: int, count: int, patience: float = PATIENCE_SECONDS
) -> dict[str, float]:
    """p50 and p95 in milliseconds of `count` requests from so many connections at once, and their pace.

    An answer that takes longer than `patience` seconds counts as taking so long, under `too_slow`.
    """
    lock, taken, times = threading.Lock(), iter(range(count)), []
    trouble: list[Exception] = []
    too_slow = 0

    def client() -> None:
        nonlocal too_slow
        connection = Connection(port, patience=patience)
        try:
            while True:
                with lock:
                    if next(taken, None) is None or trouble:
                        return
                    request = next(target.requests)
                try:
                    took = connection.send(request)
                except TimeoutError:
                    connection.close()
                    took = patience
                with lock:
                    too_slow += took >= patience
                    times.append(took)
        except Exception as error:  # noqa: BLE001 - raised again below, in the thread that can say it
            trouble.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=client) for _ in range(connections)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if trouble:
        raise trouble[0]
    spent = time.perf_counter() - began
    cuts = statistics.quantiles(times, n=20)
    return {
        "p50": 1000 * cuts[9],
        "p95": 1000 * cuts[18],
        "per_second": len(times) / spent,
        "too_slow": too_slow,
    }


def targets_of_employees(facts: dict[str, Any]) -> list[Target]:
    """The seven pages, each asked for by many different people in turn."""
    people, lessons = facts["people"], facts["lessons"]
    in_quiz = [person for person in people if "question" in person]

    def page(path: str) -> Iterator[Request]:
        return (get(path, person) for person in cycle(people))

    return [
        Target("home", 3.5, page("/")),
        Target("catalogue", 4.2, page("/courses/")),
        Target("course", 3.5, page(facts["course"])),
        Target("lesson", 2, page(lessons[0]["url"])),
        Target("question", 6, (get(person["question"], person) for person in cycle(in_quiz))),
        Target("answer save", 7, _saves(people, lessons[0])),
        Target("word", 2.2, page(facts["word"])),
    ]


def targets_of_growth(facts: dict[str, Any]) -> list[Target]:
    """Pages that may depend on how many words and courses there are; measured before and after they grew."""
    people = facts["people"]

    def page(name: str, path: str) -> Target:
        return Target(name, None, (get(path, person) for person in cycle(people)))

    return [
        page("home", "/"),
        page("catalogue", "/courses/"),
        page("lesson", facts["lessons"][0]["url"]),
        page("word", facts["word"]),
        page("glossary", "/glossary/"),
        page("a letter", "/glossary/?letter=C"),
        page("found", "/glossary/?q=uptime"),
        page("misspelled", "/glossary/?q=uptmie"),
        page("search", "/search/?q=uptime"),
    ]


def targets_of_hr(facts: dict[str, Any]) -> list[Target]:
    """The report of everybody: counted anew with each page, as it is read within a minute, and as a file."""
    return [
        Target(
            "report",
            40,
            _of_hr("/reports/completion/", facts["hr"]),
            weight=10,
            settings={"REPORT_SECONDS": "0"},  # counted anew each time
        ),
        Target("report again", 40, _of_hr("/reports/completion/", facts["hr"]), weight=4),
        Target(
            "report CSV", 2, _of_hr("/reports/completion/?format=csv", facts["hr"]), floor="/csv/", weight=20
        ),
    ]


def _of_hr(path: str, hr: dict[str, Any]) -> Iterator[Request]:
    """The report's answers have no closing tag that all share, and no length: they are streamed."""
    return cycle([replace(get(path, hr), holds=b"Person")])


def get(path: str, person: dict[str, Any]) -> Request:
    return Request(
        "GET", path, {"Cookie": f"sessionid={person['session']}; csrftoken={CSRF}", **AS_BROWSERS_ASK}
    )


def _saves(people: list[dict[str, Any]], lesson: dict[str, Any]) -> Iterator[Request]:
    """Answers to the checks of a lesson: always a new key, from one person after the other."""
    for turn, person in enumerate(cycle(people)):
        check = lesson["checks"][turn % len(lesson["checks"])]
        key = str(uuid.uuid4())
        fields = (
            f"csrfmiddlewaretoken={CSRF}&key={key}&check={check['key']}&version={check['version']}"
            f"&answer={check['options'][turn % len(check['options'])]}&confidence={turn % 3 + 1}"
        )
        headers = {
            **get("", person).headers,
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Fragment": "1",
        }
        yield Request("POST", lesson["url"], headers, fields, says=("X-Saved", key), holds=b"feedback")


def floor_requests(path: str = "/") -> Iterator[Request]:
    request = Request("GET", path, AS_BROWSERS_ASK)
    return cycle([request if path == "/" else replace(request, holds=b"Person")])


def pss_mib(processes: list[psutil.Process]) -> float:
    """Proportional set size: pages that processes share are counted once."""
    return sum(process.memory_full_info().pss for process in processes) / 2**20
