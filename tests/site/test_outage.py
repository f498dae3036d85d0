"""A database or a disk that is away is no fault of ours, and is told as what it is."""

import errno
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import django.db
import psycopg
import pytest
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from bothways import outage
from bothways.postgresql import waiting


def sqlite(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = code
    return error


def of_django(cause: BaseException, kind: type[Exception] = django.db.OperationalError) -> Exception:
    """As Django raises it: an error of its own, because of the driver's."""
    error = kind(*cause.args)
    error.__cause__ = cause
    return error


AWAY_KNOWN = outage.AWAY._replace(nothing_saved=True)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (of_django(sqlite(sqlite3.SQLITE_BUSY)), outage.BUSY),
        (of_django(sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT)), outage.BUSY),
        (of_django(sqlite(sqlite3.SQLITE_LOCKED)), outage.BUSY),
        (of_django(sqlite(sqlite3.SQLITE_READONLY)), outage.READ_ONLY),
        (of_django(sqlite(sqlite3.SQLITE_FULL)), outage.FULL),
        (of_django(sqlite(sqlite3.SQLITE_IOERR_WRITE)), outage.AWAY),
        (of_django(sqlite(sqlite3.SQLITE_CANTOPEN)), outage.AWAY),
        (of_django(sqlite(sqlite3.SQLITE_ERROR)), None),  # no such table
        (of_django(sqlite(sqlite3.SQLITE_CORRUPT), django.db.DatabaseError), None),  # an operator must see it
        (of_django(sqlite3.IntegrityError("UNIQUE"), django.db.IntegrityError), None),
        (of_django(psycopg.OperationalError("connection refused")), outage.AWAY),
        (of_django(psycopg.InterfaceError("closed"), django.db.InterfaceError), outage.AWAY),
        (of_django(psycopg.errors.AdminShutdown("stops")), outage.AWAY),
        (of_django(psycopg.errors.CannotConnectNow("starts")), outage.AWAY),
        (of_django(waiting.Silent("no answer")), outage.AWAY),
        (of_django(waiting.KnownSilent("not even tried")), AWAY_KNOWN),
        (of_django(waiting.TooLong("cancelled")), outage.BUSY),
        (of_django(psycopg.errors.TooManyConnections("53300")), outage.BUSY),
        (of_django(psycopg.errors.DeadlockDetected("40P01")), outage.BUSY),
        (of_django(psycopg.errors.DiskFull("53100")), outage.FULL),
        (
            of_django(psycopg.errors.ReadOnlySqlTransaction("25006"), django.db.InternalError),
            outage.READ_ONLY,
        ),
        (of_django(psycopg.errors.UniqueViolation("23505"), django.db.IntegrityError), None),
        (of_django(psycopg.errors.UndefinedTable("42P01"), django.db.ProgrammingError), None),
        (of_django(psycopg.DataError("22001"), django.db.DataError), None),
        (OSError(errno.ENOSPC, "No space left on device"), outage.FULL),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), outage.FULL),
        (OSError(errno.EROFS, "Read-only file system"), outage.READ_ONLY),
        (OSError(errno.ENOENT, "No such file"), None),
        (ValueError("a fault of ours"), None),
        (None, None),
    ],
)
def test_what_is_away_is_told_from_what_is_broken(
    error: BaseException | None, expected: outage.Outage | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "ROOM_BYTES", 0)  # of this machine's disk

    assert outage.of(error) == expected


def test_sqlite_that_cannot_write_its_log_on_a_full_disk_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "ROOM_BYTES", 2**70)  # no disk has so much

    assert outage.of(of_django(sqlite(sqlite3.SQLITE_IOERR))) == outage.FULL


def test_an_error_that_follows_from_an_outage_is_the_outage() -> None:
    """As a template, or a transaction that is over, says it; unless it was said that nothing follows."""
    first = of_django(sqlite(sqlite3.SQLITE_BUSY))
    errors = []
    for hide in (False, True):
        try:
            try:
                raise first
            except django.db.OperationalError:
                if hide:
                    raise ValueError("of its own") from None
                raise ValueError("in the midst of it")  # noqa: B904 - the context is what is tested
        except ValueError as error:
            errors.append(error)

    assert [outage.of(error) for error in errors] == [outage.BUSY, None]


# The page -----------------------------------------------------------------------------------------


def answer(
    error: Exception, method: str = "GET", *, is_answered: bool = False, **headers: str
) -> HttpResponse:
    """What a caller gets where a view, or anything around it, raises this."""

    def view(request: HttpRequest) -> HttpResponse:
        raise error

    request: Any = RequestFactory().generic(method, "/courses/", headers=headers)
    request.is_answered = is_answered
    response = convert_exception_to_response(view)(request)
    assert isinstance(response, HttpResponse)
    return response


@pytest.fixture(autouse=True)
def _told_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "notice", outage.Notice(3600))


