"""Locks name versions and hashes, all of them the same, and no place of a machine."""

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT, name_of, tracked_files


def test_no_address_of_an_index_and_no_place_of_a_machine_is_in_the_tree():
    """Locks name versions and hashes, never where something was fetched."""
    here = Path(__file__)
    addresses = re.compile(
        r"https?://(?:[\w.-]*pypi|[\w.-]*pythonhosted|registry\.npmjs|files\.)[\w./-]*|file:///(?!etc/|x)|(?<![\w/])/(?:work|opt|root|home)/\w+"
    )
    faults = []
    for path in tracked_files():
        if path.suffix in {".woff2", ".png", ".jpg", ".ico", ".gz", ".br"} or path == here:
            continue
        faults += [
            f"{name_of(path)}: {match.group()}"
            for match in addresses.finditer(path.read_text(errors="replace"))
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
