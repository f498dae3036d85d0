"""Archives at the very limits, and what is counted although the archive says otherwise."""

import io
import struct
import zipfile
from pathlib import Path

import pytest

from gates import archives
from gates.archives import ArchiveRefused, check, entries_known, pack, unpack

NOT_ZIP = "This is not a ZIP archive."
DAMAGED = "The archive is damaged. Pack it anew."
OF_ANOTHER_KIND = "The archive is damaged or of a kind that is not read. Pack it anew."
END = b"PK\x05\x06"


def refusal(data: bytes) -> str:
    """The sentence with which `check` refuses; "" where it does not."""
    try:
        check(data)
    except ArchiveRefused as refused:
        return str(refused)
    return ""


def end_record(count: int, size: int = 0, comment: bytes = b"") -> bytes:
    return struct.pack("<4s4H2LH", END, 0, 0, count, count, size, 0, len(comment)) + comment


def named(*names: str) -> bytes:
    return pack((name, b"x") for name in names)


def test_the_limits_are_what_authors_are_told() -> None:
    assert (archives.ARCHIVE_LIMIT, archives.INFLATED_LIMIT, archives.ENTRY_LIMIT) == (
        26_214_400,
        62_914_560,
        1000,
    )


@pytest.mark.parametrize(
    ("name", "is_taken"),
    [
        ("a" * 180, True),
        ("a" * 181, False),
        ("1/2/3/4/5/6/7/8", True),
        ("1/2/3/4/5/6/7/8/9", False),
    ],
)
def test_a_name_may_be_180_long_and_eight_deep(name: str, is_taken: bool) -> None:
    told = refusal(named(name))

    assert told == "" if is_taken else told.endswith("is too long or too deep.")


def test_a_long_name_is_cut_in_the_sentence() -> None:
    assert refusal(named("a" * 61 + "?")) == f"“{'a' * 60}…” is not a name that a file of a course may have."
    assert refusal(named("a" * 59 + "?")) == f"“{'a' * 59}?” is not a name that a file of a course may have."
    assert refusal(named("a\u200bb")) == "“a?b” is not a name that a file of a course may have."


@pytest.mark.parametrize(
    "name", ["a//b", "./a", "a/./b", "a/../b", "../a", "a:b", "a\x7fb", "a\u2028b", "a|b"]
)
def test_every_part_of_a_name_is_looked_at(name: str) -> None:
    assert refusal(named(name)).endswith("is not a name that a file of a course may have.")


def test_a_thousand_files_are_taken_and_one_more_is_not() -> None:
    assert len(check(named(*map(str, range(1000))))) == 1000
    assert (
        refusal(named(*map(str, range(1001))))
        == "The archive has more than 1,000 files. Pack one course at a time."
    )


def test_the_end_record_is_believed_where_it_admits_too_much() -> None:
    assert entries_known(end_record(1000, size=512_000)) == 1000
    for record in (end_record(1001), end_record(1, size=512_001)):
        with pytest.raises(ArchiveRefused, match="more than 1,000 files"):
            entries_known(record)


def test_a_list_that_holds_more_than_the_end_record_says_is_counted_again() -> None:
    data = named(*map(str, range(1001)))
    place = data.rindex(END)
    lying = data[: place + 8] + struct.pack("<2H", 999, 999) + data[place + 12 :]

    assert entries_known(lying) == 999
    assert refusal(lying) in {
        "The archive has more than 1,000 files. Pack one course at a time.",
        OF_ANOTHER_KIND,
    }


@pytest.mark.parametrize("comment", [b"made by hand", b"x" * 65_535, b"ends with zeros\0\0"])
def test_an_archive_may_carry_a_comment(comment: bytes) -> None:
    buffer = io.BytesIO(named("a.md", "b.md"))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = comment

    assert [entry.filename for entry in check(buffer.getvalue())] == ["a.md", "b.md"]


@pytest.mark.parametrize(
    "data", [b"", b"PK", END, b"\0" * 100, named("a.md")[:-1], b"x" * 10 + end_record(1)[:21]]
)
def test_what_has_no_whole_end_record_is_no_archive(data: bytes) -> None:
    with pytest.raises(ArchiveRefused, match=NOT_ZIP):
        entries_known(data)


def test_size_is_judged_first_and_to_the_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    data = named("a.md")
    monkeypatch.setattr(archives, "ARCHIVE_LIMIT", len(data))

    assert refusal(data) == ""
    assert refusal(data + b"\0").startswith("The archive is larger than")


