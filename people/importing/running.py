"""Reads, decides and writes a list, in one process at a time, and goes on from where another process stopped.

Each piece is a transaction that first stores its progress in the row of the list. So a piece happens once even
if a worker is killed in between, and the next worker goes on from there.
"""

import gc
import hashlib
import io
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from audit import log as audit_log
from gates.csv_in import TableRefused
from jobs import underway
from jobs.interruption import Interrupted
from jobs.models import Stage
from jobs.pauses import Pauses
from people import roles
from people.importing import outcomes, queries, steps
from people.importing.deciding import HeadingsRefused, plan_import
from people.importing.pieces import Piece, make_departments
from people.importing.rules.plans import Plan
from people.importing.translation import reason_of
from people.models import PeopleUpload
from people.queries import today

logger = logging.getLogger(__name__)
DEPARTMENTS_AT_ONCE = 10
LONG = 1000
Clock = Callable[[], datetime]
Said = Callable[[int, int], object]


class AnotherImport(Exception):
    """Another list is being imported: one after the other."""


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """A transaction in which an import begins. Raises: AnotherImport."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:  # the database keeps it: one_list_is_imported_at_a_time
        raise AnotherImport from error


def go_on(
    upload: PeopleUpload, *, clock: Clock, turn: int | None = None, said: Said = lambda done, total: None
) -> bool:
    """Read or import what this process holds, from where it is. False: after `turn` pieces there is more to do.

    Raises: Overtaken.
    """
    spoken = upload.uploader.language if upload.uploader else ""
    try:
        with translation.override(spoken or settings.LANGUAGE_CODE):
            if upload.stage == Stage.READING:
                _read(upload, clock)
                return True
            if not upload.steps and not _decide(upload, clock):
                return True
            return _Import(upload, clock, said).run(turn)
    except underway.Overtaken:
        raise
    except BaseException as error:
        underway.release(upload, failed=not isinstance(error, Interrupted), now=clock())
        raise


def decided(plan: Plan, stream: BinaryIO, now: datetime) -> dict[str, Any]:
    """What the row of an import says from the moment when it is certain what is written."""
    stream.seek(0)
    digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]  # any file will do
    todo = steps.steps_of(plan, today(now))
    return {
        "steps": steps.packed(todo),
        "total": len(todo.steps),
        "content": b"",
        "outcome": {**outcomes.outcome_of(plan), "sha256": digest},
    }


def stop(upload: PeopleUpload, *, error: str, now: datetime) -> None:
    """It goes no further. What is written stays, and the audit log says how much that is."""
    outcome, is_begun = upload.outcome, bool(upload.steps)
    if is_begun:
        outcome = outcomes.only(outcome, steps.unpacked(bytes(upload.steps)).steps[upload.done :])
    with transaction.atomic():
        values = {"outcome": outcome, "error": error, "steps": b"", "content": b""}
        if underway.move(upload, Stage.FAILED, since=Stage(upload.stage), now=now, **values) and is_begun:
            _log(upload, now, stopped=True)


def _read(upload: PeopleUpload, clock: Clock) -> None:
    try:
        plan = _plan(upload, clock)
    except (TableRefused, HeadingsRefused) as error:
        values: dict[str, Any] = {"error": str(error), "content": b""}
        underway.move(upload, Stage.FAILED, since=Stage.READING, now=clock(), **values)
    else:
        outcome = outcomes.outcome_of(plan)
        underway.move(upload, Stage.READ, since=Stage.READING, now=clock(), outcome=outcome)


def _decide(upload: PeopleUpload, clock: Clock) -> bool:
    """True where the list still does what was looked at; else that is shown anew."""
    if _rights(upload, clock()) is None:
        stop(upload, error=_not_any_more(), now=clock())
        return False
    plan = _plan(upload, clock)
    if plan.fingerprint(reason_of) == upload.outcome["fingerprint"]:
        stream = io.BytesIO(bytes(upload.content))
        underway.store_progress(upload, done=0, now=clock(), **decided(plan, stream, clock()))
        return True
    underway.move(
        upload,
        Stage.READ,
        since=Stage.IMPORTING,
        now=clock(),
        outcome=outcomes.outcome_of(plan),
        error=changed_since(),
    )
    return False


def changed_since() -> str:
    return _("Something has changed since you looked at this list. Nothing was imported. Please look again.")


def _plan(upload: PeopleUpload, clock: Clock) -> Plan:
    rights = _rights(upload, clock()) or frozenset()
    return plan_import(
        io.BytesIO(bytes(upload.content)),
        now=clock(),
        may_change_guarded=roles.ADMINISTRATOR in rights,
        heard=lambda count: underway.store_progress(upload, done=count, now=clock()),
    )


def _rights(upload: PeopleUpload, now: datetime) -> frozenset[str] | None:
    """The roles by which the list is imported now; None where its uploader may not any more."""
    if upload.uploader_id is None:
        return frozenset([roles.ADMINISTRATOR])  # whoever runs the server
    return queries.rights_of(upload.uploader_id, today(now)) or None


def _not_any_more() -> str:
    return _(
        "The import stopped, because whoever began it may not import people any more. What is in stays; nothing "
        "else was written."
    )


def _log(upload: PeopleUpload, now: datetime, **more: Any) -> None:
    counts = upload.outcome["counts"]
    audit_log.record(
        actor=upload.uploader,
        verb=audit_log.Verb.PEOPLE_IMPORTED,
        origin=upload.outcome.get("origin", audit_log.PAGE),
        detail={
            **{name: counts[name] for name in ("new", "changed", "unchanged")},
            **{name: counts[name] for name in ("reported", "withheld", "departments")},
            "left_out": counts["meanwhile"],
            "sha256": upload.outcome["sha256"],
            **more,
        },
        now=now,
    )


class _Import:
    """An import whose steps are decided."""

    def __init__(self, upload: PeopleUpload, clock: Clock, said: Said) -> None:
        self.upload = upload
        self.clock = clock
        self.said = said
        self.steps = steps.unpacked(bytes(upload.steps))

    def run(self, turn: int | None) -> bool:
        """False where more is left after so many pieces."""
        if self.upload.total <= LONG:
            return self._run(turn)
        # A full search for garbage takes longer than a piece, and would be made in the midst of one.
        gc.collect()
        gc.freeze()
        try:
            return self._run(turn)
        finally:
            gc.unfreeze()

    def _run(self, turn: int | None) -> bool:
        upload, pause = self.upload, Pauses()
        if not upload.done:
            self._departments(pause)
        for count, piece in enumerate(self.steps.pieces(upload.done, invite=upload.invite), start=1):
            rights = _rights(upload, self.clock())
            if rights is None:
                stop(upload, error=_not_any_more(), now=self.clock())
                return True
            self._write(piece, rights)
            self.said(upload.done, upload.total)
            if turn and count >= turn and upload.done < upload.total:
                return False
            pause()
        self._finish()
        return True

    def _departments(self, pause: Pauses) -> None:
        paths = self.steps.departments
        for start in range(0, len(paths), DEPARTMENTS_AT_ONCE):
            with transaction.atomic():
                underway.store_progress(self.upload, done=0, now=self.clock())
                make_departments(paths[start : start + DEPARTMENTS_AT_ONCE])
            pause()

    def _write(self, lines: list[steps.Step], rights: frozenset[str]) -> None:
        upload, now = self.upload, self.clock()
        with transaction.atomic():
            underway.store_progress(upload, done=upload.done + len(lines), now=now)
            piece = Piece(
                lines,
                today=self.steps.today,
                leaves=self.steps.leaves,
                invite=upload.invite,
                may_change_guarded=roles.ADMINISTRATOR in rights,
                now=now,
            )
            piece.write()
            if piece.told:
                outcome = outcomes.left_out(upload.outcome, lines, piece.told)
                underway.store_progress(upload, done=upload.done, now=now, outcome=outcome)
            audit_log.record_changes(
                piece.changed.items(),
                actor=upload.uploader,
                origin=upload.outcome.get("origin", audit_log.PAGE),
                now=now,
            )

    def _finish(self) -> None:
        now = self.clock()
        with transaction.atomic():
            if not underway.move(self.upload, Stage.IMPORTED, since=Stage.IMPORTING, now=now, steps=b""):
                raise underway.Overtaken(self.upload.pk)
            _log(self.upload, now)
