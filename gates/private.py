"""What other accounts of this machine may do with files that we write: nothing.

Whoever reads the database, a mail or an upload on the disk needs no password: the file system is a door like
any other. Standard library only, since settings need it before anything else is there.
"""

import fnmatch
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

OF_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
"""The bits of group and others."""

_before: int | None = None


def write_privately() -> None:
    """From now on this process, and what it starts, makes folders 0700 and files 0600."""
    global _before  # noqa: PLW0603 - as the umask itself: one for the process
    before = os.umask(OF_OTHERS)
    if _before is None:
        _before = before


@contextmanager
def as_the_operator_likes() -> Iterator[None]:
    """For what somebody asked to have in a folder of their own: readable for whom their account says."""
    ours = os.umask(OF_OTHERS if _before is None else _before)
    try:
        yield
    finally:
        os.umask(ours)


def open_parts(folder: Path, names: Iterable[str]) -> list[Path]:
    """Those parts of a folder that other accounts can reach and read or change.

    Looks at the folder and at the files and folders of these names directly in it (`*` stands for any
    letters), never deeper: what lies below a closed folder cannot be reached. Empty where the folder itself
    is closed.

    Raises: OSError
    """
    if not _is_open(folder.stat()):
        return []
    return [
        Path(entry.path) for entry in _named(folder, names) if _is_open(entry.stat(follow_symlinks=False))
    ]


def close_to_others(folder: Path, names: Iterable[str]) -> list[Path]:
    """Take from group and others whatever they may do in a folder; what stays open.

    It goes through the files and folders of these names, and no others, to their ends, but never along a
    link. What belongs to another account is left as it is, and so is a folder that everybody shares, such as
    /tmp, apart from what is named in it. Takes a second for 100,000 files.

    Raises: OSError, where the folder itself cannot be read.
    """
    stayed: list[Path] = []
    if not folder.stat().st_mode & stat.S_ISVTX:
        _close(folder, folder, stayed)
    for entry in _named(folder, names):
        if not entry.is_dir(follow_symlinks=False):
            _close(entry.path, Path(entry.path), stayed)
            continue
        _close(entry.path, Path(entry.path), stayed)
        # By the open folder, from above: once it is closed, nobody can put a link where a file was.
        for path, folders, files, handle in os.fwalk(entry.path):
            for name in (*folders, *files):
                _close(name, Path(path, name), stayed, handle)
    return stayed


def _named(folder: Path, names: Iterable[str]) -> list[os.DirEntry[str]]:
    wanted = tuple(names)
    with os.scandir(folder) as entries:
        return [
            entry
            for entry in sorted(entries, key=lambda entry: entry.name)
            if not entry.is_symlink() and any(fnmatch.fnmatchcase(entry.name, name) for name in wanted)
        ]


def _is_open(status: os.stat_result) -> bool:
    return bool(status.st_mode & OF_OTHERS) and not stat.S_ISLNK(status.st_mode)


def _close(name: str | Path, path: Path, stayed: list[Path], handle: int | None = None) -> None:
    with suppress(FileNotFoundError):  # SQLite's helpers come and go
        status = os.stat(name, dir_fd=handle, follow_symlinks=False)
        if not _is_open(status):
            return
        if status.st_uid != os.geteuid():
            stayed.append(path)
            return
        try:
            os.chmod(name, stat.S_IMODE(status.st_mode) & ~OF_OTHERS, dir_fd=handle)
        except PermissionError:  # a disk that knows no modes
            stayed.append(path)