LOCKED = of_django(sqlite(sqlite3.SQLITE_BUSY))
FULL = of_django(sqlite(sqlite3.SQLITE_FULL))
LOST = of_django(psycopg.OperationalError("the server closed the connection"))


def test_a_page_that_was_only_read_says_what_is_safe_and_comes_back_by_itself() -> None:
    response = answer(LOST)

    text = response.content.decode()
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert response["Cache-Control"] == "no-store"
    assert '<meta http-equiv="refresh" content="5">' in text
    assert "Everything that said “saved” is safe." in text
    assert "This page tries again by itself every 5 seconds." in text
    assert "by this click" not in text


def test_a_full_disk_is_named_and_nothing_was_saved() -> None:
    response = answer(FULL, "POST")

    text = response.content.decode()
    assert response.status_code == 507
    assert "The disk of Bothways is full." in text
    assert "Nothing was saved by this click." in text
    assert "http-equiv" not in text  # a form is never sent a second time by itself


@pytest.mark.parametrize(
    ("error", "is_answered", "sentence"),
    [
        (LOCKED, False, "Nothing was saved by this click."),
        (LOCKED, True, "Whether this click was saved is not known yet."),  # the view had come to its end
        (LOST, False, "Whether this click was saved is not known yet."),
        (of_django(waiting.KnownSilent("not tried")), False, "Nothing was saved by this click."),
    ],
)
def test_a_form_is_told_what_became_of_it(error: Exception, is_answered: bool, sentence: str) -> None:
    response = answer(error, "POST", is_answered=is_answered)

    assert response.status_code == 503
    assert sentence in response.content.decode()


@pytest.mark.parametrize("headers", [{"X-Fragment": "1"}, {"Accept": "application/json"}])
def test_a_script_gets_a_sentence_and_the_status(headers: dict[str, str]) -> None:
    response = answer(FULL, "POST", is_answered=False, **headers)

    assert response.status_code == 507
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "Nothing was saved by this click." in response.content.decode()
    assert "<" not in response.content.decode()
    assert "X-Fragment" not in response  # which would say: this was taken, or never will be


def test_the_page_has_the_theme_that_was_chosen() -> None:
    assert 'data-theme="dark"' in answer(LOST, Cookie="theme=dark").content.decode()
    assert "data-theme" not in answer(LOST, Cookie="theme=%22%3E").content.decode()


@pytest.mark.django_db
def test_the_page_asks_no_database(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        answer(LOST)


def test_a_fault_of_ours_is_still_said_to_be_one(caplog: pytest.LogCaptureFixture) -> None:
    response = answer(of_django(sqlite3.IntegrityError("UNIQUE"), django.db.IntegrityError))

    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()
    assert any(record.exc_info for record in caplog.records)


# The log ------------------------------------------------------------------------------------------


def test_an_outage_is_one_line_and_then_a_count(caplog: pytest.LogCaptureFixture) -> None:
    for _turn in range(200):
        answer(FULL)
    answer(LOCKED, "POST")

    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 2
    assert not any(record.exc_info for record in caplog.records)
    assert "outage=full status=507 path=/courses/" in caplog.messages[0]
    assert "outage=busy status=503" in caplog.messages[1]

    outage.notice.count("full")
    outage.notice.count("busy")

    assert len(caplog.messages) == 3
    assert caplog.messages[2].startswith("outage=full more=199 seconds=3600 last=")


def test_after_an_interval_without_any_the_next_is_news(caplog: pytest.LogCaptureFixture) -> None:
    answer(FULL)
    outage.notice.count("full")
    answer(FULL)

    assert [message.split()[0] for message in caplog.messages] == ["outage=full", "outage=full"]
    assert all("path=/courses/" in message for message in caplog.messages)


# A disk that is really full -----------------------------------------------------------------------


@pytest.fixture
def full_disk(small_disk: Path) -> Iterator[Path]:
    """A folder with a database, on a disk without room for one byte more."""
    database = sqlite3.connect(small_disk / "some.sqlite3")
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE kept (text)")
    database.close()
    with suppress(OSError), (small_disk / "ballast").open("wb") as ballast:
        while True:
            ballast.write(b"\0" * 65536)
            ballast.flush()
    yield small_disk


def test_what_sqlite_and_the_system_say_on_a_full_disk_is_known(full_disk: Path, settings: Any) -> None:
    settings.DATA = full_disk
    said: list[BaseException] = []
    try:
        (full_disk / "upload").write_bytes(b"x" * 65536)
    except OSError as error:
        said.append(error)
    with suppress(sqlite3.Error):
        database = sqlite3.connect(full_disk / "some.sqlite3", isolation_level=None)
        try:
            for _row in range(100):
                database.execute("INSERT INTO kept VALUES (?)", ["x" * 5000])
        except sqlite3.Error as error:
            said.append(of_django(error))
        database.close()

    assert [outage.of(error) for error in said] == [outage.FULL, outage.FULL]
