"""A company with departments, dated memberships, courses of one sentence, and records as the actions keep them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from courses.models import Audience, CoursePage, CourseRecord, Criterion
from people.models import Department, Employee, Membership

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 2)


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.fixture
def departments(db: None) -> dict[str, Department]:
    """Commercial with Sales and Service below it; Technology."""
    commercial = Department.add_root(name="Commercial")
    sales = commercial.add_child(name="Sales")
    commercial.refresh_from_db()
    service = commercial.add_child(name="Service")
    technology = Department.add_root(name="Technology")
    return {one.name: one for one in (commercial, sales, service, technology)}


@pytest.fixture
def belongs(departments: dict[str, Department]) -> Callable[..., Membership]:
    def belong(
        person: Employee, name: str, from_on: date = date(2026, 1, 5), until_on: date | None = None
    ) -> Any:
        return Membership.objects.create(
            employee=person, department=departments[name], from_on=from_on, until_on=until_on
        )

    return belong


@pytest.fixture
def short_course(catalogue: Any) -> Callable[..., CoursePage]:
    """A live course without lessons: reports read records, not pages."""

    def make(code: str, **fields: Any) -> CoursePage:
        values = {"title": f"Course {code}", "slug": code.lower(), "summary": "One sentence."}
        values |= {"direction": "technology-for-business", "live": True} | fields
        catalogue.refresh_from_db()
        page = catalogue.add_child(instance=CoursePage(code=code, locale=catalogue.locale, **values))
        rule = {"lessons": [], "quiz_required": False, "pass_percent": 80}
        Criterion.objects.create(
            course=page, course_key=page.translation_key, number=1, rule=rule, made_at=NOW
        )
        return page

    return make


@pytest.fixture
def asked(db: None) -> Callable[..., Audience]:
    def ask(
        page: CoursePage, *, due_on: date | None = None, made_on: date = date(2026, 1, 1), **fields: Any
    ) -> Any:
        values = {"scope": "everyone", "requirement": "required"} | fields
        return Audience.objects.create(
            course=page, course_key=page.translation_key, due_on=due_on, made_at=at(made_on), **values
        )

    return ask


@pytest.fixture
def stands(db: None) -> Callable[..., CourseRecord]:
    def stand(person: Employee, page: CoursePage, *, started: date, completed: date | None = None) -> Any:
        return CourseRecord.objects.create(
            employee=person, course=page, course_key=page.translation_key,
            criterion=Criterion.objects.get(course_key=page.translation_key),
            status="completed" if completed else "in_progress", started_at=at(started),
            completed_at=at(completed, 10) if completed else None,
            progress={"started": at(started).isoformat(), "reads": {}, "answered": {}, "latest": {}, "results": []},
        )  # fmt: skip

    return stand


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """A function that moves the clock of the pages; it begins on 2 November 2026."""

    def move(now: datetime) -> None:
        for name in ("completion", "team", "person"):
            # By import_module, since the view has the name of its module.
            module = import_module(f"reports.views.{name}")
            monkeypatch.setattr(module, "timezone", SimpleNamespace(now=lambda: now))

    move(NOW)
    return move
