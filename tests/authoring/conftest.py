"""Two courses with an author each, who have nothing to look for in the other's. Both always stand."""

from types import SimpleNamespace
from typing import Any

import pytest

from authoring.teams import add_author
from courses.models import CataloguePage
from people.models import Employee
from quizzes.models import Bank
from tests.conftest import hire
from tests.courses.course import write_course
from tests.worlds import World, again


def fresh(person: Employee) -> Employee:
    """The person as the next request will load them."""
    return Employee.objects.get(pk=person.pk)


@pytest.fixture(scope="module")
def two_courses(world: World, catalogue_page: CataloguePage) -> SimpleNamespace:
    with world():
        own = write_course(catalogue_page)
        own.author = hire("author", "Employee", "Author", side="technology")
        other = write_course(catalogue_page, "B1", "money")
        other.author = hire("other-author", "Employee", "Author")
        for made, name in ((own, "Questions about hours"), (other, "Questions about money")):
            add_author(course=made.page, employee=made.author)
            Bank.objects.filter(pk=made.bank.pk).update(name=name)
        leave_drafts(other)
    return SimpleNamespace(own=own, other=other)


def leave_drafts(made: SimpleNamespace) -> None:
    """A lesson and a check say something that is not public."""
    made.one.title = "CANARY-DRAFT title"
    made.one.body = [("markdown", "CANARY-DRAFT in the text of a lesson that is not public")]
    made.one.save_revision(user=made.author)
    question = made.checks[0]
    question.stem = "CANARY-QUESTION that nobody has published?"
    question.save_revision(user=made.author)


@pytest.fixture
def author(two_courses: SimpleNamespace, db: None) -> Any:
    """Writes the first course."""
    return again(two_courses.own.author)


@pytest.fixture
def own(two_courses: SimpleNamespace, db: None) -> SimpleNamespace:
    """The author's course."""
    return again(two_courses.own)


@pytest.fixture
def other(two_courses: SimpleNamespace, db: None) -> SimpleNamespace:
    """Somebody else's course, with a draft that says something."""
    return again(two_courses.other)
