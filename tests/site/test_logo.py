"""The company's logo: beside the name everywhere, on an address of its own, or a sentence why not."""

import json
import sys
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client

from bothways import logo
from bothways.startup import logo_trouble
from gates import kept_pages
from tools.stack import run

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 4"><path d="M0 0h8v4z" fill="{0}"/></svg>'


@pytest.fixture
def own(settings: Any, tmp_path: Path) -> Path:
    """A logo of the company, as an operator sets it."""
    path = tmp_path / "logo.svg"
    path.write_text(SVG.format("#0a7"))
    settings.BOTHWAYS_LOGO = str(path)
    logo._read.cache_clear()
    kept_pages.forget()
    return path


@pytest.mark.django_db
def test_it_stands_beside_the_name_on_every_page(
    client: Client, own: Path, employee: Any, administrator: Any
) -> None:
    shown = logo.shown()
    assert shown is not None
    image = f'<img class="logo" src="{shown.address}" alt="">'

    pages = [client.get("/accounts/login/").content.decode(), render_to_string("500.html")]
    client.force_login(employee)
    pages += [client.get(path).content.decode() for path in ("/", "/no-such-page/", "/write/")]
    client.force_login(administrator)
    pages.append(client.get("/admin/").content.decode())

    for page in pages:
        assert page.count(image) == 1
    assert "editor/admin.css" in pages[-1]
    for page in pages[:-1]:
        assert '<svg class="mark"' not in page
        assert "wordmark__b" in page


@pytest.mark.django_db
def test_it_is_public_and_kept_for_a_year_under_an_address_of_its_own(client: Client, own: Path) -> None:
    shown = logo.shown()
    assert shown is not None

    answer = client.get(shown.address)

    assert answer.status_code == 200
    assert answer.content == shown.logo.data
    assert b"#0a7" in answer.content
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies
    for other in ("/brand/x.svg", shown.address.replace(".svg", ".png"), "/brand/..%2fsettings.py"):
        assert client.get(other).status_code == 404


def test_another_drawing_has_another_address_and_the_same_one_the_same(own: Path) -> None:
    first = logo.shown()
    logo._read.cache_clear()
    again = logo.shown()
    own.write_text(SVG.format("#a70"))
    logo._read.cache_clear()
    other = logo.shown()

    assert first is not None
    assert again is not None
    assert other is not None
    assert first.address == again.address != other.address


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "It cannot be read: No such file or directory."),
        ("<svg", "It is not well-formed SVG."),
        (SVG.replace("<path", '<path onclick="x"'), "It holds a script."),
    ],
)
@pytest.mark.django_db
def test_a_bad_one_is_said_in_a_sentence_and_the_name_stands_alone(
    client: Client, own: Path, content: str | None, sentence: str
) -> None:
    own.unlink()
    if content:
        own.write_text(content)

    assert logo_trouble() == (
        f"BOTHWAYS_LOGO is {own}. {sentence} The name is shown without a logo; everything else works."
    )
    page = client.get("/accounts/login/").content.decode()
    assert "<img" not in page
    assert '<svg class="mark"' in page


@pytest.mark.django_db
def test_without_the_setting_nothing_is_different(client: Client, administrator: Any) -> None:
    assert (logo.shown(), logo.trouble()) == (None, "")
    assert "/brand/" not in client.get("/accounts/login/").content.decode()
    assert client.get("/brand/x.svg").status_code == 404
    client.force_login(administrator)
    assert 'class="logo"' not in client.get("/admin/").content.decode()


def test_the_name_of_the_site_stands_on_the_page_that_nothing_can_break(settings: Any) -> None:
    settings.WORDMARK, settings.BRAND = "Kestrel|Learn", "KestrelLearn"

    page = render_to_string("500.html")

    assert "<title>Something broke on our side · KestrelLearn</title>" in page
    assert '<span class="wordmark__b">Kestrel</span><span class="wordmark__t">Learn</span>' in page


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", ["Both|ways", "Bothways"]),
        ("Kestrel|Learn", ["Kestrel|Learn", "KestrelLearn"]),
        ("Lind, IT", ["Lind, IT"] * 2),
    ],
)
def test_the_bar_of_the_wordmark_stands_nowhere_else(given: str, expected: list[str], tmp_path: Path) -> None:
    code = (
        "from bothways import settings as s; import json; "
        "print(json.dumps([s.WORDMARK, s.BRAND, s.WAGTAIL_SITE_NAME, s.DEFAULT_FROM_EMAIL]))"
    )
    environment = {
        "BRAND": given,
        "BOTHWAYS_DATA": str(tmp_path),
        "PYTHONPATH": str(settings.BASE_DIR / "site"),
    }

    said = run([sys.executable, "-c", code], env=environment).stdout

    wordmark, brand, wagtail, sender = json.loads(said)
    assert [wordmark, brand] == expected
    assert wagtail == brand
    assert parseaddr(sender) == (brand, "bothways@127.0.0.1")
