"""How uploaded files may be served."""

import pytest
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st

from gates.files import (
    DOWNLOAD_TYPES,
    HEAD_BYTES,
    INLINE_TYPES,
    ByteRange,
    RangeNotSatisfiable,
    agrees,
    parse_range,
    safe_disposition,
    safe_name,
)

HEADS = {
    "image/png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "image/gif": b"GIF89a\x01\x00\x01\x00",
    "image/webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "image/avif": b"\x00\x00\x00\x20ftypavif\x00\x00\x00\x00mif1",
    "video/mp4": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00",
    "video/webm": b"\x1aE\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm",
    "application/pdf": b"%PDF-1.7\n",
    "application/zip": b"PK\x03\x04\x14\x00",
    "text/vtt": b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello",
    "text/plain": "Größe".encode(),
    "text/csv": b"a;b\n1;2\n",
    "text/calendar": b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n",
}
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize("content_type", sorted(INLINE_TYPES))
def test_pictures_films_and_captions_are_shown_in_place(content_type):
    headers = safe_disposition("a.x", content_type)

    assert headers["Content-Disposition"].startswith("inline")
    assert headers["Content-Type"].startswith(content_type)


@pytest.mark.parametrize(
    "content_type",
    [
        "image/svg+xml",
        "IMAGE/SVG+XML; charset=utf-8",
        "text/html",
        "application/xhtml+xml",
        "text/xml",
        "application/javascript",
        "text/css",
        "multipart/x-mixed-replace",
        "application/x-shockwave-flash",
        "image/x-unknown",
        "",
        "image/png\r\nX: y",
        "*/*",
    ],
)
def test_all_else_is_an_unnamed_download(content_type):
    headers = safe_disposition("a.svg", content_type)

    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize("content_type", sorted(DOWNLOAD_TYPES))
def test_documents_are_downloads_under_their_own_type(content_type):
    headers = safe_disposition("a.x", content_type)

    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["Content-Type"].startswith(content_type)


@pytest.mark.parametrize("content_type", ["image/png", "application/pdf", "text/html"])
def test_every_answer_forbids_guessing_and_takes_all_rights(content_type):
    headers = safe_disposition("a", content_type)

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("report.pdf", "report.pdf"),
        ("Übersicht 2026.pdf", "Übersicht 2026.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\a.png", "a.png"),
        ("a\r\nSet-Cookie: x=y", "aSet-Cookie x=y"),
        ('a"; filename="b.exe', "a filename=b.exe"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("a\x00b.png", "ab.png"),
        ("<img src=x onerror=alert(1)>.png", "img src=x onerror=alert(1).png"),
        ("", "file"),
        ("..", "file"),
        ("/", "file"),
        ("\ud800", "file"),
        (".htaccess", "htaccess"),
        ("x" * 300 + ".png", "x" * 116 + ".png"),
        ("x" * 300, "x" * 120),
    ],
)
def test_a_name_is_only_a_name(name, expected):
    assert safe_name(name) == expected


@given(st.text())
def test_any_name_makes_a_header_that_can_be_sent(name):
    header = safe_disposition(name, "application/pdf")["Content-Disposition"]

    header.encode("ascii")
    assert "\r" not in header
    assert "\n" not in header
    assert 1 <= len(safe_name(name)) <= 120
    assert not set(safe_name(name)) & set('/\\"<>:|?*%;\x00')


@pytest.mark.parametrize("content_type", sorted(HEADS))
def test_bytes_agree_with_their_own_type_and_no_other(content_type):
    head = HEADS[content_type]

    agreeing = {claim for claim in INLINE_TYPES | DOWNLOAD_TYPES if agrees(head, claim)}

    plain_too = {"text/plain", "text/csv"} if content_type.startswith("text/") else set()
    office_too = {claim for claim in DOWNLOAD_TYPES if "officedocument" in claim}
    assert content_type in agreeing
    if content_type == "application/zip":
        assert agreeing == {"application/zip"} | office_too
    elif content_type != "application/pdf":  # the start of a PDF is also a line of text
        assert agreeing == {content_type} | plain_too


