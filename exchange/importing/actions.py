"""What happens to a file between the form and the pages: it is read, looked at, imported, and told about.

Small files are read and imported in the request that asks for it, larger ones in the worker, by the same code.
"""

import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from audit import log as audit_log
from authoring.queries import courses_of, may_start_courses
from courses.models import CoursePage
from exchange.importing.carpentries import CONFIG
from exchange.importing.course import NoCatalogue, import_course
from exchange.importing.leftovers import sweep
from exchange.importing.manifest import COURSE
from exchange.importing.markdown import AskedCourse, is_markdown
from exchange.importing.report import LISTS, Report
from exchange.importing.word import import_document, import_markdown_file
from exchange.models import Upload
from gates.archives import ArchiveRefused, entries_known, unpack
from gates.files import safe_name
from jobs.interruption import Interrupted, stop_if_asked
from jobs.models import Stage
from jobs.queries import abandoned, out_of_attempts
from jobs.underway import Overtaken, move, release, store_progress, take_lease
from people.models import Employee

KEPT = timedelta(days=1)
SMALL_BYTES: Final = 100_000
SMALL_FILES: Final = 10
"""What has neither more bytes nor more files is read and imported while its sender waits."""
FORMAT: Final = 2
"""Of the report that a row keeps."""
Clock = Callable[[], datetime]


class RightsGone(Exception):
    """Whoever sent the file may not do this any more."""


@transaction.atomic
def keep_upload(
    *,
    sender: Employee,
    name: str,
    content: bytes,
    course: CoursePage | None,
    now: datetime,
    asked: AskedCourse | None = None,
) -> Upload:
    """The file until its sender has said yes or no. One for each person: a new one takes the old one's place,
    unless that is being imported."""
    Upload.objects.filter(sender=sender).exclude(stage=Stage.IMPORTING).delete()
    Upload.objects.filter(made_at__lt=now - KEPT).exclude(stage=Stage.IMPORTING).delete()
    return Upload.objects.create(
        sender=sender,
        name=name[:255],
        content=content,
        course=course,
        made_at=now,
        asked=asdict(asked) if asked is not None else {},
    )


def forget_upload(upload: Upload) -> bool:
    """Put the file away; False where its import has begun."""
    rows = Upload.objects.filter(pk=upload.pk).exclude(stage=Stage.IMPORTING)
    return bool(rows.delete()[0])


def begin_reading(upload: Upload, *, clock: Clock) -> None:
    """Find out what importing the file would do; `upload.outcome` says it then. Nothing is stored beside that."""
    if _is_small(upload):
        go_on(upload, clock=clock)
        return
    with transaction.atomic():
        upload.told_at = clock()
        upload.save(update_fields=["told_at"])
        _ask_the_worker(upload)


def begin_import(upload: Upload, *, clock: Clock) -> bool:
    """Import what was read, as drafts; True for the one who began it."""
    is_small = _is_small(upload)
    with transaction.atomic():
        if not move(upload, Stage.IMPORTING, since=Stage.READ, now=clock(), done=0):
            return False
        if not is_small:
            _ask_the_worker(upload)
    if is_small:
        go_on(upload, clock=clock)
    return True


def _ask_the_worker(upload: Upload) -> None:
    from exchange.tasks import go_on_with_upload  # which comes back here

    go_on_with_upload.enqueue(upload.pk)


def _is_small(upload: Upload) -> bool:
    content = bytes(upload.content)
    if is_markdown(upload.name):
        return len(content) <= SMALL_BYTES
    try:
        return len(content) <= SMALL_BYTES and entries_known(content) <= (
            SMALL_FILES
            if upload.course_id is None
            else SMALL_BYTES  # a document is a lesson, whatever it is made of
        )
    except ArchiveRefused:
        return True  # and refused at once


def go_on(upload: Upload, *, clock: Clock) -> None:
    """Read or import a file, from where it is. Whoever is overtaken ends without a word."""
    if not take_lease(upload, now=clock()):
        return
    counted = 0

    def between() -> None:
        nonlocal counted
        counted += 1
        store_progress(upload, done=max(counted, upload.done), now=clock())
        stop_if_asked()

    try:
        if upload.stage == Stage.READING:
            report = _imported(upload, now=clock(), dry_run=True, between=between)
            move(
                upload,
                Stage.READ,
                since=Stage.READING,
                now=clock(),
                outcome=told_report(report),
                done=0,
                total=counted,
            )
        else:
            report = _imported(upload, now=clock(), dry_run=False, between=between)
            _finish(upload, report, now=clock())
    except Overtaken:
        return
    except (ArchiveRefused, NoCatalogue, RightsGone) as error:
        is_reading = upload.stage == Stage.READING
        if not is_reading:
            sweep(upload)
        told = (
            "%(reason)s"  # below a heading that says that nothing was imported
            if is_reading
            else _("%(reason)s What is in stands in drafts.")
        )
        move(
            upload, Stage.FAILED, since=Stage(upload.stage), now=clock(),
            error=told % {"reason": error}, content=b"",
        )  # fmt: skip
    except BaseException as error:
        release(upload, failed=not isinstance(error, Interrupted), now=clock())
        raise


