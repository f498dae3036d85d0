"""The order of courses wherever they are listed."""

import pytest

from courses.models import Framework
from courses.queries.codes import in_code_order
from courses.rules.codes import code_order


def test_codes_stand_in_the_order_of_their_letters_and_then_of_their_numbers():
    codes = ["T10", "T2", "B1", "T", "AI12", "AI9", "T2a", "2", "10"]

    assert sorted(codes, key=code_order) == ["2", "10", "AI9", "AI12", "B1", "T", "T2", "T10", "T2a"]


@pytest.mark.django_db
def test_the_database_sorts_codes_in_the_same_order():
    codes = ["t10", "t2", "b1", "t", "ai12", "ai9", "t2a", "2", "10"]
    Framework.objects.bulk_create(Framework(code=code, name=code) for code in codes)

    stored = Framework.objects.filter(code__in=codes).order_by(*in_code_order())

    assert [framework.code for framework in stored] == sorted(codes, key=code_order)
