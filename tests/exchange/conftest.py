"""A course folder to import, written by the tests; and hostile files of every kind."""

import copy
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from exchange.importing import import_course
from exchange.importing.report import Report
from tests.exchange import files
from tests.worlds import World

Changed = Mapping[str, str | bytes | None]


def write_files(folder: Path, changed: Changed | None = None) -> Path:
    """The folder with these files, and those of a whole small course below them."""
    for file, content in {**files.COURSE_FILES, **(changed or {})}.items():
        path = folder / file
        if content is None:
            path.unlink(missing_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """`write({"01-one.md": text})`: a folder in which the small course has these changes."""

    def make(changed: Changed | None = None, *, name: str = "Z1") -> Path:
        return write_files(tmp_path / name, changed)

    return make


@pytest.fixture(scope="module")
def first_report(world: World, catalogue_page: Any, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The small course is there, imported and public, for all tests of the module."""
    with world():
        return import_course(write_files(tmp_path_factory.mktemp("course") / "Z1"), now=files.NOW)


@pytest.fixture
def imported(first_report: Report, db: None) -> Report:
    """What the import of the small course reported. Modules in which one test asks for it ask for it in all."""
    return copy.deepcopy(first_report)


@pytest.fixture
def load(write: Any, catalogue: Any) -> Callable[..., Report]:
    """`load({"01-one.md": text})`: what importing the small course with these changes reports."""

    def run(changed: Changed | None = None, **options: Any) -> Report:
        return import_course(write(changed), now=files.NOW, **options)

    return run


@pytest.fixture
def zipped() -> Callable[[Path], bytes]:
    def pack(folder: Path) -> bytes:
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    archive.write(path, f"{folder.name}/{path.relative_to(folder)}")
        return buffer.getvalue()

    return pack


@pytest.fixture
def bomb_picture() -> bytes:
    """A PNG of 400 bytes that says it has 900 million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 6, 0, 0, 0)
    data = zlib.compress(b"\0" * 1_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
