"""Versions and signatures: the database itself refuses to change them."""

from typing import Any

import pytest
from django.db import Error, connection, transaction

from glossary.actions import sign
from glossary.models import SenseVersion, Signature

pytestmark = pytest.mark.django_db


@pytest.fixture
def signature(written: Any, steward_business: Any, now: Any) -> Signature:
    sense = written("uptime")
    return sign(version=sense.current_version, side="business", employee=steward_business, now=now)


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
