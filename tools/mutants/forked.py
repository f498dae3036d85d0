"""Runs mutants, each in a process of its own that begins where the imports and the database are done.

A fault inside a function is put into the function that everybody has imported already: all tests are
collected once, and a child exchanges the function's code. A fault that works while a module is
imported (a constant, a class) needs the import: a process stops where the module's code is asked for,
and each of its children goes on from there with other code.
"""

import contextlib
import gc
import importlib
import importlib.machinery
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NoReturn

import pytest

from tools.mutants.changes import mutated
from tools.mutants.reached import LEFT_OUT
from tools.mutants.targets import ROOT

MEMORY = 4 << 30  # a fault may ask for all of it
PATIENCE = 20  # CPU seconds beside five times what the tests take as things are
OPTIONS = ["-q", "-s", "-p", "no:cacheprovider", "--no-header", "--reuse-db", "-m", LEFT_OUT]


class Unswappable(Exception):
    """The code of the function cannot be exchanged: it closes over other names, or is not imported yet."""


# --- A fault inside a function ------------------------------------------------------------------------


def swaps(path: Path, number: int) -> list[tuple[FunctionType, CodeType]]:
    """The functions of a module that is imported, with the code that each gets from a fault.

    Raises: Unswappable
    """
    source = path.read_text(encoding="utf-8")
    real = list(_codes(compile(source, str(path), "exec", dont_inherit=True)))
    other = list(_codes(compile(mutated(source, number), str(path), "exec", dont_inherit=True)))
    new: dict[tuple[str, int], list[CodeType]] = defaultdict(list)
    old: dict[tuple[str, int], list[CodeType]] = defaultdict(list)
    for codes, by_name in ((real, old), (other, new)):
        for code in codes:
            by_name[code.co_qualname, code.co_firstlineno].append(code)
    pairs = []
    for function in _functions_of(str(path)):
        code = function.__code__
        key = code.co_qualname, code.co_firstlineno
        if len(old[key]) != len(new[key]) or code not in old[key]:
            raise Unswappable(function.__qualname__)
        other_code = new[key][old[key].index(code)]
        if len(other_code.co_freevars) != len(code.co_freevars):
            raise Unswappable(function.__qualname__)
        if other_code != code:
            pairs.append((function, other_code))
    if not pairs:
        raise Unswappable(path.name)  # a module that a test imports only later
    return pairs


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


@cache
def _functions_of(path: str) -> list[FunctionType]:
    """Every function made from a file, wherever it is kept: wrapped, imported by name, in a closure."""
    functions = [
        thing for thing in gc.get_objects() if type(thing) is FunctionType
    ]  # isinstance wakes lazy objects
    return [function for function in functions if function.__code__.co_filename == path]


# --- Children -----------------------------------------------------------------------------------------


class Children:
    """So many processes at a time; each writes what became of its mutant."""

    def __init__(
        self, folder: Path, database: Path, at_once: int, done: Callable[[int, dict[str, Any]], None]
    ) -> None:
        self.folder, self.database, self.at_once, self.done = folder, database, at_once, done
        self.running: dict[int, tuple[int, float]] = {}  # process → mutant, when it is given up

    def fork(self, mutant: dict[str, Any]) -> bool:
        """True in the child, which must end with `judge`."""
        while len(self.running) >= self.at_once:
            self._wait()
        number = mutant["number"]
        seconds = mutant["seconds"] * 5 + PATIENCE
        pid = os.fork()
        if pid:
            self.running[pid] = number, time.monotonic() + seconds * 6
            return False
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        return True

    def wait(self) -> None:
        while self.running:
            self._wait()

    def _wait(self) -> None:
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid in self.running:
                break
            for late, (_number, until) in self.running.items():
                if time.monotonic() > until:
                    os.killpg(late, signal.SIGKILL)
            time.sleep(0.02)
        number, until = self.running.pop(pid)
        with contextlib.suppress(ProcessLookupError):  # what the child left behind
            os.killpg(pid, signal.SIGKILL)
        told = self.folder / f"{number}.json"
        if told.exists():
            self.done(number, json.loads(told.read_text()))
        else:
            signal_number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
            late = signal_number == signal.SIGXCPU or time.monotonic() > until
            self.done(number, {"fate": "timeout" if late else "died", "by": f"signal {signal_number}"})
        shutil.rmtree(self.folder / str(number), ignore_errors=True)

    def judge(self, number: int, fate: str, by: str) -> NoReturn:
        draft = self.folder / f"{number}.draft"
        draft.write_text(json.dumps({"fate": fate, "by": by}))
        draft.rename(self.folder / f"{number}.json")
        os._exit(0)

    def own_database(self, number: int) -> None:
        """The child has a copy of the prepared database, so that commits of one are not seen by another."""
        from django.db import connection

        (self.folder / str(number)).mkdir()
        copy = self.folder / str(number) / "test.sqlite3"
        shutil.copyfile(self.database, copy)
        connection.settings_dict["NAME"] = str(copy)


class _MadeDatabase:
    @pytest.fixture(scope="session")
    @classmethod
    def django_db_setup(cls) -> None:
        """In place of pytest-django's, which would take every child to the database of ordinary tests."""


