"""Versions and signatures: the database itself refuses to change them."""

from typing import Any

import pytest
from django.db import Error, connection, transaction

from glossary.actions import sign
from glossary.models import SenseVersion, Signature
from tests.conftest import hire
from tests.glossary.words import NOW, write_sense
from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


@pytest.fixture(scope="module")
def signature(world: World) -> Signature:
    """One row of each table."""
    with world():
        version = write_sense("uptime").current_version
        return sign(version=version, side="business", employee=hire("somebody", "Steward"), now=NOW)


@pytest.mark.parametrize("model", [SenseVersion, Signature])
def test_the_database_refuses_to_delete_a_row(model: Any, signature: Signature) -> None:
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        model.objects.all()._raw_delete(using="default")

    assert model.objects.exists()


@pytest.mark.parametrize(
    ("model", "change"),
    [(SenseVersion, {"texts": {}}), (SenseVersion, {"number": 9}), (Signature, {"side": "technology"})],
)
def test_the_database_refuses_to_change_a_row(
    model: Any, change: dict[str, Any], signature: Signature
) -> None:
    before = list(model.objects.values())

    with pytest.raises(Error, match="append-only"), transaction.atomic():
        model.objects.update(**change)

    assert list(model.objects.values()) == before


def test_sql_by_hand_is_refused_too(signature: Signature) -> None:
    with pytest.raises(Error, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE glossary_senseversion SET meaning_changed = %s", [False])
