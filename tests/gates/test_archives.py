"""Archives from strangers: what is odd is refused with a sentence, quickly, and leaves nothing behind."""

import io
import stat
import struct
import tempfile
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gates.archives import ENTRY_LIMIT, INFLATED_LIMIT, ArchiveRefused, pack, unpack


def archive(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, data in entries:
            file.writestr(name, data)
    return buffer.getvalue()


def entry(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def refused(data: bytes, folder: Path) -> str:
    """The sentence of the refusal; nothing may be left, and it took at most a second and 64 MiB."""
    tracemalloc.start()
    start = time.process_time()
    with pytest.raises(ArchiveRefused) as refusal:
        unpack(data, folder / "in")
    seconds = time.process_time() - start
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds < 5  # traced, which is several times slower than a second
    assert peak < 64 * 1024 * 1024
    assert not [path for path in folder.rglob("*") if path.is_file() or path.is_symlink()]
    return str(refusal.value)


def overlapping() -> bytes:
    """Two entries of the list that share one file's bytes."""
    data = archive(("a.md", b"x" * 1000))
    end = data.rindex(b"PK\x05\x06")
    start = data.rindex(b"PK\x01\x02")
    listed = data[start:end]
    second = listed.replace(b"a.md", b"b.md")
    both = listed + second
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, len(both), start, 0)
    return data[:start] + both + tail


def many(count: int) -> bytes:
    return archive(*((f"{number}.md", b"") for number in range(count)), method=zipfile.ZIP_STORED)


def encrypted() -> bytes:
    data = bytearray(archive(("a.md", b"secret")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    return bytes(data)


def lying() -> bytes:
    """An entry that says it has 10 bytes and inflates to more."""
    data = bytearray(archive(("a.md", b"\0" * 5_000_000)))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", data, data.index(mark) + offset, 10)
    return bytes(data)


@pytest.mark.parametrize(
    "name",
    ["../a.md", "a/../../b.md", "/etc/passwd", "a//b.md", "./a.md", "C:/a.md", "a\\..\\b.md", "a\nb.md", "a\x00.md", "a\u202eb.md", "x" * 300, "a/" * 20 + "b.md"],
)  # fmt: skip
def test_a_name_that_could_lead_elsewhere_is_refused(name: str, tmp_path: Path) -> None:
    # The library would turn some of these names round while it writes them.
    plain = "x" * len(name)
    data = (
        archive((plain, b"x")).replace(plain.encode(), name.encode())
        if name.isascii()
        else archive((name, b"x"))
    )

    assert "name" in refused(data, tmp_path)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a ZIP"),
        (b"PK" + b"\0" * 100, "not a ZIP"),
        (archive(), "empty"),
        (archive(("a.md", b"x"))[:-30], "not a ZIP"),
        (archive(("a.md", b"x" * 100))[:20] + archive(("a.md", b"x" * 100))[60:], ""),
        (archive((entry("a.md", stat.S_IFLNK | 0o777), b"/etc/passwd")), "a link"),
        (archive((entry("a.md", stat.S_IFCHR | 0o777), b"")), "a device"),
        (encrypted(), "encrypted"),
        (overlapping(), "overlap"),
        (archive(("A.md", b"x"), ("a.md", b"y")), "two files"),
        (archive(("a.md", b"x"), ("a.md/b.md", b"y")), ""),
        (archive(("a.md", b"x"), method=zipfile.ZIP_LZMA), "packed in a way"),
        (many(ENTRY_LIMIT + 1), "more than 1,000 files"),
        (many(65_000), "more than 1,000 files"),
        (lying(), "damaged"),
        (b"x" * (26 * 1024 * 1024), "larger than 25 MB"),
    ],
    ids=lambda value: (
        value if isinstance(value, str) else ""
    ),  # the bytes hold the time at which they were made
)
def test_an_odd_archive_is_refused_with_a_sentence(data: bytes, words: str, tmp_path: Path) -> None:
    assert words in refused(data, tmp_path)


def test_a_bomb_is_refused_before_it_is_inflated(tmp_path: Path) -> None:
    bomb = archive(("a.md", b"\0" * (INFLATED_LIMIT + 1)))
    assert len(bomb) < 100_000

    assert "more than 60 MB" in refused(bomb, tmp_path)


def test_a_zip64_archive_is_refused(tmp_path: Path) -> None:
    data = archive(("a.md", b"x"))
    end = data.rindex(b"PK\x05\x06")
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)

    assert "ZIP64" in refused(data[:end] + locator + data[end:], tmp_path)


def test_the_files_of_a_good_archive_stand_in_the_folder(tmp_path: Path) -> None:
    data = archive(("course/", b""), ("course/a.md", b"one"), ("course/images/ü.png", b"two"))

    assert unpack(data, tmp_path) == ["course/a.md", "course/images/ü.png"]
    assert (tmp_path / "course/images/ü.png").read_bytes() == b"two"


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8}){0,2}\.md", fullmatch=True), st.binary(max_size=200), min_size=1, max_size=6))  # fmt: skip
def test_what_is_packed_is_unpacked(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as place:
        names = unpack(pack(files.items()), Path(place))

        assert {name: (Path(place) / name).read_bytes() for name in names} == files


@given(st.binary(max_size=400), st.integers(0, 399), st.binary(max_size=8))
def test_damage_anywhere_is_a_refusal_and_never_a_fault(content: bytes, place: int, noise: bytes) -> None:
    data = bytearray(archive(("a.md", content), ("b/c.md", b"more")))
    place %= len(data)
    data[place : place + len(noise)] = noise

    with tempfile.TemporaryDirectory() as folder:
        try:
            unpack(bytes(data), Path(folder) / "in")
        except ArchiveRefused as error:
            assert str(error).endswith(".")
