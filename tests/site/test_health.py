"""The health page: what turns it red, what it says, and what it never tells. It takes no node out."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as real_settings
from django.db import DatabaseError
from django.utils import timezone

from bothways.operations import health
from jobs import restarts
from jobs.models import Heartbeat, ScheduledRun
from post.models import OutboxMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def alive():
    """A worker that has just sent a heartbeat."""
    now = timezone.now()
    return Heartbeat.objects.create(worker="w", started_at=now, seen_at=now)


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.DATA = tmp_path
    settings.OUTBOX_DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    return tmp_path


def ask(client):
    answer = client.get("/health/", {"format": "json"})
    return answer.status_code, json.loads(answer.content)


def mail(**fields):
    now = timezone.now()
    return OutboxMail.objects.create(
        **{"to": "a@example.com", "subject": "x", "body": "y", "made_at": now, "try_at": now, **fields}
    )


@pytest.mark.sql
def test_all_is_well_without_a_sign_in(client, alive, monkeypatch):
    monkeypatch.setattr(health, "SQLITE_SOUND", (3, 0, 0))
    monkeypatch.setattr(health, "DISK_WARNING_BYTES", 0)

    status, said = ask(client)

    assert (status, said["state"]) == (200, "well")
    assert {finding["state"] for finding in said["findings"].values()} == {"well"}


@pytest.mark.sql
def test_a_data_folder_that_other_accounts_can_read_is_a_warning_with_the_command_to_close_it(
    client, alive, data
):
    for name in ("bothways.sqlite3", "secret.key", "notes.txt"):
        (data / name).write_text("x")
    (data / "mail").mkdir()
    (data / "mail").chmod(0o755)
    for name in ("bothways.sqlite3", "notes.txt"):
        (data / name).chmod(0o644)
    (data / "secret.key").chmod(0o600)
    data.chmod(0o755)

    status, said = ask(client)

    assert status == 200
    assert said["findings"]["data"]["state"] == "warning"
    assert "can read bothways.sqlite3, mail in the data folder" in said["findings"]["data"]["says"]
    assert "chmod -R go=" in said["findings"]["data"]["says"]

    data.chmod(0o700)
    assert ask(client)[1]["findings"]["data"]["state"] == "well"


def test_versions_are_told_to_administrators_only(client, alive, administrator, hr):
    def shown():
        page = client.get("/health/", headers={"accept": "text/html"}).content.decode()
        return ask(client)[1].get("versions"), "Wagtail</dt>" in page

    assert shown() == (None, False)
    client.force_login(hr)
    assert shown() == (None, False)
    client.force_login(administrator)
    versions, on_page = shown()

    assert on_page
    assert set(versions) >= {"Bothways", "Python", "Django", "Wagtail"}
    assert versions.keys() & {"SQLite", "PostgreSQL"}


@pytest.mark.parametrize(("silent", "state"), [(119, "well"), (125, "red")])
def test_a_worker_that_is_silent_for_two_minutes_is_red(client, alive, silent, state):
    Heartbeat.objects.update(seen_at=timezone.now() - timedelta(seconds=silent))

    status, said = ask(client)

    assert said["findings"]["worker"]["state"] == state
    assert (status, said["state"] == "red") == (200, state == "red")


def test_a_worker_that_never_ran_is_red_and_says_how_to_start_it(client):
    status, said = ask(client)

    assert (status, said["state"]) == (200, "red")
    assert "manage.py worker" in said["findings"]["worker"]["says"]


def test_a_mail_that_was_given_up_is_red_for_a_day(client, alive):
    row = mail(state="failed")
    assert ask(client)[1]["findings"]["mail"]["state"] == "red"

    OutboxMail.objects.filter(pk=row.pk).update(made_at=timezone.now() - timedelta(hours=25))

    assert ask(client)[1]["findings"]["mail"]["state"] == "well"


@pytest.mark.parametrize(("minutes", "state"), [(14, "well"), (16, "red")])
def test_a_mail_that_waits_for_a_quarter_of_an_hour_is_red(client, alive, minutes, state):
    mail(made_at=timezone.now() - timedelta(minutes=minutes))

    assert ask(client)[1]["findings"]["mail"]["state"] == state


def test_it_says_when_mails_go_to_a_folder(client, alive, settings):
    settings.OUTBOX_DELIVERY_BACKEND = "post.backends.FolderBackend"

    mail = ask(client)[1]["findings"]["mail"]

    assert mail["state"] == "warning"
    assert "EMAIL_URL" in mail["says"]


def test_a_data_folder_that_cannot_be_written_is_red(client, alive, settings, tmp_path):
    settings.DATA = tmp_path / "gone"

    status, said = ask(client)

    assert (status, said["findings"]["disk"]["state"]) == (200, "red")


def test_a_disk_without_room_is_red(client, alive, monkeypatch):
    monkeypatch.setattr(health, "DISK_RED_BYTES", 10**18)

    assert ask(client)[1]["findings"]["disk"]["state"] == "red"


def test_looking_leaves_nothing_behind(client, alive, data):
    ask(client)

    assert list(Path(data).iterdir()) == []


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_a_database_that_is_away_is_red_and_still_answered(client, monkeypatch, accept):
    def away(**_):
        raise DatabaseError("gone")

    monkeypatch.setattr(health, "worker", away)

    answer = client.get("/health/", headers={"accept": accept})

    assert answer.status_code == 503
    assert "The database does not answer." in answer.content.decode()


def test_damage_found_in_the_database_is_red(client, alive):
    ScheduledRun.objects.create(
        name="database", due_at=timezone.now(), failures=1, error="DatabaseDamaged: page 7"
    )

    status, said = ask(client)

    assert (status, said["state"]) == (200, "red")
    assert "restore the last backup" in said["findings"]["jobs"]["says"]
    assert "page 7" not in json.dumps(said)


def test_jobs_that_keep_failing_are_named_but_not_red(client, alive):
    ScheduledRun.objects.create(name="publish", due_at=timezone.now(), failures=3)
    ScheduledRun.objects.create(name="sessions", due_at=timezone.now(), failures=2)

    status, said = ask(client)

    assert (status, said["findings"]["jobs"]["state"]) == (200, "warning")
    assert "publish" in said["findings"]["jobs"]["says"]
    assert "sessions" not in said["findings"]["jobs"]["says"]


@pytest.mark.parametrize(("version", "warned"), [((3, 51, 2), True), ((3, 51, 3), False)])
def test_sqlite_with_the_rare_fault_is_warned_of(client, alive, monkeypatch, version, warned):
    monkeypatch.setattr(health.sqlite3, "sqlite_version_info", version)
    monkeypatch.setattr(health.connection, "vendor", "sqlite")

    assert any(finding.name == "sqlite" for finding in health.sqlite_version()) is warned


def test_people_get_a_page_in_words(client, alive):
    mail(state="failed")

    page = client.get("/health/", headers={"accept": "text/html"}).content.decode()

    assert "Something needs an operator" in page
    assert "1 mail of the last 24 hours could not be delivered." in page


def test_neither_page_nor_json_tells_a_secret(client, alive):
    mail(state="failed", to="canary@example.com", subject="canary", error="canary")
    ScheduledRun.objects.create(
        name="publish", due_at=timezone.now(), failures=5, error="canary in /srv/canary"
    )

    said = client.get("/health/?format=json").content + client.get("/health/").content

    assert b"canary" not in said
    assert real_settings.SECRET_KEY.encode() not in said
    assert str(real_settings.DATA).encode() not in said


def test_it_is_not_kept_by_a_cache_and_changes_nothing_by_post(client, alive):
    assert "no-store" in client.get("/health/")["Cache-Control"]
    assert client.post("/health/").status_code == 405


@pytest.mark.sql
def test_it_costs_eight_queries(client, alive, django_assert_num_queries):
    with django_assert_num_queries(8):
        client.get("/health/?format=json")


def test_a_node_without_its_static_files_says_so(client, alive, monkeypatch):
    monkeypatch.setattr(health, "static_trouble", lambda: "They are not there.")

    status, said = ask(client)

    assert (status, said["findings"]["static"]["state"]) == (200, "red")
    assert "manage.py prepare" in said["findings"]["static"]["says"]


def test_an_audit_log_that_was_changed_asks_for_attention(client, alive):
    ScheduledRun.objects.create(name="audit", due_at=timezone.now(), failures=1)

    status, said = ask(client)

    assert status == 200
    assert said["findings"]["jobs"]["state"] == "warning"
    assert "The audit log is not as it was written." in said["findings"]["jobs"]["says"]


def test_killed_processes_leave_a_trace_for_an_hour(client, alive, data):
    now = timezone.now()
    for minutes, killed in ((5, True), (70, True), (5, False)):
        at = now - timedelta(minutes=minutes)
        Heartbeat.objects.create(
            worker=f"{minutes}-{killed}", started_at=at, seen_at=at, stopped_at=at, was_killed=killed
        )
    for minutes in (1, 2, 70):
        restarts.note(data, now=now - timedelta(minutes=minutes))

    kills = ask(client)[1]["findings"]["kills"]

    assert kills["state"] == "warning"
    assert "2 web processes, 1 background worker." in kills["says"]


def test_a_clock_that_was_put_back_is_said_for_a_day(client, alive):
    Heartbeat.objects.filter(pk=alive.pk).update(
        clock_jumped_at=timezone.now() - timedelta(hours=23), clock_jumped_by=-3600
    )

    assert ask(client)[1]["findings"]["clock"] == {
        "state": "warning",
        "says": "The clock was put back by 1\xa0hour. Work goes on; let the machine keep time (NTP).",
    }


def test_machines_read_how_long_ago_each_job_ended_well(client, alive):
    now = timezone.now()
    ScheduledRun.objects.create(name="mail", due_at=now, succeeded_at=now - timedelta(seconds=90))
    ScheduledRun.objects.create(name="audit", due_at=now)

    said = ask(client)[1]["seconds_since_success"]

    assert said == {"audit": None, "mail": pytest.approx(90, abs=5)}
