"""The mutator itself: which faults it makes of a text, who judges them, and what becomes of each."""

import ast
import importlib.util
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tools import stack
from tools.mutants import forked, orders, targets
from tools.mutants.__main__ import fates_of
from tools.mutants.changes import changes, mutated
from tools.mutants.forked import Children, Unswappable, swaps
from tools.mutants.reached import with_marks


def faults(source: str) -> list[str]:
    return [f"{change.kind}: {change.said}" for change in changes(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a < b", ["comparison: a < b → a <= b"]),
        ("a == b != c", ["comparison: a == b != c → a != b != c", "comparison: a == b != c → a == b == c"]),
        ("a not in b", ["comparison: a not in b → a in b"]),
        (
            "a and b",
            ["and/or: a and b → a or b", "operand dropped: a and b → b", "operand dropped: a and b → a"],
        ),
        ("not a", ["not dropped: not a → a"]),
        (
            "x = a.filter(b=c)",
            ["b dropped: a.filter(b=c) → a.filter()", "filter() left out: a.filter(b=c) → a"],
        ),
        ("a.save(b=c)", ["call removed: a.save(b=c) → pass"]),
        ("x = 7", ["constant: 7 → 8", "constant: 7 → 6"]),
        ("x = True", ["constant: True → False"]),
        ("x = 'code'", ["constant: 'code' → 'codeX'"]),
        ("x = a // b", ["arithmetic: a // b → a * b"]),
        ("x += y", ["arithmetic: x += y → x -= y"]),
        ("x = max(a)", ["twin: max(a) → min(a)"]),
        (
            "x = [a for a in b if a]",
            ["filter of a comprehension dropped: for a in b if a → for a in b"],
        ),
        ("with a: b()", ["with left out: with a: … → …", "call removed: b() → pass"]),
        ("with a as c: c", []),
        ("for a in b: break", ["break: break → continue"]),
        ("def f():\n    return a", ["return: return a → return None"]),
        (
            "x = 'SELECT a FROM b WHERE c <= d ORDER BY e DESC'",
            [
                "sql: SELECT a FROM b WHERE c ⟨<=⟩ d ORDER BY e DESC → <",
                "sql: ROM b WHERE c <= d ORDER BY e ⟨DESC⟩ → ASC",
            ],
        ),
        (
            "x = f'SELECT {a} FROM b WHERE c = 1 AND d = 2'",
            [
                "sql: FROM b WHERE c ⟨=⟩ 1 AND d = 2 → <>",
                "sql: FROM b WHERE c = 1 AND d ⟨=⟩ 2 → <>",
                "sql: FROM b WHERE c = 1 ⟨AND⟩ d = 2 → OR",
            ],
        ),
    ],
)  # fmt: skip
def test_these_faults_come_out_of_these_lines(source: str, expected: list[str]) -> None:
    assert faults(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        '"""SELECT a FROM b, told in words."""',
        "def f(a: Literal['x'] = b) -> Literal['y']: pass",
        "@cache(size=1)\ndef f(): pass",
        "x = _('saved')",
        "raise Refused('refused')",
        "x = f'{a}-words'",
        "x = 'a sentence for people'",
        "x = [a] + b",
        "x = '%d lines' % a",
        "return_nothing = None",
        "__all__ = ['name']",
        "def f():\n    return None",
        "T = TypeVar('T')",
    ],
)
def test_words_annotations_and_decorators_are_left_alone(source: str) -> None:
    assert faults(source) == []


def test_each_fault_is_in_the_text_that_it_makes_and_keeps_its_line() -> None:
    source = "def f(a, b):\n    if a < b:\n        return 1\n    return 2\n"

    results = set()
    for change in changes(source):
        tree = mutated(source, change.number)
        names: dict[str, Any] = {}
        exec(compile(tree, "f.py", "exec"), names)
        results.add((change.line, change.statement, names["f"](1, 1), names["f"](1, 2)))

    assert results == {
        (2, 2, 1, 1), (3, 3, 2, None), (3, 3, 2, 2), (3, 3, 2, 0), (4, 4, None, 1), (4, 4, 3, 1), (4, 4, 1, 1),
    }  # fmt: skip


def test_the_same_seed_draws_the_same_faults_whatever_stands_above() -> None:
    source = "".join(f"x{number} = {number}\n" for number in range(40))

    def drawn(text: str, seed: int) -> list[str]:
        return [mutant.change.said for mutant in targets.sample("m.py", text, seed=seed, each=10)]

    assert len(drawn(source, 1)) == 10
    assert drawn(source, 1) == drawn(source, 1) == drawn("import os\n\n" + source, 1)
    assert drawn(source, 1) != drawn(source, 2)
    assert len(targets.sample("m.py", source, seed=1, each=0)) == 80


