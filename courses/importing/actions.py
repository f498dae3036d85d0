"""What happens to a file between the form and the pages: it waits for its preview, then it is imported."""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from courses.importing.course import import_course
from courses.importing.manifest import COURSE
from courses.importing.report import Report
from courses.importing.word import import_document
from courses.importing.workbench import CONFIG
from courses.models import CoursePage, Upload
from gates.archives import unpack
from people import audit
from people.models import Employee

KEPT = timedelta(days=1)


@transaction.atomic
def keep_upload(
    *, sender: Employee, name: str, content: bytes, course: CoursePage | None, now: datetime
) -> Upload:
    """The file until its sender has said yes or no. One for each person: a new one takes the old one's place."""
    Upload.objects.filter(sender=sender).delete()
    Upload.objects.filter(made_at__lt=now - KEPT).delete()
    return Upload.objects.create(sender=sender, name=name[:255], content=content, course=course, made_at=now)


def forget_upload(upload: Upload) -> None:
    upload.delete()


def try_upload(upload: Upload, *, now: datetime) -> Report:
    """What importing the file would do. Nothing is stored.

    Raises: gates.archives.ArchiveRefused, courses.importing.course.NoCatalogue
    """
    return _imported(upload, now=now, dry_run=True)


@transaction.atomic
def import_upload(upload: Upload, *, now: datetime) -> Report:
    """Import the file as drafts, note it in the audit log, and forget the file: all of it or nothing.

    Raises: as `try_upload`
    """
    report = _imported(upload, now=now, dry_run=False)
    _note(report, by=upload.sender, now=now)
    upload.delete()
    return report


@transaction.atomic
def import_folder(folder: Path, *, now: datetime) -> Report:
    """What an operator imports from a folder of this machine: new pages go live where nothing is missing.

    Raises: courses.importing.course.NoCatalogue
    """
    report = import_course(folder, now=now)
    if report.imported:
        _note(report, by=None, now=now)
    return report


def _note(report: Report, *, by: Employee | None, now: datetime) -> None:
    course = CoursePage.objects.filter(code=report.code).first()
    audit.record(
        actor=by,
        verb=audit.Verb.COURSE_IMPORTED,
        about=f"course:{course.translation_key}" if course else "",
        detail={
            "imported": len(report.imported),
            "unchanged": len(report.unchanged),
            "reported": len(report.reported),
        },
        origin=audit.PAGE if by else audit.COMMAND,
        now=now,
    )


def _imported(upload: Upload, *, now: datetime, dry_run: bool) -> Report:
    content = bytes(upload.content)
    if upload.course is not None:
        return import_document(
            content, upload.name, course=upload.course, now=now, user=upload.sender, dry_run=dry_run
        )
    with tempfile.TemporaryDirectory(prefix="bothways-import-") as place:
        # Named after the archive, since a course without a code of its own is called after its folder.
        folder = Path(place) / (Path(upload.name).stem or "course")
        unpack(content, folder)
        return import_course(
            course_folder(folder), now=now, user=upload.sender, dry_run=dry_run, publishes=False
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
