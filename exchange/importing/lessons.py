"""The lessons of a course folder: all of them as drafts first, then those that never were public go live."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from authoring.readiness import Planned
from authoring.teams import files_of, planned_files_of
from courses.addresses import lesson_address, pages_of
from courses.models import CoursePage, LessonPage
from exchange.importing.folder import Store
from exchange.importing.pages import (
    EarlierImports,
    Edited,
    ImportOptions,
    Unfit,
    examine,
    lacks,
    lesson_step,
    publish,
    store_page,
)
from exchange.importing.report import WHOLE_FILE, Report
from exchange.importing.stream import LessonFile
from exchange.rules.keys import key_of
from publishing.publication import my_turn
from quizzes.models import Question


def edited() -> str:
    return _("It was edited here since the last import, and the file changed too. The page was left alone.")


def kept_as_draft(reason: str) -> str:
    return _("Kept as a draft. %(reason)s") % {"reason": reason}


@dataclass
class Lesson:
    """A lesson that was read, its page, and in a dry run the draft that the page would get."""

    read: LessonFile
    page: LessonPage
    draft: LessonPage | None = None


class Lessons:
    """`reader` reads a lesson's file; pictures and documents are found in the store or put there."""

    def __init__(
        self,
        course: CoursePage,
        code: str,
        reader: Callable[[str, Store], LessonFile],
        *,
        report: Report,
        earlier: EarlierImports,
        options: ImportOptions,
        between: Callable[[], object],
    ) -> None:
        self.course, self.code, self.reader = course, code, reader
        self.report, self.earlier, self.options, self.between = report, earlier, options, between
        self.written: list[Lesson] = []
        self.moved = False

    def write(self, names: Iterable[str]) -> None:
        """All pages, as drafts: a lesson may link to one that comes later."""
        planned = Store(planned_files_of(self.course.code), dry_run=True)
        store = planned if self.options.dry_run else Store(files_of(self.course), dry_run=False)
        taken: dict[str, str] = {}
        for name in names:
            read = self.reader(name, planned)
            if read.fields and read.fields["slug"] in taken:
                read.tell(
                    WHOLE_FILE,
                    _("%(other)s has the same address. This lesson was not imported.")
                    % {"other": taken[read.fields["slug"]]},
                )
                read.fields = {}
            self.report.tell_errors(read.errors, read.name)
            if read.fields:
                taken[read.fields["slug"]] = read.name
                lesson = self._write(read, store)
                self.between()
                if lesson is not None:
                    self._move(lesson)
                    self.written.append(lesson)

    def _write(self, read: LessonFile, store: Store) -> Lesson | None:
        key = key_of(self.code, read.fields["slug"])
        page = LessonPage.objects.filter(translation_key=key, locale=self.course.locale).first()
        step = lesson_step(read, page, self.course, key)
        try:
            examine(step, self.earlier)
            if step.differs and not self.options.dry_run:
                # Once more, now with its pictures stored, which is not done for a page that is left alone.
                read = self.reader(read.name, store)
                step = lesson_step(read, page, self.course, key)
            stored = store_page(step, self.earlier, self.options)
        except (Edited, Unfit) as error:
            self.report.tell(read.name, WHOLE_FILE, str(error) or edited())
            return None if page is None else Lesson(read, page)
        self.report.settle(read.name, is_new=step.differs)
        return Lesson(read, stored, step.draft if self.options.dry_run and step.differs else None)

    def _move(self, lesson: Lesson) -> None:
        """Behind the lesson of the file before."""
        if not self.written or self.options.dry_run or lesson.page.path > self.written[-1].page.path:
            return
        with my_turn():
            lesson.page.move(self.written[-1].page, pos="right")
        lesson.page = LessonPage.objects.get(pk=lesson.page.pk)
        self.moved = True

    def go_live(self, questions: list[Question]) -> bool:
        """New pages go live where nothing is missing; whether one did. `questions`: what a dry run would store."""
        planned = self._planned(questions)
        went_live = False
        for lesson in self.written:
            page = lesson.page
            if page.live or page.first_published_at is not None:
                continue
            losses = lesson.read.losses
            if losses:  # never live with a hole, even where everything that is there is complete
                reasons = lacks(lesson.draft or page.get_latest_revision_as_object(), planned)
                if not reasons and self.options.publishes:
                    incomplete = _("Something of its file is missing; see the other remarks.")
                    self.report.tell(lesson.read.name, losses[0][0], kept_as_draft(incomplete))
            elif self.options.publishes and not self.options.dry_run:
                reasons = publish(page, self.options)
            else:
                reasons = lacks(lesson.draft or page.get_latest_revision_as_object(), planned)
            self.between()
            for block, reason in reasons:
                if lesson.read.is_plain and not block:
                    continue
                self.report.tell(
                    lesson.read.name, lesson.read.lines.get(block, WHOLE_FILE), kept_as_draft(reason)
                )
            if not reasons and not losses and self.options.publishes:
                self.report.settle(lesson.read.name, is_new=True)
                went_live = True
        return went_live

    @property
    def are_live(self) -> bool:
        """Whether one is public already, perhaps by an import that was cut off."""
        return any(lesson.page.live for lesson in self.written)

    def _planned(self, questions: list[Question]) -> Planned:
        """What stands beside the lessons when they go live, and is not stored in a dry run."""
        if not self.options.dry_run:
            return Planned()
        slug, language = self.course.slug, self.course.locale.language_code
        addresses = set(pages_of(slug, language=language)) if self.course.pk is None else set()
        addresses |= {
            lesson_address(slug, lesson.page.slug, language=language)
            for lesson in self.written
            if lesson.page.pk is None
        }
        rows: dict[int, Any] = {question.pk: question for question in questions}
        return Planned(rows, frozenset(addresses))
