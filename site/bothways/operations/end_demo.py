"""From a demo to the real thing: a fresh database with the content, without any demo person or record.

Only content is copied (see `table_scope`); everything else starts empty. So a table that is added later and
of which nobody said that it is content is left behind, never carried over, and a test asks for it.
"""

import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from wagtail.models import Revision, Site

from audit import heads
from bothways.operations.demo import edits
from bothways.operations.table_scope import content
from courses.models import CoursePage
from courses.publishing import render_course
from glossary.models import Sense, Status, Word
from glossary.publishing import render_words
from people.models import Employee, Organisation


class CannotEndDemo(Exception):
    """The reason, as a sentence for the operator. Nothing was changed."""


def end_demo(*, now: datetime) -> Path:
    """Put the demo's database aside and make a fresh one with its content; where the old one is.

    Raises: CannotEndDemo
    """
    if connection.vendor != "sqlite":
        raise CannotEndDemo(
            "On PostgreSQL a demo is ended by hand: make an empty database, set DATABASE_URL to it and run "
            "`make serve`, which loads the starter content. What was written in the demo is not carried over."
        )
    organisation = Organisation.objects.first()
    if organisation is None or not organisation.is_demo:
        raise CannotEndDemo(f"{settings.DATA} does not hold a demo.")
    call_command("migrate", interactive=False, verbosity=0)  # both databases must have the same tables
    database = Path(connection.settings_dict["NAME"])
    aside = _free_name(database.with_name(f"demo-{now:%Y-%m-%d-%H%M}.sqlite3"))
    _close_for_good()
    database.rename(aside)
    try:
        _make_fresh(aside)
    except BaseException:
        connection.close()
        for leftover in database.parent.glob(f"{database.name}*"):
            leftover.unlink()
        aside.rename(database)
        raise
    mail = settings.DATA / "mail"
    if mail.is_dir():
        mail.rename(_free_name(aside.with_name(f"{aside.stem}-mail")))
    heads.put_aside(now=now)  # they are of the demo's audit log
    return aside


def _free_name(path: Path) -> Path:
    number = 1
    candidate = path
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return candidate


def _close_for_good() -> None:
    """Leave one complete file behind. SQLite does so only if nobody else has it open."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=1000")
        try:
            cursor.execute("PRAGMA journal_mode=DELETE")
            mode = cursor.fetchone()[0]
        except DatabaseError:
            mode = "in use"
    connection.close()
    if mode != "delete":
        raise CannotEndDemo("The demo is running. Stop it first (Ctrl-C where `make run` was started).")


def _make_fresh(demo: Path) -> None:
    os.close(os.open(connection.settings_dict["NAME"], os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    call_command("migrate", interactive=False, verbosity=0)
    if str(settings.CACHES["default"]["BACKEND"]).endswith("DatabaseCache"):
        call_command("createcachetable", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ATTACH DATABASE %s AS demo", [str(demo)])
        cursor.execute("PRAGMA foreign_keys=OFF")
    with transaction.atomic():
        for model in content():
            for table, columns in tables_of(model):
                _copy(table, columns)
        _forget_people_in_drafts()
        connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("DETACH DATABASE demo")
        cursor.execute("PRAGMA foreign_keys=ON")
    ContentType.objects.clear_cache()
    Site.clear_site_root_paths_cache()
    edits.take_back()
    _write_published_anew()
    call_command("rebuild_references_index", verbosity=0)
    call_command("update_index", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # nothing of a name is left in a page of the file that was freed


def tables_of(model: Any) -> Iterable[tuple[str, dict[str, bool]]]:
    """The tables of a model with their columns; True for a column that names a person.

    Raises: ValueError for a column that must name a person: its table cannot be content.
    """
    yield (
        model._meta.db_table,
        {field.column: _names_a_person(field) for field in model._meta.local_concrete_fields},
    )
    for relation in model._meta.local_many_to_many:
        through = relation.remote_field.through
        if through._meta.auto_created and relation.related_model is not Employee:
            yield (
                through._meta.db_table,
                {field.column: False for field in through._meta.local_concrete_fields},
            )


def _names_a_person(field: Any) -> bool:
    is_person = bool(field.is_relation and field.related_model is Employee)
    if is_person and not field.null:
        raise ValueError(f"{field} must name a person, so its table is a record and not content.")
    return is_person


def _copy(table: str, columns: dict[str, bool]) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    values = ", ".join("NULL" if is_person else quote(column) for column, is_person in columns.items())
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM main.{quote(table)}")  # noqa: S608 - what the migrations had put there
        cursor.execute(f"INSERT INTO main.{quote(table)} ({names}) SELECT {values} FROM demo.{quote(table)}")  # noqa: S608 - our tables


def _forget_people_in_drafts() -> None:
    """Drafts are JSON with the ids of owners and stewards, and with editors' comments.

    Only content has drafts: a record may call a person what content calls something else (the author of a source).
    """
    names = {
        field.name
        for model in content()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is Employee
    }
    last = 0
    # A piece is read to its end before anything is written: on SQLite nobody can write over a reading left open.
    while piece := list(Revision.objects.filter(pk__gt=last).order_by("pk")[:100]):
        for revision in piece:
            before = json.dumps(revision.content)
            revision.content = _without(revision.content, names)
            if json.dumps(revision.content) != before:
                revision.save(update_fields=["content"])
        last = piece[-1].pk


def _without(value: Any, names: set[str]) -> Any:
    if isinstance(value, dict):
        return {
            key: None if key in names else [] if key == "wagtail_admin_comments" else _without(inner, names)
            for key, inner in value.items()
        }
    return [_without(inner, names) for inner in value] if isinstance(value, list) else value


def _write_published_anew() -> None:
    """Published rows carry the names of stewards and who signed; without signatures nothing is agreed."""
    from django.utils import timezone

    now = timezone.now()
    with transaction.atomic():
        # Agreeing set the day of the next review; without agreement there is none.
        Sense.objects.filter(status__in=[Status.AGREED, Status.IN_REVIEW]).update(
            status=Status.PROPOSED, review_due=None
        )
        render_words(Word.objects.values_list("pk", flat=True), now=now)
        for course in CoursePage.objects.live():
            render_course(course, now=now)
