"""What every test stands on: the cast, by role, and guards that keep tests honest and fast."""

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import django.db.backends.sqlite3.base  # noqa: F401 - before its operations, or PostgreSQL cannot import them
import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.sqlite3.operations import DatabaseOperations as SQLite
from django.test import TransactionTestCase
from django.test.signals import storages_changed
from django_tasks.signals import clear_tasks_handlers

from tests import worlds
from tests.soak import ROUNDS
from tools.check import HOUSE

pytest_plugins = ["tests.pace", "tests.lock_times", "tests.courses.course"]
ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "correct horse battery"


def pytest_configure(config: pytest.Config) -> None:
    """Settings that differ in tests, set before anything reads them.

    No manifest of static files, a hasher that costs nothing, background tasks at once, and a cache
    that lives in the process: a test that needs the real ones starts real server processes.
    """
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    # Wagtail has asked for the storage while it was set up: say that the setting is another one now.
    storages_changed(setting="STORAGES")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.TASKS["background"] = {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend",
        "QUEUES": ["background"],
    }
    clear_tasks_handlers(setting="TASKS")  # somebody may have asked for the old one while apps were loaded
    settings.CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.CACHES["reports"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    settings.STARTER_CONTENT = "first"  # nothing is on its way behind a test
    settings.WHITENOISE_AUTOREFRESH = True  # no warning about a folder that only collectstatic makes
    SQLite.sql_flush = _flush_append_only(SQLite.sql_flush)  # type: ignore[method-assign]
    real_commits: Any = TransactionTestCase  # the stubs do not know its two hooks
    real_commits._fixture_setup = classmethod(_keep_what_migrations_made)
    real_commits._fixture_teardown = _bring_back_what_migrations_made


def pytest_report_header() -> str:
    return f"endurance: {ROUNDS} rounds" if ROUNDS > 1 else "endurance: one round; `make soak` has more"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that start servers come first: they are the slowest, and two processes share the rest evenly.

    What `make check` runs has a marker, so that .ci/run need not run it twice.
    """
    for item in items:
        if any(item.path.is_relative_to(ROOT / name) for name in HOUSE):
            item.add_marker("house")
    slow = {item.path for item in items if item.get_closest_marker("server")}
    items.sort(key=lambda item: item.path not in slow)  # stable


_migrated: dict[str, tuple[list[str], list[tuple[Any, ...]]]] = {}


def _keep_what_migrations_made(case: type[TransactionTestCase]) -> None:
    """Before the first test with real commits: table -> its columns and rows, as migrations left them."""
    if _migrated:
        return
    with connection.cursor() as cursor:
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        # SQLite keeps the last number of each table as rows: a rollback takes them back, a flush does not.
        for table in [*tables, *(["sqlite_sequence"] if connection.vendor == "sqlite" else [])]:
            cursor.execute(f'SELECT * FROM "{table}"')
            _migrated[table] = [column[0] for column in cursor.description], cursor.fetchall()


def _bring_back_what_migrations_made(case: TransactionTestCase) -> None:
    """A test with real commits leaves nothing behind, and takes nothing away either.

    Django only empties the tables. Languages, root pages, collections and rights, with the keys that
    other tests have met, come from migrations and must be there for whichever test runs next.
    """
    call_command("flush", verbosity=0, interactive=False, reset_sequences=False, inhibit_post_migrate=True)
    with connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
        for table, (columns, rows) in _migrated.items():
            if table == "sqlite_sequence":
                cursor.execute("DELETE FROM sqlite_sequence")
            names = ", ".join(f'"{name}"' for name in columns)
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', rows)


def _flush_append_only(sql_flush: Any) -> Any:
    """Emptying the test database after a test with real commits goes through the maintenance door."""

    def flush(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        statements = sql_flush(self, style, tables, **options)
        door = "people_maintenancedoor"
        if not statements or door not in tables:
            return statements
        return [
            f"INSERT INTO {door} (reason) VALUES ('the test database is emptied')",
            *[statement for statement in statements if f'"{door}"' not in statement],
            f"DELETE FROM {door}",
        ]

    return flush


@pytest.fixture(autouse=True)
def _fresh_start(request: pytest.FixtureRequest, settings: Any) -> Iterator[None]:
    """No cache entry, upload, mail or remembered organisation comes from the test before."""
    if request.node.get_closest_marker("house"):  # which reads the tree, and leaves nothing behind
        yield
        return
    tmp_path = request.getfixturevalue("tmp_path")
    settings.MEDIA_ROOT = tmp_path / "media"
    if "world" in request.fixturenames:
        request.getfixturevalue("world").copy_uploads(settings.MEDIA_ROOT)
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    _forget()
    yield
    _forget()


def _forget() -> None:
    for cache in caches.all(initialized_only=True):
        # A test of the database's cache has no database here any more; its rows were rolled back.
        if "db" not in type(cache).__module__:
            cache.clear()
    with suppress(ImportError):
        from people import queries

        queries.organisation.cache_clear()
    with suppress(ImportError):
        from gates import kept_pages

        kept_pages.forget()
    with suppress(ImportError):
        from courses.queries import forget_rows

        forget_rows()
    with suppress(ImportError):
        from glossary import rendering

        rendering.forget()


@pytest.fixture(scope="module")
def world(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[worlds.World]:
    """`with world():` in a fixture of a module's scope: what is written there stands for all its tests."""
    with worlds.standing(request.node, tmp_path_factory, django_db_blocker.unblock, _forget) as standing:
        with standing():
            example_company()
        yield standing


@pytest.fixture(autouse=True)
def _organisation(request: pytest.FixtureRequest) -> None:
    """Tests that use the database stand in one company, called Example Ltd."""
    if not _uses_database(request):
        return
    if any(marker.kwargs.get("empty") for marker in request.node.iter_markers("installation")):
        return
    request.getfixturevalue("organisation")


def _uses_database(request: pytest.FixtureRequest) -> bool:
    names = {"db", "transactional_db", "live_server", "django_db_setup"}
    return bool(names & set(request.fixturenames)) or request.node.get_closest_marker("django_db") is not None


def example_company() -> Any:
    from people.models import Organisation

    row, _ = Organisation.objects.update_or_create(
        pk=1, defaults={"name": "Example Ltd", "time_zone": "Europe/Berlin", "is_demo": False}
    )
    return row


@pytest.fixture
def organisation(db: None) -> Any:
    return example_company()


def hire(name: str, *groups: str, side: str = "business", **fields: Any) -> Any:
    """One more member of the cast."""
    from django.contrib.auth.models import Group

    from people.models import Employee

    person = Employee.objects.create_user(
        f"{name}@example.com",
        PASSWORD,
        display_name=fields.pop("display_name", name.replace("-", " ").title()),
        side=side,
        started_on=fields.pop("started_on", date(2026, 1, 5)),
        **fields,
    )
    person.groups.set([Group.objects.get_or_create(name=group)[0] for group in groups])
    return Employee.objects.get(pk=person.pk)


@pytest.fixture
def hired(organisation: Any) -> Any:
    """A function that makes one more member of the cast."""
    return hire


@pytest.fixture
def manager(hired: Any) -> Any:
    """Leads the employee and the technician."""
    return hired("manager", "Employee")


@pytest.fixture
def employee(hired: Any, manager: Any) -> Any:
    """Takes courses, speaks business."""
    return hired("employee", "Employee", manager=manager)


@pytest.fixture
def technician(hired: Any, manager: Any) -> Any:
    """Takes courses, speaks technology."""
    return hired("technician", "Employee", side="technology", manager=manager)


@pytest.fixture
def author(hired: Any) -> Any:
    return hired("author", "Employee", "Author", side="technology")


@pytest.fixture
def reviewer(hired: Any) -> Any:
    return hired("reviewer", "Employee", "Reviewer")


@pytest.fixture
def steward_business(hired: Any) -> Any:
    return hired("steward-business", "Employee", "Steward")


@pytest.fixture
def steward_technology(hired: Any) -> Any:
    return hired("steward-technology", "Employee", "Steward", side="technology")


@pytest.fixture
def hr(hired: Any) -> Any:
    return hired("hr", "Employee", "HR")


@pytest.fixture
def administrator(hired: Any) -> Any:
    return hired("admin", "Employee", "Administrator", side="technology")


@pytest.fixture
def outsider(hired: Any) -> Any:
    """Signed in, in no group: exists only to be refused."""
    return hired("outsider")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a real Chromium. Without one, journeys are skipped here and fail where CI=true."""
    found = os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if found:
        return found
    reason = "no Chromium on this machine (Debian: apt install chromium)"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of 64 MB, in memory. Without the right to mount, skipped; in CI, root must have it."""
    place = tmp_path / "small-disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m,mode=0700", "bothways-test", str(place)]
    is_root = os.geteuid() == 0
    done = subprocess.run(mount, capture_output=True, text=True, check=False) if is_root else None
    if done is None or done.returncode != 0:
        reason = "no disk can be mounted here (needs root)"
        if is_root and os.environ.get("CI") == "true":
            pytest.fail(f"{reason}: {done.stderr if done else ''}")
        pytest.skip(reason)
    yield place
    # Lazily: a process that is just ending may still have a file open.
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line that says what was left out, and why."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else "skipped"
        for report in terminalreporter.stats.get("skipped", [])
    )
    if reasons:
        told = "; ".join(f"{count} × {reason}" for reason, count in sorted(reasons.items()))
        terminalreporter.write_line(f"Left out: {told}")
