"""What happens to a list of people: it is kept, read, looked at, and imported or forgotten.

Deciding what a list does writes nothing and holds no lock; what is written is written in pieces.
"""

import hashlib
import io
import logging
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from audit import log as audit_log
from gates.csv_in import Table
from jobs import underway
from jobs.models import Stage
from jobs.queries import abandoned, out_of_attempts
from jobs.removal import remove
from people.importing import outcomes, queries, running
from people.importing.deciding import columns_of, plan_import
from people.importing.rules.plans import Plan, changed_meanwhile
from people.importing.running import AnotherImport, Clock, Said, one_at_a_time
from people.importing.translation import reason_of
from people.models import Employee, PeopleUpload

logger = logging.getLogger(__name__)
LARGE = 500
"""A list of more lines is read and imported by the worker, else in the request."""
KEPT = 3
"""Lists of one person that wait to be decided about; each may have 10 MB."""


class PlanChanged(Exception):
    """Since somebody looked, the file would do something else. Nothing was written."""


# --- On the page


def keep_upload(
    *, uploader: Employee, name: str, content: bytes, invite: bool, may_change_guarded: bool, now: datetime
) -> PeopleUpload:
    """Keep a list until its uploader has decided, or for a day. Two windows of one person have each their own.

    Of many lists that wait the newest `KEPT` stay, and those that failed go.

    A short list is read at once, a long one by the worker. Raises: TableRefused, HeadingsRefused; nothing was
    kept then.
    """
    below_the_headings = content.rstrip(b"\r\n\0 ")
    total = max(below_the_headings.count(b"\n"), below_the_headings.count(b"\r"))
    upload = PeopleUpload(
        uploader=uploader,
        name=name[:100],
        content=content,
        invite=invite,
        made_at=now,
        told_at=now,
        total=total,
    )
    if total > LARGE:
        columns_of(Table(io.BytesIO(content)).headings)  # what no reading would mend is said at once
    else:
        plan = plan_import(io.BytesIO(content), now=now, may_change_guarded=may_change_guarded)
        upload.stage, upload.outcome = Stage.READ, outcomes.outcome_of(plan)
    with transaction.atomic():
        mine = PeopleUpload.objects.filter(uploader=uploader)
        mine.filter(stage=Stage.FAILED).delete()
        others = mine.filter(stage__in=[Stage.READING, Stage.READ]).order_by("-pk")
        mine.filter(pk__in=list(others.values_list("pk", flat=True)[KEPT - 1 :])).delete()
        upload.save()
        if upload.stage == Stage.READING:
            _enqueue(upload)
    return upload


def begin_import(upload: PeopleUpload, *, expected: str, clock: Clock) -> None:
    """Import a list that was looked at: a short one at once, a long one by the worker.

    Somebody who asks twice gets it once. Raises: PlanChanged, AnotherImport; nothing was written then.
    """
    if upload.stage != Stage.READ:
        return
    if upload.outcome["fingerprint"] != expected:
        raise PlanChanged
    is_small = upload.total <= LARGE
    with one_at_a_time():
        begun = underway.move(
            upload, Stage.IMPORTING, since=Stage.READ, held=is_small, done=0, error="", now=clock()
        )
        if begun and not is_small:
            _enqueue(upload)
    if begun and is_small:
        _go_on(upload, clock)


def take_turn(upload: PeopleUpload, *, clock: Clock, turn: int) -> None:
    """Of the worker: go on with a list that waits, for so many pieces, and leave the rest for the next turn."""
    if underway.take_lease(upload, now=clock()) and not _go_on(upload, clock, turn):
        with transaction.atomic():
            if underway.release(upload, now=clock()):
                _enqueue(upload)


def _go_on(upload: PeopleUpload, clock: Clock, turn: int | None = None) -> bool:
    try:
        return running.go_on(upload, clock=clock, turn=turn)
    except underway.Overtaken:
        logger.warning("list of people %s: somebody else goes on with it", upload.pk)
        return True


def take_up_left(*, now: datetime) -> None:
    """Lists that a killed process left are gone on with, and those with which nobody came further have failed."""
    for upload in PeopleUpload.objects.filter(pk__in=abandoned(PeopleUpload, now=now)):
        _enqueue(upload)
    for upload in PeopleUpload.objects.filter(pk__in=out_of_attempts(PeopleUpload, now=now)):
        running.stop(upload, error=_gone_wrong(upload), now=now)