def test_the_same_fault_twice_in_a_function_is_told_apart() -> None:
    assert faults("x = 7\ny = 7")[::2] == ["constant: 7 → 8", "constant: 7 → 8 (2)"]


# --- Which modules, and what makes no difference ------------------------------------------------------


def test_rules_actions_queries_and_gates_are_found_in_the_tree() -> None:
    found = targets.modules()

    assert set(targets.ALSO) <= set(found)
    assert {
        "courses/actions/learning.py", "courses/completion.py", "courses/queries/standings.py", "gates/archives.py", "gates/html.py",
        "glossary/rules/matching.py", "people/importing/queries.py", "quizzes/actions/answering.py", "quizzes/rules/drawing.py",
        "quizzes/rules/grading.py", "reports/rules/figures.py", "reports/rules/period.py", "reports/queries/population.py",
    } <= set(found)  # fmt: skip
    assert not [
        path for path in found if "/views" in path or path.startswith(("tests", "tools", "gates/__init__"))
    ]


def test_every_fault_that_makes_no_difference_can_still_be_made_and_says_why() -> None:
    known = targets.equivalent()

    possible = {
        targets.key(targets.Mutant(module, change))
        for module in {module for module, *_rest in known}
        for change in changes((targets.ROOT / module).read_text(encoding="utf-8"))
    }
    assert set(known) - possible == set()
    assert [row for row, why in known.items() if len(why) < 15] == []


# --- Who judges ---------------------------------------------------------------------------------------


def test_marks_say_which_statements_were_reached() -> None:
    source = (
        "'''What it is.'''\nfrom __future__ import annotations\ndef f(a):\n    if a:\n        return 1\n"
        "    elif a is None:\n        pass\n    return 2\n"
    )
    seen: set[int] = set()

    names: dict[str, Any] = {"__reached__": seen.add}
    exec(compile(with_marks(ast.parse(source), 3), "f.py", "exec"), names)
    assert (seen, names["__doc__"]) == ({300_003}, "What it is.")
    seen.clear()

    assert names["f"](0) == 2
    assert seen == {300_004, 300_006, 300_008}


class Map:
    """A map of what tests reach, as far as drawing up an order needs it."""

    files = ("tests/a.py", "tests/b.py")

    def __init__(self, at_import: bool) -> None:
        self.at_import = at_import

    def runs_at_import(self, module: str, line: int) -> bool:
        return self.at_import

    def tests(self, module: str, lines: set[int] | None) -> dict[str, float]:
        reached = {
            "tests/a.py::slow": (9.0, {2, 5}),
            "tests/b.py::quick": (0.1, {5}),
            "tests/a.py::quick": (0.2, {2}),
        }
        return {name: cost for name, (cost, here) in reached.items() if lines is None or lines & here}


def test_tests_that_reach_the_line_judge_and_the_cheapest_file_comes_first() -> None:
    mutant = targets.sample("jobs/rules/schedule.py", "def f(a):\n    return a\n\n\nx = 1\n", seed=1, each=0)[
        0
    ]
    assert mutant.change.statement == 2

    order = orders.order(7, mutant, Map(at_import=False))  # type: ignore[arg-type]

    assert (order["number"], order["at_import"], order["seconds"]) == (7, False, 9.2)
    assert order["tests"] == ["tests/a.py::slow", "tests/a.py::quick"]


def test_the_files_that_take_least_judge_first_and_only_as_many_as_a_mutant_may_cost() -> None:
    tests = {"tests/a.py::1": 2.0, "tests/b.py::1": 1.5, "tests/a.py::2": 0.1, "tests/c.py::1": 30.0}

    assert list(orders.affordable(tests, 60)) == [
        "tests/b.py::1", "tests/a.py::1", "tests/a.py::2", "tests/c.py::1",
    ]  # fmt: skip
    assert list(orders.affordable(tests, 4)) == ["tests/b.py::1", "tests/a.py::1", "tests/a.py::2"]
    assert list(orders.affordable(tests, 3)) == ["tests/b.py::1"]
    assert list(orders.affordable(tests, 1)) == ["tests/b.py::1"]
    assert orders.affordable({}, 1) == {}


def test_a_constant_is_judged_by_whoever_reaches_a_line_that_uses_it() -> None:
    source = "A = 1\nB = A + 1\nC = 3\ndef f():\n    return B\ndef g():\n    return C\n"

    assert orders.names_set_at(source, 1) == {"A", "B"}
    assert orders.names_set_at(source, 3) == {"C"}
    assert orders.lines_that_say(source, {"A", "B"}) == {5}


