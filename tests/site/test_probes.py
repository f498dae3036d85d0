"""The two addresses for machines: a node lives; a node may be sent requests. Neither looks at mail or worker."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from bothways import logs, probes, startup
from bothways.operations import health
from bothways.startup import RESTORING, NotReady, assert_static_files, static_trouble
from bothways.staticfiles import JoinedManifestStorage
from post.models import OutboxMail

pytestmark = pytest.mark.django_db
BY_ADDRESS = {"HTTP_HOST": "10.1.2.3:8124"}


@pytest.fixture(autouse=True)
def data(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    return tmp_path


def reasons(client: Client) -> list[str]:
    answer = client.get("/health/ready")
    said = answer.json()
    assert (answer.status_code, said["state"]) == ((503, "not ready") if said["reasons"] else (200, "ready"))
    return said["reasons"]


def away(*_arguments: object, **_options: object) -> Any:
    raise DatabaseError("gone")


@pytest.mark.sql
def test_a_node_lives_without_a_query_and_without_a_database(
    client: Client, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "cursor", away)

    with django_assert_num_queries(0):
        answer = client.get("/health/live")

    assert (answer.status_code, answer.content) == (200, b"live")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.sql
def test_a_node_is_ready_before_its_first_worker_with_a_bounced_mail_and_one_that_waits(
    client: Client, django_assert_num_queries: Any
) -> None:
    long_ago = timezone.now() - timedelta(hours=3)
    for state in ("failed", "waiting"):
        OutboxMail.objects.create(
            to="a@example.com", subject="x", body="y", state=state, made_at=long_ago, try_at=long_ago
        )

    with django_assert_num_queries(2):
        answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()) == (200, {"state": "ready", "reasons": []})
    assert client.get("/health/live").status_code == 200
    assert client.get("/health/?format=json").json()["state"] == "red"


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/health/"])
def test_a_probe_may_come_by_address_with_or_without_a_slash_and_by_head(client: Client, path: str) -> None:
    for place in (path.rstrip("/"), f"{path.rstrip('/')}/"):
        for ask in (client.get, client.head):
            assert ask(place, **BY_ADDRESS).status_code == 200
            assert ask(place, HTTP_HOST="not a host").status_code == 200
        assert client.post(place).status_code == 405


@pytest.mark.parametrize("path", ["/health/live", "/health/ready/", "/health"])
def test_a_probe_is_not_led_to_https(client: Client, settings: Any, path: str) -> None:
    settings.SECURE_SSL_REDIRECT = True

    assert Client().get(path).status_code == 200
    assert Client().get("/accounts/login/").status_code == 301


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/health/live/x", "/healthy", "/health/other"])
def test_elsewhere_a_foreign_host_is_refused_in_one_line(
    client: Client, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    logger = logging.getLogger("django.security.DisallowedHost")
    assert any(isinstance(one, logs.OneLine) for one in logger.filters)

    answer = client.get(path, **BY_ADDRESS)

    assert answer.status_code == 400
    (line,) = caplog.records
    assert (line.name, line.exc_info) == (logger.name, None)
    assert "10.1.2.3" in line.getMessage()
    assert "\n" not in logging.Formatter().format(line)
    assert DisallowedHost.__name__ in line.name


@pytest.mark.sql
def test_a_database_that_is_away_is_a_reason(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.introspection, "table_names", away)
    monkeypatch.setattr(connection, "close", lambda: None)

    assert reasons(client) == ["The database does not answer."]


@pytest.mark.sql
def test_a_database_that_is_half_restored_or_empty_is_a_reason(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = connection.introspection.table_names()
    monkeypatch.setattr(connection.introspection, "table_names", lambda: [*known, RESTORING])
    assert reasons(client) == ["A restore into the database has begun and has not finished."]

    monkeypatch.setattr(connection.introspection, "table_names", list)
    assert reasons(client) == ["The database is empty: it was not prepared yet."]


@pytest.mark.sql
def test_a_migration_that_is_missing_is_a_reason_and_one_of_a_newer_version_is_not(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('people', '9999_next', '2026-01-01')"
        )
    assert reasons(client) == []

    with connection.cursor() as cursor:
        app, name = next(iter(probes.newest_migrations()))
        cursor.execute("DELETE FROM django_migrations WHERE app = %s AND name = %s", [app, name])
    assert reasons(client) == ["The database is of an older version: it was not migrated yet."]


def test_a_data_folder_that_cannot_be_written_or_is_full_is_a_reason(
    client: Client, settings: Any, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA = data / "gone"
    assert reasons(client) == ["The data folder cannot be written."]

    settings.DATA = data
    monkeypatch.setattr(health, "DISK_RED_BYTES", 10**18)
    (room,) = reasons(client)
    assert room.endswith("B are free.")


def test_missing_static_files_are_a_reason_and_refuse_the_start(
    client: Client, settings: Any, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data / "staticfiles.json").write_text('{"version": "1.1", "paths": {"css/site.css": "css/site.1.css"}}')
    for storage, trouble in (
        (JoinedManifestStorage(location=data / "none", base_url="/static/"), True),  # never prepared
        (JoinedManifestStorage(location=data, base_url="/static/"), True),  # a manifest, and no file
    ):
        monkeypatch.setattr("django.contrib.staticfiles.storage.staticfiles_storage", storage)
        assert bool(static_trouble()) is trouble
        assert len(reasons(client)) == 1
        with pytest.raises(NotReady, match=r"manage\.py prepare"):
            assert_static_files()

    (data / "css").mkdir()
    (data / "css" / "site.1.css").write_text("")
    assert startup.static_trouble() == ""
    assert reasons(client) == []


def test_a_static_file_that_is_missing_is_not_kept_by_a_cache(client: Client) -> None:
    answer = client.get("/static/css/site.0123456789ab.css")

    assert answer.status_code == 404
    assert "no-store" in answer["Cache-Control"]
