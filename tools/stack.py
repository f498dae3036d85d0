"""A real Bothways for measurements and tests: a data folder, a database, gunicorn and the worker.

Everything stays on 127.0.0.1 and ends with the `with` block that began it; if this process is
killed, gunicorn and the worker notice and end too (BOTHWAYS_SUPERVISED).
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import psutil

ROOT = Path(__file__).resolve().parent.parent
CODE = (
    "gates",
    "jobs",
    "people",
    "glossary",
    "quizzes",
    "courses",
    "reports",
    "site",
    "content",
    "tools/stack.py",
)
INSIDE = ROOT / "tools" / "bench" / "inside.py"
GUNICORN = Path(sys.executable).parent / "gunicorn"
PATIENCE_SECONDS = 90
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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Postgres:
    """A private cluster on a free port of 127.0.0.1, as user postgres when we are root."""

    def __init__(self, folder: Path, *, bin_folder: Path) -> None:
        self.folder, self.bin, self.port = folder, bin_folder, free_port()
        self.server: subprocess.Popen[bytes] | None = None
        as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        self.prefix = as_postgres if os.geteuid() == 0 else []

    @staticmethod
    def bin_folder() -> Path | None:
        """Where `initdb` is: POSTGRES_BIN, Debian's folders (newest first), or the path; None without one."""
        named = os.environ.get("POSTGRES_BIN")
        debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
        on_path = shutil.which("initdb")
        places = [*([Path(named)] if named else []), *debian, *([Path(on_path).parent] if on_path else [])]
        return next((place for place in places if (place / "initdb").exists()), None)

    def create(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.prefix:
            shutil.chown(self.folder, "postgres", "postgres")
        command = [
            self.bin / "initdb",
            "-D",
            self.folder,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        run([*self.prefix, *command, "--locale=C.UTF-8"])

    def start(self) -> None:
        options = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 60,
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "server.log").open("wb") as log:
            self.server = subprocess.Popen(
                [*self.prefix, str(self.bin / "postgres"), "-D", str(self.folder), *settings],
                stdout=log, stderr=log, start_new_session=True, cwd="/",
            )  # fmt: skip
        until = time.monotonic() + PATIENCE_SECONDS
        while (
            run([self.bin / "pg_isready", "-q", "-h", "127.0.0.1", "-p", self.port], check=False).returncode
            != 0
        ):
            if self.server.poll() is not None or time.monotonic() > until:
                raise NotStarted(tail(self.folder / "server.log"))
            time.sleep(0.1)

    def stop(self) -> None:
        """`fast`: a clean shutdown that waits for nobody."""
        if self.server is not None and self.server.poll() is None:
            self.server.send_signal(signal.SIGINT)
            try:
                self.server.wait(20)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()

    def make_database(self, name: str) -> str:
        """The DATABASE_URL of a new, empty database."""
        run([self.bin / "createdb", "-h", "127.0.0.1", "-p", self.port, "-U", "postgres", name])
        return self.url(name)

    def url(self, name: str) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{name}"

    def processes(self) -> list[psutil.Process]:
        if self.server is None:
            return []
        with contextlib.suppress(psutil.NoSuchProcess):
            parent = psutil.Process(self.server.pid)
            return [parent, *parent.children(recursive=True)]
        return []


class Stack:
    """gunicorn with two workers, and the background worker, on one data folder."""

    def __init__(
        self,
        data: Path,
        *,
        database_url: str = "",
        with_worker: bool = True,
        config: Path = ROOT / "site" / "gunicorn.conf.py",
        asked: str = "/health/?format=json",
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
        """True once the application answers; health may be red, since the worker is only starting."""
        request = urllib.request.Request(self.address + self.asked)  # noqa: S310 - our own address
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10):
                return True
        except urllib.error.HTTPError as error:
            return error.code == 503
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
        "BOTHWAYS_SUPERVISED": "1",
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


def fingerprint() -> str:
    """Changes with every file that a prepared data folder depends on."""
    digest = hashlib.sha256()
    for place in CODE:
        found = ROOT / place
        for path in sorted(found.rglob("*")) if found.is_dir() else [found]:
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(ROOT)}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def template(cache: Path, *, demo: bool, people: int = 0, postgres: bool = False) -> Path:
    """A prepared installation to copy, made once per state of the code and kept in `cache`.

    With `postgres` the folder has a stopped cluster in `postgres/` beside `data/`.
    """
    kind = f"{'demo' if demo else 'new'}-{people}-{'postgres' if postgres else 'sqlite'}"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of two test processes one makes it and the other waits
        made = cache / f"{kind}-{fingerprint()}"
        if made.exists():
            return made
        for old in cache.glob(f"{kind}-*"):
            shutil.rmtree(old, ignore_errors=True)
        unfinished = cache / f"unfinished-{kind}"
        shutil.rmtree(unfinished, ignore_errors=True)
        if postgres:
            _with_cluster(unfinished, demo=demo, people=people)
        else:
            prepare(unfinished / "data", demo=demo, people=people)
        unfinished.rename(made)
        return made


def _with_cluster(folder: Path, *, demo: bool, people: int) -> None:
    with cluster() as postgres:
        url = postgres.make_database("bothways")
        prepare(folder / "data", demo=demo, people=people, database_url=url)
        postgres.stop()
        run(["cp", "-a", postgres.folder, folder / "postgres"])


@contextlib.contextmanager
def cluster(made: Path | None = None) -> Iterator[Postgres]:
    """A running private cluster, new or a copy of a stopped one, in a folder that user postgres can reach.

    Raises: NotStarted where PostgreSQL is not installed.
    """
    bin_folder = Postgres.bin_folder()
    if bin_folder is None:
        raise NotStarted("There is no PostgreSQL on this machine (set POSTGRES_BIN to the folder of initdb).")
    with tempfile.TemporaryDirectory(prefix="bothways-pg-") as place:
        Path(place).chmod(0o711)
        postgres = Postgres(Path(place) / "cluster", bin_folder=bin_folder)
        if made is None:
            postgres.create()
        else:
            run(["cp", "-a", made, postgres.folder])
        postgres.start()
        try:
            yield postgres
        finally:
            postgres.stop()


@contextlib.contextmanager
def copied(made: Path, place: Path, **options: Any) -> Iterator[Stack]:
    """A running stack on a copy of a template; with `postgres/` in it, on a copy of the cluster."""
    run(["cp", "-a", made / "data", place / "data"])
    with contextlib.ExitStack() as running:
        url = ""
        if (made / "postgres").exists():
            url = running.enter_context(cluster(made / "postgres")).url("bothways")
        yield running.enter_context(Stack(place / "data", database_url=url, **options))
