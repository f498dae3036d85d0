"""Behind PgBouncer that gives each transaction another connection of the server: pages, the log, a publication."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.journeys.servers import NEEDS_POSTGRES, installation
from tools import stack
from tools.postgres import cluster

POOLER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = [
    pytest.mark.server,
    pytest.mark.postgres,
    NEEDS_POSTGRES,
    pytest.mark.skipif(POOLER is None, reason="no PgBouncer on this machine (Debian: apt install pgbouncer)"),
]
# Round robin over connections that are all there: two statements outside a transaction never meet the same.
SETTINGS = """[databases]
* = host=127.0.0.1 port={database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
pool_mode = transaction
default_pool_size = 6
server_round_robin = 1
ignore_startup_parameters = extra_float_digits, options
"""
PUBLISH = """
from people.models import Employee
from courses.models import CoursePage
course = CoursePage.objects.get()
course.summary = "Published through a pooler."
course.save_revision().publish(user=Employee.objects.order_by("pk").first())
course.refresh_from_db()
print("published:", course.summary, course.has_unpublished_changes)
"""


# What Django does by itself where nobody tells it about a pooler.
CURSOR = """
from django.db import connection
from wagtail.models import Page
connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = False
try:
    print(len(list(Page.objects.iterator(chunk_size=2))))
except Exception as error:
    print(type(error.__cause__).__name__)
"""


@pytest.fixture(scope="module")
def pooled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A company's data folder, and the DATABASE_URL of its database behind a pooler."""
    made = installation("company-postgres")
    data = tmp_path_factory.mktemp("pooled") / "data"
    shutil.copytree(made / "data", data)
    with cluster(made / "postgres") as postgres:
        place, port = postgres.folder.parent / "pooler", stack.free_port()
        place.mkdir()
        (place / "users.txt").write_text('"postgres" ""\n')
        (place / "pgbouncer.ini").write_text(
            SETTINGS.format(database=postgres.port, port=port, users=place / "users.txt")
        )
        for path in (place, *place.iterdir()):
            path.chmod(0o755 if path.is_dir() else 0o644)
        with (place / "log").open("wb") as log:
            pooler = subprocess.Popen(
                [*postgres.prefix, str(POOLER), str(place / "pgbouncer.ini")], stdout=log, stderr=log
            )
        try:
            until = time.monotonic() + stack.PATIENCE_SECONDS
            ask = [postgres.bin / "pg_isready", "-q", "-h", "127.0.0.1", "-p", port]
            while stack.run(ask, check=False).returncode != 0:
                assert pooler.poll() is None and time.monotonic() < until, stack.tail(place / "log")
                time.sleep(0.1)
            # As many transactions at once as there are connections: from now on all of them are there.
            address = f"postgresql://postgres@127.0.0.1:{port}/bothways"
            with contextlib.ExitStack() as open_at_once:
                for _ in range(6):
                    open_at_once.enter_context(psycopg.connect(address)).execute("SELECT 1")
            yield data, f"postgres://postgres@127.0.0.1:{port}/bothways"
        finally:
            pooler.terminate()
            pooler.wait()


def manage(pooled: tuple[Path, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    data, url = pooled
    return stack.run(
        [sys.executable, "manage.py", *arguments], env=stack.environment(data, database_url=url), check=False
    )


def test_the_pooler_loses_what_belongs_to_a_session(pooled: tuple[Path, str]) -> None:
    """Else the others here would prove nothing."""
    done = manage(pooled, "shell", "-c", CURSOR)

    assert "InvalidCursorName" in done.stdout, done.stderr


def test_pages_answer_and_people_sign_in(pooled: tuple[Path, str]) -> None:
    data, url = pooled
    with (
        stack.Stack(data, database_url=url) as site,
        httpx.Client(base_url=site.address, trust_env=False) as browser,
    ):
        assert browser.get("/health/ready").json() == {"state": "ready", "reasons": []}
        page = browser.get("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token
        answer = browser.post(
            "/accounts/login/",
            data={
                "login": stack.NEW["BOTHWAYS_ADMIN_EMAIL"],
                "password": stack.NEW["BOTHWAYS_ADMIN_PASSWORD"],
                "csrfmiddlewaretoken": token[1],
            },
            headers={"Referer": f"{site.address}/accounts/login/"},
        )
        assert answer.headers["Location"] == "/administration/"  # where an administrator works
        paths = [
            "/me/",
            "/courses/",
            "/glossary/",
            "/admin/users/",
            "/audit/",
            "/admin/",
            "/health/",
        ]
        assert {
            path: browser.get(path, follow_redirects=True).status_code for path in paths
        } == dict.fromkeys(paths, 200)


def test_the_audit_log_is_read_a_course_is_published_and_everything_backed_up(
    pooled: tuple[Path, str], tmp_path: Path
) -> None:
    published = manage(pooled, "shell", "-c", PUBLISH)
    read = manage(pooled, "verify_audit")
    backup = manage(pooled, "backup", str(tmp_path / "pooled.zip"))
    prepared = manage(pooled, "prepare")

    assert "published: Published through a pooler. False" in published.stdout, published.stderr
    assert read.returncode == 0, read.stderr
    assert backup.returncode == 0, backup.stderr
    assert prepared.returncode == 0, prepared.stderr
