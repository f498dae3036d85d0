"""Redirects from a file, in two steps: what lies between them is gone, somebody else's, forged or no table."""

from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signing import Signer
from django.test import Client
from wagtail.contrib.redirects import views
from wagtail.contrib.redirects.models import Redirect

from tests.conftest import hire
from tests.worlds import World, again

pytestmark = pytest.mark.django_db

START, PROCESS = "/admin/redirects/import/", "/admin/redirects/import/process/"
NEW, NEWER = "https://example.com/new/", "https://example.com/newer/"
ROWS = f"from,to\n/old/,{NEW}\n/older/,{NEWER}\n".encode()
COLUMNS = {"from_index": "0", "to_index": "1"}
GONE = "Nothing was imported. The file that you chose is not here any more"


@pytest.fixture(scope="module")
def people(world: World) -> SimpleNamespace:
    with world():
        return SimpleNamespace(
            one=hire("one", "Employee", "Administrator"), two=hire("two", "Employee", "Administrator")
        )


@pytest.fixture
def one(people: SimpleNamespace, db: None) -> Client:
    return signed_in(people.one)


@pytest.fixture
def two(people: SimpleNamespace, db: None) -> Client:
    return signed_in(people.two)


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(again(person))
    return client


def chosen(client: Client, content: bytes = ROWS, name: str = "redirects.csv") -> dict[str, str]:
    """The first step; what its page would send with the second."""
    page = client.post(START, {"import_file": SimpleUploadedFile(name, content)})
    assert page.status_code == 200
    fields = BeautifulSoup(page.content, "html.parser").select("form input[type=hidden]")
    sent = {str(field["name"]): str(field["value"]) for field in fields}
    return {name: sent[name] for name in ("import_file_name", "input_format")} | COLUMNS


def said(answer: Any) -> str:
    """The message on the page of the first step, where somebody was led back to."""
    assert [(address, code) for address, code in answer.redirect_chain] == [(START, 302)]
    assert answer.status_code == 200
    text = BeautifulSoup(answer.content, "html.parser").select_one(".messages")
    assert text is not None
    return " ".join(text.get_text(" ").split())


def workbook(*rows: tuple[Any, ...]) -> bytes:
    book, data = openpyxl.Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(data)
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("redirects.csv", ROWS),
        ("redirects.tsv", ROWS.replace(b",", b"\t")),
        ("redirects.xlsx", workbook(("from", "to"), ("/old/", NEW), ("/older/", NEWER))),
    ],
    ids=["CSV", "TSV", "XLSX"],
)
def test_a_file_is_imported_and_forgotten(name: str, content: bytes, one: Client) -> None:
    sent = chosen(one, content, name)

    answer = one.post(PROCESS, sent)

    assert answer.headers["Location"] == "/admin/redirects/"
    assert sorted(Redirect.objects.values_list("old_path", "redirect_link")) == [
        ("/old", NEW),
        ("/older", NEWER),
    ]
    assert GONE in said(one.post(PROCESS, sent, follow=True))
    assert Redirect.objects.count() == 2


def test_no_file_of_this_machine_is_kept_or_read(one: Client, tmp_path: Path, settings: Any) -> None:
    """Any node may be asked for the second step, and none opens a path that a form names."""
    secret = tmp_path / "secret.csv"
    secret.write_bytes(ROWS)

    answer = one.post(PROCESS, chosen(one) | {"import_file_name": Signer().sign(str(secret))}, follow=True)

    assert settings.WAGTAIL_REDIRECTS_FILE_STORAGE == "cache"
    assert GONE in said(answer)
    assert not Redirect.objects.exists()


def test_a_file_that_is_gone_leads_back_to_the_first_step(one: Client) -> None:
    sent = chosen(one)
    cache.clear()

    answer = one.post(PROCESS, sent, follow=True)

    told = said(answer)
    assert f"{GONE}: it was imported already, or it waited too long." in told
    assert "If its redirects are not in the list, choose it again." in told
    assert not Redirect.objects.exists()
    one.post(PROCESS, chosen(one))
    assert Redirect.objects.count() == 2


