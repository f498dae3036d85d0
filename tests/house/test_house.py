"""The house keeps its own rules: layers, rooms, names, borders. What is said here is not said in reviews."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from tests.house import code_guards, source, template_guards, usage_guards
from tests.house.source import ROOT, contracts, layers, name_of, python_files, said, tracked_files

EDGES = {"views", "forms", "urls", "wagtail_hooks", "tasks", "management"}
ONLY_IN_GATES = {"zipfile", "xml", "lxml", "bleach", "nh3", "requests", "defusedxml", "tarfile"}
MAY_BE_LONGER = {
    "site/bothways/settings.py": "Every setting once, in the order in which an operator meets them.",
    "quizzes/models.py": "Tables that name each other: a bank, its questions, and what was drawn and answered.",
}
# Where text becomes markup by our own word. Every other place escapes.
MAY_MARK_SAFE = {
    "gates/svg.py",
    "gates/html.py",
    "gates/markdown.py",
    "courses/rendering.py",
    "courses/publishing.py",
    "courses/blocks.py",
    "glossary/linking.py",
    "glossary/rendering.py",
    "quizzes/rendering.py",
    "site/bothways/selects.py",
    "site/bothways/templatetags/look.py",
    # These hand on what publishing rendered and stored as safe HTML.
    "courses/checks.py",
    "courses/feedback.py",
    "courses/views/question_preview.py",
    "courses/views/course.py",
    "courses/views/lesson_page.py",
    "quizzes/queries/asking.py",
    "site/bothways/context.py",
}


def tree(path: Path) -> ast.Module:
    return source.tree(source.text_of(path))


def nodes(path: Path, *kinds: type[ast.AST]) -> list[Any]:
    return source.nodes(source.text_of(path), *kinds)


def imports(path: Path) -> set[str]:
    return {found for _line, found in source.imports(source.text_of(path))}


def room(path: Path) -> str:
    """The room of a file within its app: `courses/views/quiz.py` stands in the room `views`."""
    return source.rooms(name_of(path))[0]


def test_the_walk_finds_the_code():
    assert len(python_files()) > 200
    assert len(source.templates()) > 100
    assert len(source.style_sheets()) > 40


def test_every_package_stands_on_a_floor():
    """A new package names its floor: without one nothing would say what it may import."""
    packages = {source.package(name_of(path)) for path in python_files()}

    assert packages == set(layers())


def test_site_is_a_source_root_and_never_a_package():
    assert not (ROOT / "site" / "__init__.py").exists()
    assert [
        path.name for path in (ROOT / "site").iterdir() if path.is_dir() and path.name != "__pycache__"
    ] == ["bothways"]


@pytest.mark.parametrize(
    "guard",
    [
        code_guards.imports_from_above,
        code_guards.models_reach_up,
        code_guards.names_from_above,
        code_guards.calls_itself_plain,
        code_guards.writes,
        code_guards.number_rules,
        code_guards.days_in_utc,
        code_guards.streams,
        code_guards.due_days,
        code_guards.after_commit,
        code_guards.written_addresses,
        usage_guards.unused_tag,
    ],
    ids=lambda guard: guard.__name__,
)
def test_a_guard_finds_nothing_in_the_code(guard):
    faults = said(guard, python_files())

    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "guard",
    [
        template_guards.asks_the_database,
        template_guards.decides,
        template_guards.written_addresses,
        usage_guards.unnamed_template,
    ],
    ids=lambda guard: guard.__name__,
)
def test_a_guard_finds_nothing_in_the_templates(guard):
    faults = said(guard, source.templates())

    assert not faults, "\n".join(faults)


def test_no_style_is_for_nobody():
    faults = said(usage_guards.unused_class, source.style_sheets())

    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", ["runtime", "scaleout", "dev"])
def test_no_package_is_installed_for_nobody(name):
    file = ROOT / "requirements" / f"{name}.in"

    faults = usage_guards.unimported(name_of(file), file.read_text())

    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "guard",
    [template_guards.is_wide, template_guards.is_crowded, template_guards.is_askew],
    ids=lambda guard: guard.__name__,
)
def test_pages_are_written_for_people(guard):
    """Mails are not: their line breaks are sent."""
    faults = said(guard, tuple(path for path in source.templates() if path.suffix == ".html"))

    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("file", source.rules())
def test_rules_are_plain_python(file):
    faults = code_guards.rule_is_plain(file, (ROOT / file).read_text())

    assert not faults, "\n".join(faults)


def test_the_contract_of_rules_is_by_folder():
    assert contracts()["rules"]["source_modules"] == ["**.rules"]
    assert contracts()["rules"].get("allow_indirect_imports", "false") == "false"
    assert set(contracts()) == {"layers", "rules"}


def test_rules_have_strict_types():
    """mypy takes the folders too."""
    strict = next(
        one["module"] for one in source.settings()["mypy"]["overrides"] if one.get("strict_equality")
    )

    assert strict == ["*.rules", "*.rules.*", "gates.*"]


def test_an_exception_is_still_needed():
    """What a guard lets through by name exists; else the name goes."""
    named = {
        (name, value) for name, value in code_guards.MAY_NAME_ABOVE if value in (ROOT / name).read_text()
    }
    functions = {
        (name, function)
        for name, function in code_guards.MAY_WRITE
        if f"def {function}(" in (ROOT / name).read_text()
    }
    paths = {
        path
        for path in template_guards.COUNTED
        if any(path in source.text_of(one) for one in source.templates())
    }

    written = {
        name
        for name in code_guards.MAY_WRITE_ADDRESSES
        if code_guards.written_addresses(f"{name}c", (ROOT / name).read_text())
    }
    said_days = {
        name
        for name in code_guards.DAYS_ARE_SAID_IN
        if code_guards.days_in_utc(f"{name}c", (ROOT / name).read_text())
    }
    wishes = "\n".join(path.read_text() for path in (ROOT / "requirements").glob("*.in"))
    run = {name for name in usage_guards.RUN if re.search(rf"^{name}\b", wishes, re.MULTILINE)}
    asked = {
        name
        for name in usage_guards.ASKED_BY_OTHERS
        if any(name_of(one).endswith(f"/templates/{name}") for one in source.templates())
    }

    assert named == set(code_guards.MAY_NAME_ABOVE)
    assert said_days == set(code_guards.DAYS_ARE_SAID_IN)
    assert written == set(code_guards.MAY_WRITE_ADDRESSES)
    assert run == set(usage_guards.RUN)
    assert asked == set(usage_guards.ASKED_BY_OTHERS)
    assert functions == set(code_guards.MAY_WRITE)
    assert paths == template_guards.COUNTED


def test_a_tag_of_a_template_asks_the_database_nothing():
    faults = [
        f"{name_of(path)} imports {found}"
        for path in python_files()
        if "templatetags" in path.parts
        for found in imports(path)
        if {"models", "queries", "actions"} & set(found.split(".")) or found.startswith("django.db")
    ]

    assert not faults


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
        if name_of(path) not in source.rules() and room(path) not in {
            "queries",
            "actions",
            "models",
            "blocks",
        }:
            continue
        for node in tree(path).body:  # an import inside a function carries its reason
            if not isinstance(node, ast.ImportFrom) or not node.module:
                continue
            package, *rooms = node.module.split(".")
            if package in layers() and set(rooms) & EDGES - {"tasks"}:
                faults.append(f"{name_of(path)} imports {node.module}")

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

    assert not known & (set(layers()) - {"gates"})


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
        for node in nodes(path, ast.Call)
        if isinstance(node.func, ast.Name) and node.func.id == "print"
    ]

    assert not faults


def test_a_caught_exception_is_named_or_gives_its_reason():
    """`except Exception` hides faults; where it must stand, a comment in its line says why."""
    faults = []
    for path in python_files():
        lines = path.read_text().splitlines()
        for node in nodes(path, ast.ExceptHandler):
            broad = node.type is None or (
                isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}
            )
            reraises = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
            if broad and not reraises and "#" not in lines[node.lineno - 1]:
                faults.append(f"{name_of(path)}:{node.lineno}")

    assert not faults


def test_no_file_is_longer_than_its_reader():
    """About 400 lines, tests and tools too; what is longer becomes a folder of the same name, split by topic."""
    files = (path for path in tracked_files() if path.suffix == ".py" and "migrations" not in path.parts)
    long = {name_of(path) for path in files if len(path.read_text().splitlines()) > 420}

    assert long == MAY_BE_LONGER.keys()


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


def test_a_first_start_finds_a_snapshot_of_todays_migrations():
    """Without it everything works, only slower."""
    from bothways.operations import snapshot

    assert snapshot.is_current(), (
        "site/bothways/operations/snapshot.sql was made from other migrations, or from other modules that they import: "
        "run `make fix`, which writes it anew, and commit it."
    )


def test_no_test_of_the_house_asks_for_a_database(request):
    """`make check` answers at once because nothing is prepared for it."""
    asking = [
        item.nodeid
        for item in request.session.items
        if item.get_closest_marker("house")
        and (item.get_closest_marker("django_db") or {"db", "world"} & set(item.fixturenames))
    ]

    assert asking == []
