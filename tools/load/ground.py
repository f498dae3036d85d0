"""Where a run takes place: an installation of its own, its database, the history of everybody who came."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.load.checker import Verdict
from tools.load.course import write_course
from tools.load.history import History
from tools.load.supervised import Supervised
from tools.postgres import Postgres, cluster
from tools.stack import ROOT, run

PEOPLE = 12
ROOM_BYTES = 160 << 20  # of a disk of its own: the installation needs 20 MB


class Editor:
    """Somebody inside: a process on the same installation that answers questions and edits (inside.py)."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "tools" / "load" / "inside.py")],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def ask(self, command: str, **options: Any) -> Any:
        """Raises: RuntimeError, with what went wrong inside"""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("the process has no pipes")
        self.process.stdin.write(json.dumps({"command": command, "options": options}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        said = json.loads(line) if line else {"error": "the process has ended"}
        if "error" in said:
            raise RuntimeError(f"{command}: {said['error']}")
        return said["said"]

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


@dataclass
class Ground:
    """`findings` are what a fault saw by itself, beside what the checker finds at the end."""

    folder: Path
    stack: Supervised
    database: str  # a postgres:// address or the path of the file
    postgres: Postgres | None
    editor: Editor
    facts: dict[str, Any]
    clock: Path
    disk: Path | None  # a disk of its own, where we may mount one
    history: History = field(default_factory=History)
    findings: list[str] = field(default_factory=list)

    @property
    def is_sqlite(self) -> bool:
        return self.postgres is None

    def set_clock(self, seconds: int) -> None:
        new = self.clock.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(self.clock)  # never half written

    def manage(self, *arguments: object) -> str:
        """A command as an operator gives it. Raises: tools.stack.NotStarted, with what it said"""
        return run([sys.executable, "manage.py", *arguments], env=self.stack.environment).stdout

    def judge(self, database: str = "", count: int | None = None) -> Verdict:
        """The checker, in a process of its own: on this database, or on a copy from when there were `count` events."""
        file = self.folder / ("history-of-a-copy.jsonl" if database else "history.jsonl")
        self.history.write(file, count=count)
        done = run(
            [sys.executable, "-m", "tools.load.checker", file, database or self.database],
            env=dict(os.environ),
        )
        return Verdict(**json.loads(done.stdout))


@contextlib.contextmanager
def ground(made: Path, folder: Path, *, people: int = PEOPLE) -> Iterator[Ground]:
    """A running installation on a copy of a template (tools/templates.py), with so many signed-in people.

    Raises: tools.stack.NotStarted
    """
    with contextlib.ExitStack() as running:
        disk = running.enter_context(_disk(folder / "disk"))
        data = (disk or folder) / "data"
        run(["cp", "-a", made / "data", data])
        postgres = running.enter_context(cluster(made / "postgres")) if (made / "postgres").exists() else None
        url = postgres.url("bothways") if postgres else ""
        clock = folder / "clock"
        clock.write_text("0")
        stack = Supervised(
            data, database_url=url, DJANGO_SETTINGS_MODULE="tools.load.clocked", LOAD_CLOCK=str(clock)
        )
        editor = Editor(stack.environment)
        running.callback(editor.end)
        write_course(folder / "course", "L1")
        running.enter_context(stack)
        facts = editor.ask("facts", count=people, course=str(folder / "course"))
        installation = Ground(
            folder=folder,
            stack=stack,
            database=url or str(data / "bothways.sqlite3"),
            postgres=postgres,
            editor=editor,
            facts=facts,
            clock=clock,
            disk=disk,
        )
        courses = {course["name"]: course["key"] for course in facts["courses"]}
        installation.history.add("before", **facts["before"], names=facts["names"], courses=courses)
        yield installation


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bothways-load-") as folder:
        yield Path(folder)


@contextlib.contextmanager
def _disk(folder: Path) -> Iterator[Path | None]:
    """A small disk in memory, which goes when we do, however we end; None where we may not mount one."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={ROOM_BYTES},mode=0755", "tmpfs", folder]
    if os.geteuid() != 0 or run(command, check=False).returncode != 0:
        yield None
        return
    watch = subprocess.Popen(
        ["/bin/sh", "-c", 'cat >/dev/null; umount -l "$0"', str(folder)],
        stdin=subprocess.PIPE, start_new_session=True, cwd="/",
    )  # fmt: skip
    try:
        yield folder
    finally:
        watch.communicate()
