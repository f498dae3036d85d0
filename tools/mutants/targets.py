"""Which modules are mutated, which of their faults are tried, and which can make no difference."""

import ast
import csv
import hashlib
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

from tools.mutants.changes import Change, changes
from tools.packages import packages

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {"rules", "actions", "queries"}
# Rules that stand beside other things: who may do what, how often, when, and what is written down for ever.
ALSO = (
    "audit/append_only.py", "audit/log.py", "jobs/underway.py", "people/accounts/limits.py",
    "publishing/reviewing.py", "quizzes/policies.py", "site/bothways/middleware.py",
)  # fmt: skip
EQUIVALENT = Path(__file__).with_name("equivalent.tsv")


@dataclass(frozen=True)
class Mutant:
    """A fault in a module; `module` is the path from the root."""

    module: str
    change: Change

    @property
    def name(self) -> str:
        return (
            f"{self.module}:{self.change.line} {self.change.function}: {self.change.kind}: {self.change.said}"
        )


def modules() -> list[str]:
    """The paths of all modules that hold rules, actions, queries or gates."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    rules = {
        name.replace(".", "/") + ".py"
        for contract in contracts
        for name in contract.get("source_modules", ())
    }
    paths = {path for path in (*rules, *ALSO) if (ROOT / path).is_file()}
    for package in packages():
        for path in (ROOT / package).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if ("gates" in parts or ROOMS & set(parts)) and _says_something(path):
                paths.add(path.relative_to(ROOT).as_posix())
    return sorted(paths)


def _says_something(path: Path) -> bool:
    """False for an empty module, or one that only hands on names."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in body)


def chosen(names: list[str], since: str) -> list[str]:
    """All modules, or those whose path holds one of the names, or those that differ from a git revision."""
    paths = modules()
    if names:
        parts = [name.removesuffix(".py").replace(".", "/") for name in names]
        paths = [path for path in paths if any(part in path for part in parts)]
    if since:
        told = subprocess.run(
            ["git", "diff", "--name-only", since, "--"],  # noqa: S607 - the git of whoever works here
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        paths = sorted(set(paths) & set(told.stdout.split()))
    return paths


def sample(module: str, source: str, *, seed: int, each: int) -> list[Mutant]:
    """At most `each` faults of a module, in the order of the text; 0 means all of them.

    Each is drawn by what it says, so that the draw stays the same when lines above are added.
    """

    def lot(change: Change) -> bytes:
        return hashlib.sha256(
            f"{seed}|{module}|{change.function}|{change.kind}|{change.said}".encode()
        ).digest()

    drawn = sorted(changes(source), key=lot)[: each or None]
    return [Mutant(module, change) for change in sorted(drawn, key=lambda change: change.number)]


def equivalent(file: Path = EQUIVALENT) -> dict[tuple[str, str, str, str], str]:
    """(module, function, kind, change) → why it makes no difference that anybody could see."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [
            row
            for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            if row and row[0][:1] != "#"
        ]
    return {(module, function, kind, said): why for module, function, kind, said, why in rows}


def key(mutant: Mutant) -> tuple[str, str, str, str]:
    return mutant.module, mutant.change.function, mutant.change.kind, mutant.change.said
