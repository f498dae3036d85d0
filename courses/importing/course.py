"""A course folder in: all of it or nothing, and the same folder again changes nothing."""

import uuid
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Locale

from courses.importing.folder import FILE_LIMIT, Folder, Store
from courses.importing.lesson import read_lesson
from courses.importing.manifest import COURSE, CourseFile, read_manifest
from courses.importing.pages import Edited, Pen, Unfit, lacks, publish, remember, write_course, write_lesson
from courses.importing.report import Report
from courses.importing.stream import LessonFile, digest, refuse_unrenderable
from courses.importing.workbench import CONFIG, Foreign
from courses.models import CataloguePage, CoursePage, ImportedFile, LessonPage
from courses.publishing import render_course
from courses.writing.teams import add_author, files_of
from gates.blocks import SourceError, load_yaml
from gates.pictures import TYPES
from glossary.linking import one_reading_of_the_glossary
from people import roles
from people.models import Employee
from quizzes.importing import import_questions
from quizzes.models import Bank, Purpose, Question
from quizzes.policies import banks_of

NAMESPACE = uuid.UUID("5c2c6a5e-8d5f-4d53-9a0e-7d1f3b1f6a01")
QUESTIONS = "questions.yaml"
PLAN = "session-plan.md"


def _edited() -> str:
    return _("It was edited here since the last import, and the file changed too. The page was left alone.")


def _unknown(name: str) -> str:
    if name.lower().endswith((*TYPES, ".svg")):
        return _("No lesson shows this picture; it was not imported.")
    return _(
        "A course has lessons, questions and a session plan; this file has no place in it and "
        "was not imported."
    )


def _refused(name: str) -> str:
    return _("Not imported, because the course itself was refused.")


class NoCatalogue(Exception):
    """There is no catalogue page to put the course under."""


class Refused(Exception):
    """Nothing of the course can be taken; the report says why."""


def key_of(*parts: str) -> uuid.UUID:
    """The same id on every installation, so that figures merge and files find their pages."""
    return uuid.uuid5(NAMESPACE, "/".join(parts))


def import_course(
    folder: Path,
    *,
    now: datetime,
    user: Employee | None = None,
    dry_run: bool = False,
    publishes: bool = True,
    between: Callable[[], object] | None = None,
) -> Report:
    """Load a course folder. One transaction: after a crash all of the course is there or nothing.

    With `between` it goes in piece by piece, the course itself live last, and this is called after each piece:
    on SQLite nobody can save an answer while a transaction is open. What a crash cut off is then finished by
    the next import.

    A new course or lesson is published where nothing is missing, or stays a draft for review unless
    `publishes`. A changed one becomes a new draft revision. A page that somebody edited since is reported
    and left alone. With a `user`, only courses that this person may change are touched.

    Raises:
        NoCatalogue: the installation has no catalogue page yet.
    """
    report = Report()
    files = Folder(folder)
    names = files.names()
    if len(names) > FILE_LIMIT:
        report.tell(
            names[0],
            1,
            _("The folder has more than %(limit)s files. Nothing was imported.")
            % {"limit": f"{FILE_LIMIT:,}"},
        )
        return report
    pen = Pen(now, user, publishes, dry_run)
    otherwise = _unknown
    try:
        in_one = transaction.atomic() if between is None or dry_run else nullcontext()
        with one_reading_of_the_glossary(), in_one:
            _Importer(files, names, report, pen, between or _go_on).run()
            if dry_run:
                transaction.set_rollback(True)
    except Refused:
        otherwise = _refused
        report.states.clear()
        report.followed = set(names) - {entry["file"] for entry in report.reported}
    report.close(names, otherwise)
    return report


def _go_on() -> None:
    """Nothing is done between the pieces."""


