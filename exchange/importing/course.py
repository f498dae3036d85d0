"""A course folder in: piece by piece, the course itself live last; the same folder again changes nothing."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from authoring.teams import add_author, files_of
from courses.models import CataloguePage, CoursePage
from courses.publishing import render_course
from exchange.importing.carpentries import CONFIG, Foreign
from exchange.importing.folder import FILE_LIMIT, NOT_STORED, Folder, Store
from exchange.importing.lesson import read_lesson
from exchange.importing.lessons import Lessons, edited, kept_as_draft
from exchange.importing.manifest import COURSE, CourseFile, read_manifest
from exchange.importing.markdown import AskedCourse, MarkdownFolder, is_markdown
from exchange.importing.pages import (
    EarlierImports,
    Edited,
    ImportOptions,
    Step,
    Unfit,
    course_step,
    examine,
    lacks,
    publish,
    store_page,
)  # fmt: skip
from exchange.importing.refusals import taken_address, together, without_use
from exchange.importing.report import WHOLE_FILE, Report
from exchange.importing.stream import LessonFile, digest, refuse_unrenderable
from exchange.rules.keys import key_of
from gates.blocks import SourceError, load_yaml
from glossary.linking import one_reading_of_the_glossary
from people import roles
from people.models import Employee
from publishing.publication import my_turn, rehearse
from quizzes.importing import import_questions
from quizzes.models import Bank, Purpose, Question
from quizzes.policies import banks_of

QUESTIONS = "questions.yaml"
PLAN = "session-plan.md"


class NoCatalogue(Exception):
    """There is no catalogue page to put the course under."""


class Refused(Exception):
    """Nothing of the course can be taken; the report says why."""


def import_course(
    folder: Path,
    *,
    now: datetime,
    user: Employee | None = None,
    dry_run: bool = False,
    publishes: bool = True,
    between: Callable[[], object] | None = None,
    asked: AskedCourse | None = None,
) -> Report:
    """Load a course folder: each page and question in a short transaction of its own, the course live last.

    On SQLite nobody can save an answer while a transaction is open; `between` is called after each. What a
    crash cut off is finished by the next import. A dry run goes the same way and stores nothing at all.

    A new course or lesson is published where nothing is missing, or stays a draft for review unless
    `publishes`. A changed one becomes a new draft revision. A page that somebody edited since is reported
    and left alone. With a `user`, only courses that this person may change are touched.

    A folder of plain Markdown needs `asked`: what its course is called and for whom it is.

    Raises:
        NoCatalogue: the installation has no catalogue page yet.
    """
    report = Report()
    files = Folder(folder)
    names = files.names()
    if len(names) > FILE_LIMIT:
        report.refuse(
            "",
            WHOLE_FILE,
            _("The folder has more than %(limit)s files. Nothing was imported.")
            % {"limit": f"{FILE_LIMIT:,}"},
        )
        return report
    options = ImportOptions(now, user, publishes, dry_run)
    try:
        with one_reading_of_the_glossary():
            _Importer(files, names, report, options, between or _go_on, asked).run()
    except Refused:
        report.states.clear()
    report.close(names, without_use)
    return report


def _go_on() -> None:
    """Nothing is done between the pieces."""


class _Importer:
    def __init__(
        self,
        files: Folder,
        names: list[str],
        report: Report,
        options: ImportOptions,
        between: Callable[[], object],
        asked: AskedCourse | None,
    ) -> None:
        self.files, self.names, self.report, self.options = files, names, report, options
        self.between, self.asked = between, asked
        self.foreign: Foreign | MarkdownFolder | None = None
        self.draft: CoursePage | None = None  # of the course, in a dry run

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
        self.earlier = EarlierImports(read.code)
        course = CoursePage.objects.filter(translation_key=key_of(read.code), locale=read.locale).first()
        self._ask_for_rights(course)
        bank = self._bank(course)
        if self.foreign is not None:
            self.foreign.read_plan()
        else:
            self._plan()
        self.report.tell_errors(read.errors, read.name)
        course = self._course(course, catalogue, bank)
        self.between()
        questions = self._questions(bank, self.options)
        self._lessons(course, self._checks(bank, questions), questions)
        if isinstance(self.foreign, MarkdownFolder):
            reason = _(
                "The lessons are drafts: plain Markdown has no checks, and a file without a description names no "
                "objective. “Write” lists what each of them still needs."
            )
            self.report.tell("", WHOLE_FILE, reason)
        self._pictures()
        self._gone()

    def _manifest(self) -> CourseFile:
        try:
            if self.files.has(COURSE):
                return read_manifest(self.files)
            if self.files.has(CONFIG):
                self.foreign = Foreign(self.files)
                return self.foreign.course
        except SourceError as error:
            self.report.refuse(error.source or COURSE, error.line, error.reason)
            raise Refused from error
        if any(is_markdown(name) for name in self.names):
            if self.asked is not None:
                # Lessons of plain Markdown have no checks: somebody writes them before people read the lessons.
                self.options = replace(self.options, publishes=False)
                self.foreign = MarkdownFolder(self.files, self.asked)
                return self.foreign.course
            reason = _(
                "There is no course.yaml, so the files do not say what the course is called and for whom it is. "
                "Give a title, a code and a direction: then each Markdown file becomes a lesson."
            )
        else:
            reason = _("There is no course.yaml and no Markdown file, so this is not a course.")
        self.report.refuse("", WHOLE_FILE, reason)
        raise Refused

    def _ask_for_rights(self, course: CoursePage | None) -> None:
        user, code = self.options.user, self.read.code
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
        self.report.refuse(self.read.name, WHOLE_FILE, reason)
        raise Refused

    def _is_taken(self, code: str) -> bool:
        """Whether a bank of this name holds questions that this person may not write."""
        mine = banks_of(self.options.user).values("pk")
        return Bank.objects.filter(slug=code.lower()).exclude(pk__in=mine).exists()

    def _bank(self, course: CoursePage | None) -> Bank:
        """The bank of the course; where there is none yet, one that is stored with the course."""
        if course is not None and course.bank is not None:
            return course.bank
        slug = self.read.code.lower()
        name = f"{self.read.code} {self.read.fields['short_title']}".strip()
        return Bank.objects.filter(slug=slug).first() or Bank(slug=slug, name=name[:150])

    # --- the files beside the lessons

    def _questions(self, bank: Bank, options: ImportOptions) -> list[Question]:
        """The questions that a dry run would store."""
        if not self.files.has(QUESTIONS):
            return []
        try:
            items = load_yaml(self.files.text(QUESTIONS), source=QUESTIONS)
        except SourceError as error:
            self.report.tell(QUESTIONS, error.line, error.reason)
            return []
        outcome = import_questions(
            items,
            bank=bank,
            locale=self.read.locale,
            now=options.now,
            user=options.user,
            publishes=options.publishes,
            dry_run=options.dry_run,
            between=self.between,
        )
        for line, reason in together([(fault.line, fault.reason) for fault in outcome.reported]):
            self.report.tell(QUESTIONS, line, reason)
        self.report.settle(QUESTIONS, is_new=bool(outcome.imported))
        return outcome.drafts

    def _checks(self, bank: Bank, drafts: list[Question]) -> dict[str, int]:
        """The rows of the checks by their codes. A question that is not stored yet gets a number as its row."""
        stored = Question.objects.filter(bank=bank.pk, locale=self.read.locale) if bank.pk else ()
        rows = {question.code: (question.pk, question.purpose) for question in stored}
        for number, draft in enumerate(drafts):
            is_new = draft.code not in rows
            if is_new:
                draft.pk = NOT_STORED + number
            # Else the stored row says its purpose until the draft goes live.
            if is_new or self.options.publishes:
                rows[draft.code] = (draft.pk, draft.purpose)
        return {code: pk for code, (pk, purpose) in rows.items() if purpose == Purpose.CHECK}

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
            self.report.tell(PLAN, WHOLE_FILE, str(error))
            self.read.plan = ""

    def _course(self, course: CoursePage | None, catalogue: CataloguePage, bank: Bank) -> CoursePage:
        """The page of the course, as it is after this step. Raises: Refused"""
        read = self.read
        if course is not None and self.files.has(PLAN) and not read.plan:
            read.plan = course.get_latest_revision_as_object().session_plan  # the file was refused
        read.fields["bank_id"] = bank.pk or NOT_STORED
        self._refuse_taken_address(course, catalogue)
        step = course_step(read, course, catalogue, key_of(read.code))
        try:
            examine(step, self.earlier)
            page = self._take_course(step, bank)
        except Edited:
            if course is None:  # only a page that is there can have been edited
                raise
            self.report.tell(read.name, WHOLE_FILE, edited())
            self._settle_plan(None, False)
            return course
        except Unfit as error:
            self.report.refuse(read.name, WHOLE_FILE, str(error))
            self._questions(bank, replace(self.options, dry_run=True))  # so that its faults are seen too
            raise Refused from error
        self.report.settle(read.name, is_new=step.differs)
        self._settle_plan(page, step.differs)
        return page

    def _refuse_taken_address(self, course: CoursePage | None, catalogue: CataloguePage) -> None:
        """Raises: Refused"""
        if course is None and (reason := taken_address(self.read.fields["slug"], catalogue)):
            self.report.refuse(self.read.name, WHOLE_FILE, reason)
            raise Refused

    def _take_course(self, step: Step, bank: Bank) -> CoursePage:
        """A new course comes with its bank, its collection and its author, all of them or nothing."""
        if self.options.dry_run:
            self.draft = step.draft if step.differs else None
            page: CoursePage = store_page(step, self.earlier, self.options)
            return page
        with my_turn():
            if bank.pk is None:
                bank.save()
                self.read.fields["bank_id"] = bank.pk
                step = course_step(self.read, step.page, step.parent, key_of(self.read.code))
            page = store_page(step, self.earlier, self.options)
            files_of(page)
            user = self.options.user
            if step.page is None and user is not None and roles.AUTHOR in user.roles:
                add_author(course=page, employee=user)
        return page

    def _settle_plan(self, course: CoursePage | None, is_written: bool) -> None:
        """The plan stands in the course's page, but is a file of its own."""
        if not self.files.has(PLAN) or self.read.is_foreign:
            return
        if course is None:
            self.report.tell(PLAN, WHOLE_FILE, edited())
            return
        mark = digest(self.read.plan.strip())
        known = self.earlier.by_name.get(PLAN)
        is_new = is_written and (known is None or known.digest != mark)
        self.report.settle(PLAN, is_new=is_new)
        self.earlier.remember(PLAN, None, mark, self.options)

    # --- lessons

    def _lessons(self, course: CoursePage, checks: Mapping[str, int], questions: list[Question]) -> None:
        """They go live before the course does: its published rows are then written once."""

        def reader(name: str, store: Store) -> LessonFile:
            if self.foreign is not None:
                return self.foreign.lesson(name, store)
            return read_lesson(name, self.files, checks, store)

        lessons = Lessons(
            course,
            self.read.code,
            reader,
            report=self.report,
            earlier=self.earlier,
            options=self.options,
            between=self.between,
        )
        lessons.write(self._lesson_names())
        went_live = lessons.go_live(questions)
        if course.pk is not None:
            course.refresh_from_db()
        is_new = not course.live and course.first_published_at is None
        if self.options.publishes and is_new and (went_live or lessons.are_live):
            self._publish(course)
        elif course.live and not went_live and lessons.moved:
            render_course(course, now=self.options.now)

    def _lesson_names(self) -> list[str]:
        if self.foreign is not None:
            return list(self.foreign.sources)
        return [name for name in self.names if is_markdown(name) and PurePosixPath(name).name[0].isdigit()]

    def _publish(self, course: CoursePage) -> None:
        if self.options.dry_run:
            reasons = lacks(self.draft or course.get_latest_revision_as_object())
        else:
            rehearse(course)
            reasons = publish(course, self.options)
        for _block, reason in reasons:
            self.report.tell(self.read.name, WHOLE_FILE, kept_as_draft(reason))

    # --- what is left

    def _pictures(self) -> None:
        """A picture shares the fate of the lessons that show it."""
        for name, users in self.files.used.items():
            if name in self.files.refused:
                self.report.tell(name, WHOLE_FILE, self.files.refused[name])
                continue
            states = {self.report.states.get(user) for user in users}
            if states & {"imported", "unchanged"}:
                self.report.settle(name, is_new="imported" in states)
            else:
                self.report.tell(
                    name,
                    WHOLE_FILE,
                    _("Not imported: %(lessons)s was left alone.") % {"lessons": ", ".join(sorted(users))},
                )

    def _gone(self) -> None:
        """A page whose file is no longer there stays: people may have records in it."""
        for name in self.earlier.gone(self.names):
            self.report.tell(
                name, WHOLE_FILE, _("This file is not in the folder any more. Its page was left as it is.")
            )
