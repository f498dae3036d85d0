"""How files that people uploaded may be served, and whether their bytes are what they claim to be.

A browser runs what it is handed on the site's own address. So only pictures, films and captions of a short list
are shown in place; all else, SVG and HTML above all, is handed over as a download. Every answer forbids guessing
the type (`nosniff`) and, should the file be opened on its own, gives it an origin without rights (`sandbox`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from django.utils.http import content_disposition_header

INLINE_TYPES: Final = frozenset(
    {
        "image/avif",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/vtt",
        "video/mp4",
        "video/webm",
    }
)
"""Content types that are shown in place. Never SVG: it is a document with scripts (but see `drawing_headers`)."""

DOWNLOAD_TYPES: Final = frozenset(
    {
        "application/pdf",
        "application/zip",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "text/calendar",
        "text/csv",
        "text/plain",
    }
)
"""Content types that keep their name as a download. Every other one becomes `application/octet-stream`."""

HEAD_BYTES: Final = 4_096
"""How many bytes from the start of a file `agrees` wants to see."""

_NAME_LIMIT: Final = 120  # characters; file systems allow 255 bytes, and a character may take four


class RangeNotSatisfiable(ValueError):
    """The range starts behind the end of the file. The answer is 416 with `Content-Range: bytes */size`."""


@dataclass(frozen=True)
class ByteRange:
    """A part of a file: first and last byte, both included, counted from 0."""

    first: int
    last: int
    size: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    @property
    def content_range(self) -> str:
        """The value of the header Content-Range."""
        return f"bytes {self.first}-{self.last}/{self.size}"  # not for people: a header


def safe_disposition(name: str, content_type: str) -> dict[str, str]:
    """The headers with which a file of this name and claimed type may be served, Content-Type included.

    The claim is only taken from the two lists above; whether the bytes agree with it is for `agrees` to say
    when the file is uploaded. The name may be anything.
    """
    kind = content_type.partition(";")[0].strip().lower()
    inline = kind in INLINE_TYPES
    if not inline and kind not in DOWNLOAD_TYPES:
        kind = "application/octet-stream"
    disposition = content_disposition_header(as_attachment=not inline, filename=safe_name(name))
    return {
        "Content-Type": f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
        "Content-Disposition": disposition or "attachment",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }


def drawing_headers(name: str) -> dict[str, str]:
    """The headers of a drawing that `gates.svg_pictures` has cleaned.

    As `<img>` a browser shows it; opened on its own it is a download, so it is never a document of this site.
    """
    return {
        **safe_disposition(name, "application/octet-stream"),
        "Content-Type": "image/svg+xml",
        "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    }


def safe_name(name: str) -> str:
    """The last part of a path as a file name for people: no separators, no control, bidi or quote characters.

    At most 120 characters, the ending kept; `file` where nothing is left.
    """
    name = unicodedata.normalize("NFC", name)
    # Categories Cc, Cf (bidi overrides hide the real ending), Cs (cannot be sent), Zl and Zp (line breaks).
    name = "".join(
        letter for letter in name if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    )
    name = re.split(r"[/\\]", name)[-1]
    name = re.sub(r'["<>:|?*%;]', "", name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{stem[: _NAME_LIMIT - len(ending) - 1]}.{ending}" if stem else ending
    return name[:_NAME_LIMIT] or "file"


def name_for_people(name: str) -> str:
    """A file's name as a sentence may say it: nothing that cannot be seen, at most 80 characters."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in name)
    return f"{plain[:80]}…" if len(plain) > 80 else plain


def agrees(head: bytes, content_type: str) -> bool:
    """Whether the first `HEAD_BYTES` bytes of a file are what the content type claims.

    Only for the types of the two lists; False for every other. Text counts as text when it is UTF-8 without
    control characters. It says nothing about the rest of the file: a valid picture may carry anything behind.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind in {"text/plain", "text/csv", "text/calendar", "text/vtt"}:
        text = _text(head)
        if text is None:
            return False
        if kind == "text/vtt":
            return re.match(r"WEBVTT(?:[ \t\n\r]|$)", text) is not None
        return kind != "text/calendar" or text.lstrip().upper().startswith("BEGIN:VCALENDAR")
    return _signature(head) == kind or (kind.startswith(_OFFICE) and _signature(head) == "application/zip")


_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_STARTS: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),  # empty
)
_MP4: Final = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash")
_BRANDS: Final = {b"avif": "image/avif", b"avis": "image/avif"} | dict.fromkeys(_MP4, "video/mp4")
_WEBM: Final = re.compile(rb"\x42\x82[\x40-\xff]?.?webm", re.DOTALL)  # the element DocType


def _signature(head: bytes) -> str | None:
    """The type that the first bytes show, among those with a signature.

    Source: https://mimesniff.spec.whatwg.org/, sections 6.1, 6.2 and 6.2.1; AVIF from its specification, 6.
    """
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head.startswith(b"RIFF") and head[8:14] == b"WEBPVP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12])
    if head.startswith(b"\x1aE\xdf\xa3") and _WEBM.search(head[:64]):
        return "video/webm"
    return None


def _text(head: bytes) -> str | None:
    """The bytes as text without byte order mark, or None where they are no text."""
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The cut may go through the last character.
        if len(head) < HEAD_BYTES or error.start < len(head) - 3:
            return None
        text = head[: error.start].decode("utf-8-sig")
    return None if re.search(r"[\x00-\x08\x0b\x0e-\x1f\x7f]", text) else text


def parse_range(header: str | None, size: int) -> ByteRange | None:
    """The part of a file of `size` bytes that a Range header asks for; None means: send the whole file.

    None as well for headers that are malformed, of another unit, or ask for several parts: a server may ignore
    any Range, and several parts are how one request reads a file a thousand times.
    Source: RFC 9110, 14.1.2 and 14.2.

    Raises:
        RangeNotSatisfiable: well-formed, but no byte of the file is meant.
        ValueError: `size` is negative.
    """
    if size < 0:
        raise ValueError(f"A file has no {size} bytes.")  # not for people: a caller's mistake
    match = re.fullmatch(r"bytes=[ \t]*([0-9]{0,18})-([0-9]{0,18})[ \t]*", header or "", re.IGNORECASE)
    if not match or not (match[1] or match[2]):
        return None
    if not match[1]:  # the last n bytes
        length = min(int(match[2]), size)
        if length == 0:
            # not for people: a 416 without words
            raise RangeNotSatisfiable(f"No byte in the last {match[2]} of {size}.")
        return ByteRange(size - length, size - 1, size)
    first = int(match[1])
    last = min(int(match[2]), size - 1) if match[2] else size - 1
    if match[2] and int(match[2]) < first:
        return None
    if first >= size:
        # not for people: a 416 without words
        raise RangeNotSatisfiable(f"Byte {first} is behind the end of {size} bytes.")
    return ByteRange(first, last, size)
