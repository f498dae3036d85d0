"""What a test costs: CPU seconds, children included, by package; and a fixture that is too dear fails the run.

Wall time says how busy a machine is; CPU seconds say what the suite asks of it. A fixture that every
test makes anew may take 0.3 CPU seconds on average: what is dearer belongs into a module's world.
"""

import json
import os
import resource
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FIXTURE_SECONDS = 0.3
# Fewer calls than this may have paid for what each of two processes does once: imports, templates, first queries.
FIXTURE_CALLS = 6
# Their work is to start programs, or to hand on the whole installation.
MAY_BE_DEAR = {"serve", "page", "context", "live_server"}
REPORT = "BOTHWAYS_PACE"  # names the file that gets the figures as JSON


def cpu_seconds() -> float:
    """User and system time of this process and of the children it has waited for."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


class Pace:
    """Figures of one process; the controller of xdist adds those of its workers."""

    def __init__(self) -> None:
        self.modules: dict[str, list[float]] = defaultdict(lambda: [0, 0.0])
        self.fixtures: dict[str, list[float]] = defaultdict(lambda: [0, 0.0])
        # CPU seconds of fixtures that are made once: whoever asks first does not pay for them.
        self.wider = 0.0

    def add(self, other: dict[str, Any]) -> None:
        for mine, theirs in ((self.modules, other["modules"]), (self.fixtures, other["fixtures"])):
            for name, (count, seconds) in theirs.items():
                mine[name][0] += count
                mine[name][1] += seconds

    def figures(self) -> dict[str, Any]:
        return {"modules": dict(self.modules), "fixtures": dict(self.fixtures)}

    def dear(self) -> list[str]:
        """A line for every fixture of a function's scope that takes too long."""
        return [
            f"{name}: {seconds / count:.2f} CPU s on average over {int(count)} tests; {FIXTURE_SECONDS} are allowed. "
            "Build it once, in a world of the module (docs/testing.md)."
            for name, (count, seconds) in sorted(self.fixtures.items())
            if count >= FIXTURE_CALLS and seconds / count > FIXTURE_SECONDS
        ]

    def packages(self) -> dict[str, list[float]]:
        rows: dict[str, list[float]] = defaultdict(lambda: [0, 0.0])
        for module, (count, seconds) in self.modules.items():
            parts = module.split("/")
            name = parts[1] if len(parts) > 2 else parts[-1]
            rows[name][0] += count
            rows[name][1] += seconds
        return dict(rows)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        began = cpu_seconds()
        try:
            return (yield)  # type: ignore[return-value]
        finally:
            row = self.modules[item.nodeid.split("::")[0]]
            row[0] += 1
            row[1] += cpu_seconds() - began

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        began, wider = cpu_seconds(), self.wider
        try:
            return (yield)  # type: ignore[return-value]
        finally:
            spent = cpu_seconds() - began
            if fixturedef.scope != "function":
                self.wider = wider + spent
            elif fixturedef.argname not in MAY_BE_DEAR:
                where = getattr(fixturedef, "baseid", "") or "pytest"
                row = self.fixtures[f"{where}::{fixturedef.argname}"]
                row[0] += 1
                row[1] += spent - (self.wider - wider)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output["pace"] = json.dumps(self.figures())
        elif self.dear() and session.exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """xdist's controller takes what a worker measured."""
        told = getattr(node, "workeroutput", {}).get("pace")
        if told:
            self.add(json.loads(told))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        for line in self.dear():
            terminalreporter.write_line(f"Too dear a fixture: {line}", red=True)
        total = 0.0
        for name, (count, seconds) in sorted(self.packages().items(), key=lambda row: -row[1][1]):
            terminalreporter.write_line(f"{name:14} {int(count):5d} tests {seconds:7.1f} CPU s")
            total += seconds
        terminalreporter.write_line(f"{'together':14} {'':11} {total:7.1f} CPU s")
        if os.environ.get(REPORT):
            Path(os.environ[REPORT]).write_text(json.dumps(self.figures(), indent=1, sort_keys=True))


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Pace(), "pace")
