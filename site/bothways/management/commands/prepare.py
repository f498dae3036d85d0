"""`manage.py prepare`: everything between an empty folder and a site that can be served, in one process.

It changes nothing a person did: tables are migrated, the page tree and the groups are made once,
starter content is loaded only when its files changed, an organisation is made only if there is none.
"""

import errno
import getpass
import logging
import os
import secrets
import shutil
import sqlite3
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from bothways.management.commands.backup import missing_files
from bothways.operations import installation, keys
from bothways.operations.backup import CannotBackUp, make_backup
from bothways.operations.turns import alone
from bothways.sizes import size_in_words
from bothways.startup import NotReady, assert_ready, assert_wholly_restored, is_public_demo
from bothways.tasks import load_starter_content
from people import actions, roles
from people.models import Employee, Organisation, Side

DEMO_PASSWORD = "bothways"  # noqa: S105 - printed on the demo's sign-in page


class Command(BaseCommand):
    help = "Bring database, starter content and static files up to date; with --demo make the demo people."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="a demo organisation, if there is none yet")
        parser.add_argument("--backup", action="store_true", help="back up first, whatever changes")
        parser.add_argument(
            "--stamp", type=int, default=0, help="kept in SQLite's user_version (tools/start.py)"
        )

    def handle(self, *args: Any, demo: bool, backup: bool, stamp: int, **options: Any) -> None:
        with one_clear_sentence():
            self.prepare(demo=demo, backup=backup, stamp=stamp, now=timezone.now())

    def prepare(self, *, demo: bool, backup: bool, stamp: int, now: datetime) -> None:
        # Asked before anything is opened: a first start that is refused leaves no file behind.
        asked = at_first() if not demo and is_untouched() else None
        settings.DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
        keys.assure()
        with alone(connection, self.say):
            self.bring_up_to_date(asked, demo=demo, backup=backup, stamp=stamp, now=now)

    def bring_up_to_date(
        self, asked: dict[str, str] | None, *, demo: bool, backup: bool, stamp: int, now: datetime
    ) -> None:
        assert_wholly_restored()
        fresh = "people_employee" not in connection.introspection.table_names()
        if fresh and not demo:  # asked at once, so that nobody waits for a question
            asked = asked or at_first()
        if not fresh and (backup or self.tables_will_change()):
            self.back_up(now=now)
        self.migrate(fresh=fresh)
        self.refuse_the_other_kind(demo=demo)
        # Another start may have made it while this one waited for its turn.
        is_new = not Organisation.objects.exists()
        if is_new and not demo:
            asked = asked or first_administrator()
        elif asked:
            self.say(
                "Another start has set this up meanwhile, with the administrator named there. The one named here "
                "was not made; the other can add them."
            )
        installation.make_tree()
        installation.render_older_rows(say=self.say, now=now)
        installation.load_first_courses(say=self.say, now=now)
        if demo:
            self.make_demo(now=now)
        elif is_new and asked:
            self.make_organisation(asked, now=now)
        self.leave_the_rest_to_the_worker()
        self.say("Collecting static files …")
        call_command("collectstatic", interactive=False, verbosity=0, clear=False)
        connection.close()  # what follows has the pragmas of the settings again
        assert_ready()
        if stamp and connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA user_version = {stamp}")

    def say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()

    def tables_will_change(self) -> bool:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))

    def back_up(self, *, now: datetime) -> None:
        """Before the tables change: the way back, if the new version should not please."""
        folder = settings.DATA / "backups"
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / f"before-{now:%Y-%m-%d-%H%M%S}.zip"
        self.say(f"Backing up to {path} …")
        try:
            made = make_backup(path, now=now)
        except CannotBackUp as reason:
            raise CommandError(f"{reason} Nothing was upgraded.") from reason
        if made.missing:
            self.say(missing_files(made.missing))

    def migrate(self, *, fresh: bool) -> None:
        self.say("Preparing the database …")
        if fresh and connection.vendor == "sqlite":
            # Nothing can be lost yet: whatever is interrupted is made again from nothing.
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA synchronous=OFF")
        call_command("migrate", interactive=False, verbosity=0)
        if str(settings.CACHES["default"]["BACKEND"]).endswith("DatabaseCache"):
            call_command("createcachetable", verbosity=0)

    def refuse_the_other_kind(self, *, demo: bool) -> None:
        """A demo never turns into the real thing by itself, nor the other way round."""
        organisation = Organisation.objects.first()
        if organisation is None or organisation.is_demo == demo:
            return
        if demo:
            raise CommandError(
                f"{settings.DATA} holds the installation of {organisation.name}, not a demo. Start it with "
                "`make serve`, or try the demo in another folder: BOTHWAYS_DATA=/tmp/demo make run"
            )
        raise CommandError(
            f"{settings.DATA} holds the demo. `.venv/bin/python manage.py end_demo` keeps what was written in "
            "it, without its people; or choose another folder: BOTHWAYS_DATA=/srv/bothways make serve"
        )

    def make_demo(self, *, now: datetime) -> None:
        from bothways.operations.demo import make_demo

        if not Organisation.objects.exists():
            self.say("Making a demo organisation with half a year of history …")
            logging.getLogger("people").setLevel(logging.WARNING)  # invented people come and go here
            with transaction.atomic():  # killed in the midst of it, the next start makes all of it
                make_demo(now=now)
        if is_public_demo():
            self.hide_known_passwords()

    def leave_the_rest_to_the_worker(self) -> None:
        """Ten courses more take a minute to publish; nobody waits for them at the door."""
        from bothways.operations.demo import waiting_history

        waiting = installation.waiting_content()
        if waiting or installation.is_index_missing() or waiting_history():
            load_starter_content.enqueue()
        if waiting:
            self.say(f"{len(waiting)} parts of the starter content follow in the background.")

    def hide_known_passwords(self) -> None:
        """Every account that opens with the password of the README gets a random one, printed once."""
        changed = []
        with transaction.atomic():
            for person in Employee.objects.filter(email__endswith="@example.com"):
                if person.has_usable_password() and person.check_password(DEMO_PASSWORD):
                    password = secrets.token_urlsafe(9)
                    person.set_password(password)
                    person.save(update_fields=["password"])
                    changed.append((person.email, password))
        if changed:
            self.say("This demo is public. These passwords are shown only now:")
            for email, password in changed:
                self.say(f"  {email:36} {password}")

    def make_organisation(self, asked: dict[str, str], *, now: datetime) -> None:
        with transaction.atomic():
            Organisation.objects.create(pk=1, name=asked["organisation"], time_zone=asked["time_zone"])
            actions.hire(
                email=asked["email"],
                display_name=asked["name"],
                side=Side.TECHNOLOGY,
                roles=(roles.EMPLOYEE, roles.ADMINISTRATOR),
                password=asked["password"],
                now=now,
            )
        self.say(f"{asked['organisation']} is set up. {asked['email']} is its first administrator.")


