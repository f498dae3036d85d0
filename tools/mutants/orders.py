"""Which tests judge a mutant: those that reach its line, or that reach what its line gives a value to."""

import ast
import re
from collections import defaultdict
from typing import Any

from tools.mutants.reached import Reached
from tools.mutants.targets import ROOT, Mutant

# What one mutant may cost: of lines that half the suite reaches, the dearest files do not judge. A fault that
# only they would notice counts as not noticed.
SECONDS = 60


def order(number: int, mutant: Mutant, reached: Reached) -> dict[str, Any]:
    """A mutant with the tests that judge it, the cheapest file first, as many as it may cost."""
    change = mutant.change
    at_import = reached.runs_at_import(mutant.module, change.statement)
    if at_import:
        source = (ROOT / mutant.module).read_text(encoding="utf-8")
        names = names_set_at(source, change.statement)
        tests = reached.tests(mutant.module, lines_that_say(source, names) if names else None)
        tests |= _in_files_that_say(names, mutant.module, reached)
    else:
        tests = reached.tests(mutant.module, {change.statement})
    tests = affordable(tests, SECONDS)
    return {
        "number": number, "module": mutant.module, "change": change.number, "at_import": at_import,
        "seconds": sum(tests.values()), "tests": list(tests),
    }  # fmt: skip


def affordable(tests: dict[str, float], limit: float) -> dict[str, float]:
    """The files that take least, in that order, until they take `limit` seconds together; one in any case.

    Test files stay whole, since their tests share a world.
    """
    files: dict[str, dict[str, float]] = defaultdict(dict)
    for name, seconds in tests.items():
        files[name.split("::")[0]][name] = seconds
    kept: dict[str, float] = {}
    for _file, theirs in sorted(files.items(), key=lambda file: (sum(file[1].values()), file[0])):
        if kept and sum(kept.values()) + sum(theirs.values()) > limit:
            break
        kept |= theirs
    return kept


def names_set_at(source: str, line: int) -> set[str]:
    """The names that the module-level statement of a line gives values to, and those that follow from them."""
    body = [node for node in ast.parse(source).body if isinstance(node, ast.Assign | ast.AnnAssign)]
    names: set[str] = set()
    for node in body:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if node.lineno == line or names & _names_in(node.value):
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


def _names_in(node: Any) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} if node else set()


def lines_that_say(source: str, names: set[str]) -> set[int]:
    """The first lines of the statements inside functions that use one of the names."""
    return {
        node.lineno
        for function in ast.walk(ast.parse(source))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.stmt) and node is not function and names & _names_in(node)
    }


def _in_files_that_say(names: set[str], module: str, reached: Reached) -> dict[str, float]:
    """Tests of the files that name a constant themselves."""
    wanted = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(names)) or r"(?!)")
    files = {file for file in reached.files if wanted.search((ROOT / file).read_text(encoding="utf-8"))}
    everywhere = reached.tests(module, None)
    return {name: seconds for name, seconds in everywhere.items() if name.split("::")[0] in files}
