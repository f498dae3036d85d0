"""Settings of the environment: what they mean, and that a wrong one ends every start with one sentence."""

import contextlib
import os
import re
import runpy
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from bothways import environment
from bothways.environment import WrongSetting
from bothways.startup import DatabaseAway, NotReady, explained
from tests.journeys.servers import NEEDS_POSTGRES
from tools import stack
from tools.postgres import cluster

ROOT = Path(__file__).resolve().parents[2]
NEW = stack.NEW
# `make serve` after .venv/ is there: the rest of tools/start.py, with this Python.
START = """
import sys
sys.path.insert(0, "tools")
from pathlib import Path
import environment, installation, supervise
supervise.VENV = Path(sys.prefix)
try:
    sys.exit(supervise.serve(sys.executable, installation.choose(sys.executable, demo=False)))
except environment.Sentence as sentence:
    sys.exit(str(sentence))
"""

WRONG = [
    ("BOTHWAYS_URL", "learn.example.com", "an address such as https://learn.example.com"),
    ("BOTHWAYS_URL", "https://learn.example.com:port", "an address such as https://learn.example.com"),
    ("PORT", "abc", "a number from 1 to 65535"),
    ("WEB_CONCURRENCY", "many", "a number from 1 to 200"),
    ("REPORT_SECONDS", "soon", "a number from 0 to 86400"),
    ("DEBUG", "maybe", "1 (on) or 0 (off)"),
    ("BEHIND_PROXY", "nginx", "1 (on) or 0 (off)"),
    ("AUTHORS_PUBLISH_ALONE", "never", "1 (on) or 0 (off)"),
    ("STARTER_CONTENT", "some", "one of: all, first"),
    ("ALLOWED_HOSTS", "https://a.example.com", "without https://"),
    ("BOTHWAYS_TIME_ZONE", "Berlin", "Europe/Berlin"),
    ("DEFAULT_FROM_EMAIL", "learning", "learning@example.com"),
    ("DATABASE_URL", "db.example.com/bothways", "postgres://user:password@db.example.com/bothways"),
    ("DATABASE_URL", "postgers://canary@db.example.com/bothways", "begins with postgers://"),
    ("DATABASE_URL", "mysql://canary@db.example.com/bothways", "begins with mysql://"),
    ("DATABASE_URL", "postgres://a:canary@db.example.com", "names no database"),
    ("DATABASE_URL", "postgres://a:can/ary@db.example.com/bothways", "%40"),
    ("EMAIL_URL", "mail.example.com:25", "smtp://user:password@mail.example.com:587"),
    ("EMAIL_URL", "console://", "smtp://user:password@mail.example.com:587"),
    ("EMAIL_URL", "smtp://", "names no mail server"),
    ("EMAIL_URL", "smtp://a:canary@mail.example.com:none", "smtp://user:password@mail.example.com:587"),
    ("REDIS_URL", "127.0.0.1:8131", "redis://cache.example.com:6379/0"),
    ("REDIS_URL", "redis://", "names no host"),
    ("OIDC_DISCOVERY", "id.example.com", "an address such as https://id.example.com"),
    ("OIDC_DISCOVERY", "http://id.example.com", "https://"),
    ("OIDC_DISCOVERY", "https://id.example.com", "OIDC_CLIENT_ID"),
    ("OIDC_CLIENT_ID", "bothways", "OIDC_DISCOVERY"),
    ("OIDC_CLIENT_SECRET", "canary", "OIDC_DISCOVERY"),
]  # fmt: skip
IDS = [f"{name}={value}" for name, value, _says in WRONG]
# One of each kind goes through real processes as well: every start of each.
STARTED = {"learn.example.com", "many", "mysql://canary@db.example.com/bothways", "mail.example.com:25"}


