"""Two commands, as an operator types them: what they print, what they refuse, what survives a kill."""

import contextlib
import importlib
import os
import shutil
import signal
import socket
import sqlite3
import sys
from pathlib import Path

import psutil
import pytest

from tests.journeys.servers import installation
from tests.patience import until
from tests.site.started import (
    Browser,
    Started,
    ask,
    assert_everything_stopped,
    environment,
    family_of,
    knocking,
    open_to_others,
    worker_is_at_work,
)
from tools import stack

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """The data folder of a demo after its first `make run`, which prepared it and left its mark."""
    data = tmp_path_factory.mktemp("prepared") / "data"
    shutil.copytree(installation("demo") / "data", data)
    code = "import sys; sys.path.insert(0, 'tools'); import installation; installation.choose(sys.executable, demo=True)"
    settings = environment(data, PORT=str(stack.free_port()))
    said = stack.run([sys.executable, "-c", code], env=settings).stdout
    assert "Preparing the database" in said  # the template was prepared without a mark
    return data


@pytest.fixture
def demo(prepared, tmp_path):
    """A copy of it."""
    shutil.copytree(prepared, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def start(tmp_path):
    began = []

    def begin(command, data, **extra):
        settings = environment(data, **{"PORT": str(stack.free_port()), **extra})
        began.append(Started(command, settings, tmp_path / f"{command}-{len(began)}.log"))
        return began[-1]

    yield begin
    for started in began:
        with contextlib.suppress(psutil.NoSuchProcess):
            family = psutil.Process(started.process.pid).children(recursive=True)
            started.process.kill()
            for process in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
        started.process.wait()


def test_a_demo_says_where_it_runs_and_whom_to_try_lets_them_in_and_ends_with_ctrl_c(start, demo):
    for path in (demo, *demo.rglob("*")):  # as an earlier version left it
        path.chmod(0o755 if path.is_dir() else 0o644)
    started = start("run", demo)

    started.wait_for("Stop: Ctrl-C")

    lines = started.said.splitlines()
    assert f"Bothways is running at http://127.0.0.1:{started.port}/" in lines
    assert "The password of each is: bothways" in lines
    assert "  employee@example.com" in started.said
    where, _ = Browser(started.port).sign_in("employee@example.com", "bothways")
    assert where == "/"
    assert until(lambda: worker_is_at_work(started.port)), ask(started.port, "/health/?format=json")
    assert (demo / "bothways.sqlite3-wal").exists()
    assert open_to_others(demo) == []
    assert_everything_stopped(started, signal.SIGINT)


def test_a_start_prepares_nothing_again_and_with_a_changed_mark_it_does(start, demo):
    first = start("run", demo)
    first.wait_for("Stop: Ctrl-C")
    assert "Everything is up to date." in first.said
    assert "Preparing" not in first.said
    assert_everything_stopped(first, signal.SIGHUP)

    with contextlib.closing(sqlite3.connect(demo / "bothways.sqlite3")) as database:
        database.execute("PRAGMA user_version = 1")
    second = start("run", demo)
    second.wait_for("Preparing the database")


def test_a_killed_web_server_and_a_killed_worker_are_started_again(start, demo):
    started = start("run", demo)
    started.wait_for("Stop: Ctrl-C")
    web, worker = started.child("gunicorn"), started.child("worker")

    with knocking(started.port) as refused:
        web.kill()
        worker.kill()
        started.wait_for("The web process ended (signal 9) and is started again.")
        assert until(lambda: ask(started.port, "/health/?format=json")[0] == 200)
    assert refused == []  # whoever came meanwhile has waited, or got a page

    started.wait_for("The worker process ended (signal 9) and is started again.")
    assert until(lambda: worker_is_at_work(started.port))
    # Health can be answered by what is left of the old one, before the new one goes by its name.
    for name, killed in (("gunicorn", web), ("worker", worker)):
        assert until(lambda name=name, killed=killed: started.child(name) not in {None, killed}), name
    assert_everything_stopped(started, signal.SIGTERM)


def test_when_the_parent_is_killed_nothing_keeps_the_port(start, demo):
    started = start("run", demo)
    started.wait_for("Stop: Ctrl-C")
    family = family_of(started)

    started.process.kill()

    assert until(lambda: not any(process.is_running() for process in family), 60)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"PORT": "none"}, "PORT is 'none'; it must be a number from 1 to 65535."),
        ({"HOST": "0.0.0.0"}, "listens only on this machine, not on 0.0.0.0"),
        ({"HOST": "192.0.2.7", "DEMO_PUBLIC": "1"}, "which is no address of this machine"),
    ],
)
def test_a_start_that_cannot_be_is_refused_in_one_sentence(start, demo, given, sentence):
    started = start("run", demo, **given)

    assert started.process.wait(60) == 1
    assert sentence in started.said
    assert "Traceback" not in started.said