@transaction.atomic
def _finish(upload: Upload, report: Report, *, now: datetime) -> None:
    """The end of an import: what it did is told to the log and kept for its page, the file is forgotten."""
    told = _as_a_whole(told_report(report), upload.outcome)
    if move(upload, Stage.IMPORTED, since=Stage.IMPORTING, now=now, outcome=told, content=b""):
        _note(told, by=upload.sender, now=now)


def import_folder(folder: Path, *, now: datetime, asked: AskedCourse | None = None) -> dict[str, Any]:
    """What an operator imports from a folder of this machine: new pages go live where nothing is missing.

    That it has begun is noted first and forgotten last, with its entry in the audit log. Cut off and begun
    again, it tells of the whole. What it says is as `Report.as_lists`, with its refusal. `asked` is what a folder
    of plain Markdown does not say of its course.

    Raises: exchange.importing.course.NoCatalogue
    """
    name = str(folder.resolve())[-255:]
    begun = Upload.objects.filter(sender=None, name=name).first()
    if begun is None:
        plan = told_report(import_course(folder, now=now, dry_run=True, asked=asked))
        if not plan["imported"] and not plan["in_part"]:
            return plan
        begun = Upload.objects.create(
            name=name,
            content=b"",
            made_at=now,
            stage=Stage.IMPORTING,
            told_at=now,
            hand="command",
            outcome=plan,
        )
    told = _as_a_whole(told_report(import_course(folder, now=now, asked=asked)), begun.outcome)
    with transaction.atomic():
        if Upload.objects.filter(pk=begun.pk).delete()[0] and (told["imported"] or told["in_part"]):
            _note(told, by=None, now=now)
    return told


def take_up_left(*, now: datetime) -> None:
    """What a killed process left is gone on with; what failed time after time says so."""
    sent = Upload.objects.filter(sender__isnull=False)
    for upload in sent.filter(pk__in=out_of_attempts(Upload, now=now)):
        if upload.stage == Stage.IMPORTING:
            sweep(upload)
        move(
            upload, Stage.FAILED, since=Stage(upload.stage), now=now, content=b"",
            error=_(
                "It was begun several times and never ended. What is in is safe. Ask whoever runs Bothways to "
                "look at the log, then choose the file again."
            ),
        )  # fmt: skip
    for upload in sent.filter(pk__in=abandoned(Upload, now=now)):
        _ask_the_worker(upload)


def told_report(report: Report) -> dict[str, Any]:
    """A report as it is kept."""
    return {
        **report.as_lists(),
        "format": FORMAT,
        "code": report.code,
        "refusal": report.refusal,
        "is_empty": not report.states,
    }


def _as_a_whole(told: dict[str, Any], plan: dict[str, Any]) -> dict[str, Any]:
    """What an import did that was cut off and went on: what was in already is its work too."""
    whole = {name: set(told[name]) for name in LISTS}
    for name in ("imported", "in_part"):
        before = whole["unchanged"] & set(plan.get(name, ()))
        whole[name] |= before
        whole["unchanged"] -= before
    return {**told, **{name: sorted(files) for name, files in whole.items()}}


def _note(told: dict[str, Any], *, by: Employee | None, now: datetime) -> None:
    course = CoursePage.objects.filter(code=told["code"]).first()
    audit_log.record(
        actor=by,
        verb=audit_log.Verb.COURSE_IMPORTED,
        about=f"course:{course.translation_key}" if course else "",
        detail={
            "imported": len(told["imported"]) + len(told["in_part"]),
            "unchanged": len(told["unchanged"]),
            "reported": len(told["remarks"]),
        },
        origin=audit_log.PAGE if by else audit_log.COMMAND,
        now=now,
    )


def may_use(person: Any, upload: Upload) -> bool:
    """Asked again before anything is read: rights may have gone since the file was sent."""
    if upload.course_id is None:
        return may_start_courses(person)
    return bool(courses_of(person).filter(pk=upload.course_id).exists())


def _imported(upload: Upload, *, now: datetime, dry_run: bool, between: Callable[[], object]) -> Report:
    sender = upload.sender
    if sender is None or not may_use(sender, upload):
        raise RightsGone(_("You do not write this course any more."))
    content = bytes(upload.content)
    if upload.course is not None:
        load = import_markdown_file if is_markdown(upload.name) else import_document
        return load(content, upload.name, course=upload.course, now=now, user=sender, dry_run=dry_run)
    with tempfile.TemporaryDirectory(prefix="bothways-import-") as temporary:
        # Named after the archive, since a course without a code of its own is called after its folder.
        folder = Path(temporary) / (Path(upload.name).stem or "course")
        if is_markdown(upload.name):
            folder.mkdir()
            (folder / safe_name(upload.name)).write_bytes(content)
        else:
            unpack(content, folder)
        return import_course(
            course_folder(folder),
            now=now,
            user=sender,
            dry_run=dry_run,
            publishes=False,
            between=between,
            asked=AskedCourse(**upload.asked) if upload.asked else None,
        )


def course_folder(folder: Path) -> Path:
    """The folder of the course: programs that pack a folder put it into the archive as its only entry."""
    for _level in range(3):
        there = [path for path in folder.iterdir() if not path.name.startswith((".", "__MACOSX"))]
        if any((folder / name).is_file() for name in (COURSE, CONFIG)) or len(there) != 1:
            return folder
        if not there[0].is_dir():
            return folder
        folder = there[0]
    return folder
