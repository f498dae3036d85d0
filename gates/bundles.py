"""One file that holds many: what a backup is written into and read from.

A bundle is a ZIP file with a manifest that names every part with its size and SHA-256. Nothing in it is ever
run or unpickled, a part that the manifest does not name is refused, and a name can only lead to where the
caller lets it: the reader hands out streams, never paths of the bundle's own.
"""

import hashlib
import json
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final

MANIFEST: Final = "manifest.json"
_MANIFEST_LIMIT: Final = 64_000_000
_BLOCK: Final = 1 << 20
# Relative, no "..", no backslash, no control character, no empty part.
_NAME: Final = re.compile(r"(?!.*(?:^|/)\.{1,2}(?:/|$))[^/\\\x00-\x1f\x7f]+(?:/[^/\\\x00-\x1f\x7f]+)*")


# What reading a damaged archive may raise, depending on which byte it was.
_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)


class BundleRefused(ValueError):
    """The file is no bundle of ours, or was damaged; the text is a sentence for the operator."""


class BundleWriter:
    """Parts in, each with its size and hash; `close` writes the manifest and lets the file appear."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.unfinished = path.with_name(f"{path.name}.unfinished")
        # Only for the account that makes it: a backup holds everybody's names and records.
        handle = os.open(self.unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(handle, "wb")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self.parts: dict[str, dict[str, Any]] = {}

    def add(self, name: str, blocks: Iterable[bytes]) -> None:
        """One part, streamed. Raises ValueError for a name that could not be read back."""
        with self.part(name) as write:
            for block in blocks:
                write(block)

    @contextmanager
    def part(self, name: str) -> Iterator[Callable[[bytes], None]]:
        """One part, by what takes its blocks. Raises ValueError for a name that could not be read back."""
        if not _NAME.fullmatch(name) or name in self.parts or name == MANIFEST:
            raise ValueError(f"{name!r} cannot be the name of a part")
        digest, size = hashlib.sha256(), 0
        with self._zip.open(name, "w", force_zip64=True) as part:

            def write(block: bytes) -> None:
                nonlocal size
                digest.update(block)
                size += len(block)
                part.write(block)

            yield write
        self.parts[name] = {"size": size, "sha256": digest.hexdigest()}

    def close(self, facts: dict[str, Any]) -> None:
        """The manifest, then the disk, then the name: a bundle that can be seen is complete."""
        manifest = json.dumps({**facts, "parts": self.parts}, indent=1, sort_keys=True)
        self._zip.writestr(MANIFEST, manifest)
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self.unfinished.replace(self.path)

    def abandon(self) -> None:
        """Nothing stays, also where the disk is so full that the archive cannot even be closed."""
        try:
            for part in (self._zip, self._file):
                with suppress(OSError, ValueError):
                    part.close()
        finally:
            self.unfinished.unlink(missing_ok=True)


@contextmanager
def new_bundle(path: Path) -> Iterator[BundleWriter]:
    """A bundle that is removed when something goes wrong before `close`."""
    writer = BundleWriter(path)
    try:
        yield writer
    except BaseException:
        writer.abandon()
        raise


class BundleReader:
    """A bundle whose parts are all named by its manifest. Reading a part checks its size and hash."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._zip, self._of = archive, name
        self.facts = self._manifest()
        self.parts: dict[str, dict[str, Any]] = self.facts["parts"]
        names = [entry.filename for entry in archive.infolist() if entry.filename != MANIFEST]
        if sorted(names) != sorted(self.parts):
            raise BundleRefused(f"{name} holds other parts than its list names. It is not used.")
        for part, facts in self.parts.items():
            entry = archive.getinfo(part)
            if not _NAME.fullmatch(part) or entry.flag_bits & 1 or entry.file_size != facts.get("size"):
                raise BundleRefused(f"The part {part!r} of {name} is not as its list says. It is not used.")

    def _manifest(self) -> dict[str, Any]:
        try:
            entry = self._zip.getinfo(MANIFEST)
            if entry.file_size > _MANIFEST_LIMIT:
                raise BundleRefused(f"The list of parts of {self._of} is too long. It is not used.")
            facts = json.loads(self._zip.read(entry))
        except (KeyError, *_DAMAGED) as problem:
            if isinstance(problem, BundleRefused):
                raise
            raise BundleRefused(f"{self._of} has no list of its parts: it is not a backup.") from problem
        if not isinstance(facts, dict) or not isinstance(facts.get("parts"), dict):
            raise BundleRefused(f"{self._of} has no list of its parts: it is not a backup.")
        return facts

    def check(self) -> None:
        """Read all of it. Raises BundleRefused where a byte was changed."""
        for part in self.parts:
            for _block in self.blocks(part):
                pass

    def blocks(self, name: str) -> Iterator[bytes]:
        """The bytes of a part. Raises BundleRefused at its end if a byte of it was changed."""
        facts, digest, size = self.parts[name], hashlib.sha256(), 0
        damaged = f"The part {name} of {self._of} was damaged. Nothing was restored; use another backup."
        try:
            with self._zip.open(name) as part:
                while block := part.read(_BLOCK):
                    size += len(block)
                    if size > facts["size"]:  # an entry may inflate to more than it says
                        raise BundleRefused(damaged)
                    digest.update(block)
                    yield block
        except _DAMAGED as problem:
            if isinstance(problem, BundleRefused):
                raise
            raise BundleRefused(damaged) from problem
        if digest.hexdigest() != facts["sha256"]:
            raise BundleRefused(damaged)

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a part of text, without their ends."""
        rest = b""
        for block in self.blocks(name):
            *whole, rest = (rest + block).split(b"\n")
            yield from whole
        if rest:
            yield rest


@contextmanager
def open_bundle(path: Path) -> Iterator[BundleReader]:
    """Raises: BundleRefused; OSError where there is no such file."""
    with path.open("rb") as file:
        yield _reader(file, path.name)


def _reader(file: IO[bytes], name: str) -> BundleReader:
    try:
        return BundleReader(zipfile.ZipFile(file), name)
    except _DAMAGED as problem:
        if isinstance(problem, BundleRefused):
            raise
        raise BundleRefused(f"{name} cannot be opened: it is not a backup, or it was cut off.") from problem