def test_a_file_that_goes_while_it_is_imported_leads_back_too(
    one: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = chosen(one)
    monkeypatch.setattr("bothways.redirects._examine", lambda rows: cache.clear())

    assert GONE in said(one.post(PROCESS, sent, follow=True))
    assert not Redirect.objects.exists()


def test_a_file_of_somebody_else_is_never_read(one: Client, two: Client) -> None:
    sent = chosen(one)

    answer = two.post(PROCESS, sent, follow=True)

    assert GONE in said(answer)
    assert "/older/" not in answer.content.decode()
    assert not Redirect.objects.exists()
    one.post(PROCESS, sent)
    assert Redirect.objects.count() == 2  # the other one took nothing away


def sign(text: str) -> str:
    return Signer().sign(text)


@pytest.mark.parametrize(
    "forged",
    [
        {"import_file_name": ""},
        {"import_file_name": None},
        {"import_file_name": "unsigned"},
        {"import_file_name": sign("another")},
        {"import_file_name": sign("../../etc/passwd")},
        {"input_format": ""},
        {"input_format": None},
        {"input_format": "0"},
        {"input_format": sign("3")},
        {"input_format": sign("-1")},
        {"input_format": sign("99999999999999999999")},
        {"input_format": sign("²")},
        {"input_format": sign("csv")},
    ],
    ids=lambda sent: "-".join(f"{name}-{value}"[:24] for name, value in sent.items()),
)
def test_forged_fields_lead_back_to_the_first_step(forged: dict[str, str | None], one: Client) -> None:
    sent = {name: value for name, value in (chosen(one) | forged).items() if value is not None}

    assert GONE in said(one.post(PROCESS, sent, follow=True))
    assert not Redirect.objects.exists()


def test_the_fields_of_two_files_can_be_mixed_up(one: Client) -> None:
    """Both are signed alike; a table of text read as a workbook is none."""
    sent = chosen(one)
    book = chosen(one, workbook(("from", "to"), ("/old/", NEW)), "redirects.xlsx")

    mixed = one.post(PROCESS, sent | {"input_format": book["input_format"]}, follow=True)
    other = one.post(PROCESS, book | {"input_format": sent["input_format"]}, follow=True)
    swapped = one.post(PROCESS, sent | {"import_file_name": sent["input_format"]}, follow=True)

    assert "Nothing was imported. The file could not be read." in said(mixed)
    assert "Nothing was imported. The file could not be read." in said(other)
    assert GONE in said(swapped)
    assert not Redirect.objects.exists()


UNFIT = {
    "bytes": (b"\xff\xfe\x00", "x.csv", "The file could not be read."),
    "no workbook": (b"from,to\n/a/,/b/\n", "x.xlsx", "The file could not be read."),
    "no rows": (b"from,to\n", "x.csv", "The file has nothing to import."),
    "empty lines": (b"\n\n", "x.csv", "The file has nothing to import."),
    "one column": (b"from\n/a/\n", "x.csv", "The file has nothing to import."),
    "a short line": (b"from,to\n/a/,/b/\n/c/\n", "x.csv", "Line 3 has fewer columns than the first line."),
    "no address": (b"from,to\n//[a/,/b/\n", "x.csv", "Line 2: //[a/ is not an address."),
    "large": (b"from,to\n" + b"/a/,/b/\n" * 130_000, "x.csv", "The file is larger than 1 MB."),
}


@pytest.mark.parametrize(("content", "name", "told"), UNFIT.values(), ids=UNFIT)
def test_what_cannot_be_imported_is_refused_with_the_first_step(
    content: bytes, name: str, told: str, one: Client
) -> None:
    answer = one.post(START, {"import_file": SimpleUploadedFile(name, content)}, follow=True)

    assert f"Nothing was imported. {told}" in said(answer)


@pytest.mark.parametrize(("content", "name"), [(b"", "x.csv"), (ROWS, "x.exe"), (ROWS, "x")])
def test_what_is_no_table_by_its_name_or_is_empty_is_no_error(content: bytes, name: str, one: Client) -> None:
    answer = one.post(START, {"import_file": SimpleUploadedFile(name, content)}, follow=True)

    assert answer.status_code == 200
    assert "import_file" in answer.content.decode()


def test_a_kept_file_that_became_unreadable_leads_back(one: Client, people: SimpleNamespace) -> None:
    sent = chosen(one)
    (key,) = [key for key in cache._cache if "redirects-of-" in key]
    cache.set(key.split(":", 2)[2], b"")

    assert "Nothing was imported. The file has nothing to import." in said(
        one.post(PROCESS, sent, follow=True)
    )


def test_columns_that_are_not_there_are_asked_for_again(one: Client) -> None:
    answer = one.post(PROCESS, chosen(one) | {"from_index": "7"})

    assert answer.status_code == 200
    assert "Select a valid choice" in answer.content.decode()
    assert not Redirect.objects.exists()


def test_each_line_is_a_transaction_of_its_own_and_a_file_that_was_cut_off_goes_on(
    one: Client, lock_times: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = 40
    content = "from,to\n" + "".join(f"/old-{number}/,{NEW}\n" for number in range(lines))
    sent = chosen(one, content.encode())
    log, done = views.log, 0

    def killed(**entry: Any) -> None:
        nonlocal done
        log(**entry)
        done += 1
        if done == lines // 2:
            raise SystemExit

    monkeypatch.setattr(views, "log", killed)
    with pytest.raises(SystemExit):
        one.post(PROCESS, sent)
    monkeypatch.setattr(views, "log", log)
    assert Redirect.objects.count() == lines // 2 - 1

    with lock_times() as times:
        page = one.post(PROCESS, sent).content.decode()

    assert Redirect.objects.count() == lines
    assert page.count("already exists") == lines // 2 - 1
    assert len([turn for turn in times.turns if turn.statements > 1]) >= lines // 2
    assert max(turn.statements for turn in times.turns) < 20


def test_a_file_of_too_many_lines_is_refused_in_the_first_step(one: Client) -> None:
    content = "from,to\n" + "".join(f"/old-{number}/,{NEW}\n" for number in range(2_001))

    answer = one.post(START, {"import_file": SimpleUploadedFile("all.csv", content.encode())}, follow=True)

    assert "The file has 2001 lines, and more than 2000 take too long." in said(answer)


@pytest.mark.parametrize("target", ["", " ", "/courses/"])
def test_a_line_without_a_whole_new_address_is_named_and_nothing_is_imported(
    one: Client, target: str
) -> None:
    sent = chosen(one, f"from,to\n/old/,{NEW}\n/older/,{target}\n".encode())

    answer = one.post(PROCESS, sent, follow=True)

    assert f"Line 3: the new address is “{target.strip()}”. Write all of it" in said(answer)
    assert not Redirect.objects.exists()