class _Importer:
    def __init__(
        self, files: Folder, names: list[str], report: Report, pen: Pen, between: Callable[[], object]
    ) -> None:
        self.files, self.names, self.report, self.pen = files, names, report, pen
        self.between = between
        self.foreign: Foreign | None = None
        self.moved = False

    def run(self) -> None:
        """Raises: NoCatalogue, Refused"""
        read = self._manifest()
        self.read = read
        self.report.code = read.code
        catalogue = CataloguePage.objects.filter(locale=read.locale).first()
        if catalogue is None:
            language = read.locale.language_code
            raise NoCatalogue(
                _("There is no catalogue page in %(language)s; run `manage.py prepare` first.")
                % {"language": language}
            )
        course = CoursePage.objects.filter(translation_key=key_of(read.code), locale=read.locale).first()
        self._ask_for_rights(course)
        bank = self._bank(course)
        read.fields["bank_id"] = bank.pk
        self._questions(bank, read.locale)
        if self.foreign is not None:
            self.foreign.read_plan()
        else:
            self._plan()
        self.report.tell_errors(read.errors, read.name)
        course, is_new = self._course(course, catalogue)
        store = Store(files_of(course), dry_run=self.pen.dry_run)
        lessons = self.foreign.lessons(store) if self.foreign is not None else self._lessons(bank, store)
        written = self._write(lessons, course)
        went_live = self._publish(written, course)
        if course.live and not went_live and self.moved and not self.pen.dry_run:
            render_course(course, now=self.pen.now)
        self._pictures()
        self._gone()
        if is_new and self.pen.user is not None and roles.AUTHOR in self.pen.user.roles:
            add_author(course=course, employee=self.pen.user)

    def _manifest(self) -> CourseFile:
        try:
            if self.files.has(COURSE):
                return read_manifest(self.files)
            if self.files.has(CONFIG):
                self.foreign = Foreign(self.files)
                return self.foreign.course
        except SourceError as error:
            self.report.tell(error.source or COURSE, error.line, error.reason)
            raise Refused from error
        self.report.tell(COURSE, 1, _("This folder has no course.yaml, so it is not a course."))
        raise Refused

    def _ask_for_rights(self, course: CoursePage | None) -> None:
        user, code = self.pen.user, self.read.code
        if user is None or user.is_superuser:
            return
        if course is not None and not course.permissions_for_user(user).can_edit():
            reason = _(
                "You are not an author of the course %(code)s. Ask one of them to add you, or choose "
                "another code."
            ) % {"code": code}
        elif course is None and self._is_taken(code):
            reason = _("The code %(code)s is taken by somebody else's questions. Choose another code.") % {
                "code": code
            }
        elif course is None and CoursePage.objects.filter(code__iexact=code).exists():
            reason = _("Another course has the code %(code)s. Choose a free one.") % {"code": code}
        else:
            return
        self.report.tell(self.read.name, 1, reason)
        raise Refused

    def _is_taken(self, code: str) -> bool:
        """Whether a bank of this name holds questions that this person may not write."""
        mine = banks_of(self.pen.user).values("pk")
        return Bank.objects.filter(slug=code.lower()).exclude(pk__in=mine).exists()

    def _bank(self, course: CoursePage | None) -> Bank:
        if course is not None and course.bank is not None:
            return course.bank
        name = f"{self.read.code} {self.read.fields['short_title']}".strip()
        return Bank.objects.get_or_create(slug=self.read.code.lower(), defaults={"name": name[:150]})[0]

    # --- the files beside the lessons

    def _questions(self, bank: Bank, locale: Locale) -> None:
        if not self.files.has(QUESTIONS):
            return
        try:
            items = load_yaml(self.files.text(QUESTIONS), source=QUESTIONS)
        except SourceError as error:
            self.report.tell(QUESTIONS, error.line, error.reason)
            return
        outcome = import_questions(
            items,
            bank=bank,
            locale=locale,
            now=self.pen.now,
            user=self.pen.user,
            publishes=self.pen.publishes,
            between=self.between,
        )
        for fault in outcome.reported:
            self.report.tell(QUESTIONS, fault.line, fault.reason)
        self.report.settle(QUESTIONS, is_new=bool(outcome.imported))

    def _plan(self) -> None:
        if not self.files.has(PLAN):
            return
        try:
            self.read.plan = self.files.text(PLAN)
            refuse_unrenderable(self.read.plan)
        except SourceError as error:
            self.report.tell(PLAN, error.line, error.reason)
            self.read.plan = ""
        except ValueError as error:
            self.report.tell(PLAN, 1, str(error))
            self.read.plan = ""

    def _course(self, course: CoursePage | None, catalogue: CataloguePage) -> tuple[CoursePage, bool]:
        read = self.read
        if course is not None and self.files.has(PLAN) and not read.plan:
            read.plan = course.get_latest_revision_as_object().session_plan  # the file was refused
        try:
            page, is_written = write_course(read, course, catalogue, key_of(read.code), self.pen)
        except Edited:
            if course is None:  # only a page that is there can have been edited
                raise
            self.report.tell(read.name, 1, _edited())
            self._settle_plan(None, False)
            return course, False
        except Unfit as error:
            self.report.tell(read.name, 1, str(error))
            raise Refused from error
        self.report.settle(read.name, is_new=is_written)
        self._settle_plan(page, is_written)
        return page, course is None

    def _settle_plan(self, course: CoursePage | None, is_written: bool) -> None:
        """The plan stands in the course's page, but is a file of its own."""
        if not self.files.has(PLAN) or self.read.is_foreign:
            return
        if course is None:
            self.report.tell(PLAN, 1, _edited())
            return
        mark = digest(self.read.plan.strip())
        known = ImportedFile.objects.filter(course_code=self.read.code, name=PLAN).first()
        is_new = is_written and (known is None or known.digest != mark)
        self.report.settle(PLAN, is_new=is_new)
        remember(self.read.code, PLAN, None, mark, self.pen.now)

    # --- lessons

    def _lessons(self, bank: Bank, store: Store) -> list[LessonFile]:
        checks = Question.objects.filter(bank=bank, locale=self.read.locale, purpose=Purpose.CHECK)
        questions: Mapping[str, Question] = {question.code: question for question in checks}
        names = [
            name for name in self.names if "/" not in name and name[0].isdigit() and name.endswith(".md")
        ]
        return [read_lesson(name, self.files, questions, store) for name in names]

    def _write(self, lessons: list[LessonFile], course: CoursePage) -> list[tuple[LessonFile, LessonPage]]:
        """All pages first, as drafts: a lesson may link to one that comes later."""
        written: list[tuple[LessonFile, LessonPage]] = []
        taken: dict[str, str] = {}
        for read in lessons:
            if read.fields and read.fields["slug"] in taken:
                read.tell(
                    1,
                    _("%(other)s has the same address. This lesson was not imported.")
                    % {"other": taken[read.fields["slug"]]},
                )
                read.fields = {}
            self.report.tell_errors(read.errors, read.name)
            if not read.fields:
                continue
            taken[read.fields["slug"]] = read.name
            page = self._lesson(read, course)
            self.between()
            if page is None:
                continue
            if written and page.path < written[-1][1].path:
                page.move(written[-1][1], pos="right")
                page = LessonPage.objects.get(pk=page.pk)
                self.moved = True
            written.append((read, page))
        return written

    def _lesson(self, read: LessonFile, course: CoursePage) -> LessonPage | None:
        key = key_of(self.read.code, read.fields["slug"])
        page = LessonPage.objects.filter(translation_key=key, locale=course.locale).first()
        try:
            found, is_written = write_lesson(read, page, course, key, self.pen)
        except Edited:
            self.report.tell(read.name, 1, _edited())
            return page
        except Unfit as error:
            self.report.tell(read.name, 1, str(error))
            return page
        self.report.settle(read.name, is_new=is_written)
        return found

    def _publish(self, written: list[tuple[LessonFile, LessonPage]], course: CoursePage) -> bool:
        """New pages go live, the course last: then its published rows are written once."""
        went_live = False
        for read, page in written:
            if page.live or page.first_published_at is not None:
                continue
            reasons = publish(page, self.pen) if self.pen.publishes else lacks(page)
            self.between()
            for block, reason in reasons:
                self.report.tell(
                    read.name, read.lines.get(block, 1), _("Kept as a draft. %(reason)s") % {"reason": reason}
                )
            if not reasons and self.pen.publishes:
                self.report.settle(read.name, is_new=True)
                went_live = True
        course.refresh_from_db()
        is_there = went_live or any(page.live for _read, page in written)  # of an import that was cut off
        if is_there and self.pen.publishes and not course.live and course.first_published_at is None:
            for _block, reason in publish(course, self.pen):
                self.report.tell(self.read.name, 1, _("Kept as a draft. %(reason)s") % {"reason": reason})
        return went_live

    # --- what is left

    def _pictures(self) -> None:
        """A picture shares the fate of the lessons that show it."""
        for name, users in self.files.used.items():
            states = {self.report.states.get(user) for user in users}
            if states & {"imported", "unchanged"}:
                self.report.settle(name, is_new="imported" in states)
            else:
                self.report.tell(
                    name,
                    1,
                    _("Not imported: %(lessons)s was left alone.") % {"lessons": ", ".join(sorted(users))},
                )

    def _gone(self) -> None:
        """A page whose file is no longer there stays: people may have records in it."""
        rows = ImportedFile.objects.filter(course_code=self.read.code, page__isnull=False).exclude(
            name__in=self.names
        )
        for row in rows.order_by("name"):
            self.report.tell(
                row.name, 1, _("This file is not in the folder any more. Its page was left as it is.")
            )
