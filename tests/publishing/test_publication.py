"""Turns of publishing: each publication waits for the one before, and nobody waits for an import."""

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from publishing.publication import part_of_a_whole
from quizzes.models import Question
from tests.worlds import again

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


@pytest.mark.parametrize(("place", "turns"), [(nullcontext, 1), (part_of_a_whole, 0)])
def test_what_an_import_publishes_takes_no_turn(
    place: Any, turns: int, published_course: SimpleNamespace
) -> None:
    """A turn lasts until its transaction ends, and an import's ends late. On SQLite every transaction is one."""
    question = Question.objects.get(pk=again(published_course).checks[0].pk)
    question.stem = "What does it allow now?"
    revision = question.save_revision()

    with CaptureQueriesContext(connection) as asked, place():
        revision.publish()

    taken = sum("pg_advisory_xact_lock" in query["sql"] for query in asked.captured_queries)
    assert taken == (turns if connection.vendor == "postgresql" else 0)
    assert Question.objects.get(pk=question.pk).stem == "What does it allow now?"
