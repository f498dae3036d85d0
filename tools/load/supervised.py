"""An installation as `make serve` runs it: the supervisor, the web server and the worker below it.

python -m tools.load.supervised        the supervisor itself, ending with whoever began it
"""

import contextlib
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any, Self

import psutil

from tools.stack import PATIENCE_SECONDS, ROOT, NotStarted, Stack

WEB, WORKER = "gunicorn", "worker"


class Supervised(Stack):
    """A stack whose dead processes are begun again by the product's own supervisor, not by us."""

    def __init__(self, data: Path, **options: Any) -> None:
        super().__init__(data, log="supervisor", BOTHWAYS_VENV=sys.prefix, **options)

    def __enter__(self) -> Self:
        try:
            self.begin()
        except BaseException:
            self.stop()
            raise
        return self

    def begin(self) -> None:
        """Raises: tools.stack.NotStarted"""
        self.web = self._begin(self.log, [sys.executable, "-m", "tools.load.supervised"])
        self._wait()

    def process(self, name: str) -> psutil.Process | None:
        """gunicorn's master, or the background worker, while there is one."""
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in self._children():
                if child.status() != psutil.STATUS_ZOMBIE and name in map(_last_word, child.cmdline()[1:3]):
                    return child
        return None

    def web_workers(self) -> list[psutil.Process]:
        with contextlib.suppress(psutil.NoSuchProcess):
            if master := self.process(WEB):
                return sorted(master.children(), key=lambda process: process.pid)
        return []

    def processes(self) -> list[psutil.Process]:
        """The supervisor and all below it."""
        if self.web is None or self.web.poll() is not None:
            return []
        with contextlib.suppress(psutil.NoSuchProcess):
            supervisor = psutil.Process(self.web.pid)
            return [supervisor, *supervisor.children(recursive=True)]
        return []

    def wait_for_another(self, name: str, old: psutil.Process) -> None:
        """Until the supervisor has begun it again, and for the web server until it answers.

        Raises: tools.stack.NotStarted
        """
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            process = self.process(name)
            if process is not None and process.pid != old.pid and (name != WEB or self.answers()):
                return
            time.sleep(0.1)
        raise NotStarted(f"{name} was killed and did not come back within {PATIENCE_SECONDS} s")

    def _children(self) -> list[psutil.Process]:
        return psutil.Process(self.web.pid).children() if self.web else []

    def stop(self) -> None:
        left = self.processes()[1:]
        super().stop()
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def _last_word(path: str) -> str:
    return path.rpartition("/")[2]


def main() -> int:
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
    sys.path.insert(0, str(ROOT / "tools"))
    import supervise  # it is run as a script and finds its neighbours beside it
    from installation import opened

    environment = {**os.environ, "BOTHWAYS_SUPERVISED": str(os.getpid())}
    with opened(environment["HOST"], int(environment["PORT"]), "make serve") as holder:
        return int(supervise.serve(sys.executable, environment, holder))


if __name__ == "__main__":
    sys.exit(main())
