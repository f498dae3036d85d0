"""What tools/stack.py and tools/postgres.py begin ends with the process that began it, however that ends."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.journeys.servers import NEEDS_POSTGRES, installation
from tests.patience import until
from tools import stack

pytestmark = pytest.mark.server
# Says which processes it has begun, and waits to be killed.
CLUSTER = """
import sys, time
from tools.postgres import cluster
with cluster() as postgres:
    print(postgres.server.pid, postgres.folder, flush=True)
    time.sleep(600)
"""
SERVER = """
import sys, time
from pathlib import Path
from tools.stack import Stack
with Stack(Path(sys.argv[1])) as running:
    print(running.web.pid, running.worker.pid, flush=True)
    time.sleep(600)
"""
# Is gone before gunicorn has loaded the application.
TOO_EARLY = """
import os, sys
from pathlib import Path
from tools import stack
running = stack.Stack(Path(sys.argv[1]))
web = running._begin("web", [stack.GUNICORN, "-c", running.config])
worker = running._begin("worker", [sys.executable, "manage.py", "worker"])
print(web.pid, worker.pid, flush=True)
os._exit(0)
"""


def begin(code: str, *arguments: object) -> "tuple[subprocess.Popen[str], list[str]]":
    """The process, and the words that it has said."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=stack.ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    return process, process.stdout.readline().split()


def kill(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL


def family(*pids: str) -> list[psutil.Process]:
    began = [psutil.Process(int(pid)) for pid in pids]
    return began + [child for process in began for child in process.children(recursive=True)]


def runs(process: psutil.Process) -> bool:
    """False also for one that has ended and that nobody has asked how."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def assert_all_end(processes: list[psutil.Process]) -> None:
    until = time.monotonic() + 60
    while left := [process for process in processes if runs(process)]:
        assert time.monotonic() < until, left
        time.sleep(0.1)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    stack.run(["cp", "-a", installation("company") / "data", tmp_path / "data"])
    return tmp_path / "data"


@pytest.mark.postgres
@NEEDS_POSTGRES
def test_a_cluster_ends_when_the_process_that_began_it_is_killed_and_its_folder_goes() -> None:
    process, (pid, folder) = begin(CLUSTER)
    began = family(pid)
    assert len(began) > 1
    assert Path(folder).is_dir()

    kill(process)

    assert_all_end(began)
    until = time.monotonic() + 60
    while Path(folder).parent.exists():
        assert time.monotonic() < until
        time.sleep(0.1)


def test_a_server_and_its_worker_end_when_the_process_that_began_them_is_killed(data: Path) -> None:
    process, pids = begin(SERVER, data)
    # gunicorn with two workers, of which the first has answered, and the background worker
    assert until(lambda: len(family(*pids)) >= 4)
    began = family(*pids)

    kill(process)

    assert_all_end(began)


def test_they_also_end_when_it_is_gone_before_they_have_come_up(data: Path) -> None:
    process, pids = begin(TOO_EARLY, data)
    began = [psutil.Process(int(pid)) for pid in pids if psutil.pid_exists(int(pid))]
    assert len(began) == 2

    process.communicate()

    assert_all_end(began)
