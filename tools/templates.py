"""Prepared installations to copy: made once per state of the code, for every test that starts a server.

    python tools/templates.py    prepares all that the suite copies, where the suite looks for them

One is made from another, so that the course is loaded once and the tables are made once:

    tables ── course ┬─ demo
                     └─ company ── company-postgres

They lie in BOTHWAYS_TEMPLATES, or else in BOTHWAYS_DATA/templates. Runs that name the same folder share them.
"""

import contextlib
import fcntl
import functools
import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)] if str(ROOT) not in sys.path else []

from tools.packages import packages  # noqa: E402
from tools.postgres import Postgres, cluster  # noqa: E402 - after the path
from tools.stack import NotStarted, Stack, environment, inside, prepare, run  # noqa: E402

DEMO_PASSWORD = "bothways"  # noqa: S105 - printed on the demo's sign-in page
PEOPLE = 40
CODE = (
    *packages(), "site/gunicorn.conf.py", "content",
    "tools/stack.py", "tools/templates.py", "tools/postgres.py", "tools/bench/inside.py",
)  # fmt: skip
# The first steps of `manage.py prepare`, before it is known who the installation is for.
TABLES = """
from django.core.management import call_command
from bothways.operations.installation import make_tree
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
make_tree()
"""
COURSE = """
from django.core.management import call_command
from django.utils import timezone
from bothways.operations.installation import load_first_courses
load_first_courses(say=lambda _sentence: None, now=timezone.now())
call_command("collectstatic", interactive=False, verbosity=0)
"""


def folder_of(data: Path) -> Path:
    """Where the templates lie for a run with this data folder."""
    return Path(os.environ.get("BOTHWAYS_TEMPLATES") or data / "templates")


@functools.cache
def fingerprint() -> str:
    """Changes with every file that a prepared data folder depends on."""
    digest = hashlib.sha256()
    for name in CODE:
        part = ROOT / name
        for path in sorted(part.rglob("*")) if part.is_dir() else [part]:
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(ROOT)}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def template(cache: Path, kind: str, *, people: int = PEOPLE) -> Path:
    """The folder of a prepared installation, with `data/` and, for PostgreSQL, a stopped cluster in `postgres/`.

    `tables`: an empty database and the page tree. `course`: also the first course, but nobody yet.
    `demo`: with its cast, and employees. `company`: an organisation with an administrator and employees.
    `company-postgres`: the same, as a backup of it that was restored into PostgreSQL.
    Employees are employee-1@example.com …, with the demo's password or that of the first administrator.
    """
    make, before = KINDS[kind]
    name = f"{kind}-{people}" if people != PEOPLE else kind
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of two test processes one makes it and the other waits
        made = cache / f"{name}.{fingerprint()}"
        if made.exists():
            return made
        for old in cache.glob(f"{name}.*[!k]"):  # of another state of the code; the lock stays
            shutil.rmtree(old, ignore_errors=True)
        unfinished = cache / f"{name}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        if before:
            run(["cp", "-a", template(cache, before, people=people) / "data", unfinished / "data"])
        make(unfinished, people)
        unfinished.rename(made)
        return made


def _tables(folder: Path, _people: int) -> None:
    (folder / "data").mkdir()
    _shell(folder, TABLES)


def _course(folder: Path, _people: int) -> None:
    _shell(folder, COURSE)


def _demo(folder: Path, people: int) -> None:
    prepare(folder / "data", demo=True)
    inside(environment(folder / "data"), "hire", count=people, password=DEMO_PASSWORD)


def _company(folder: Path, people: int) -> None:
    prepare(folder / "data", people=people)


def _company_postgres(folder: Path, _people: int) -> None:
    backup, data = folder / "backup.zip", folder / "data"
    run([sys.executable, "manage.py", "backup", backup], env=environment(data))
    for file in data.glob("bothways.sqlite3*"):
        file.unlink()
    with cluster() as postgres:
        settings = environment(data, database_url=postgres.make_database("bothways"))
        run([sys.executable, "manage.py", "restore", backup], env=settings)
        run([sys.executable, "manage.py", "createcachetable"], env=settings)
        postgres.stop()
        run(["cp", "-a", postgres.folder, folder / "postgres"])


def _shell(folder: Path, code: str) -> None:
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-v", "0", "-c", code]
    run(command, env=environment(folder / "data"))


Make = Callable[[Path, int], None]
KINDS: dict[str, tuple[Make, str]] = {
    "tables": (_tables, ""),
    "course": (_course, "tables"),
    "demo": (_demo, "course"),
    "company": (_company, "course"),
    "company-postgres": (_company_postgres, "company"),
}


@contextlib.contextmanager
def copied(made: Path, folder: Path, **options: Any) -> Iterator[Stack]:
    """A running stack on a copy of a template; with `postgres/` in it, on a copy of the cluster."""
    run(["cp", "-a", made / "data", folder / "data"])
    with contextlib.ExitStack() as running:
        url = ""
        if (made / "postgres").exists():
            url = running.enter_context(cluster(made / "postgres")).url("bothways")
        yield running.enter_context(Stack(folder / "data", database_url=url, **options))


def main() -> int:
    cache = folder_of(Path(os.environ.get("BOTHWAYS_DATA", ROOT / "var" / "checks")))
    for kind in KINDS:
        if kind.endswith("postgres") and Postgres.bin_folder() is None:
            continue
        try:
            sys.stdout.write(f"{template(cache, kind)}\n")
        except NotStarted as error:
            sys.stderr.write(f"{kind}: {error}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