def is_untouched() -> bool:
    """True where there is not even a file yet; PostgreSQL is asked, which leaves nothing."""
    return connection.vendor == "sqlite" and not Path(str(connection.settings_dict["NAME"])).exists()


def at_first() -> dict[str, str]:
    """As `first_administrator`; where it is refused, this process leaves none of the keys that it made.

    Raises: CommandError
    """
    try:
        return first_administrator()
    except CommandError:
        keys.unmake()
        raise


def first_administrator() -> dict[str, str]:
    """What a new installation needs to know, from the environment or asked.

    Raises: CommandError, naming what is missing or not valid.
    """
    asked = {
        "organisation": _ask("BOTHWAYS_ORGANISATION", "Name of your organisation"),
        "email": _ask("BOTHWAYS_ADMIN_EMAIL", "E-mail address of the first administrator").lower(),
        "name": _ask("BOTHWAYS_ADMIN_NAME", "Name of the first administrator"),
        "password": _ask("BOTHWAYS_ADMIN_PASSWORD", "Password (at least 10 characters)", secret=True),
        "time_zone": settings.FIRST_TIME_ZONE,
    }
    organisation = Organisation(pk=1, name=asked["organisation"], time_zone=asked["time_zone"])
    for variable, check in (
        ("BOTHWAYS_ADMIN_EMAIL", lambda: validate_email(asked["email"])),
        ("BOTHWAYS_ADMIN_PASSWORD", lambda: validate_password(asked["password"])),
        ("BOTHWAYS_ORGANISATION", organisation.clean_fields),
    ):
        try:
            check()
        except ValidationError as error:
            raise CommandError(f"{variable}: {' '.join(error.messages)} Nothing was made.") from error
    return asked


def _ask(variable: str, question: str, *, secret: bool = False) -> str:
    answer = os.environ.get(variable, "").strip()
    if not answer and sys.stdin.isatty():
        answer = (getpass.getpass(f"{question}: ") if secret else input(f"{question}: ")).strip()
    if not answer:
        raise CommandError(
            f"A new installation needs {variable} ({question.lower()}). "
            "Set it in the environment, or run this in a terminal to be asked."
        )
    return answer


@contextmanager
def one_clear_sentence() -> Iterator[None]:
    """What an operator can mend is said in one sentence; everything else keeps its traceback."""
    try:
        yield
    except NotReady as error:
        raise CommandError(str(error)) from error
    except (OSError, DatabaseError) as error:
        if sentence := disk_trouble(error, settings.DATA):
            raise CommandError(sentence) from error
        raise


def disk_trouble(error: BaseException, folder: Path) -> str:
    """The sentence for a full or unwritable disk; empty if it is something else."""
    text = str(error).lower()
    number = getattr(error, "errno", None)
    cause = error.__cause__
    if number == errno.ENOSPC or "disk is full" in text or "disk i/o error" in text:
        free = size_in_words(shutil.disk_usage(folder).free)
        return f"The disk of {folder} is full ({free} free). Make room and start again; nothing is lost."
    if number in {errno.EACCES, errno.EROFS, errno.EPERM} or (
        isinstance(cause or error, sqlite3.Error | DatabaseError)
        and ("readonly database" in text or "unable to open database" in text)
    ):
        return (
            f"{folder} cannot be written by this account. Change its owner, or set BOTHWAYS_DATA to "
            "a folder that may be written."
        )
    return ""
