"""A small course made the way authors make one: pages, questions and `publish()`."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from wagtail.models import Page

from bothways.operations.installation import make_tree
from courses.models import CataloguePage, CoursePage, LessonPage, Published
from quizzes.models import Bank, Option, Question
from tests.worlds import World, again

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
RIGHT_WHY = "CANARY-RIGHT because 720 hours times half a per cent is 3.6 hours."
WRONG_WHY = "CANARY-WRONG because that would be a whole per cent of the month."


def publish(page: Page) -> Any:
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def make_question(bank: Bank, locale: Any, code: str, purpose: str = "check", **fields: Any) -> Question:
    """A published single-choice question whose first option is right."""
    question = Question(
        bank=bank,
        locale=locale,
        code=code,
        purpose=purpose,
        stem=f"What does {code} allow?",
        shuffle=False,
        **fields,
    )
    question.options = [
        Option(sort_order=0, text=f"3.6 hours {code}", is_correct=True, explanation=RIGHT_WHY),
        Option(sort_order=1, text=f"7.2 hours {code}", explanation=WRONG_WHY),
        Option(sort_order=2, text=f"36 hours {code}", explanation=WRONG_WHY),
    ]
    question.save()
    question.save_revision().publish()
    return Question.objects.get(pk=question.pk)


def write_course(
    catalogue: CataloguePage, code: str = "T2", slug: str = "always-on", **fields: Any
) -> SimpleNamespace:
    """A published course: lesson one with two checks, lesson two to be read, a quiz."""
    locale = catalogue.locale
    bank = Bank.objects.create(name=code, slug=code.lower())
    checks = [make_question(bank, locale, f"{code.lower()}-c1-{number}") for number in (1, 2)]
    for number in range(6):
        make_question(bank, locale, f"{code.lower()}-q{number}", purpose="quiz", outcome=f"o{number % 2}")
    fields = {
        "title": f"Always on {code}", "code": code, "slug": slug, "summary": "What a figure really promises.",
        "direction": "technology-for-business", "bank": bank, "quiz_questions": 3,
        "outcomes": json.dumps([{"type": "outcome", "value": {"key": "hours", "text": "turn a figure into hours"}}]),
    } | fields  # fmt: skip
    catalogue.refresh_from_db()
    course = catalogue.add_child(instance=CoursePage(live=False, locale=locale, **fields))
    body = [
        {"type": "hook", "value": {"text": "In March the *shop* was closed."}},
        {"type": "markdown", "value": "## From per cent to hours\n\n1 % of a month is 7.2 hours."},
        {"type": "say", "value": {"line": "Per cent of what?"}},
        {"type": "checks", "value": {"questions": [
            {"type": "item", "value": question.pk, "id": str(question.translation_key)} for question in checks
        ]}},
    ]  # fmt: skip
    one = LessonPage(
        live=False, locale=locale, title="Hours", slug="hours", objective="count hours",
        body=json.dumps(body),
    )  # fmt: skip
    two = LessonPage(
        live=False, locale=locale, title="Reading", slug="reading", objective="read on",
        body=json.dumps([{"type": "markdown", "value": "## Only text\n\nNothing to answer."}]),
    )  # fmt: skip
    for lesson in (one, two):
        course.refresh_from_db()
        course.add_child(instance=lesson)
        publish(lesson)
    course = publish(CoursePage.objects.get(pk=course.pk))
    return SimpleNamespace(
        page=course,
        one=LessonPage.objects.get(pk=one.pk),
        two=LessonPage.objects.get(pk=two.pk),
        checks=checks,
        bank=bank,
        row=Published.objects.get(page_id=course.pk),
        row_one=Published.objects.get(page_id=one.pk),
        row_two=Published.objects.get(page_id=two.pk),
    )


@pytest.fixture(scope="module")
def catalogue_page(world: World) -> CataloguePage:
    """The tree of pages of a new installation, once a module; a test asks for `catalogue`."""
    with world():
        return CataloguePage.objects.child_of(make_tree()).get()


@pytest.fixture(scope="module")
def published_course(world: World, catalogue_page: CataloguePage) -> SimpleNamespace:
    """One course for all tests of a module; a test asks for `course`.

    Another one, of the other direction, stands beside it: whoever forgets to ask for one course only meets it.
    """
    with world():
        write_course(catalogue_page, code="B8", slug="another", direction="business-for-technicians")
        return write_course(catalogue_page)


@pytest.fixture
def catalogue(catalogue_page: CataloguePage, db: None) -> CataloguePage:
    return again(catalogue_page)


@pytest.fixture
def make_course(catalogue: CataloguePage) -> Callable[..., SimpleNamespace]:
    """A function that publishes one more course. It takes half a second: what many tests need is a world."""
    return partial(write_course, catalogue)


@pytest.fixture
def course(published_course: SimpleNamespace, db: None) -> SimpleNamespace:
    """The course of the module, its rows read anew."""
    return again(published_course)
