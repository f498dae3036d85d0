"""Pages are packed, with noise, and unpack to what they were."""

import gzip
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from hypothesis import given
from hypothesis import strategies as st

from bothways.compression import GZipMiddleware, packed

PAGE = b"<p>Figures promise more than they say.</p>" * 100


def answered(response: Any, encodings: str = "gzip, deflate, br") -> Any:
    request = HttpRequest()
    request.META["HTTP_ACCEPT_ENCODING"] = encodings
    return GZipMiddleware(lambda _request: response)(request)


@given(st.binary(max_size=5000))
def test_what_is_packed_unpacks(content: bytes) -> None:
    assert gzip.decompress(packed(content, 100)) == content


def test_a_page_is_packed_and_says_so() -> None:
    response = answered(HttpResponse(PAGE))

    assert gzip.decompress(response.content) == PAGE
    assert response["Content-Length"] == str(len(response.content))
    assert response["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response["Vary"]


def test_the_same_page_has_many_lengths() -> None:
    """BREACH: a length that tells what stands in a page is hidden by noise."""
    assert len({len(answered(HttpResponse(PAGE)).content) for _ in range(200)}) > 20


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(PAGE, headers={"Content-Encoding": "br"}),
        HttpResponse(b"<p>short</p>"),
        StreamingHttpResponse([PAGE], content_type="text/csv"),
        HttpResponse(PAGE, content_type="text/css", headers={"ETag": '"a"'}),
    ],
    ids=["packed already", "short", "streamed", "with an ETag"],
)
def test_what_is_no_whole_page_is_djangos_affair(response: Any) -> None:
    before = response.headers.get("Content-Encoding")
    after = answered(response)

    assert before is None or after["Content-Encoding"] == before
    if after.has_header("ETag"):
        assert after["ETag"] == 'W/"a"'


def test_who_does_not_ask_for_it_gets_the_page_as_it_is() -> None:
    assert answered(HttpResponse(PAGE), encodings="identity").content == PAGE
