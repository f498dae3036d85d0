"""Headers that every answer carries, and what stands below /.well-known/."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from whitenoise import WhiteNoise

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/accounts/login/", "/", "/health/live", "/admin/", "/nope/", "/me/"])
def test_every_answer_says_what_a_page_may_use_and_who_may_embed_it(
    client: Any, administrator: Any, address: str
) -> None:
    client.force_login(administrator)

    answer = client.get(address)

    assert "camera=()" in answer["Permissions-Policy"]
    assert "fullscreen" not in answer["Permissions-Policy"], "videos have full screen"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_whoever_finds_a_hole_reads_whom_to_tell(client: Any, settings: Any) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404

    settings.SECURITY_CONTACT = "security@example.com"
    answer = client.get("/.well-known/security.txt")
    lines = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert lines["Contact"] == "mailto:security@example.com"
    expires = datetime.fromisoformat(lines["Expires"])
    assert timedelta(days=30) < expires - datetime.now(UTC) < timedelta(days=365)

    settings.SECURITY_CONTACT = "https://example.com/security"
    assert b"Contact: https://example.com/security\n" in client.get("/.well-known/security.txt").content


def test_a_password_manager_finds_the_page(client: Any, employee: Any) -> None:
    answer = client.get("/.well-known/change-password")

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/change/")


def test_static_files_carry_the_same_headers_as_pages(client: Any, tmp_path: Path) -> None:
    """WhiteNoise answers before our middleware, with what its function adds."""
    files = WhiteNoise(None, add_headers_function=settings.WHITENOISE_ADD_HEADERS_FUNCTION)
    (tmp_path / "a.css").write_text("a{}")
    files.add_files(str(tmp_path), prefix="static/")
    page = client.get("/robots.txt")

    answer = files.files["/static/a.css"].get_response("GET", {})
    answer.file.close()
    sent = dict(answer.headers)

    for name in ("Permissions-Policy", "Cross-Origin-Resource-Policy"):
        assert sent[name] == page[name]
