"""What stands in the tree: packages, modules, templates and style sheets, and the contracts of pyproject.toml.

Nothing is listed by hand: a new folder is read because git keeps it, or because it lies there.
"""

import ast
import re
import subprocess
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# Not of the product: what proves it, what serves it, and what people read.
ASIDE = {"tests", "tools", "docs", "requirements", "content", "var"}

Guard = Callable[[str, str], list[str]]  # the name of a file and its text → a sentence for each fault


@cache
def settings() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]


@cache
def contracts() -> dict[str, dict[str, Any]]:
    """The contracts of import-linter by their id."""
    return {one["id"]: one for one in settings()["importlinter"]["contracts"]}


@cache
def layers() -> tuple[str, ...]:
    """From the roof to the ground: a package imports only from those after it."""
    return tuple(
        package.strip() for layer in contracts()["layers"]["layers"] for package in re.split("[:|]", layer)
    )


@cache
def rules() -> tuple[str, ...]:
    """The modules that hold rules, as names of files: all in a folder `rules`."""
    return tuple(sorted(name_of(path) for path in python_files() if is_in_rules(name_of(path))))


def is_in_rules(name: str) -> bool:
    return "rules" in name.split("/")[:-1]


@cache
def tracked_files() -> tuple[Path, ...]:
    """What git keeps and what is new beside it; without git, what stands in the folders."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    names = listed.stdout.split("\0") if listed.returncode == 0 else []
    files = [ROOT / name for name in names if name and (ROOT / name).is_file()]
    return tuple(files) or tuple(
        path for path in ROOT.glob("*/**/*") if path.is_file() and ".venv" not in path.parts
    )


def product(*endings: str) -> tuple[Path, ...]:
    """The product's own files with such an ending, in the order of their names."""
    return tuple(
        sorted(
            path
            for path in tracked_files()
            if path.suffix in endings
            and len(parts := path.relative_to(ROOT).parts) > 1
            and parts[0] not in ASIDE
            and not parts[0].startswith(".")
        )
    )


@cache
def python_files() -> tuple[Path, ...]:
    """The modules of all packages, but migrations."""
    return tuple(
        path for path in product(".py") if "migrations" not in path.parts and rooms(name_of(path)) != ()
    )


@cache
def templates() -> tuple[Path, ...]:
    """Pages, pieces of pages and mails."""
    return tuple(path for path in product(".html", ".txt") if "templates" in path.relative_to(ROOT).parts)


@cache
def style_sheets() -> tuple[Path, ...]:
    return product(".css")


@cache
def tree(text: str) -> ast.Module:
    return ast.parse(text)


@cache
def _by_kind(text: str) -> dict[type[ast.AST], list[Any]]:
    """One walk for all guards: walking costs more than everything they do."""
    kinds: dict[type[ast.AST], list[Any]] = {}
    for node in ast.walk(tree(text)):
        kinds.setdefault(type(node), []).append(node)
    return kinds


def nodes(text: str, *kinds: type[ast.AST]) -> list[Any]:
    """The nodes of these kinds in a module, wherever they stand."""
    return [node for kind in kinds for node in _by_kind(text).get(kind, ())]


@cache
def text_of(path: Path) -> str:
    return path.read_text()


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def package(name: str) -> str:
    """The package of a file: `site/bothways/urls.py` is of bothways."""
    first, *others = name.split("/")
    return others[0] if first == "site" else first


def rooms(name: str) -> tuple[str, ...]:
    """The rooms of a file within its package: `authoring/views.py` stands in views."""
    parts = name.removesuffix(".py").split("/")
    return tuple(parts[2:] if parts[0] == "site" else parts[1:])


def said(guard: Guard, files: tuple[Path, ...]) -> list[str]:
    """What a guard has to say about the tree."""
    return [fault for path in files for fault in guard(name_of(path), text_of(path))]


@cache
def imports(text: str) -> tuple[tuple[int, str], ...]:
    """The line and the name of everything that is imported, inside functions too."""
    plain = [(node.lineno, alias.name) for node in nodes(text, ast.Import) for alias in node.names]
    names = [
        (node.lineno, f"{node.module}.{alias.name}")
        for node in nodes(text, ast.ImportFrom)
        if node.module and not node.level
        for alias in node.names
    ]
    return tuple(sorted(plain + names))