@pytest.mark.parametrize("content", [SVG, HTML, b"", b"MZ\x90\x00", b"GIF", b"\x00" * 20, b"#!/bin/sh\n"])
@pytest.mark.parametrize("content_type", sorted(INLINE_TYPES))
def test_other_bytes_do_not_agree_with_what_is_shown_in_place(content, content_type):
    assert not agrees(content, content_type)


@pytest.mark.parametrize("content_type", ["image/svg+xml", "text/html", "application/octet-stream", ""])
def test_nothing_agrees_with_a_type_that_is_not_listed(content_type):
    assert not any(agrees(head, content_type) for head in [*HEADS.values(), SVG, HTML])


@pytest.mark.parametrize("content", [b"a\x00b", b"\xff\xfea\x00", b"\x1b[31m", "ä".encode("latin-1") * 2])
def test_text_is_utf_8_without_controls(content):
    assert not agrees(content, "text/plain")


def test_a_character_cut_at_the_end_of_the_head_is_no_error():
    head = (b"a" * (HEAD_BYTES - 1)) + "é".encode()[:1]

    assert agrees(head, "text/plain")
    assert not agrees(head[1:], "text/plain")


def test_captions_may_start_with_a_byte_order_mark_but_not_with_a_longer_word():
    assert agrees(b"\xef\xbb\xbfWEBVTT", "text/vtt")
    assert not agrees(b"WEBVTTX", "text/vtt")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("", None),
        ("bytes=0-9", ByteRange(0, 9, 100)),
        ("bytes=0-", ByteRange(0, 99, 100)),
        ("bytes=90-200", ByteRange(90, 99, 100)),
        ("bytes=99-99", ByteRange(99, 99, 100)),
        ("bytes=-10", ByteRange(90, 99, 100)),
        ("bytes=-1000", ByteRange(0, 99, 100)),
        ("BYTES=1-2", ByteRange(1, 2, 100)),
        ("bytes= 1-2 ", ByteRange(1, 2, 100)),
        # Ignored: the whole file is sent.
        ("bytes=9-1", None),
        ("bytes=-", None),
        ("bytes=1", None),
        ("bytes=a-b", None),
        ("bytes=0-1,5-6", None),
        ("bytes=0-0," * 500, None),
        ("items=0-1", None),
        ("bytes=１-２", None),
        ("bytes=1-2\n", None),
        ("bytes=" + "9" * 5_000 + "-", None),
        ("bytes=+1-2", None),
        ("bytes=--1", None),
    ],
)
def test_a_range_is_read_as_the_standard_says(header, expected):
    assert parse_range(header, 100) == expected


@pytest.mark.parametrize(
    ("header", "size"),
    [("bytes=100-", 100), ("bytes=500-600", 100), ("bytes=-0", 100), ("bytes=0-", 0), ("bytes=-5", 0)],
)
def test_a_range_behind_the_end_is_said_to_be_so(header, size):
    with pytest.raises(RangeNotSatisfiable):
        parse_range(header, size)


def test_a_negative_size_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="-1"):
        parse_range("bytes=0-", -1)


def test_a_range_knows_its_length_and_header():
    part = ByteRange(5, 9, 20)

    assert part.length == 5
    assert part.content_range == "bytes 5-9/20"


headers = st.one_of(
    st.text(),
    st.from_regex(r"bytes=[0-9]{0,4}-[0-9]{0,4}(,[0-9]{0,2}-[0-9]{0,2})?", fullmatch=True),
)


@given(headers, st.integers(0, 3_000))
def test_any_range_lies_in_the_file(header, size):
    try:
        part = parse_range(header, size)
    except RangeNotSatisfiable:
        return
    if part is not None:
        assert 0 <= part.first <= part.last < size
        assert part.length == len(ContentFile(b"x" * size).read()[part.first : part.last + 1])
