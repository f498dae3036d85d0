"""A course whose quiz asks three of six questions, and somebody who takes it."""

import pytest

from quizzes.models import Question
from tests.courses.conftest import publish


@pytest.fixture
def reader(client, employee):
    client.force_login(employee)
    return client


@pytest.fixture
def course(make_course):
    """Three of six questions; each has one right option, and its lesson and heading."""
    course = make_course()
    for question in Question.objects.filter(purpose="quiz"):
        question.lesson_slug, question.section = "hours", "From per cent to hours"
        question.outcome = "hours"
        publish(question)
    return course