def test_files_may_unpack_to_the_limit_and_not_to_one_byte_more(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(archives, "INFLATED_LIMIT", 1000)

    assert unpack(pack([("a", b"x" * 600), ("b", b"x" * 400)]), tmp_path / "in") == ["a", "b"]
    assert refusal(pack([("a", b"x" * 600), ("b", b"x" * 401)])) == (
        "The archive unpacks to more than 0 MB. Leave films out."
    )


def test_bytes_are_counted_while_they_are_inflated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever the list said: here it is asked while the limit is high, and then the limit is low."""
    data = pack([("a", b"x" * 600), ("b", b"x" * 401)])
    entries = check(data)
    monkeypatch.setattr(archives, "check", lambda _data: entries)
    monkeypatch.setattr(archives, "INFLATED_LIMIT", 1000)

    with pytest.raises(ArchiveRefused, match="unpacks to more than"):
        unpack(data, tmp_path / "in")

    assert list((tmp_path / "in").iterdir()) == []


def test_a_file_that_is_not_what_was_packed_is_damage_and_nothing_stays(tmp_path: Path) -> None:
    data = named("first/good.md", "bad.md")
    begins = data.index(b"bad.md") + len(b"bad.md")
    another = data[:begins] + pack([("bad.md", b"y")]).split(b"bad.md")[1][:3] + data[begins + 3 :]

    with pytest.raises(ArchiveRefused, match=OF_ANOTHER_KIND):
        unpack(another, tmp_path / "in")

    assert list((tmp_path / "in").iterdir()) == []


def test_a_stream_that_cannot_be_inflated_is_damage_and_nothing_stays(tmp_path: Path) -> None:
    data = named("first/good.md", "bad.md")
    begins = data.index(b"bad.md") + len(b"bad.md")

    with pytest.raises(ArchiveRefused, match=DAMAGED):
        unpack(data[:begins] + b"\xff\xff\xff" + data[begins + 3 :], tmp_path / "in")

    assert list((tmp_path / "in").iterdir()) == []


@pytest.mark.parametrize("flags", [0x1, 0x40, 0x2000])
def test_every_kind_of_encryption_is_refused(flags: int) -> None:
    data = named("a.md")
    place = data.rindex(b"PK\x01\x02") + 8
    (now,) = struct.unpack_from("<H", data, place)
    locked = data[:place] + struct.pack("<H", now | flags) + data[place + 2 :]

    assert refusal(locked) == "The archive is encrypted. Pack it without a password."


def listed_with(data: bytes, place: int, change: int) -> bytes:
    """The archive with a number of its last entry in the list made larger: 20 is its size, 42 where it begins."""
    place += data.rindex(b"PK\x01\x02")
    (now,) = struct.unpack_from("<L", data, place)
    return data[:place] + struct.pack("<L", now + change) + data[place + 4 :]


def test_a_file_may_begin_where_the_one_before_ends_and_not_a_byte_earlier() -> None:
    data = named("a-long-name.md", "b.md")

    assert refusal(data) == ""
    assert refusal(listed_with(data, 42, -1)) == (
        "Files in the archive overlap. It was not made by an ordinary program."
    )


def test_a_file_may_end_with_the_archive_and_not_a_byte_later() -> None:
    data = named("a.md")
    room = len(data) - check(data)[0].compress_size - 30 - len("a.md")

    assert refusal(listed_with(data, 20, room)) == ""
    for more in (1, 2, 20_000):
        assert "ends behind its end" in refusal(listed_with(data, 20, room + more))


def test_an_empty_archive_and_one_without_an_end_are_told_apart() -> None:
    assert refusal(end_record(0)) == "The archive is empty."
    assert refusal(b"") == NOT_ZIP


def test_folders_are_made_and_not_listed(tmp_path: Path) -> None:
    data = pack([("empty/", b""), ("images/deep/a.svg", b"<svg/>"), ("b.md", b"b")])

    assert unpack(data, tmp_path / "a" / "b") == ["images/deep/a.svg", "b.md"]
    assert (tmp_path / "a" / "b" / "images" / "deep" / "a.svg").read_bytes() == b"<svg/>"
    assert (tmp_path / "a" / "b" / "empty").is_dir()


def test_what_we_pack_is_the_same_bytes_and_opens_anywhere() -> None:
    data = named("a.md")

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        (entry,) = archive.infolist()
    assert (entry.date_time, entry.external_attr >> 16, entry.compress_type) == (
        (2000, 1, 1, 0, 0, 0), 0o644, zipfile.ZIP_DEFLATED,
    )  # fmt: skip
    assert named("a.md") == data
