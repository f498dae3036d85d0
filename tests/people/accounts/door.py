"""At the door: what its tests share."""

import re
from typing import Any

from django.test import Client

from post.models import OutboxMail
from tests.conftest import PASSWORD

LOGIN = "/accounts/login/"
NEW = "a fresh horse battery"
# Where nobody may be led who signs in or out.
ELSEWHERE = [
    "https://evil.example/",
    "http://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "////evil.example",
    "/\\evil.example/",
    "\\/evil.example/",
    "\\\\evil.example/",
    "/\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/ /evil.example",
    "\t//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "http:\\\\evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "//evil.example@testserver/",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "https://evil.example#testserver",
    "https://evil.example?testserver",
    "//testserver.evil.example",
    "//evil%E3%80%82example",
    "//[::1]/",
    "//2130706433/",
    "ftp://evil.example/",
    "file:///etc/passwd",
    "evil.example",
    "./\\evil.example",
    "?next=//evil.example",
    "http://testserver:80@evil.example",
    "http://localhost/",
    "//localhost/",
    "https://127.0.0.1/",
]


def sign_in(
    client: Client, email: str = "employee@example.com", password: str = PASSWORD, **extra: str
) -> Any:
    return client.post(LOGIN, {"login": email, "password": password, **extra})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def link_in_mail() -> str:
    body = OutboxMail.objects.latest("pk").body
    match = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", body)
    assert match, body
    return match[1]
