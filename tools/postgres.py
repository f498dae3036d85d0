"""A private PostgreSQL for measurements and tests, which ends with the process that began it."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from tools.stack import PATIENCE_SECONDS, NotStarted, free_port, run, tail

# Reads from a pipe that we hold: it ends when we end, however that happens. Then the server stops (INT: at
# once and cleanly), and its folder goes too.
END_WITH_PARENT = """
cat >/dev/null
kill -INT "$0" 2>/dev/null
for turn in $(seq 100); do kill -0 "$0" 2>/dev/null || break; sleep 0.1; done
rm -rf "$1"
"""


class Postgres:
    """A private cluster on a free port of 127.0.0.1, as user postgres when we are root."""

    def __init__(self, folder: Path, *, bin_folder: Path) -> None:
        self.folder, self.bin, self.port = folder, bin_folder, free_port()
        self.server: subprocess.Popen[bytes] | None = None
        self.watch: subprocess.Popen[bytes] | None = None
        as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        self.prefix = as_postgres if os.geteuid() == 0 else []

    @staticmethod
    def bin_folder() -> Path | None:
        """Where `initdb` is: POSTGRES_BIN, Debian's folders (newest first), or the path; None without one."""
        named = os.environ.get("POSTGRES_BIN")
        debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
        on_path = shutil.which("initdb")
        folders = [*([Path(named)] if named else []), *debian, *([Path(on_path).parent] if on_path else [])]
        return next((folder for folder in folders if (folder / "initdb").exists()), None)

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
        # In a session of its own: Ctrl-C ends us, and then it is needed.
        self.watch = subprocess.Popen(
            ["/bin/sh", "-c", END_WITH_PARENT, str(self.server.pid), str(self.folder.parent)],
            stdin=subprocess.PIPE, start_new_session=True, cwd="/",
        )  # fmt: skip
        until = time.monotonic() + PATIENCE_SECONDS
        while (
            run([self.bin / "pg_isready", "-q", "-h", "127.0.0.1", "-p", self.port], check=False).returncode
            != 0
        ):
            if self.server.poll() is not None or time.monotonic() > until:
                raise NotStarted(tail(self.folder / "server.log"))
            time.sleep(0.1)

    def restart_immediately(self) -> None:
        """`immediate`, as after a crash: no connection is told, and the start recovers from the log."""
        self.stop(signal.SIGQUIT)
        self.start()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """`fast`: a clean shutdown that waits for nobody."""
        if self.server is not None and self.server.poll() is None:
            self.server.send_signal(how)
            try:
                self.server.wait(20)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()
        if self.watch is not None and self.watch.stdin is not None:
            self.watch.kill()
            self.watch.wait()
            self.watch.stdin.close()

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


@contextlib.contextmanager
def cluster(made: Path | None = None) -> Iterator[Postgres]:
    """A running private cluster, new or a copy of a stopped one, in a folder that user postgres can reach.

    Raises: NotStarted where PostgreSQL is not installed.
    """
    bin_folder = Postgres.bin_folder()
    if bin_folder is None:
        raise NotStarted("There is no PostgreSQL on this machine (set POSTGRES_BIN to the folder of initdb).")
    with tempfile.TemporaryDirectory(prefix="bothways-pg-") as folder:
        Path(folder).chmod(0o711)
        postgres = Postgres(Path(folder) / "cluster", bin_folder=bin_folder)
        if made is None:
            postgres.create()
        else:
            run(["cp", "-a", made, postgres.folder])
        postgres.start()
        try:
            yield postgres
        finally:
            postgres.stop()
