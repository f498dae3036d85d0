"""The bench asks as browsers do, keeps what it has, and one answer that never comes ends nothing."""

import gzip
import json
import os
import runpy
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.journeys import servers
from tools.bench import measure, restoring
from tools.bench.floor.inserts import insert
from tools.bench.measure import Figures, Request, Target, get, waits
from tools.stack import NotStarted, Stack, run

ROOT = Path(__file__).resolve().parents[2]


class Page(BaseHTTPRequestHandler):
    """Packs its page for whoever can unpack it; /slow answers too late."""

    def do_GET(self) -> None:
        if self.path == "/slow":
            time.sleep(4)
        page = b"<html>" + b"x" * 5_000 + b"</html>"
        packed = "gzip" in self.headers.get("Accept-Encoding", "")
        body = gzip.compress(page) if packed else page
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Tests say nothing."""


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    program = runpy.run_path(str(ROOT / "tools" / "bench.py"))
    data = tmp_path_factory.mktemp("floor") / "data"
    run(["cp", "-a", servers.installation("tables") / "data", data])
    with program["_floor"](data, "") as running:
        yield running


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    server.handle_error = lambda *arguments: None  # type: ignore[method-assign]  # who gave up waiting
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_pages_are_asked_for_packed_and_read_unpacked(port: int) -> None:
    connection = measure.Connection(port)

    connection.send(get("/", {"session": "s"}))

    assert connection.size < 200  # as it was sent; the page has 5,000 letters
    connection.close()


def test_an_answer_that_is_too_slow_is_counted_and_the_others_are_measured(port: int) -> None:
    paths = cycle(["/slow", "/", "/", "/"])
    target = Target("mixed", 2, (Request("GET", next(paths), {}) for _ in iter(int, 1)))

    waited = waits(port, target, connections=2, count=8, patience=2)

    assert waited["too_slow"] == 2
    assert waited["p50"] < 2000  # a machine may stand still for a second
    assert waited["p95"] >= 2000


def test_a_page_without_a_figure_misses_its_goal_and_one_without_a_goal_never_does() -> None:
    assert Figures("page", goal=2, ratio=1.5).is_met
    assert not Figures("page", goal=2, ratio=2.5).is_met
    assert not Figures("page", goal=2, ratio=0.0, trouble="TimeoutError").is_met
    assert Figures("page", goal=None, ratio=900.0).is_met


def test_every_figure_is_in_the_file_as_soon_as_it_is_measured(tmp_path: Path) -> None:
    program = runpy.run_path(str(ROOT / "tools" / "bench.py"))  # beside a package of the same name
    report = program["Report"](tmp_path / "bench.json")

    report.add("sqlite", "pages", Figures("home", goal=6, ratio=3.0))
    report.add("sqlite", "pages", Figures("lesson", goal=3, ratio=4.0))

    kept: Any = json.loads((tmp_path / "bench.json").read_text())
    assert [row["name"] for row in kept["backends"]["sqlite"]["pages"]] == ["home", "lesson"]
    assert kept["missed"] == ["sqlite lesson"]


def test_the_floor_of_a_restore_has_the_same_rows_under_the_same_indexes(tmp_path: Path) -> None:
    restored, fresh = tmp_path / "restored", tmp_path / "fresh"
    with closing(sqlite3.connect(restored)) as database:
        database.executescript(
            "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE); CREATE INDEX b ON a (name, id);"
            "CREATE TABLE c (data BLOB); CREATE VIRTUAL TABLE words USING fts5(text);"
            "INSERT INTO a (name) VALUES ('Ada'), (NULL); INSERT INTO c VALUES (x'00ff'); INSERT INTO words VALUES ('x');"
        )

    assert insert(restored, fresh) == 3

    with closing(sqlite3.connect(fresh)) as database:
        assert database.execute("SELECT * FROM a").fetchall() == [(1, "Ada"), (2, None)]
        assert database.execute("SELECT * FROM c").fetchall() == [(b"\x00\xff",)]
        names = database.execute("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'").fetchall()
    assert sorted(name for (name,) in names) == ["a", "b", "c"]


def test_work_is_counted_in_the_processes_that_it_begins() -> None:
    idle = restoring.cpu_seconds(lambda: sum(range(3_000_000)))  # our own is not counted
    begun = restoring.cpu_seconds(lambda: subprocess.run([sys.executable, "-c", "0"], check=True))

    assert idle == 0
    assert begun > 0


def test_a_restore_that_fails_is_said_in_its_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[object], **options: Any) -> None:
        if "restore" in command:
            raise NotStarted("The table people_employee did not become as it is in backup.zip.")

    monkeypatch.setattr(restoring, "run", run)

    figures = restoring.figures(tmp_path / "data", tmp_path / "place")

    assert figures.trouble == "The table people_employee did not become as it is in backup.zip."
    assert not figures.is_met


@pytest.mark.server
def test_ended_early_it_leaves_no_server_and_keeps_its_file(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "tools/bench.py", "--quick", "--data", str(servers.installation("demo") / "data")],
        cwd=ROOT, env={**os.environ, "BOTHWAYS_DATA": str(tmp_path), "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("home"):
            break
    else:
        pytest.fail("the bench ended before its first figure")

    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)

    assert process.returncode == 128 + signal.SIGTERM
    assert (
        json.loads((tmp_path / "bench.json").read_text())["backends"]["sqlite"]["pages"][0]["name"] == "home"
    )
    assert [
        server for server in psutil.process_iter(["cmdline"]) if str(tmp_path) in data_folder_of(server)
    ] == []


def data_folder_of(process: psutil.Process) -> str:
    try:
        return process.environ().get("BOTHWAYS_DATA", "")
    except psutil.Error:
        return ""


@pytest.mark.server
@pytest.mark.parametrize(("path", "holds"), [("/", b"A floor says what"), ("/csv/", b"Person")])
def test_the_floor_is_the_bare_view_and_not_the_site(floor: Stack, path: str, holds: bytes) -> None:
    with closing(measure.Connection(floor.port)) as connection:
        connection.send(Request("GET", path, measure.AS_BROWSERS_ASK, holds=holds))

        assert connection.size > 0
