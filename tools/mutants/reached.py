"""Which test reaches which line of the mutated modules, with how long each test takes.

The modules are imported with a mark before every statement. That costs only where a mark stands, and
unlike a trace function it sees threads too. What a fixture of a wider scope reaches counts for every
test that uses the fixture.
"""

import ast
import builtins
import hashlib
import importlib.machinery
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools.mutants.targets import ROOT, modules

LEFT_OUT = "not browser and not server and not postgres"
_WANTED = "BOTHWAYS_MUTANTS_REACHED"  # where the recording run writes what it saw
_MARK = "__reached__"
AT_A_TIME = 20  # test files, after which what was seen is kept


class Reached:
    """The map: kept in a file, and made anew for the test files whose grounds have changed."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.known: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
        self.support = _digest(
            *sorted(set((ROOT / "tests").rglob("*.py")) - set((ROOT / "tests").rglob("test_*.py")))
        )

    def refresh(self, paths: list[str], say: Any) -> None:
        """Run the test files that were never run so, or that differ, or whose modules do."""
        files = sorted(
            path.relative_to(ROOT).as_posix()
            for start in paths
            for path in ([ROOT / start] if start.endswith(".py") else (ROOT / start).rglob("test_*.py"))
        )
        old = [file for file in files if not self._holds(file)]
        for begin in range(0, len(old), AT_A_TIME):
            some = old[begin : begin + AT_A_TIME]
            say(f"Which test reaches which line: {begin + len(some)} of {len(old)} test files …")
            self._learn(some)
        self.files = files

    def _learn(self, files: list[str]) -> None:
        seen = _record(files)
        self.known.update({file: self._entry(file, seen) for file in files})
        imported = self.known.setdefault("imported", {})
        for module, lines in seen["imported"].items():
            before = imported.get(module, {"hash": ""})
            digest = _digest(ROOT / module)
            known = before["lines"] if before["hash"] == digest else []
            imported[module] = {"hash": digest, "lines": sorted({*known, *lines})}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(self.known))

    def _holds(self, file: str) -> bool:
        entry = self.known.get(file)
        return (
            entry is not None
            and entry["hash"] == _digest(ROOT / file) + self.support
            and all(
                (ROOT / module).exists() and _digest(ROOT / module) == hash
                for module, hash in entry["modules"].items()
            )
        )

    def _entry(self, file: str, seen: dict[str, Any]) -> dict[str, Any]:
        tests = {name: told for name, told in seen["tests"].items() if name.split("::")[0] == file}
        reached = {module for told in tests.values() for module in told["reached"]}
        return {
            "hash": _digest(ROOT / file) + self.support,
            "modules": {module: _digest(ROOT / module) for module in sorted(reached)},
            "tests": tests,
        }

    def tests(self, module: str, lines: set[int] | None) -> dict[str, float]:
        """The tests that pass and reach one of the lines of a module (None: any line) → seconds."""
        seconds = {}
        for file in self.files:
            for name, told in self.known[file]["tests"].items():
                here = told["reached"].get(module, ())
                if told["passed"] and (here if lines is None else lines & set(here)):
                    seconds[name] = told["seconds"]
        return seconds

    def failing(self) -> list[str]:
        """Tests that fail as things are: they say nothing about a mutant."""
        return [
            name
            for file in self.files
            for name, told in self.known[file]["tests"].items()
            if not told["passed"]
        ]

    def runs_at_import(self, module: str, line: int) -> bool:
        """True for a line that has done its work once everything is imported."""
        entry = self.known.get("imported", {}).get(module)
        return entry is None or entry["hash"] != _digest(ROOT / module) or line in entry["lines"]


def _digest(*paths: Path) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:16]


def _record(files: list[str]) -> dict[str, Any]:
    """Raises: SystemExit where pytest could not even collect."""
    out = Path(os.environ.get("BOTHWAYS_DATA", ROOT / "var")) / "mutants-seen.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.unlink(missing_ok=True)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tools.mutants.reached",
        "--create-db",
        "-m",
        LEFT_OUT,
    ]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", "--no-header", *files],
        cwd=ROOT, env={**os.environ, _WANTED: str(out)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if not out.exists():
        sys.exit(f"The tests could not be run:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    seen: dict[str, Any] = json.loads(out.read_text())
    out.unlink()
    return seen


# --- Inside the recording run -------------------------------------------------------------------------


def with_marks(tree: ast.Module, number: int) -> ast.Module:
    """The tree with a call before every statement that says: this line was reached."""
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                setattr(node, name, _marked(block, number))
    return ast.fix_missing_locations(tree)


def _marked(block: list[ast.stmt], number: int) -> list[ast.stmt]:
    out: list[ast.stmt] = []
    for node in block:
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not is_text and not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            mark = ast.Constant(number * 100_000 + node.lineno)
            call = ast.Call(ast.Name(_MARK, ast.Load()), [mark], [])
            out.append(ast.copy_location(ast.Expr(call), node))
        out.append(node)
    return out


class Recorder:
    """The plugin of the recording run."""

    def __init__(self, out: Path) -> None:
        self.out, self.targets = out, modules()
        self.seen: set[int] = set()
        self.shared: dict[tuple[str, str], set[int]] = {}
        self.tests: dict[str, Any] = {}
        self.imported: set[int] | None = None
        setattr(builtins, _MARK, self.seen.add)

    def compile_with_marks(self) -> None:
        numbers = {str(ROOT / module): number for number, module in enumerate(self.targets)}
        plain = importlib.machinery.SourceFileLoader.get_code

        def get_code(loader: Any, fullname: str) -> Any:
            number = numbers.get(loader.path)
            if number is None:
                return plain(loader, fullname)
            tree = ast.parse(Path(loader.path).read_bytes())
            return compile(with_marks(tree, number), loader.path, "exec", dont_inherit=True)

        importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[method-assign]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        if self.imported is None:
            self.imported = set(self.seen)
        self.seen.clear()
        self.tests[item.nodeid] = {"seconds": 0.0, "passed": True}
        result = yield
        lines = set(self.seen)
        module = item.nodeid.split("::")[0]
        for name in getattr(item, "fixturenames", ()):
            lines |= self.shared.get((name, module), set())
        self.tests[item.nodeid]["reached"] = self._by_module(lines)
        return result  # type: ignore[no-any-return]

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Iterator[None]:
        if fixturedef.scope == "function":
            return (yield)  # type: ignore[return-value]
        before = set(self.seen)
        self.seen.clear()
        try:
            return (yield)  # type: ignore[return-value]
        finally:
            module = request._pyfuncitem.nodeid.split("::")[0]
            if fixturedef.argname != "django_db_setup":  # mutants find the database made
                self.shared.setdefault((fixturedef.argname, module), set()).update(self.seen)
            self.seen |= before

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        test = self.tests[report.nodeid]
        test["seconds"] += report.duration
        test["passed"] = test["passed"] and not report.failed

    def pytest_sessionfinish(self) -> None:
        told = {"tests": self.tests, "imported": self._by_module(self.imported or set())}
        self.out.write_text(json.dumps(told))

    def _by_module(self, lines: set[int]) -> dict[str, list[int]]:
        by_module: dict[str, list[int]] = {}
        for mark in sorted(lines):
            by_module.setdefault(self.targets[mark // 100_000], []).append(mark % 100_000)
        return by_module


if os.environ.get(_WANTED):
    _recorder = Recorder(Path(os.environ[_WANTED]))
    _recorder.compile_with_marks()

    def pytest_configure(config: pytest.Config) -> None:
        config.pluginmanager.register(_recorder, "reached")
