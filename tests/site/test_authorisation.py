"""Who may open what: every address × every role × method, against a table that a person reviewed.

The table is `authorisation.tsv` beside this file. An address without a row fails. After adding an
address, write the table anew with `AUTHORISATION_WRITE=1 make test` and read the difference.
"""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.signing import Signer
from django.db import transaction
from django.template.backends.django import Template
from django.test import Client

from bothways.redirects import KeptFile, sent_by
from courses.models import CataloguePage
from tests.site.addresses import Visitor, filled, once, routes
from tests.site.estate import ROLES, build, everybody
from tests.worlds import World, again

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).with_name("authorisation.tsv")
OURS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]
# Wagtail's own views: what reads, what writes, and a method that none of them knows.
WAGTAIL = ["GET", "POST", "DELETE"]


def methods_of(route: str) -> list[str]:
    return WAGTAIL if route.startswith(("admin/", "_util/")) else OURS


@pytest.fixture(scope="module")
def estate(world: World, catalogue_page: CataloguePage) -> SimpleNamespace:
    with world():
        return build(catalogue_page, everybody())


_once = pytest.fixture(once)


# Addresses that nobody gets, although everything they name is there: why.
NOBODY = {
    "^((?:[\\w\\-]+/)*)$": "every page of the tree has an address of ours before it",
    "accounts/oidc/<slug:provider_id>/login/": "no company account is set up",
    "accounts/oidc/<slug:provider_id>/login/callback/": "no company account is set up",
    "accounts/demo/": "this is no demo",
    "brand/<str:name>": "the company has no logo",
    "admin/documents/multiple/create_from_uploaded_document/<int:uploaded_file_id>/": "closed, since it breaks",
    "admin/^.*/$": "what no other address of Wagtail's is",
    "admin/failwhale/": "breaks on purpose, and is closed",
    "admin/images/<int:image_id>/generate_url/": "signed addresses of pictures are off",
    "admin/images/<int:image_id>/generate_url/output/": "signed addresses of pictures are off",
    "admin/password_reset/": "ours is below accounts/",
    "admin/password_reset/complete/": "ours is below accounts/",
    "admin/password_reset/confirm/<uidb64>/<token>/": "ours is below accounts/",
    "admin/password_reset/done/": "ours is below accounts/",
    "admin/snippets/choose/glossary/sense/create/": "the dialog has no form for a new one",
    "admin/snippets/choose/glossary/word/create/": "the dialog has no form for a new one",
    ".well-known/security.txt": "an installation of the tests names no contact; see test_well_known.py",
    "admin/snippets/choose/quizzes/bank/create/": "the dialog has no form for a new one",
}
_REDIRECTS = "admin/redirects/import/process/"


def form_of(address: str, things: dict[str, Any]) -> dict[str, Any]:
    """What Wagtail's form of an address sends at least; its views break without, as no browser asks them."""
    if address.startswith("admin/pages/") and address.endswith(
        ("/edit/", "/revert/", "<int:parent_page_id>/")
    ):
        return {
            "title": "x",
            "slug": "x",
            "body-count": "0",
            "comments-TOTAL_FORMS": "0",
            "comments-INITIAL_FORMS": "0",
        }
    if address == _REDIRECTS:
        sign = Signer().sign
        return {
            "import_file_name": sign(str(things["redirects"])),
            "input_format": sign("0"),
            "from_index": "0",
            "to_index": "1",
        }
    return {
        "admin/choose-external-link/": {
            "external-link-chooser-url": "",
            "external-link-chooser-link_text": "",
        },
        "admin/pages/<int:page_id>/copy/": {
            "new_title": "x",
            "new_slug": "x",
            "new_parent_page": things["parent"],
        },
        "admin/pages/<int:page_to_move_id>/move/": {"new_parent_page": things["destination"]},
        "write/words/<int:sense>/sign/": {"version": "1", "side": "business"},
        "write/course/<int:course>/order/": {"move": f"{things['page']}-1-up"},
    }.get(address, {})


def status(client: Client, method: str, route: str, things: dict[str, Any]) -> int:
    """What the address answers. Nothing that it did stays."""
    sent = urlencode(form_of(route, things)) if method == "POST" else ""
    with transaction.atomic():
        answer = client.generic(
            method, filled(route, things), sent, content_type="application/x-www-form-urlencoded"
        )
        if answer.streaming:
            answer.getvalue()  # a file that is sent stays open until it was read
        transaction.set_rollback(True)
    code: int = answer.status_code
    return code


@pytest.fixture
def _unwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    """No template is rendered: what stands on the pages is judged in test_planted_secrets.py."""
    monkeypatch.setattr(Template, "render", lambda self, context=None, request=None: "")


# Wagtail leaves the temporary file of a new rendition to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
@pytest.mark.usefixtures("_once", "_unwritten")
@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_a_role_as_the_table_says(role: str, estate: SimpleNamespace) -> None:
    client = Visitor()
    if role != "anonymous":
        client.force_login(again(estate.cast[role]))
    kept = KeptFile()
    with sent_by(SimpleNamespace(pk=client.session.get("_auth_user_id"))):
        kept.save(b"from,to\n/old/,nowhere\n")
    things = {**estate.theirs, "redirects": kept.name}

    answers = {
        f"{method} {route}": status(client, method, route, things)
        for route in sorted(set(routes()))
        for method in methods_of(route)
    }

    if os.environ.get("AUTHORISATION_WRITE"):
        write(role, answers)
        return
    known = table()
    differences = {
        key: (code, known.get(key, {}).get(role))
        for key, code in answers.items()
        if known.get(key, {}).get(role) != code
    }
    assert differences == {}, "(answered, expected)"


def test_no_address_breaks() -> None:
    broken = {key for key, codes in table().items() if max(codes.values()) >= 500}

    assert broken == set()


def test_every_address_is_asked_for_something_that_is_there() -> None:
    """Wagtail refuses with a redirect, or as if there were nothing: there the administrator is asked, or who gets a page."""
    missing, found = set(), set()
    for key, codes in table().items():
        method, _, address = key.partition(" ")
        if method not in {"GET", "POST"}:
            continue
        wagtails = address.startswith("admin/")
        signed_in = {role: code for role, code in codes.items() if role != "anonymous"}
        if (signed_in["administrator"] if wagtails else max(signed_in.values())) == 404:
            missing.add(address)
        if {200} & set(signed_in.values()) or (not wagtails and 302 in signed_in.values()):
            found.add(address)

    assert missing - found == NOBODY.keys()


def table() -> dict[str, dict[str, int]]:
    lines = TABLE.read_text().splitlines() if TABLE.exists() else []
    if not lines:
        return {}
    roles = lines[0].split("\t")[1:]
    rows = (line.split("\t") for line in lines[1:])
    return {key: dict(zip(roles, map(int, codes), strict=True)) for key, *codes in rows}


def write(role: str, answers: dict[str, int]) -> None:
    known = table()
    rows = {
        key: {**dict.fromkeys(ROLES, 0), **known.get(key, {}), role: code} for key, code in answers.items()
    }
    lines = ["\t".join(["address", *ROLES])]
    lines += [
        "\t".join([key, *(str(codes[name]) for name in ROLES)])
        for key, codes in sorted(rows.items(), key=lambda row: row[0].split(" ")[::-1])
    ]
    TABLE.write_text("\n".join(lines) + "\n")
