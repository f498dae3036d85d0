"""Documents in: whether the bytes are of the kind that the name says, among those that are offered as downloads."""

from pathlib import PurePath
from typing import Final

from django.utils.translation import gettext as _

from gates.files import agrees, name_for_people

TYPES: Final = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".mp4": "video/mp4",
    ".pdf": "application/pdf",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".txt": "text/plain",
    ".vtt": "text/vtt",
    ".webm": "video/webm",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}


class DocumentRefused(ValueError):
    """The document is not taken; the text is a sentence for whoever sent it."""


def refuse_false_document(head: bytes, name: str) -> None:
    """`head` is the first `gates.files.HEAD_BYTES` bytes of the file.

    Raises: DocumentRefused
    """
    kind = TYPES.get(PurePath(name).suffix.lower())
    if kind is None:
        raise DocumentRefused(
            _("%(name)s is of a kind that is not offered as a download.") % {"name": name_for_people(name)}
        )
    if not agrees(head, kind):
        raise DocumentRefused(
            _("%(name)s is not the kind of file that its name says.") % {"name": name_for_people(name)}
        )
