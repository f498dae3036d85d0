"""What was published and what was answered: the database itself refuses to change it."""

import uuid

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from audit.append_only import maintenance
from glossary.models import Sense, SenseVersion, Word
from quizzes.actions import answer_question, start_attempt
from quizzes.models import Answer, Drawn, QuestionVersion, VersionSense
from tests.conftest import hire
from tests.quizzes.answers import NOW, right
from tests.quizzes.bank import english

pytestmark = [pytest.mark.django_db, pytest.mark.sql, pytest.mark.usefixtures("rows")]

TABLES = ["Answer", "Drawn", "QuestionVersion", "VersionSense"]
CHANGES = {
    "Answer": {"is_correct": True},
    "Drawn": {"position": 99},
    "QuestionVersion": {"payload": {}},
    "VersionSense": {"side": "both"},
}


@pytest.fixture(scope="module")
def rows(world, bank_of_the_module):
    """One row of each table."""
    with world():
        write_rows(hire("somebody", "Employee"), bank_of_the_module)


def write_rows(person, bank):
    attempt = start_attempt(
        employee=person, quiz_key=uuid.uuid4(), bank=bank, question_count=2, pass_percent=80, now=NOW
    )
    version = attempt.drawn.get(position=1).version
    answer_question(
        attempt=attempt,
        position=1,
        key=uuid.uuid4(),
        chosen=right(version),
        unsure=False,
        confidence=None,
        now=NOW,
    )
    locale = english()
    word = Word.objects.create(lemma="incident", slug="incident", locale=locale)
    sense = Sense.objects.create(
        word=word, locale=locale, gloss="g", wording_business="b", wording_technology="t"
    )
    of_sense = SenseVersion.objects.create(
        sense=sense, sense_key=uuid.uuid4(), number=1, texts={}, meaning_changed=True, from_at=NOW
    )
    VersionSense.objects.create(version=version, sense_version=of_sense, side="business")


def model(name):
    return apps.get_model("quizzes", name)


@pytest.mark.parametrize("name", TABLES)
def test_rows_cannot_be_changed(name):
    before = list(model(name).objects.order_by("pk").values())
    assert before

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model(name).objects.update(**CHANGES[name])

    assert list(model(name).objects.order_by("pk").values()) == before


@pytest.mark.parametrize("name", TABLES)
def test_a_row_cannot_be_saved_again(name):
    row = model(name).objects.first()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        row.save()


@pytest.mark.parametrize("name", TABLES)
def test_rows_cannot_be_deleted_even_with_raw_sql(name):
    table = model(name)._meta.db_table

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM {table}")

    assert model(name).objects.exists()


def test_the_maintenance_door_lets_erasure_through_and_closes_again():
    with maintenance("erasure on request"):
        assert Answer.objects.all().delete()[0] == 1

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Drawn.objects.all().delete()


def test_a_question_that_was_asked_cannot_be_deleted():
    with pytest.raises(DatabaseError), transaction.atomic():
        QuestionVersion.objects.first().question.delete()
