"""The packages of the product, from pyproject.toml: the one list."""

import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@cache
def packages() -> tuple[str, ...]:
    """Their folders from the root, such as "courses" and "site/bothways"."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return tuple(settings["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
