"""What other accounts of the machine may do with our files, and what we leave alone."""

import os
import stat
from pathlib import Path

import pytest

from gates import private

NAMES = ("data.sqlite3*", "mail", "media")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """As an earlier version left it: everybody may read."""
    data = tmp_path / "data"
    for place in ("media/images/old", "mail", "theirs"):
        (data / place).mkdir(parents=True)
    for name in (
        "data.sqlite3",
        "data.sqlite3-wal",
        "media/images/a.png",
        "media/images/old/b",
        "mail/x.eml",
        "theirs/y",
    ):
        (data / name).write_text("x")
    for path in (data, *data.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return data


def open_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if mode(path) & 0o077}


def test_what_is_ours_is_closed_to_its_end_and_what_is_not_named_is_left(folder: Path) -> None:
    assert private.close_to_others(folder, NAMES) == []

    assert mode(folder) == 0o700
    assert open_in(folder) == {"theirs", "theirs/y"}
    assert mode(folder / "media/images/a.png") == 0o600
    assert mode(folder / "media/images/old") == 0o700


def test_an_owner_keeps_what_an_owner_may(folder: Path) -> None:
    (folder / "data.sqlite3").chmod(0o440)
    (folder / "mail").chmod(0o2775)

    private.close_to_others(folder, NAMES)

    assert mode(folder / "data.sqlite3") == 0o400
    assert mode(folder / "mail") == 0o2700


def test_a_link_is_never_followed(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "media").mkdir(parents=True)
    (outside / "file").write_text("x")
    for path in (outside, outside / "media"):
        path.chmod(0o755)
    (outside / "file").chmod(0o644)
    (folder / "data.sqlite3-shm").symlink_to(outside / "file")
    (folder / "media/link").symlink_to(outside)
    (folder / "media/file").symlink_to(outside / "file")
    (folder / "mail/x.eml").unlink()
    (folder / "mail").rmdir()
    (folder / "mail").symlink_to(outside / "media")

    assert private.close_to_others(folder, NAMES) == []

    assert [mode(outside), mode(outside / "media"), mode(outside / "file")] == [0o755, 0o755, 0o644]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_what_belongs_to_somebody_else_is_left_and_told(folder: Path) -> None:
    for name in ("media/images/a.png", "mail"):
        os.chown(folder / name, 65534, 65534)

    stayed = private.close_to_others(folder, NAMES)

    assert stayed == [folder / "mail", folder / "media/images/a.png"]
    assert [mode(path) for path in stayed] == [0o755, 0o644]
    assert mode(folder / "mail/x.eml") == 0o600


def test_a_folder_that_everybody_shares_stays_so(folder: Path) -> None:
    folder.chmod(0o1777)

    private.close_to_others(folder, NAMES)

    assert mode(folder) == 0o1777
    assert open_in(folder) == {"theirs", "theirs/y"}


def test_what_can_be_read_is_named_until_the_folder_or_all_in_it_is_closed(folder: Path) -> None:
    (folder / "data.sqlite3-shm").symlink_to("/etc/hostname")
    (folder / "data.sqlite3-wal").chmod(0o600)

    assert private.open_parts(folder, NAMES) == [folder / "data.sqlite3", folder / "mail", folder / "media"]

    for name in ("data.sqlite3", "mail", "media"):
        (folder / name).chmod(0o700)
    assert private.open_parts(folder, NAMES) == []

    (folder / "mail").chmod(0o701)
    assert private.open_parts(folder, NAMES) == [folder / "mail"]

    folder.chmod(0o700)
    assert private.open_parts(folder, NAMES) == []


def test_a_folder_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    for ask in (private.open_parts, private.close_to_others):
        with pytest.raises(FileNotFoundError):
            ask(tmp_path / "none", NAMES)


def test_only_what_an_operator_asked_for_is_as_their_account_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private, "_before", None)
    mask = os.umask(0o027)
    try:
        private.write_privately()
        private.write_privately()
        (tmp_path / "ours").write_text("x")
        with private.as_the_operator_likes():
            (tmp_path / "theirs").write_text("x")
        (tmp_path / "again").write_text("x")
    finally:
        os.umask(mask)

    assert [mode(tmp_path / name) for name in ("ours", "theirs", "again")] == [0o600, 0o640, 0o600]