class Session:
    """The plugin of a run that judges: the database is there already, and the first failure ends it."""

    def __init__(self, children: Children) -> None:
        self.children = children

    def pytest_configure(self, config: pytest.Config) -> None:
        """Random examples are the same for every mutant, and those that fail are not kept for real runs."""
        from hypothesis import settings

        settings.register_profile("mutants", database=None, derandomize=True)
        settings.load_profile("mutants")
        # Of fixtures with one name that of the plugin counts which was registered last: pytest-django's are
        # registered after the plugins of `pytest.main`, and before this.
        config.pluginmanager.register(_MadeDatabase())

    def judge(self, session: pytest.Session, mutant: dict[str, Any]) -> NoReturn:
        self.children.own_database(mutant["number"])
        items = {item.nodeid: item for item in session.items}
        chosen = [items[name] for name in mutant["tests"] if name in items]
        if not chosen and mutant["tests"]:
            self.children.judge(mutant["number"], "killed", "the tests can no longer be collected")
        for item, following in zip(chosen, [*chosen[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                self.children.judge(mutant["number"], "killed", item.nodeid)
        self.children.judge(mutant["number"], "survived", "")


class AfterImport(Session):
    """Forks where everything is collected."""

    def __init__(self, children: Children, mutants: list[dict[str, Any]]) -> None:
        super().__init__(children)
        self.mutants = mutants

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        from pytest_django.plugin import blocking_manager_key  # pytest itself must be the first to import it

        with session.config.stash[blocking_manager_key].unblock():
            prepare_database(self.children.database)
        for mutant in self.mutants:
            pairs = []
            if mutant["change"] is not None:
                try:
                    pairs = swaps(ROOT / mutant["module"], mutant["change"])
                except Unswappable:
                    self.children.done(mutant["number"], {"fate": "again", "by": ""})
                    continue
            if self.children.fork(mutant):
                for function, code in pairs:
                    function.__code__ = code
                self.judge(session, mutant)
        self.children.wait()
        return True


def prepare_database(copy: Path) -> None:
    """The test database, made anew, as a file that children copy.

    One that is kept may be what a run that was killed has left: without the root page, every fault is noticed.
    """
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=False, serialize=False)
    made = connection.settings_dict["NAME"]
    connection.close()
    shutil.copyfile(made, copy)


def after_import(mutants: list[dict[str, Any]], children: Children) -> None:
    """Judge faults that stand inside functions."""
    files = sorted({name.split("::")[0] for mutant in mutants for name in mutant["tests"]})
    pytest.main([*OPTIONS, *files], plugins=[AfterImport(children, mutants)])


# --- A fault that works at import ---------------------------------------------------------------------


class _BeforeImport(Session):
    def __init__(self, children: Children, mutant: dict[str, Any]) -> None:
        super().__init__(children)
        self.mutant = mutant

    def pytest_runtestloop(self, session: pytest.Session) -> None:
        self.judge(session, self.mutant)


def before_import(module: str, mutants: list[dict[str, Any]], children: Children) -> None:
    """Judge faults of a module's own lines: fork where the module is imported."""
    mine: list[dict[str, Any]] = []
    path = ROOT / module
    plain = importlib.machinery.SourceFileLoader.get_code

    def get_code(loader: Any, fullname: str) -> Any:
        if loader.path != str(path) or mine:
            return plain(loader, fullname)
        for mutant in mutants:
            if children.fork(mutant):
                mine.append(mutant)
                tree = mutated(path.read_text(encoding="utf-8"), mutant["change"])
                return compile(tree, str(path), "exec", dont_inherit=True)
        children.wait()
        raise SystemExit(0)

    importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[method-assign]
    try:
        import django

        django.setup()
        importlib.import_module(module.removeprefix("site/").removesuffix(".py").replace("/", "."))
        mutant = mine[0]
        files = sorted({name.split("::")[0] for name in mutant["tests"]})
        pytest.main([*OPTIONS, *files], plugins=[_BeforeImport(children, mutant)])
    except BaseException as error:
        if mine:
            children.judge(mine[0]["number"], "killed", f"cannot be imported: {error!r:.100}")
        raise
    # Only a run that could not begin comes here: its tests could not be collected.
    children.judge(mine[0]["number"], "killed", "the tests can no longer be collected")


def main(order: Path) -> None:
    """Carry out an order: a JSON file with mutants, whose results are written line by line beside it."""
    told = json.loads(order.read_text())
    results = order.with_suffix(".results")

    def done(number: int, result: dict[str, Any]) -> None:
        with results.open("a") as file:
            file.write(json.dumps({"number": number, **result}) + "\n")

    sys.path[:0] = [str(ROOT), str(ROOT / "site")]
    os.environ["DJANGO_SETTINGS_MODULE"] = "bothways.settings"
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        children = Children(Path(folder), Path(told["database"]), told["at_once"], done)
        if told["module"] is None:
            after_import(told["mutants"], children)
        else:
            before_import(told["module"], told["mutants"], children)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