def test_a_mutant_that_no_test_reaches_survives_and_nothing_is_run_for_it() -> None:
    asked: list[int] = []

    def judge(some: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
        asked.extend(one["number"] for one in some)
        return {one["number"]: {"fate": "killed", "by": one["tests"][0]} for one in some}

    fates = fates_of([{"number": 0, "tests": []}, {"number": 1, "tests": ["tests/a.py::one"]}], judge)

    assert asked == [1]
    assert fates == {
        0: {"fate": "survived", "by": "no test reaches it"},
        1: {"fate": "killed", "by": "tests/a.py::one"},
    }


# --- Putting a fault into what is imported already ----------------------------------------------------

MODULE = """
from functools import cache
def plain(a):
    return a + 1
@cache
def remembered(a):
    return a + 1
def maker(b):
    def inner(a):
        return a + b
    return inner
made = maker(1)
ways = [lambda a: a + 1, lambda a: a + 2]
"""


@pytest.fixture
def module(tmp_path: Path) -> Iterator[ModuleType]:
    file = tmp_path / "victim.py"
    file.write_text(MODULE)
    spec = importlib.util.spec_from_file_location("victim", file)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    sys.modules["victim"] = found
    spec.loader.exec_module(found)
    yield found
    del sys.modules["victim"]


def exchange(module: ModuleType, function: str, said: str) -> None:
    (number,) = [one.number for one in changes(MODULE) if (one.function, one.said) == (function, said)]
    forked._functions_of.cache_clear()
    for found, code in swaps(Path(str(module.__file__)), number):
        found.__code__ = code


def test_a_fault_reaches_whoever_imported_the_function_by_name(module: ModuleType) -> None:
    imported_elsewhere = module.plain

    exchange(module, "plain", "a + 1 → a - 1")

    assert imported_elsewhere(5) == 4


def test_a_fault_reaches_what_stands_inside_a_wrapper(module: ModuleType) -> None:
    exchange(module, "remembered", "a + 1 → a - 1")

    assert module.remembered(5) == 4


def test_a_fault_reaches_closures_that_exist_and_those_to_come(module: ModuleType) -> None:
    exchange(module, "maker.inner", "a + b → a - b")

    assert (module.made(5), module.maker(2)(5)) == (4, 3)


def test_a_fault_reaches_the_right_one_of_two_on_a_line(module: ModuleType) -> None:
    exchange(module, "", "a + 2 → a - 2")

    assert [way(5) for way in module.ways] == [6, 3]


def test_a_fault_that_changes_what_is_closed_over_needs_the_import(module: ModuleType) -> None:
    with pytest.raises(Unswappable):
        exchange(module, "maker.inner", "return a + b → return None")


def test_a_module_that_nobody_has_imported_yet_needs_the_import(tmp_path: Path) -> None:
    (tmp_path / "later.py").write_text(MODULE)

    with pytest.raises(Unswappable):
        swaps(tmp_path / "later.py", 0)


# --- What becomes of a child --------------------------------------------------------------------------


def fate(tmp_path: Path, work: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr(forked, "PATIENCE", 1)
    found: dict[int, dict[str, Any]] = {}
    children = Children(tmp_path, tmp_path / "none.sqlite3", 1, found.__setitem__)
    if children.fork({"number": 3, "seconds": 0.0}):
        try:
            work(children)
        finally:
            os._exit(1)
    children.wait()
    return found[3]


def for_ever(_children: Any) -> None:
    while True:
        pass


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        (
            lambda children: children.judge(3, "killed", "tests/a.py::one"),
            {"fate": "killed", "by": "tests/a.py::one"},
        ),
        (lambda children: children.judge(3, "survived", ""), {"fate": "survived", "by": ""}),
        (for_ever, {"fate": "timeout", "by": "signal 24"}),
        (lambda _children: os.kill(os.getpid(), 15), {"fate": "died", "by": "signal 15"}),
        (lambda _children: time.sleep(60), {"fate": "timeout", "by": "signal 9"}),
    ],
)
def test_a_child_says_what_became_of_its_mutant_or_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: Any, expected: dict[str, Any]
) -> None:
    assert fate(tmp_path, work, monkeypatch) == expected


ASKED = """
import pytest
from tools.mutants import forked
pytest.main([*forked.OPTIONS, "-v", "--fixtures-per-test", "tests/people/accounts/test_passwords.py"],
            plugins=[forked.Session(None)])
"""


def test_a_child_takes_the_database_that_was_copied_for_it() -> None:
    """With the one of ordinary tests, two children at once lock each other out, and every fault is noticed."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}

    said = stack.run([sys.executable, "-c", ASKED], env=own).stdout

    assert "django_db_setup -- tools/mutants/forked.py" in said
