"""A company with departments, dated memberships, courses of one sentence, and records as the actions keep them."""

from collections.abc import Callable
from datetime import date, datetime
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from courses.models import Audience, CoursePage, CourseRecord
from people.models import Department, Employee, Membership
from tests.reports.company import NOW, ask, at, company_of, make_course, stand
from tests.worlds import World, again


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
    """A function that makes a live course without lessons, T1 or another code."""

    def make(code: str, **fields: Any) -> Any:
        return make_course(catalogue, code, **{"direction": "technology-for-business"} | fields)

    return make


@pytest.fixture
def asked(db: None) -> Callable[..., Audience]:
    return lambda page, made_on=date(2026, 1, 1), **fields: ask(page, made=at(made_on), **fields)


@pytest.fixture
def stands(db: None) -> Callable[..., CourseRecord]:
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


@pytest.fixture(scope="module")
def built(world: World, catalogue_page: Any) -> SimpleNamespace:
    """The company of company.py."""
    with world():
        return company_of(catalogue_page)


@pytest.fixture
def company(built: SimpleNamespace, db: None, client: Client, today: object) -> Any:
    """That company on 2 November 2026, and HR signed in."""
    company = again(built)
    client.force_login(company.hr)
    return company
