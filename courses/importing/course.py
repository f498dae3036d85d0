"""A course folder in: all of it or nothing, and the same folder again changes nothing."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from wagtail.models import Locale, Page

from courses.importing.lesson import LessonFile, Store, read_lesson
from courses.models import (
    CataloguePage,
    Competence,
    CourseCompetence,
    CoursePage,
    CourseTerm,
    Direction,
    ImportedFile,
    LessonPage,
    Level,
    SessionKind,
)
from gates.blocks import SourceError, load_yaml, node_line
from glossary.linking import UnknownTerm, resolve
from people.models import Employee
from quizzes.importing import import_questions
from quizzes.models import Bank, Purpose, Question

NAMESPACE = uuid.UUID("5c2c6a5e-8d5f-4d53-9a0e-7d1f3b1f6a01")
COURSE = "course.yaml"
QUESTIONS = "questions.yaml"
PLAN = "session-plan.md"


class NoCatalogue(Exception):
    """There is no catalogue page to put the course under."""


@dataclass
class Report:
    """Every file of the folder ends in exactly one of the three lists."""

    imported: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    reported: list[dict[str, Any]] = field(default_factory=list)  # file, line, reason

    def tell(self, file: str, line: int, reason: str) -> None:
        self.reported.append({"file": file, "line": line, "reason": reason})

    def tell_errors(self, errors: list[SourceError], file: str) -> None:
        for error in errors:
            self.tell(error.source or file, error.line, error.reason)


def key_of(*parts: str) -> uuid.UUID:
    """The same id on every installation, so that figures merge and files find their pages."""
    return uuid.uuid5(NAMESPACE, "/".join(parts))


def import_course(
    folder: Path, *, now: datetime, user: Employee | None = None, dry_run: bool = False
) -> Report:
    """Load a course folder. One transaction: after a crash all of the course is there or nothing.

    A new course or lesson is published. A changed lesson becomes a new draft revision, unless the
    page is as the last import left it and was published: then the new text goes live. A page that
    somebody edited since is reported and left alone.

    Raises:
        NoCatalogue: the installation has no catalogue page yet.
    """
    report = Report()
    with transaction.atomic():
        _Importer(folder, report, now=now, user=user).run()
        if dry_run:
            transaction.set_rollback(True)
    return report


class _Importer:
    def __init__(self, folder: Path, report: Report, *, now: datetime, user: Employee | None) -> None:
        self.folder, self.report, self.now, self.user = folder, report, now, user
        self.code = ""

    def run(self) -> None:
        path = self.folder / COURSE
        if not path.is_file():
            self.report.tell(COURSE, 1, "This folder has no course.yaml, so it is not a course.")
            return
        try:
            text = path.read_text(encoding="utf-8-sig")
            data = load_yaml(text, source=COURSE)
            fields = self._course_fields(data)
        except SourceError as error:
            self.report.tell(COURSE, error.line, error.reason)
            return
        except UnicodeDecodeError:
            self.report.tell(COURSE, 1, "The file is not UTF-8 text. Save it as UTF-8.")
            return
        self.code = fields["code"]
        locale = Locale.objects.filter(language_code=data.get("locale", "en")).first() or Locale.get_default()
        catalogue = CataloguePage.objects.filter(locale=locale).first()
        if catalogue is None:
            raise NoCatalogue(
                f"There is no catalogue page in {locale.language_code}; run `manage.py prepare` first."
            )
        bank, _new = Bank.objects.get_or_create(
            slug=self.code.lower(), defaults={"name": f"{self.code} {fields['short_title']}"}
        )
        self._questions(bank, locale)
        plan = self._plan()
        course, is_new_course = self._course(path, fields, data, catalogue, bank, plan)
        questions = {
            question.code: question
            for question in Question.objects.filter(bank=bank, locale=locale, purpose=Purpose.CHECK)
        }
        changed = self._lessons(course, questions)
        self._leftovers()
        if is_new_course or changed or not course.live:
            # Last, so that the published rows of the whole course are written once.
            self._publish(course)
            self._remember(COURSE, path.read_bytes(), course)

    # --- course.yaml

    def _course_fields(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise SourceError(1, "course.yaml is written as `name: value` lines.", COURSE)
        for name in ("code", "title", "slug", "summary", "direction"):
            if not data.get(name):
                raise SourceError(node_line(data), f"`{name}` is missing.", COURSE)
        self._one_of(data, "direction", Direction.values)
        self._one_of(data, "level", Level.values)
        quiz, session = data.get("quiz") or {}, data.get("session") or {}
        if session:
            self._one_of(session, "kind", [kind for kind in SessionKind.values if kind])
        return {
            "code": str(data["code"]),
            "title": str(data["title"]).strip(),
            "slug": str(data["slug"]),
            "short_title": str(data.get("short_title", "")),
            "summary": " ".join(str(data["summary"]).split()),
            "direction": data["direction"],
            "level": data.get("level", Level.FOUNDATION),
            "quiz_questions": quiz.get("questions", 8),
            "pass_percent": quiz.get("pass_percent", 80),
            "quiz_required": quiz.get("required", True) is not False,
            "asks_confidence": data.get("confidence", True) is not False,
            "session_kind": session.get("kind", ""),
            "session_title": session.get("title", ""),
            "session_minutes": session.get("minutes", 45),
            "outcomes": json.dumps(
                [
                    {
                        "type": "outcome",
                        "value": {"key": str(item["id"]), "text": str(item["text"])},
                        "id": str(key_of(str(data["code"]), "outcome", str(item["id"]))),
                    }
                    for item in data.get("outcomes", [])
                ]
            ),
        }

    @staticmethod
    def _one_of(data: Mapping[str, Any], name: str, allowed: list[str]) -> None:
        if name in data and data[name] not in allowed:
            raise SourceError(node_line(data, name), f"`{name}` is one of {', '.join(allowed)}.", COURSE)

    def _course(
        self,
        path: Path,
        fields: dict[str, Any],
        data: Mapping[str, Any],
        catalogue: Page,
        bank: Bank,
        plan: str,
    ) -> tuple[CoursePage, bool]:
        key = key_of(self.code)
        course = CoursePage.objects.filter(translation_key=key, locale=catalogue.locale).first()
        if (
            course is not None
            and self._is_unchanged(COURSE, path.read_bytes())
            and course.session_plan == plan
        ):
            self.report.unchanged.append(COURSE)
            return course, False
        if course is not None and self._was_edited(COURSE, course):
            self.report.tell(
                COURSE, 1, "The course was edited here since the last import. It was left alone."
            )
            return course, False
        is_new = course is None
        if course is None:
            course = CoursePage(translation_key=key, locale=catalogue.locale, live=False)
        for name, value in fields.items():
            setattr(course, name, value)
        course.bank, course.session_plan = bank, plan
        course.course_terms = self._terms(data, course)
        course.course_competences = self._competences(data)
        if is_new:
            catalogue.refresh_from_db()  # its number of children may have moved
            catalogue.add_child(instance=course)
        else:
            course.save()
        self.report.imported.append(COURSE)
        return course, True

    def _terms(self, data: Mapping[str, Any], course: CoursePage) -> list[CourseTerm]:
        found = []
        terms = data.get("terms", [])
        for index, reference in enumerate(terms):
            try:
                sense = resolve(str(reference), locale_id=course.locale_id or Locale.get_default().pk)
            except UnknownTerm:
                self.report.tell(
                    COURSE, node_line(terms, index), f"There is no word `{reference}` in the glossary."
                )
                continue
            found.append(CourseTerm(sense=sense, sort_order=index))
        return found

    def _competences(self, data: Mapping[str, Any]) -> list[CourseCompetence]:
        found: list[CourseCompetence] = []
        for entry in data.get("frameworks", []):
            for code in entry.get("codes", []):
                competence = Competence.objects.filter(
                    framework__code=entry["framework"], code=str(code)
                ).first()
                if competence is None:
                    self.report.tell(
                        COURSE,
                        node_line(entry),
                        f"The framework {entry['framework']} has no competence {code}.",
                    )
                    continue
                found.append(CourseCompetence(competence=competence, sort_order=len(found)))
        return found

    # --- the other files

    def _questions(self, bank: Bank, locale: Locale) -> None:
        path = self.folder / QUESTIONS
        if not path.is_file():
            return
        raw = path.read_bytes()
        if self._is_unchanged(QUESTIONS, raw):
            self.report.unchanged.append(QUESTIONS)
            return
        try:
            items = load_yaml(raw.decode("utf-8-sig"), source=QUESTIONS)
        except SourceError as error:
            self.report.tell(QUESTIONS, error.line, error.reason)
            return
        except UnicodeDecodeError:
            self.report.tell(QUESTIONS, 1, "The file is not UTF-8 text. Save it as UTF-8.")
            return
        outcome = import_questions(items, bank=bank, locale=locale, now=self.now)
        for fault in outcome.reported:
            self.report.tell(QUESTIONS, fault.line, fault.reason)
        (self.report.imported if outcome.imported else self.report.unchanged).append(QUESTIONS)
        if not outcome.reported:
            self._remember(QUESTIONS, raw, None)

    def _plan(self) -> str:
        path = self.folder / PLAN
        if not path.is_file():
            return ""
        raw = path.read_bytes()
        (self.report.unchanged if self._is_unchanged(PLAN, raw) else self.report.imported).append(PLAN)
        self._remember(PLAN, raw, None)
        return raw.decode("utf-8-sig")

    def _lessons(self, course: CoursePage, questions: Mapping[str, Question]) -> bool:
        store = Store(self.folder)
        changed = False
        previous: LessonPage | None = None
        for path in sorted(self.folder.glob("[0-9]*.md")):
            lesson = read_lesson(path, questions, store)
            self.report.tell_errors(lesson.errors, path.name)
            if not lesson.fields:
                continue
            page, is_changed = self._lesson(path, lesson, course)
            changed = changed or is_changed
            if previous is not None and page.path < previous.path:
                page.move(previous, pos="right")
                page.refresh_from_db()
                changed = True
            previous = page
        return changed

    def _lesson(self, path: Path, lesson: LessonFile, course: CoursePage) -> tuple[LessonPage, bool]:
        raw = path.read_bytes()
        key = key_of(self.code, lesson.fields["slug"])
        page = LessonPage.objects.filter(translation_key=key, locale=course.locale).first()
        if page is not None and self._is_unchanged(path.name, raw):
            if not lesson.errors:
                self.report.unchanged.append(path.name)
            return page, False
        if page is not None and self._was_edited(path.name, page):
            self.report.tell(
                path.name, 1, "The lesson was edited here since the last import. It was left alone."
            )
            return page, False
        is_new = page is None
        if page is None:
            page = LessonPage(translation_key=key, locale=course.locale, live=False)
        for name, value in lesson.fields.items():
            setattr(page, name, value)
        # As JSON: only then are nested lists read as stored values, ids included.
        page.body = json.dumps(lesson.body)
        if is_new:
            course.refresh_from_db()
            course.add_child(instance=page)
        self._publish(page)
        self._remember(path.name, raw, page)
        if not lesson.errors:
            self.report.imported.append(path.name)
        return page, True

    def _leftovers(self) -> None:
        """Nothing is silently dropped: what the format does not know is named."""
        known = {COURSE, QUESTIONS, PLAN, *(path.name for path in self.folder.glob("[0-9]*.md"))}
        for path in sorted(self.folder.iterdir()):
            if path.name not in known and path.is_file() and not path.name.startswith("."):
                self.report.tell(path.name, 1, "The format does not know this file; it was not imported.")

    # --- memory

    def _publish(self, page: CoursePage | LessonPage) -> None:
        revision = page.save_revision(user=self.user)
        revision.publish(user=self.user, skip_permission_checks=True)
        page.refresh_from_db()

    def _is_unchanged(self, name: str, raw: bytes) -> bool:
        return ImportedFile.objects.filter(course_code=self.code, name=name, digest=_digest(raw)).exists()

    def _was_edited(self, name: str, page: Page) -> bool:
        known = ImportedFile.objects.filter(course_code=self.code, name=name).first()
        return known is None or page.latest_revision_id != known.revision_id

    def _remember(self, name: str, raw: bytes, page: Page | None) -> None:
        ImportedFile.objects.update_or_create(
            course_code=self.code,
            name=name,
            defaults={
                "digest": _digest(raw),
                "page_id": page.pk if page else None,
                "revision_id": page.latest_revision_id if page else None,
                "imported_at": self.now,
            },
        )


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