def _gone_wrong(upload: PeopleUpload) -> str:
    if upload.steps:
        return _(
            "Something went wrong five times in a row, so the import goes no further. What is in stays; nothing else "
            "was written. Ask whoever runs Bothways to look at the log, then import the list again: who is in already "
            "stays unchanged."
        )
    return _(
        "Something went wrong five times in a row, so this list goes no further. Nothing was imported. Ask whoever "
        "runs Bothways to look at the log, then choose the list again."
    )


def forget_upload(upload: PeopleUpload) -> bool:
    """Remove a list; not while it is imported. Doing it twice changes nothing."""
    idle = PeopleUpload.objects.filter(pk=upload.pk).exclude(stage=Stage.IMPORTING)
    waits = PeopleUpload.objects.filter(pk=upload.pk, stage=Stage.IMPORTING, hand="", steps=b"")
    return bool(idle.delete()[0] or waits.delete()[0])


def forget_old_uploads(*, before: datetime) -> int:
    """Remove lists of before, imported or not, but for one that is being imported; how many."""
    old = PeopleUpload.objects.filter(made_at__lt=before).exclude(stage=Stage.IMPORTING)
    return remove(old, at_once=1)  # a list may have 10 MB


def _enqueue(upload: PeopleUpload) -> None:
    from people.tasks import go_on_with_list  # the task calls this module

    go_on_with_list.enqueue(upload.pk)


# --- In one go


def import_people(
    stream: BinaryIO,
    *,
    by: Employee | None,
    now: datetime,
    expected: str = "",
    invite: bool = False,
    origin: str = audit_log.PAGE,
    may_change_guarded: bool = False,
    clock: Clock | None = None,
    said: Said = lambda done, total: None,
) -> Plan:
    """Read a file and do what it says; what was done.

    Importing the same file again changes nothing. `expected`: the fingerprint of the plan that was
    looked at, if it was. `invite`: mail a link for the first sign-in to everybody who is new. `said` is told
    after each piece how much of it is done.
    Raises: TableRefused, HeadingsRefused, PlanChanged, AnotherImport; nothing was written then.
    """
    ticks = clock or (lambda: now)
    sha256 = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]  # any file will do
    was_begun = _finish_what_was_left(sha256, ticks, said)
    plan = plan_import(stream, now=now, may_change_guarded=may_change_guarded)
    if expected and plan.fingerprint(reason_of) != expected:
        raise PlanChanged
    if was_begun and not plan.imported_count:  # all of it is in, and in the log
        return plan
    upload = PeopleUpload(uploader=by, name=origin, invite=invite, made_at=now, told_at=now)
    values = running.decided(plan, stream, now)
    values["outcome"]["origin"] = origin
    with one_at_a_time():
        upload.save()
        underway.move(upload, Stage.IMPORTING, since=Stage.READING, held=True, now=now, **values)
    try:
        running.go_on(upload, clock=ticks, said=said)
    except underway.Overtaken as error:  # we were silent for a minute: the worker goes on with it
        raise AnotherImport from error
    plan.reported += [
        changed_meanwhile(entry["line"], entry["number"]) for entry in upload.outcome["meanwhile"]
    ]
    PeopleUpload.objects.filter(pk=upload.pk, stage=Stage.IMPORTED).delete()
    return plan


def _finish_what_was_left(sha256: str, clock: Clock, said: Said) -> bool:
    """An import that was killed comes first; the very same list, begun by a command, without waiting for it.

    True where it was this list. Raises: AnotherImport.
    """
    left = queries.being_imported()
    if left is None:
        return False
    is_ours = left.uploader_id is None and left.outcome.get("sha256") == sha256
    if not underway.take_lease(left, now=clock(), by_force=is_ours):
        raise AnotherImport
    try:
        running.go_on(left, clock=clock, said=said)
    except underway.Overtaken as error:
        raise AnotherImport from error
    if left.uploader_id is None:
        PeopleUpload.objects.filter(pk=left.pk, stage=Stage.IMPORTED).delete()
    return is_ours
