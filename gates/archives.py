"""ZIP files from strangers in, and ZIP files of ours out.

What an archive says about itself is not believed: bytes are counted while they are inflated, and a name can
only lead below the folder that the caller gives. Whatever is odd is refused with a sentence, and nothing of
the archive is kept.
"""

import re
import shutil
import stat
import unicodedata
import zipfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from gates.typography import within_quotes

ARCHIVE_LIMIT: Final = 25 * 1024 * 1024
"""Largest archive, in bytes."""
INFLATED_LIMIT: Final = 60 * 1024 * 1024
"""Most bytes that all files of an archive have together."""
ENTRY_LIMIT: Final = 1_000
_LIST_LIMIT: Final = 512 * ENTRY_LIMIT  # bytes of the list of entries
_DEPTH_LIMIT: Final = 8
_NAME_LIMIT: Final = 180
_BLOCK: Final = 1 << 16
_END: Final = b"PK\x05\x06"
_END_OF_64: Final = b"PK\x06\x07"
_FORBIDDEN: Final = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]')


class ArchiveRefused(ValueError):
    """The archive is not taken; the text is a sentence for whoever sent it."""


def unpack(data: bytes, into: Path) -> list[str]:
    """The files of an archive, written below the folder `into`; their names in the order of the archive.

    Links, encrypted or overlapping entries, two entries of one name, names that lead elsewhere, and more
    than `ENTRY_LIMIT` entries or `INFLATED_LIMIT` bytes are refused; then the folder is left empty.

    Raises: ArchiveRefused
    """
    entries = check(data)
    try:
        into.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _written(archive, entries, into)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError) as problem:
        _emptied(into)
        raise ArchiveRefused(
            _("The archive is damaged or of a kind that is not read. Pack it anew.")
        ) from problem
    except ArchiveRefused:
        _emptied(into)
        raise
    except Exception as problem:  # zlib.error, struct.error and what a forged archive brings next
        _emptied(into)
        raise ArchiveRefused(_("The archive is damaged. Pack it anew.")) from problem


def check(data: bytes) -> list[zipfile.ZipInfo]:
    """The entries of an archive of which nothing is odd. Nothing was inflated yet.

    Raises: ArchiveRefused
    """
    entries_known(data)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, ValueError, OSError) as problem:
        raise ArchiveRefused(
            _("The archive is damaged or of a kind that is not read. Pack it anew.")
        ) from problem
    _refuse_odd(entries, len(data))
    if sum(entry.file_size for entry in entries) > INFLATED_LIMIT:
        raise ArchiveRefused(_too_much())
    return entries


def entries_known(data: bytes) -> int:
    """How many entries the archive says it has, before a library reads its list.

    65,000 entries would cost 40 MB of memory only to be counted (measured), so the end record is read first.

    Raises: ArchiveRefused
    """
    if len(data) > ARCHIVE_LIMIT:
        raise ArchiveRefused(
            _("The archive is larger than %(limit)s MB. Leave films out.")
            % {"limit": ARCHIVE_LIMIT // 1024 // 1024}
        )
    offset = len(data) - 22 if data[-22:-18] == _END and data[-2:] == b"\0\0" else data.rfind(_END, -65_557)
    if offset < 0 or len(data) - offset < 22:
        raise ArchiveRefused(_("This is not a ZIP archive."))
    if data[max(0, offset - 20) :].startswith(_END_OF_64):
        raise ArchiveRefused(_("The archive is in the ZIP64 form for very large files. Pack fewer files."))
    count = int.from_bytes(data[offset + 10 : offset + 12], "little")
    size = int.from_bytes(data[offset + 12 : offset + 16], "little")
    if count > ENTRY_LIMIT or size > _LIST_LIMIT:
        raise ArchiveRefused(
            _("The archive has more than %(limit)s files. Pack one course at a time.")
            % {"limit": f"{ENTRY_LIMIT:,}"}
        )
    return count


def _refuse_odd(entries: list[zipfile.ZipInfo], size: int) -> None:
    if not entries:
        raise ArchiveRefused(_("The archive is empty."))
    if len(entries) > ENTRY_LIMIT:
        raise ArchiveRefused(
            _("The archive has more than %(limit)s files. Pack one course at a time.")
            % {"limit": f"{ENTRY_LIMIT:,}"}
        )
    taken: set[str] = set()
    for entry in entries:
        _refuse_name(entry)
        name = unicodedata.normalize("NFC", entry.filename.rstrip("/")).casefold()
        if name in taken:
            raise ArchiveRefused(_("The archive holds two files called %(name)s.") % {"name": _shown(entry)})
        taken.add(name)
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
            raise ArchiveRefused(
                _("%(name)s is a link or a device, not a file. Pack the file itself.")
                % {"name": _shown(entry)}
            )
        if entry.flag_bits & 0x2041:
            raise ArchiveRefused(_("The archive is encrypted. Pack it without a password."))
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise ArchiveRefused(
                _("%(name)s is packed in a way that is not read. Use plain ZIP.") % {"name": _shown(entry)}
            )
    _refuse_overlaps(entries, size)


def _refuse_name(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    # What stands in the archive, too: the library cuts a name at a NUL and turns backslashes round.
    raw = getattr(entry, "orig_filename", name)
    parts = name.rstrip("/").split("/")
    is_odd = (
        _FORBIDDEN.search(raw) or _FORBIDDEN.search(name) or any(part in {"", ".", ".."} for part in parts)
    )
    if is_odd or any(unicodedata.category(letter) in {"Cf", "Cs", "Zl", "Zp"} for letter in name):
        raise ArchiveRefused(
            _("%(name)s is not a name that a file of a course may have.") % {"name": _shown(entry)}
        )
    if len(name) > _NAME_LIMIT or len(parts) > _DEPTH_LIMIT:
        raise ArchiveRefused(_("The name %(name)s is too long or too deep.") % {"name": _shown(entry)})


def _refuse_overlaps(entries: list[zipfile.ZipInfo], size: int) -> None:
    """Entries that share bytes make a bomb of a few kilobytes. Source: Fifield, A better zip bomb, 2019."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise ArchiveRefused(_("Files in the archive overlap. It was not made by an ordinary program."))
        end = entry.header_offset + 30 + len(entry.filename.encode()) + entry.compress_size
    if end > size:
        raise ArchiveRefused(_("The archive is damaged: a file ends behind its end. Pack it anew."))


def _written(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], into: Path) -> list[str]:
    names, total = [], 0
    for entry in entries:
        target = into / entry.filename
        if entry.is_dir():
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as source, target.open("xb") as file:
            while block := source.read(_BLOCK):
                total += len(block)
                if total > INFLATED_LIMIT:
                    raise ArchiveRefused(_too_much())
                file.write(block)
        names.append(entry.filename)
    return names


def _too_much() -> str:
    return _("The archive unpacks to more than %(limit)s MB. Leave films out.") % {
        "limit": INFLATED_LIMIT // 1024 // 1024
    }


def _shown(entry: zipfile.ZipInfo) -> str:
    """A name for a sentence: short, and with nothing in it that a terminal or page would obey."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in entry.filename)
    return f"“{within_quotes(plain[:60] + '…' if len(plain) > 60 else plain)}”"


def _emptied(folder: Path) -> None:
    for path in folder.iterdir() if folder.is_dir() else ():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def pack(files: Iterable[tuple[str, bytes]]) -> bytes:
    """The files as a ZIP archive; the same files give the same bytes."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            entry = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, data)
    return buffer.getvalue()
