"""The house keeps its own rules: layers, rooms, names, borders. What is said here is not said in reviews."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("gates", "jobs", "people", "glossary", "quizzes", "courses", "reports", "site/bothways")
# From the roof to the ground: a package imports only from those after it.
LAYERS = ("bothways", "reports", "courses", "quizzes", "glossary", "people", "jobs", "gates")
RULES = {"figures", "period", "completion", "grading", "drawing", "matching", "understanding", "schedule"}
PLAIN = (
    "reports/figures.py", "reports/period.py", "courses/completion.py", "quizzes/grading.py", "quizzes/drawing.py", "glossary/matching.py", "jobs/schedule.py",
)  # fmt: skip
EDGES = {"views", "forms", "urls", "wagtail_hooks", "tasks", "management"}
ONLY_IN_GATES = {"zipfile", "xml", "lxml", "bleach", "nh3", "requests", "defusedxml", "tarfile"}
# Where text becomes markup by our own word. Every other place escapes.
MAY_MARK_SAFE = {
    "gates/drawing.py",
    "gates/html.py",
    "gates/markdown.py",
    "courses/rendering.py",
    "courses/publishing.py",
    "courses/blocks.py",
    "glossary/linking.py",
    "glossary/rendering.py",
    "quizzes/rendering.py",
    "site/bothways/templatetags/look.py",
    # These hand on what publishing rendered and stored as safe HTML.
    "courses/feedback.py",
    "courses/views/course.py",
    "courses/views/lesson.py",
    "people/forms.py",
    "quizzes/queries/asking.py",
    "site/bothways/context.py",
}


@cache
def python_files() -> tuple[Path, ...]:
    return tuple(
        path
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts and "__pycache__" not in path.parts
    )


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(path: Path) -> str:
    """The room of a file within its app: `courses/views/quiz.py` stands in the room `views`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[2] if parts[0] == "site" else parts[1]


def test_the_walk_finds_the_code():
    assert len(python_files()) > 60
    assert {name_of(path).split("/")[0] for path in python_files()} == {p.split("/")[0] for p in PACKAGES}


def test_site_is_a_source_root_and_never_a_package():
    assert not (ROOT / "site" / "__init__.py").exists()
    assert [
        path.name for path in (ROOT / "site").iterdir() if path.is_dir() and path.name != "__pycache__"
    ] == ["bothways"]


def test_a_package_imports_only_from_those_below_it():
    faults = []
    for path in python_files():
        own = path.relative_to(ROOT).parts[1 if path.is_relative_to(ROOT / "site") else 0]
        above = set(LAYERS[: LAYERS.index(own)])
        faults += [
            f"{name_of(path)} imports {found}" for found in imports(path) if found.split(".")[0] in above
        ]

    assert not faults


@pytest.mark.parametrize("file", PLAIN)
def test_rules_are_plain_python(file):
    foreign = {found.split(".")[0] for found in imports(ROOT / file)} & {"django", "wagtail", "environs"}
    clocks = re.findall(r"\bnow\(\)|\btoday\(\)", (ROOT / file).read_text())

    assert not foreign
    assert not clocks


def test_actions_know_no_request_and_no_template():
    faults = [
        f"{name_of(path)}: {word}"
        for path in python_files()
        if room(path) == "actions"
        for word in re.findall(r"\bHttpRequest\b|\brequest[.,)]|\brender\(|timezone\.now\(", path.read_text())
    ]

    assert not faults


def test_rules_queries_and_actions_do_not_import_edges():
    faults = []
    for path in python_files():
        if room(path) not in RULES | {"queries", "actions", "models", "blocks"}:
            continue
        for node in tree(path).body:  # an import inside a function carries its reason
            if not isinstance(node, ast.ImportFrom) or not node.module:
                continue
            package, *rooms = node.module.split(".")
            if package in LAYERS and set(rooms) & EDGES - {"tasks"}:
                faults.append(f"{name_of(path)} imports {node.module}")

    assert not faults


def test_queries_write_nothing():
    writes = re.compile(
        r"\.(save|create|get_or_create|update_or_create|bulk_create|bulk_update|delete)\(|\.update\(\w+="
    )
    faults = [
        f"{name_of(path)}: {found.group()}"
        for path in python_files()
        if room(path) == "queries"
        for found in writes.finditer(path.read_text())
    ]

    assert not faults


def test_what_is_foreign_comes_through_the_gates():
    faults = [
        f"{name_of(path)} imports {found}"
        for path in python_files()
        if not name_of(path).startswith("gates/")
        for found in imports(path)
        if found.split(".")[0] in ONLY_IN_GATES or found in {"csv.writer", "csv.DictWriter"}
    ]

    assert not faults