def test_while_the_database_is_made_ready_a_page_says_so(start, tmp_path):
    started = start("serve", tmp_path / "new", **stack.NEW)

    status, headers, text = until(lambda: (found := ask(started.port, "/courses/")) and found[0] and found)

    assert status == 503
    assert headers["Retry-After"] == "3"
    assert "is starting" in text
    assert ask(started.port, "/health/live")[::2] == (200, "starting\n")
    assert "Bothways is running" not in started.said


def test_a_taken_port_is_named_and_nothing_is_touched(start, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        started = start("run", tmp_path / "new", PORT=str(port))

        assert started.process.wait(60) == 1
    assert f"Port {port} on 127.0.0.1 is taken by another program." in started.said
    assert not (tmp_path / "new").exists()


def test_a_port_that_is_just_being_left_is_waited_for(monkeypatch):
    """What a killed supervisor leaves behind ends a moment later."""
    monkeypatch.syspath_prepend("tools")
    found = importlib.import_module("installation")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setattr(found.time, "sleep", lambda _seconds: other.close())

        with found.opened("127.0.0.1", port, "make serve") as holder:
            assert holder.port.getsockname()[1] == port


def test_a_folder_is_served_once_whatever_the_port(start, demo):
    first = start("run", demo)
    first.wait_for("Stop: Ctrl-C")

    second = start("run", demo)

    assert second.process.wait(60) == 1
    assert second.said.startswith(f"Bothways runs on {demo} already, so nothing was started.")
    assert len(second.said.splitlines()) == 1
    assert ask(first.port, "/health/live")[2] == "live"
    assert_everything_stopped(first, signal.SIGTERM)
    third = start("run", demo)
    third.wait_for("Stop: Ctrl-C")


@pytest.mark.skipif(
    os.geteuid() == 0 and not Path("/proc/sys").exists(), reason="needs a folder nobody may write"
)
def test_a_data_folder_that_cannot_be_written_is_named(start, tmp_path):
    (tmp_path / "file").write_text("in the way")

    started = start("serve", tmp_path / "file" / "data")

    assert started.process.wait(90) == 1
    assert "The data folder" in started.said
    assert "cannot be written" in started.said


def test_the_two_kinds_of_installation_never_share_a_folder(start, demo):
    started = start("serve", demo)

    assert started.process.wait(90) == 1
    assert "holds the demo" in started.said
    assert "manage.py end_demo" in started.said


def test_a_real_installation_is_no_demo_and_has_one_person(start, tmp_path):
    data = tmp_path / "real"
    refused = start("serve", data)
    assert refused.process.wait(90) == 1
    assert "needs BOTHWAYS_ORGANISATION" in refused.said

    started = start("serve", data, **stack.NEW)
    started.wait_for("Stop: Ctrl-C", 240)

    with contextlib.closing(sqlite3.connect(data / "bothways.sqlite3")) as database:
        people = database.execute("SELECT email FROM people_employee").fetchall()
        lessons = database.execute("SELECT count(*) FROM courses_lessonpage").fetchone()[0]
    assert people == [("first-admin@example.com",)]
    assert lessons > 0
    assert "bothways" not in [line.rpartition(": ")[2] for line in started.said.splitlines()]
    where, page = Browser(started.port).sign_in("first-admin@example.com", "bothways")
    assert where.startswith("/accounts/login/")
    assert "employee@example.com" not in page
    where, _ = Browser(started.port).sign_in("first-admin@example.com", stack.NEW["BOTHWAYS_ADMIN_PASSWORD"])
    assert where == "/administration/"
    Browser(started.port).ask_for_a_link("first-admin@example.com")
    assert until(lambda: list((data / "mail").glob("*.eml")))
    made = {path.name for path in data.iterdir()}
    assert made >= {
        "bothways.sqlite3",
        "bothways.sqlite3-wal",
        "bothways.sqlite3-shm",
        "mail",
        "secret.key",
        "static",
    }
    assert open_to_others(data) == []
    started.stop()
    refused = start("run", data)
    assert refused.process.wait(90) == 1
    assert "not a demo" in refused.said
