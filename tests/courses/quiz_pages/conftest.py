"""A course whose quiz asks three of six questions, and somebody who takes it."""

from types import SimpleNamespace
from typing import Any

import pytest

from quizzes.models import Question
from tests.courses.course import publish, write_course
from tests.worlds import World


@pytest.fixture
def reader(client, employee):
    client.force_login(employee)
    return client


@pytest.fixture(scope="module")
def published_course(world: World, catalogue_page: Any) -> SimpleNamespace:
    """Three of six questions; each has one right option, and its lesson and heading."""
    with world():
        course = write_course(catalogue_page)
        for question in Question.objects.filter(purpose="quiz"):
            question.lesson_slug, question.section = "hours", "From per cent to hours"
            question.outcome = "hours"
            publish(question)
    return course
