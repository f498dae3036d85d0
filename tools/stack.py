"""A real Bothways for measurements and tests: a data folder, a database, gunicorn and the worker.

Everything stays on 127.0.0.1 and ends with the `with` block that began it; if this process is
killed, gunicorn and the worker notice and end too (BOTHWAYS_SUPERVISED).
"""

import contextlib
import errno
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import psutil

ROOT = Path(__file__).resolve().parent.parent
INSIDE = ROOT / "tools" / "bench" / "inside.py"
GUNICORN = Path(sys.executable).parent / "gunicorn"
PATIENCE_SECONDS = 90
# Below what systems give to outgoing connections: Linux from 32768 on, others from 49152 on.
OURS_ALONE = (20_000, 32_000)
# What somebody has set for their own installation must not reach a measured one.
OURS = (
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "SECRET_KEY",
    "HOST",
    "PORT",
    "DEBUG",
    "DEMO_PUBLIC",
    "BEHIND_PROXY",
)
NEW = {
    "BOTHWAYS_ORGANISATION": "Example Ltd",
    "BOTHWAYS_ADMIN_EMAIL": "first-admin@example.com",
    "BOTHWAYS_ADMIN_NAME": "First Admin",
    "BOTHWAYS_ADMIN_PASSWORD": "correct horse battery",
}


class NotStarted(Exception):
    """A process did not come up; the message ends with what it said last."""


def free_port() -> int:
    """A port that nobody has, and that no outgoing connection is given by chance while its server is away.

    Raises: OSError
    """
    for _try in range(100):
        port = random.randrange(*OURS_ALONE)  # noqa: S311 - no secret
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError(errno.EADDRINUSE, f"no free port from {OURS_ALONE[0]} to {OURS_ALONE[1]}")


class Stack:
    """gunicorn with two workers, and the background worker, on one data folder."""

    def __init__(
        self,
        data: Path,
        *,
        database_url: str = "",
        with_worker: bool = True,
        config: Path = ROOT / "site" / "gunicorn.conf.py",
        asked: str = "/health/live",
        log: str = "web",
        **extra: str,
    ) -> None:
        self.data, self.port, self.asked, self.log = data, free_port(), asked, log
        self.with_worker, self.config = with_worker, config
        self.environment = environment(data, database_url=database_url, PORT=str(self.port), **extra)
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None

    def with_other(self, **settings: str) -> Self:
        """Web processes with other settings on the same data, beside these; not yet started."""
        other = type(self)(self.data, with_worker=False, config=self.config, asked=self.asked, log="other")
        other.environment = {**self.environment, **settings, "PORT": str(other.port)}
        return other

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        try:
            self.web = self._begin(self.log, [GUNICORN, "-c", self.config])
            if self.with_worker:
                self.worker = self._begin("worker", [sys.executable, "manage.py", "worker"])
            self._wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def _begin(self, name: str, command: Sequence[object]) -> "subprocess.Popen[bytes]":
        with (self.data / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [str(part) for part in command],
                cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while not self.answers():
            if self.web is None or self.web.poll() is not None or time.monotonic() > until:
                raise NotStarted(tail(self.data / f"{self.log}.log"))
            time.sleep(0.1)

    def answers(self) -> bool:
        """True once the application itself answers, and not whoever keeps its port while it starts."""
        request = urllib.request.Request(self.address + self.asked)  # noqa: S310 - our own address
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                request, timeout=10
            ) as answer:
                return bool(answer.read(20) != b"starting\n")  # of tools/port_holder.py
        except OSError:
            return False

    def stop(self) -> None:
        began = [process for process in (self.web, self.worker) if process is not None]
        for process in began:
            if process.poll() is None:
                process.terminate()
        for process in began:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def web_workers(self) -> list[psutil.Process]:
        """gunicorn's workers, oldest first."""
        if self.web is None:
            return []
        with contextlib.suppress(psutil.NoSuchProcess):
            return sorted(psutil.Process(self.web.pid).children(), key=lambda process: process.pid)
        return []

    def web_processes(self) -> list[psutil.Process]:
        return [psutil.Process(self.web.pid), *self.web_workers()] if self.web else []

    def ask(self, command: str, **options: Any) -> Any:
        """Run a command of tools/bench/inside.py in a fresh process on the same database; its JSON."""
        return inside(self.environment, command, **options)


def environment(data: Path, *, database_url: str = "", **extra: str) -> dict[str, str]:
    """What a process of a measured installation sees: production, its own data folder, nothing of the caller's."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in OURS and not name.startswith("BOTHWAYS_")
    }
    kept |= {
        "BOTHWAYS_DATA": str(data),
        "HOST": "127.0.0.1",
        "WEB_CONCURRENCY": "2",
        "BOTHWAYS_SUPERVISED": str(os.getpid()),
        "STARTER_CONTENT": "first",
    }
    if database_url:
        kept["DATABASE_URL"] = database_url
    return {**kept, "PYTHONPATH": str(ROOT), **extra}


def inside(settings: dict[str, str], command: str, **options: Any) -> Any:
    done = run([sys.executable, INSIDE, command, json.dumps(options)], env=settings)
    return json.loads(done.stdout)


def prepare(data: Path, *, demo: bool = False, database_url: str = "", people: int = 0) -> None:
    """Tables, starter content, static files; then the demo, or an organisation with so many employees.

    Without a demo the employees are employee-1@example.com …, with the password of the first administrator.
    """
    settings = environment(data, database_url=database_url, **({} if demo else NEW))
    data.mkdir(parents=True, exist_ok=True)
    run([sys.executable, "manage.py", "prepare", *(["--demo"] if demo else [])], env=settings)
    if people:
        inside(settings, "hire", count=people, password=NEW["BOTHWAYS_ADMIN_PASSWORD"])


def run(
    command: Sequence[object], *, check: bool = True, **options: Any
) -> "subprocess.CompletedProcess[str]":
    """Raises: NotStarted, with the end of what the command said."""
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False, **options
    )
    if check and done.returncode != 0:
        said = (done.stdout + done.stderr).strip().splitlines()[-15:]
        raise NotStarted("\n".join([" ".join(map(str, command[:4])), *said]))
    return done


def tail(log: Path, lines: int = 25) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) or f"{log.name} is empty"
    except FileNotFoundError:
        return f"there is no {log.name}"
