"""Background edges of the whole site. Every function takes `now` and returns nothing."""

import logging
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from django_tasks import task
from wagtail.models import DraftStateMixin, Page, Revision

from bothways.operations import installation
from courses import publishing
from jobs.pauses import Pauses
from jobs.removal import remove
from publishing.publication import my_turn, rehearse

log = logging.getLogger("jobs")


class SomeFailed(Exception):
    """Some of several independent things failed; the others were done."""


class DatabaseDamaged(Exception):
    """SQLite's own check found damage. Stop the server and restore the last backup."""


def publish_scheduled(*, now: datetime) -> None:
    """What was to go live by now is live, what was to expire is not.

    Unlike Wagtail's command of this name, one page that cannot be published holds up no other.

    Raises: SomeFailed, when all others are done.
    """
    failed = []
    for model in _draft_models():
        for item in model._default_manager.filter(live=True, expire_at__lt=now).order_by("expire_at"):
            rehearse(item.specific if isinstance(item, Page) else item)
            try:
                with my_turn():
                    item.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
            except Exception:  # one page must not hold up the others
                log.exception("job=publish item=%s.%s outcome=not-unpublished", model._meta.label, item.pk)
                failed.append(str(item))
    for revision in Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at"):
        try:
            revision.publish(log_action="wagtail.publish.scheduled")
        except Exception:  # one page must not hold up the others
            log.exception("job=publish revision=%s outcome=not-published", revision.pk)
            failed.append(revision.object_str)
    if failed:
        # not for people: a job tells it to the log
        raise SomeFailed(f"{len(failed)} scheduled items failed: {', '.join(failed[:5])}")


def refresh_quizzes(*, now: datetime) -> None:
    """A quiz appears once its bank has enough questions, and goes when it has not."""
    changed = publishing.refresh_quizzes(now=now)
    if changed:
        log.info("job=quizzes courses=%s", changed)


def _draft_models() -> list[Any]:
    """Page stands for all page types; snippets are asked one by one."""
    snippets = [
        model
        for model in apps.get_models()
        if issubclass(model, DraftStateMixin) and not issubclass(model, Page)
    ]
    return [Page, *snippets]


@task(backend="background", queue_name="background")
def load_starter_content() -> None:
    """What of the starter content changed, a course at a time; in a demo with what people did in each.

    Interrupted, it goes on where it was.
    """
    from bothways.operations.demo import continue_demo

    pause = Pauses()
    installation.load_content(say=log.info, now=timezone.now(), after_each=lambda: continue_demo(pause=pause))


def clear_sessions(*, now: datetime) -> None:
    """Sign-ins that ran out are removed."""
    remove(Session.objects.filter(expire_date__lt=now))


def check_database(*, now: datetime) -> None:
    """SQLite reads through its whole file. PostgreSQL looks after itself.

    Raises: DatabaseDamaged, which turns the health page red.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check")
        findings = [row[0] for row in cursor.fetchall()]
    if findings != ["ok"]:
        raise DatabaseDamaged("; ".join(findings)[:1000])