def run(data: Path, *command: object, **settings: str) -> "subprocess.CompletedProcess[str]":
    given = stack.environment(data, PORT=str(stack.free_port()))
    del given["BOTHWAYS_SUPERVISED"]
    return subprocess.run(
        [str(part) for part in command],
        cwd=ROOT, env={**given, **settings}, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip


def serve(data: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    return run(data, sys.executable, "-c", START, **settings)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def mark() -> int:
    """What a database carries that these very files have prepared."""
    code = "import sys; sys.path.insert(0, 'tools'); import installation; print(installation.fingerprint())"
    return int(stack.run([sys.executable, "-c", code]).stdout)


@pytest.fixture
def prepared(tmp_path: Path, mark: int) -> Path:
    """What `make serve` looks at before it says that everything is up to date, and no more."""
    data = tmp_path / "prepared"
    (data / "static").mkdir(parents=True)
    (data / "static" / "staticfiles.json").write_text("{}")
    with contextlib.closing(sqlite3.connect(data / "bothways.sqlite3")) as database:
        database.execute("CREATE TABLE people_organisation (is_demo bool)")
        database.execute("INSERT INTO people_organisation VALUES (0)")
        database.execute(f"PRAGMA user_version = {mark}")
        database.commit()
    return data


def assert_one_sentence(done: Any, name: str, says: str, *, code: int) -> None:
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith(name)
    assert says in done.stderr
    assert "canary" not in done.stdout + done.stderr


@pytest.mark.parametrize(("name", "value", "says"), WRONG, ids=IDS)
def test_a_wrong_setting_is_refused_in_a_sentence_before_anything_is_written(
    name: str, value: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for other in {*(one for one, _value, _says in WRONG), "SECRET_KEY"}:
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv("BOTHWAYS_DATA", str(tmp_path / "new"))
    monkeypatch.setenv(name, value)

    with pytest.raises(WrongSetting) as refused:
        runpy.run_path(str(ROOT / "site" / "bothways" / "settings.py"))

    assert str(refused.value).startswith(name)
    assert says in str(refused.value)
    assert "canary" not in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "new").exists()


@pytest.mark.server
@pytest.mark.parametrize(("name", "value", "says"), [one for one in WRONG if one[1] in STARTED])
def test_a_wrong_setting_ends_every_start_and_command_with_a_sentence_and_leaves_nothing(
    name: str, value: str, says: str, tmp_path: Path, prepared: Path
) -> None:
    gunicorn = Path(sys.executable).with_name("gunicorn")
    before = files(prepared)

    first = serve(tmp_path / "new", **NEW, **{name: value})
    second = serve(prepared, **{name: value})
    command = run(
        tmp_path / "new", sys.executable, "manage.py", "backup", tmp_path / "b.zip", **{name: value}
    )
    web = run(tmp_path / "new", gunicorn, "-c", "site/gunicorn.conf.py", **{name: value})

    for done in (first, second):
        assert_one_sentence(done, name, says, code=1)
        assert done.stderr.splitlines()[1:] in ([], ["Bothways was not started."])
    assert_one_sentence(command, name, says, code=1)
    assert len(command.stderr.splitlines()) == 1
    if name != "WEB_CONCURRENCY":  # which gunicorn itself reads before it reads anything of ours
        assert_one_sentence(web, name, says, code=4)
        assert len(web.stderr.splitlines()) == 1
    assert not (tmp_path / "new").exists() or files(tmp_path / "new") == {}
    assert files(prepared) == before


@pytest.mark.server
@pytest.mark.parametrize(
    ("given", "says"),
    [({}, "BOTHWAYS_ORGANISATION"), ({**NEW, "BOTHWAYS_ADMIN_EMAIL": "nobody"}, "valid email")],
)
def test_a_first_start_that_lacks_an_answer_leaves_nothing(
    given: dict[str, str], says: str, tmp_path: Path
) -> None:
    done = serve(tmp_path / "new", **given)

    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert files(tmp_path / "new") == {}


@pytest.mark.parametrize(("package", "name"), [("psycopg", "DATABASE_URL"), ("redis", "REDIS_URL")])
def test_a_driver_that_is_not_installed_is_named_with_the_command(
    package: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    value = {"psycopg": "postgres://a:b@db.example.com/c", "redis": "redis://cache.example.com"}[package]
    monkeypatch.setenv(name, value)
    monkeypatch.setattr(environment, "find_spec", lambda asked: None if asked == package else object())

    with pytest.raises(WrongSetting, match=r"requirements/scaleout\.txt"):
        {"psycopg": environment.postgres, "redis": environment.redis}[package](name)


def test_what_is_right_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "DATABASE_URL": "postgres://a:p%40ss@db.example.com:6432/c?sslmode=require",
        "EMAIL_URL": "smtps://user:secret@mail.example.com",
        "REDIS_URL": "rediss://:secret@cache.example.com:6380/1",
        "ALLOWED_HOSTS": "a.example.com, .example.org,10.1.2.3,[::1]",
        "BOTHWAYS_URL": "https://learn.example.com/",
        "DEBUG": "Off",
        "PORT": "",
        "DEFAULT_FROM_EMAIL": "Learning at Lind <learning@example.com>",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    database = environment.postgres("DATABASE_URL")
    assert (database["NAME"], database["PASSWORD"], database["PORT"]) == ("c", "p@ss", 6432)
    assert database["OPTIONS"]["sslmode"] == "require"
    assert database["OPTIONS"]["connect_timeout"] == 10  # of a command; pages wait for less
    assert (database["ENGINE"], database["DISABLE_SERVER_SIDE_CURSORS"]) == ("bothways.postgresql", True)
    server = environment.mail_server("EMAIL_URL")
    assert (server["EMAIL_HOST"], server["EMAIL_PORT"]) == ("mail.example.com", 465)
    assert (server["EMAIL_USE_SSL"], server["EMAIL_USE_TLS"]) == (True, False)
    assert environment.redis("REDIS_URL") == given["REDIS_URL"]
    assert environment.hosts("ALLOWED_HOSTS") == ["a.example.com", ".example.org", "10.1.2.3", "[::1]"]
    assert environment.site("BOTHWAYS_URL", "").geturl() == "https://learn.example.com"
    assert environment.switch("DEBUG") is False
    assert environment.number("PORT", 8000, least=1, most=65535) == 8000
    assert environment.sender("DEFAULT_FROM_EMAIL", "") == given["DEFAULT_FROM_EMAIL"]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("failed to resolve host 'db.example': [Errno -2] Name or service not known", NotReady),
        (
            "failed to resolve host 'db.example': [Errno -3] Temporary failure in name resolution",
            DatabaseAway,
        ),
        ('connection failed: … failed: FATAL:  role "nobody" does not exist', NotReady),
        ("connection failed: … failed: FATAL:  no such database: two", NotReady),
        ("connection failed: … failed: server does not support SSL, but SSL was required", NotReady),
        ("connection failed: … failed: FATAL:  the database system is starting up", DatabaseAway),
        ("connection failed: … failed: FATAL:  sorry, too many clients already", DatabaseAway),
        ("connection timeout expired", DatabaseAway),
        ("consuming input failed: terminating connection due to administrator command", type(None)),
    ],
)
def test_what_the_database_says_at_the_door_is_a_setting_an_outage_or_neither(
    said: str, kind: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "vendor", "postgresql")

    assert type(explained(OperationalError(said))) is kind


@pytest.fixture(scope="module")
def server() -> Any:
    """A PostgreSQL that asks for passwords: a URL for user, password and database."""
    with cluster() as postgres:
        postgres.make_database("one")
        stack.run(
            [postgres.bin / "psql", "-qh", "127.0.0.1", "-p", postgres.port, "-U", "postgres", "-c", "CREATE ROLE known LOGIN PASSWORD 'right'"]
        )  # fmt: skip
        (postgres.folder / "pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n")
        stack.run([*postgres.prefix, postgres.bin / "pg_ctl", "reload", "-D", postgres.folder])
        yield postgres


@pytest.mark.server
@pytest.mark.postgres
@NEEDS_POSTGRES
@pytest.mark.parametrize(
    ("user", "host", "name", "says"),
    [
        ("known:canary", "127.0.0.1", "one", "password authentication failed"),
        ("known", "127.0.0.1", "one", "no password supplied"),
        ("known:right", "127.0.0.1", "two", 'database "two" does not exist'),
    ],
)
def test_a_database_that_lets_nobody_in_is_a_wrong_setting(
    user: str, host: str, name: str, says: str, server: Any, tmp_path: Path
) -> None:
    url = f"postgres://{user}@{host}:{server.port}/{name}"
    gunicorn = Path(sys.executable).with_name("gunicorn")

    start = serve(tmp_path / "new", DATABASE_URL=url, **NEW)
    command = run(
        tmp_path / "new", sys.executable, "manage.py", "backup", tmp_path / "b.zip", DATABASE_URL=url
    )
    web = run(tmp_path / "new", gunicorn, "-c", "site/gunicorn.conf.py", DATABASE_URL=url)

    for done, code in ((start, 1), (command, 1), (web, 4)):
        assert_one_sentence(done, "DATABASE_URL", says, code=code)
    assert start.stderr.splitlines()[1:] == ["Bothways was not started."]
    assert files(tmp_path / "new") == {}


@pytest.mark.server
@pytest.mark.postgres
@NEEDS_POSTGRES
def test_a_database_that_is_away_is_waited_for_and_said_once(server: Any, tmp_path: Path) -> None:
    """The wrong thing to do about a server that restarts is to give up."""
    url = f"postgres://known:right@127.0.0.1:{stack.free_port()}/one"
    given = stack.environment(
        tmp_path / "new", DATABASE_URL=url, PORT=str(stack.free_port()), PYTHONUNBUFFERED="1", **NEW
    )
    code = START.replace(
        "import environment, installation, supervise", "import environment, installation, supervise, tries"
    )
    (tmp_path / "tries.py").write_text(
        "import installation, sys\n"
        "left = 3\n"
        "def sleep(seconds):\n"
        "    global left\n"
        "    left -= 1\n"
        "    if not left:\n"
        "        sys.exit('three tries')\n"
        "installation.time.sleep = sleep\n"
    )

    command = run(
        tmp_path / "new", sys.executable, "manage.py", "backup", tmp_path / "b.zip", DATABASE_URL=url
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        env={**given, "PYTHONPATH": os.pathsep.join([str(tmp_path), given["PYTHONPATH"]])},
    )  # fmt: skip

    assert command.returncode == 75
    assert done.stderr.splitlines()[-1] == "three tries"
    assert len(re.findall("does not answer", done.stderr)) == 1
    assert done.stdout.count("waits for the database") == 1
    assert files(tmp_path / "new") == {}
