"""Two courses with an author each, who have nothing to look for in the other's."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from courses.writing.teams import add_author
from people.models import Employee


def fresh(person: Employee) -> Employee:
    """The person as the next request will load them."""
    return Employee.objects.get(pk=person.pk)


@pytest.fixture
def own(make_course: Callable[..., SimpleNamespace], author: Any) -> SimpleNamespace:
    """The author's course."""
    made = make_course()
    add_author(course=made.page, employee=author)
    return made


@pytest.fixture
def other(make_course: Callable[..., SimpleNamespace], hired: Any) -> SimpleNamespace:
    """Somebody else's course, with a draft that says something."""
    made = make_course("B1", "money")
    made.author = hired("other-author", "Employee", "Author")
    add_author(course=made.page, employee=made.author)
    made.one.title = "CANARY-DRAFT title"
    made.one.body = [("markdown", "CANARY-DRAFT in the text of a lesson that is not public")]
    made.one.save_revision(user=made.author)
    question = made.checks[0]
    question.stem = "CANARY-QUESTION that nobody has published?"
    question.save_revision(user=made.author)
    return made
