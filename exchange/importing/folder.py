"""The files of a course, read with care; pictures and documents stored once each."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection

from gates.documents import refuse_false_document
from gates.files import HEAD_BYTES, name_for_people, safe_name
from gates.pictures import picture_size
from gates.sources import SOURCE_LIMIT, SourceError, too_long, unreadable
from gates.svg import DrawingRefused, clean_drawing
from gates.svg_pictures import PICTURE_TEXT_LIMIT, DrawnPicture, clean_picture

FILE_LIMIT = 1_000
DOCUMENT_LIMIT = 50 * 1024 * 1024
_MEANT_AS_DIAGRAM = re.compile(r"""\bclass=["'](?:d-|[^"']* d-)""")
NOT_STORED = 900_000_000
"""From here on numbers stand for rows that an import would make."""


class Folder:
    """The files of one course by their names in it. Nothing outside the folder can be named, links included."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.used: dict[str, set[str]] = {}  # file → the files that use it
        self.refused: dict[str, str] = {}  # picture that a file uses → why it cannot be shown

    def names(self) -> list[str]:
        """Every file, as `images/one.svg`; hidden ones (their name begins with a dot) are nobody's content."""
        return sorted(self._names(self.root))

    def _names(self, folder: Path) -> Iterator[str]:
        for path in folder.iterdir():
            if path.name.startswith("."):
                continue
            if path.is_dir() and not path.is_symlink():
                yield from self._names(path)
            elif path.is_file() or path.is_symlink():
                yield path.relative_to(self.root).as_posix()

    def has(self, name: str) -> bool:
        return (self.root / name).is_file()

    def text(self, name: str) -> str:
        """The text of a file with plain line ends.

        Raises: SourceError
        """
        try:
            raw = self._bytes(name, name, 4 * SOURCE_LIMIT)
        except ValueError as error:
            raise SourceError(1, str(error), name) from error
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = 1 + raw.count(b"\n", 0, error.start)
            raise SourceError(line, _("The file is not UTF-8 text. Save it as UTF-8."), name) from None
        if len(text) >= SOURCE_LIMIT:
            raise SourceError(1, too_long(text), name)
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if bad := unreadable(text):
            raise SourceError(bad[0], bad[1], name)
        return text

    def beside(self, file: str, path: str) -> str:
        """The name in the folder of what `file` calls `path`. Raises: ValueError"""
        file_path = self._inside(self.root / PurePosixPath(file).parent / path, path)
        name = file_path.relative_to(self.root).as_posix()
        self.used.setdefault(name, set()).add(file)
        return name

    def _inside(self, path: Path, name: str) -> Path:
        try:
            resolved = path.resolve()
            is_file = resolved.is_file()
        except (OSError, ValueError):
            raise ValueError(
                _("%(name)s is not the name of a file.") % {"name": name_for_people(name)}
            ) from None
        if not resolved.is_relative_to(self.root):
            raise ValueError(
                _("%(name)s lies outside the course's folder.") % {"name": name_for_people(name)}
            )
        if not is_file:
            raise ValueError(
                _("There is no file %(name)s in the course's folder.") % {"name": name_for_people(name)}
            )
        return resolved

    def _bytes(self, path: str, name: str, limit: int) -> bytes:
        resolved = self._inside(self.root / path, name)
        if resolved.stat().st_size > limit:
            raise ValueError(
                _("%(name)s is larger than %(limit)s MB.")
                % {"name": name_for_people(name), "limit": limit // 1_000_000}
            )
        return resolved.read_bytes()

    def drawing(self, name: str) -> str | DrawnPicture:
        """The text of a diagram that may stand in a page; any other SVG as a picture.

        Raises: ValueError with what must change
        """
        try:
            text = self._bytes(name, name, 4 * PICTURE_TEXT_LIMIT).decode("utf-8-sig").strip()
        except UnicodeDecodeError as problem:
            raise ValueError(
                _("%(name)s is not UTF-8 text. Save it as UTF-8.") % {"name": name_for_people(name)}
            ) from problem
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        try:
            clean_drawing(text)
        except DrawingRefused as refusal:
            try:
                if _MEANT_AS_DIAGRAM.search(text):  # without our style sheet its boxes would be black
                    raise refusal
                return clean_picture(text)
            except DrawingRefused as problem:
                raise ValueError(f"{name_for_people(name)}: {problem}") from problem
        return text

    def bytes_of(self, name: str, limit: int) -> bytes:
        """Raises: ValueError"""
        return self._bytes(name, name, limit)


class Store:
    """Puts pictures and documents of a course into its collection, which a dry run need not find there.

    A dry run stores neither rows nor files; what is not there gets a number that no row has.
    """

    def __init__(self, collection: Collection | None, *, dry_run: bool) -> None:
        self.collection, self.dry_run = collection, dry_run
        self.planned: dict[tuple[Any, str], int] = {}

    def image(self, data: bytes, name: str, *, title: str) -> int:
        """The row of the picture, stored once however often it comes. Raises: ValueError"""
        width, height = picture_size(data, PurePosixPath(name).name)
        return self._image(data, name, title=title, width=width, height=height)

    def drawn(self, picture: DrawnPicture, name: str, *, title: str) -> int:
        """The row of a drawing that is shown as a picture."""
        size = {"width": picture.width, "height": picture.height}
        return self._image(picture.data, name, title=title, **size)

    def _image(self, data: bytes, name: str, *, title: str, width: int, height: int) -> int:
        return self._row(
            get_image_model(), data, name, "original_images", title=title, width=width, height=height
        )

    def document(self, data: bytes, name: str, *, title: str) -> int:
        """Raises: ValueError"""
        refuse_false_document(data[:HEAD_BYTES], PurePosixPath(name).name)
        return self._row(get_document_model(), data, name, "documents", title=title)

    def _row(self, model: Any, data: bytes, name: str, directory: str, *, title: str, **fields: int) -> int:
        digest = hashlib.sha1(data, usedforsecurity=False).hexdigest()  # what Wagtail stores as file_hash
        there = model.objects.filter(file_hash=digest)
        if self.collection is not None:
            there = there.filter(collection=self.collection.pk)
            fields["collection_id"] = self.collection.pk
        same = there.order_by("pk").first() if self.collection is None or self.collection.pk else None
        if same is not None:
            return int(same.pk)
        if self.dry_run:
            return self.planned.setdefault((model, digest), NOT_STORED + len(self.planned))
        row = model(title=title[:255], file_hash=digest, file_size=len(data), **fields)
        row.file.name = self._kept(row.file.storage, data, f"{directory}/{digest[:12]}-{_ascii(name)}")
        row.save()
        return int(row.pk)

    def _kept(self, storage: Any, data: bytes, name: str) -> str:
        """The stored file. Its name is made from its bytes: after a crash the next run finds it and takes it."""
        if storage.exists(name):
            with storage.open(name) as file:
                if file.read() == data:
                    return name
        return str(storage.save(name, ContentFile(data)))


def _ascii(name: str) -> str:
    short = safe_name(PurePosixPath(name).name).encode("ascii", "ignore").decode().replace(" ", "_")
    stem, _dot, ending = short.rpartition(".")
    return f"{stem[:60] or 'file'}.{ending[:10]}"
