"""Pictures from strangers are looked at before they are opened."""

import io
import struct
import time
import zlib

import pytest
from PIL import Image

from gates.pictures import PICTURE_LIMIT, PictureRefused, picture_size


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "red").save(buffer, kind)
    return buffer.getvalue()


def bomb(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("name", "kind"), [("a.png", "PNG"), ("a.JPG", "JPEG"), ("a.gif", "GIF"), ("a.webp", "WEBP")]
)
def test_a_picture_has_a_size(name: str, kind: str) -> None:
    assert picture_size(picture(kind), name) == (40, 30)


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"<svg onload='x'/>", "a.png", "not the kind"),
        (b"<svg/>", "a.svg", "not a kind"),
        (b"GIF89a<script>", "a.gif", "damaged"),
        (picture("GIF"), "a.png", "not the kind"),
        (picture()[:60], "a.png", "damaged"),
        (picture("JPEG", (400, 300))[:900], "a.jpg", "damaged"),  # its head is whole
        (picture("WEBP")[:60], "a.webp", "damaged"),
        (b"", f"{'a' * 90}\u202e.svg", "a{80}… is not a kind"),
        (b"", "a.png", "not the kind"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * (PICTURE_LIMIT + 1), "a.png", "larger than 10 MB"),
        (bomb(30_000, 30_000), "a.png", "million pixels"),
        (bomb(6_000, 5_000), "a.png", "million pixels"),
        (bomb(2_147_483_647, 2_147_483_647), "a.png", "pixels|damaged"),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused_at_once(data: bytes, name: str, words: str) -> None:
    start = time.process_time()

    with pytest.raises(PictureRefused, match=words):
        picture_size(data, name)

    assert time.process_time() - start < 1