def test_gates_know_no_app_and_no_model():
    known = {found.split(".")[0] for path in (ROOT / "gates").rglob("*.py") for found in imports(path)}

    assert not known & (set(LAYERS) - {"gates"})


def test_markup_is_made_only_in_named_places():
    makers = {
        name_of(path)
        for path in python_files()
        if re.search(r"\bmark_safe\(|\bSafeString\(|\|safe\b", path.read_text())
    }

    assert makers <= MAY_MARK_SAFE


def test_nothing_is_printed():
    faults = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]

    assert not faults


def test_a_caught_exception_is_named_or_gives_its_reason():
    """`except Exception` hides faults; where it must stand, a comment in its line says why."""
    faults = []
    for path in python_files():
        lines = path.read_text().splitlines()
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler):
                broad = node.type is None or (
                    isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}
                )
                reraises = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
                if broad and not reraises and "#" not in lines[node.lineno - 1]:
                    faults.append(f"{name_of(path)}:{node.lineno}")

    assert not faults


def test_no_file_is_longer_than_its_reader():
    """About 400 lines; what is longer becomes a folder of the same name, split by topic."""
    long = {
        name_of(path): count for path in python_files() if (count := len(path.read_text().splitlines())) > 450
    }

    assert not long


def test_no_room_is_a_junk_room():
    names = {"core", "common", "utils", "util", "helpers", "services", "mixins", "misc"}

    assert not [
        name_of(path) for path in python_files() if names & set(path.relative_to(ROOT).with_suffix("").parts)
    ]


def test_nothing_is_left_for_later():
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    here = Path(__file__)
    files = [
        path
        for path in tracked_files()
        if path.suffix in {".py", ".html", ".css", ".js", ".md"} and path != here
    ]

    assert not [
        f"{name_of(path)}: {found.group()}" for path in files if (found := words.search(path.read_text()))
    ]


@cache
def tracked_files() -> tuple[Path, ...]:
    """What git keeps; without git, what stands in the folders of the product."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = listed.stdout.split("\0") if listed.returncode == 0 else []
    files = [ROOT / name for name in names if name and (ROOT / name).is_file()]
    return tuple(files) or tuple(
        path for path in ROOT.glob("*/**/*") if path.is_file() and ".venv" not in path.parts
    )


def test_no_address_of_an_index_and_no_place_of_a_machine_is_in_the_tree():
    """Locks name versions and hashes, never where something was fetched."""
    here = Path(__file__)
    places = re.compile(
        r"https?://(?:[\w.-]*pypi|[\w.-]*pythonhosted|registry\.npmjs|files\.)[\w./-]*|file:///(?!etc/|x)|(?<![\w/])/(?:work|opt|root|home)/\w+"
    )
    faults = []
    for path in tracked_files():
        if path.suffix in {".woff2", ".png", ".jpg", ".ico", ".gz", ".br"} or path == here:
            continue
        faults += [
            f"{name_of(path)}: {found.group()}" for found in places.finditer(path.read_text(errors="replace"))
        ]

    assert not faults


@pytest.mark.parametrize("name", ["uv", "runtime", "scaleout", "dev"])
def test_every_locked_version_has_its_hashes(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    pinned = re.findall(r"^[\w.\-\[\]]+==[^\s;]+", text, re.MULTILINE)
    blocks = re.split(r"\n(?=[\w])", text)

    assert pinned
    assert all("--hash=sha256:" in block for block in blocks if "==" in block)


def test_the_later_locks_hold_the_same_versions_as_the_runtime():
    def versions(name: str) -> dict[str, str]:
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        return dict(re.findall(r"^([\w.\-]+)==([^\s;\\]+)", text, re.MULTILINE))

    runtime = versions("runtime")

    for name in ("dev", "scaleout"):
        assert {key: value for key, value in versions(name).items() if key in runtime} == runtime


def test_the_changelog_names_the_version():
    from bothways import __version__

    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text()
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text()


def test_decisions_are_numbered_and_short():
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))

    assert len(decisions) >= 5
    assert [path.name[:4] for path in decisions] == [
        f"{number:04}" for number in range(1, len(decisions) + 1)
    ]
    assert {
        path.name: len(path.read_text().split()) for path in decisions if len(path.read_text().split()) > 400
    } == {}


def test_a_first_start_finds_a_snapshot_of_todays_migrations():
    """`make fix` writes it anew; without it everything works, only slower."""
    from bothways import snapshot

    assert snapshot.is_current()
